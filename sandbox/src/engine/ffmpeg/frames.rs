//! Single pictures of a film.

use std::path::{Path, PathBuf};

use super::picture::tones;
use super::probe::Media;
use super::{Failure, MAX_PIXELS, Progress, Work, program, reader};

/// So many pictures of a film, from this second on or evenly spread; files in a folder.
pub(in crate::engine) fn frames(
    work: &Work,
    (from, count): (Option<f64>, u32),
    folder: &Path,
    progress: &Progress,
) -> Result<Vec<PathBuf>, Failure> {
    let media = Media::of(work, progress)?;
    let Some(picture) = media.kind("video").next() else {
        return Err(Failure::BadInput("The input file has no moving picture".into()));
    };
    // As players show them: of usual light, with pixels that are square.
    let light = if picture.is_hdr() { tones(progress)? } else { None };
    let shape = "scale=max(1\\,round(iw*sar)):ih,setsar=1".to_owned();
    let filters = light.into_iter().chain([shape]).collect::<Vec<_>>().join(",");
    let stream = format!("0:{}", picture.index);
    let length = media.duration().unwrap_or(0.0);
    if from.is_some_and(|from| from > length) {
        return Err(Failure::BadParameter(format!("timestamp lies behind the end of the film: {length} s")));
    }
    let begin = from.unwrap_or(0.0);
    let mut files = Vec::new();
    for number in 0..count {
        let part = f64::from(number) / f64::from(count);
        progress.set(5.0 + 60.0 * part, "Looking through the film")?;
        let at = begin + (length - begin) * part;
        let file = folder.join(format!("{number}.png"));
        let mut ffmpeg = reader("ffmpeg");
        ffmpeg.args(["-nostdin", "-y", "-max_pixels", MAX_PIXELS, "-ss", &format!("{at:.3}"), "-i"]);
        ffmpeg.arg(&work.input()?.path).args(["-map", &stream, "-vf", &filters, "-frames:v", "1"]).arg(&file);
        program::run(&mut ffmpeg, progress, |_| ())?;
        if file.is_file() {
            files.push(file);
        }
    }
    if files.is_empty() {
        return Err(Failure::BadInput("The film has no picture at this time".into()));
    }
    Ok(files)
}
