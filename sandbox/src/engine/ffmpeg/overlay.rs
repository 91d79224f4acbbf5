//! A picture over all of a film. The sound stays as it is.

use std::path::Path;

use super::encode::encode;
use super::picture::Picture;
use super::plan::Plan;
use super::probe::{Media, Stream};
use super::target::Target;
use super::{Failure, Outcome, Progress, Work, space, streams};

/// The size of the pictures of a film as they are turned, in pixels, and how wide these are for their height.
pub(in crate::engine) fn frame_size(work: &Work, progress: &Progress) -> Result<((u32, u32), f64), Failure> {
    let media = Media::of(work, progress)?;
    let film = film(&media)?;
    let shape = film.pixel_shape();
    let turned = film.rotation() % 180 != 0;
    Ok(if turned { ((film.height, film.width), 1.0 / shape) } else { ((film.width, film.height), shape) })
}

/// Lays a picture over a film, at this place from the upper left corner.
pub(in crate::engine) fn overlay(
    work: &Work,
    picture: &Path,
    (x, y): (u32, u32),
    progress: &Progress,
) -> Result<Outcome, Failure> {
    let media = Media::of(work, progress)?;
    let (film, target) = (film(&media)?, Target::named(&work.output_format));
    let encoder = target.video.first().map_or("copy", |codec| codec.1);
    let coded = Picture { work, target, media: &media, film, encoder };
    let mut plan = Plan::default();
    let unnamed = || Failure::Unavailable("The folder's name is no text".into());
    let picture = picture.to_str().ok_or_else(unnamed)?;
    // A picture of our own, which the formats of films do not have.
    plan.inputs = ["-f", "image2", "-pattern_type", "none", "-i", picture].map(str::to_owned).to_vec();
    let filters = coded.filters(None, progress)?.join(",");
    let last = if filters.ends_with("yuva420p") { "yuva420p" } else { "yuv420p" };
    let overlaid =
        format!("[0:{}]{filters}[film];[film][1:v]overlay={x}:{y},format={last}[marked]", film.index);
    plan.add(&["-filter_complex", &overlaid, "-map", "[marked]", "-c:v:0", encoder]);
    coded.keep_times(&mut plan, progress)?;
    space::tell(film, progress);
    for (number, sound) in media.kind("audio").enumerate() {
        plan.map(sound);
        plan.add(&[&format!("-c:a:{number}"), "copy"]);
    }
    streams::others(&mut plan, work, target, &media, progress)?;
    encode(work, &media, &plan, progress)
}

fn film(media: &Media) -> Result<&Stream, Failure> {
    media.kind("video").next().ok_or_else(|| Failure::BadInput("The input file has no moving picture".into()))
}
