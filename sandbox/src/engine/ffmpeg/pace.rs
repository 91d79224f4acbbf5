//! Whether the pictures of a film come at even times, and how those of others keep theirs.

use super::picture::Picture;
use super::plan::Plan;
use super::probe::Stream;
use super::reader::reader;
use super::{Failure, Progress, Work, program};

/// How many pictures are looked at.
const LOOKED_AT: usize = 1000;
/// How many of the last may lack one that is shown before them and stands behind them.
const REORDERED: usize = 16;
/// Formats count time in steps, so that times that are meant to be even differ by so many seconds, or by this factor.
const STEP: f64 = 0.002;
const FACTOR: f64 = 1.2;

/// Whether some pictures are shown for longer than others.
pub(super) fn is_uneven(film: &Stream, work: &Work, progress: &Progress) -> Result<bool, Failure> {
    let mut ffprobe = reader("ffprobe");
    ffprobe.args(["-select_streams", &film.index.to_string(), "-read_intervals", &format!("%+#{LOOKED_AT}")]);
    ffprobe.args(["-show_entries", "packet=pts_time", "-of", "csv=p=0"]).arg(&work.input()?.path);
    let said = program::output(&mut ffprobe, progress)?;
    let times = said.lines().map(|line| line.trim_end_matches(',')).filter(|line| !line.is_empty());
    // Where one has no time of its own, they follow each other evenly.
    let times: Option<Vec<f64>> = times.map(|time| time.parse().ok()).collect();
    Ok(times.is_some_and(|times| are_uneven(times, film.rate())))
}

/// Whether times are uneven among each other, or those that follow them are: as the whole has another rate.
fn are_uneven(mut times: Vec<f64>, rate: Option<f64>) -> bool {
    times.sort_by(f64::total_cmp);
    let goes_on = times.len() >= LOOKED_AT;
    if goes_on {
        times.truncate(LOOKED_AT - REORDERED);
    }
    let lengths: Vec<f64> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let Some(shortest) = lengths.iter().copied().reduce(f64::min) else { return false };
    let longest = lengths.iter().copied().fold(shortest, f64::max);
    let differ = |short: f64, long: f64| long > short * FACTOR + STEP;
    #[allow(clippy::cast_precision_loss)]
    let usual = lengths.iter().sum::<f64>() / lengths.len() as f64;
    differ(shortest, longest)
        || goes_on && rate.is_some_and(|rate| differ(usual.min(1.0 / rate), usual.max(1.0 / rate)))
}

impl Picture<'_> {
    /// Keeps the times of pictures that are uneven, where the format has a time for each.
    pub(super) fn keep_times(&self, plan: &mut Plan, progress: &Progress) -> Result<(), Failure> {
        // A GIF has hundredths of a second, and ffmpeg keeps to them.
        if self.target.format == "gif" || !is_uneven(self.film, self.work, progress)? {
            return Ok(());
        }
        if self.target.format == "avi" {
            progress.warn(
                "The pictures of the film come at uneven times (variable frame rate); avi counts whole pictures, and times are rounded to them",
            );
        } else {
            // By itself, ffmpeg makes even times of them for some formats.
            plan.add(&["-fps_mode:v:0", "vfr", "-enc_time_base:v:0", &self.film.time_base]);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn even_times_are_told_from_uneven_ones() {
        let even = |step: f64, count: u32| (0..count).map(|at| f64::from(at) * step).collect::<Vec<_>>();
        let in_milliseconds = |times: Vec<f64>| times.iter().map(|time| (time * 1e3).round() / 1e3).collect();
        for rate in [24.0, 30_000.0 / 1001.0, 60.0, 120.0] {
            for count in [2, 10, 1000] {
                assert!(!are_uneven(even(1.0 / rate, count), Some(rate)), "{rate}");
                assert!(!are_uneven(in_milliseconds(even(1.0 / rate, count)), Some(rate)), "{rate}");
            }
        }
        let mut missing = even(0.04, 100);
        missing.remove(50);
        assert!(are_uneven(missing, None));
        // As they stand in a file, where the next of the last is missing.
        let mut cut = even(0.04, 1001);
        cut.remove(998);
        assert!(!are_uneven(cut, Some(25.0)));
        assert!(are_uneven(even(0.04, 1000), Some(15.0)));
        assert!(!are_uneven(vec![1.0], Some(25.0)) && !are_uneven(Vec::new(), None));
    }
}
