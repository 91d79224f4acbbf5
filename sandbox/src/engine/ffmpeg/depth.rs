//! How many bits a sample has in FLAC, which has whole numbers of up to 32 bits. Old encoders write 24 of them.

use std::path::Path;

use super::plan::Plan;
use super::probe::Stream;
use super::reader::reader;
use super::target::Target;
use super::{Failure, Progress, Work, program};

/// The encoder, and how many bits it writes by itself.
pub(super) const FLAC: &str = "flac";
const BITS: u32 = 24;

/// Keeps what the encoder can of a sound, and tells of fractions, which it cannot.
pub(super) fn keep(
    plan: &mut Plan,
    work: &Work,
    target: &Target,
    (number, sound): (usize, &Stream),
    progress: &Progress,
) -> Result<(), Failure> {
    let depth = sound.depth().unwrap_or_default();
    if sound.has_fractions() {
        progress.warn(format!(
            "The sound has fractions of {depth} bits a sample, and in {} whole numbers of {BITS}",
            target.format
        ));
        if let Some(decibels) = loudest(work, sound, progress)?.filter(|decibels| *decibels > 0.0) {
            progress.warn(format!(
                "The sound is {decibels:.1} dB louder than {} has numbers for: its peaks are clipped",
                target.format
            ));
        }
    } else if depth > BITS {
        // Newer encoders write all bits only where they are told so.
        plan.add(&[&format!("-strict:a:{number}"), "experimental"]);
        plan.deep.push((number, depth));
    }
    Ok(())
}

/// Tells where an output has fewer bits than its input.
pub(super) fn tell(plan: &Plan, work: &Work, output: &Path, progress: &Progress) -> Result<(), Failure> {
    for (number, depth) in &plan.deep {
        let mut ffprobe = reader("ffprobe");
        ffprobe.args(["-select_streams", &format!("a:{number}"), "-of", "csv=p=0"]);
        ffprobe.args(["-show_entries", "stream=bits_per_raw_sample"]).arg(output);
        let said = program::output(&mut ffprobe, progress)?;
        let has = said.trim().trim_end_matches(',').parse::<u32>().ok();
        if let Some(has) = has.filter(|has| has < depth) {
            progress.warn(format!(
                "The sound has {depth} bits a sample, and in {} {has}: the encoder of this machine has no more",
                work.output_format
            ));
        }
    }
    Ok(())
}

/// How much louder than the largest number the loudest sample is.
fn loudest(work: &Work, sound: &Stream, progress: &Progress) -> Result<Option<f64>, Failure> {
    const SAID: &str = "Peak level dB: ";
    let mut ffmpeg = reader("ffmpeg");
    // Only at this level it says what was measured.
    ffmpeg.args(["-nostdin", "-v", "info", "-nostats", "-i"]).arg(&work.input()?.path);
    ffmpeg.args(["-map", &format!("0:{}", sound.index)]);
    ffmpeg.args(["-af", "astats=measure_perchannel=none:measure_overall=Peak_level", "-f", "null", "-"]);
    let mut peak = None;
    program::run(&mut ffmpeg, progress, |line| {
        if let Some((_, decibels)) = line.split_once(SAID).filter(|_| line.starts_with("[Parsed_astats")) {
            peak = decibels.trim().parse().ok();
        }
    })?;
    Ok(peak)
}
