//! A picture over all of a film. The sound stays as it is.

use std::path::Path;

use super::done::Done;
use super::probe::Media;
use super::target::Target;
use super::{Failure, MAX_PIXELS, Outcome, Progress, Work, reader};

/// The size of the pictures of a film as players show them.
pub(in crate::engine) fn frame_size(work: &Work, progress: &Progress) -> Result<(u32, u32), Failure> {
    let media = Media::of(work, progress)?;
    let none = || Failure::BadInput("The input file has no moving picture".into());
    let film = media.kind("video").next().ok_or_else(none)?;
    let turned = film.rotation() % 180 != 0;
    Ok(if turned { (film.height, film.width) } else { (film.width, film.height) })
}

/// Lays a picture over a film, at this place from the upper left corner.
pub(in crate::engine) fn overlay(
    work: &Work,
    picture: &Path,
    (x, y): (u32, u32),
    progress: &Progress,
) -> Result<Outcome, Failure> {
    let media = Media::of(work, progress)?;
    let target = Target::named(&work.output_format);
    let mut ffmpeg = reader("ffmpeg");
    ffmpeg.args(["-nostdin", "-y", "-max_pixels", MAX_PIXELS, "-i"]).arg(&work.input()?.path);
    // A picture of our own, which the formats of films do not have.
    ffmpeg.args(["-f", "image2", "-pattern_type", "none", "-i"]).arg(picture);
    // Four colours of a square share one, so sides are even.
    let even = "scale=trunc(iw/2)*2:trunc(ih/2)*2,format=yuv420p";
    ffmpeg.args(["-filter_complex", &format!("[0:v:0][1:v]overlay={x}:{y},{even}[marked]")]);
    ffmpeg.args(["-map", "[marked]", "-map", "0:a?", "-map_metadata", "0", "-c:a", "copy"]);
    if let Some(codec) = target.video.first() {
        ffmpeg.args(["-c:v", codec.1]);
    }
    if target.subtitles.is_some() && media.kind("subtitle").next().is_some() {
        ffmpeg.args(["-map", "0:s?", "-c:s", "copy"]);
    }
    if matches!(target.format, "mp4" | "mov") {
        ffmpeg.args(["-movflags", "+faststart"]);
    }
    let output = work.output();
    ffmpeg.args(["-progress", "pipe:1", "-stats_period", "0.2"]).arg(&output);
    let (done, ended) = Done::of(&mut ffmpeg, media.duration(), progress);
    ended?;
    done.tell(work.input()?, media.duration(), progress);
    Ok(Outcome::Files(vec![output]))
}
