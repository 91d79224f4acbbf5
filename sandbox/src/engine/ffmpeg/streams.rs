//! What becomes of each stream of an input: what fits is copied, what does not is coded anew, and what has no place is told.

use super::beside::{attachments, chapters, cover, data, subtitles};
use super::picture::video;
use super::plan::Plan;
use super::probe::Media;
use super::said::Said;
use super::sound::audio;
use super::target::Target;
use super::{Failure, Progress, Work, tags, unread};

/// Plans an output; `copy` may copy streams.
pub(super) fn plan(work: &Work, media: &Media, copy: bool, progress: &Progress) -> Result<Plan, Failure> {
    let target = Target::named(&work.output_format);
    let mut plan = Plan::default();
    let (film, sound) = (media.kind("video").next(), media.kind("audio").next());
    match (film, sound) {
        (None, _) if target.format == "gif" => {
            return Err(Failure::BadInput("The input file has no moving picture".into()));
        }
        (_, None) if !target.is_film() => {
            return Err(Failure::BadInput("The input file has no sound".into()));
        }
        (None, None) => {
            return Err(Failure::BadInput("The input file has neither a picture nor sound".into()));
        }
        _ => {}
    }
    if let Some(film) = film.filter(|_| target.is_film()) {
        video(&mut plan, work, target, (media, film), copy, progress)?;
    }
    audio(&mut plan, work, target, media, copy, progress)?;
    others(&mut plan, work, target, media, progress)?;
    Ok(plan)
}

/// Plans all but picture and sound.
pub(super) fn others(
    plan: &mut Plan,
    work: &Work,
    target: &Target,
    media: &Media,
    progress: &Progress,
) -> Result<(), Failure> {
    if target.is_film() {
        subtitles(plan, work, target, media, progress)?;
    }
    let attached = attachments(plan, target, media, progress);
    let has_film = media.kind("video").next().is_some();
    cover(plan, work, target, media, (has_film, attached), progress)?;
    chapters(plan, target, media, progress);
    if !target.is_film() {
        plan.said = Said::of(&work.input()?.path);
    }
    tags::of_file(plan, target, media, progress);
    unread::tell(&work.input()?.path, plan.said.as_ref(), progress);
    tags::of_tracks(plan, target, media, progress);
    data(target, media, progress);
    if matches!(target.format, "mp4" | "mov" | "m4a") {
        // The directory before the content, so that it plays while it loads.
        plan.add(&["-movflags", "+faststart"]);
    }
    if target.format == "mp3" {
        plan.add(&["-id3v2_version", "3"]);
    }
    Ok(())
}
