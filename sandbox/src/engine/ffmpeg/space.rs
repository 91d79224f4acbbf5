//! What a picture is besides its pixels: a view all around (360°), one for each eye (3D), Dolby Vision.

use super::Progress;
use super::plan::Plan;
use super::probe::Stream;
use super::target::Target;

/// Formats in which ffmpeg writes how a picture lies around the viewer, and what each eye sees.
const WITH_SPACE: [&str; 3] = ["mp4", "mkv", "webm"];
/// Formats in which it writes what Dolby Vision adds.
const WITH_VISION: [&str; 2] = ["mp4", "mkv"];

/// Keeps it where the format has a place for it, and tells of it elsewhere; `copied` says whether the picture is.
pub(super) fn keep(plan: &mut Plan, target: &Target, film: &Stream, copied: bool, progress: &Progress) {
    let format = target.format;
    let has_vision = film.dolby_vision().is_some();
    if has_vision && !copied {
        return tell(film, progress);
    }
    if !WITH_VISION.contains(&format) {
        tell_vision(film, progress);
    }
    if !WITH_SPACE.contains(&format) {
        tell_space(film, &format!("{format} has no place for it"), progress);
    }
    if format == "mp4" && (has_vision || film.projection().is_some() || film.views().is_some()) {
        // By itself, ffmpeg leaves out what the standard of the format does not have.
        plan.add(&["-strict", "unofficial"]);
    }
}

/// Tells of all of it, where another picture is drawn.
pub(super) fn tell(film: &Stream, progress: &Progress) {
    tell_vision(film, progress);
    tell_space(film, "the picture is drawn anew", progress);
}

fn tell_vision(film: &Stream, progress: &Progress) {
    if let Some((profile, alone)) = film.dolby_vision() {
        let wrong = if alone { ", and without it the colours are wrong" } else { "" };
        progress.warn(format!("What Dolby Vision (profile {profile}) adds to the colours is lost{wrong}"));
    }
}

fn tell_space(film: &Stream, why: &str, progress: &Progress) {
    if let Some(projection) = film.projection() {
        progress.warn(format!("That the picture lies around the viewer (360°, {projection}) is lost: {why}"));
    }
    if let Some(views) = film.views() {
        progress.warn(format!("Which part of the picture each eye sees (3D, {views}) is lost: {why}"));
    }
}
