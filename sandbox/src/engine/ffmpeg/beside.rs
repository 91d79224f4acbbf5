//! What a film or a sound has beside picture and sound: subtitles, attached files, a cover.

use super::cover::{Cover, Place, bytes};
use super::hidden;
use super::plan::Plan;
use super::probe::{Media, Stream};
use super::target::Target;
use super::{Failure, Progress, Work, spoken};

/// Subtitles that are pictures, which no other format takes.
const PICTURES: [&str; 4] = ["hdmv_pgs_subtitle", "dvd_subtitle", "dvb_subtitle", "xsub"];

/// Formats with a time code.
const TIMED: [&str; 4] = ["mp4", "mov", "mkv", "webm"];

pub(super) fn subtitles(
    plan: &mut Plan,
    work: &Work,
    target: &Target,
    media: &Media,
    progress: &Progress,
) -> Result<(), Failure> {
    let mut number = 0;
    for subtitle in media.kind("subtitle") {
        let picture = PICTURES.contains(&subtitle.codec_name.as_str());
        let encoder = match target.subtitles {
            // It takes all kinds.
            Some("srt") if picture || matches!(subtitle.codec_name.as_str(), "ass" | "subrip" | "webvtt") => {
                "copy"
            }
            // Written anew, it would say less.
            Some("webvtt") if subtitle.codec_name == "webvtt" => "copy",
            Some(encoder) if !picture => encoder,
            _ => {
                progress.warn(format!(
                    "Subtitles are lost: {} has none of their kind ({})",
                    target.format, subtitle.codec_name
                ));
                continue;
            }
        };
        if encoder != "copy" && matches!(subtitle.codec_name.as_str(), "ass" | "ssa") {
            progress
                .warn(format!("How subtitles look, and where, is lost: {} has their text", target.format));
        }
        if encoder == "mov_text" && subtitle.codec_name == "webvtt" {
            spoken::tell(work, subtitle, target, progress)?;
        }
        plan.map(subtitle);
        plan.add(&[&format!("-c:s:{number}"), encoder]);
        number += 1;
    }
    Ok(())
}

/// Files that a film brings along, such as fonts of its subtitles; gives how many there are.
pub(super) fn attachments(plan: &mut Plan, target: &Target, media: &Media, progress: &Progress) -> usize {
    let files: Vec<&Stream> = media.kind("attachment").collect();
    if files.is_empty() {
        return 0;
    }
    if target.cover != Place::Attachment {
        progress.warn(format!(
            "Attached files (fonts of subtitles) are lost: {} has no place for them",
            target.format
        ));
        return 0;
    }
    for file in &files {
        plan.map(file);
    }
    plan.add(&["-c:t", "copy"]);
    files.len()
}

/// Keeps the chapters with the sound that they are about. In an MP3 this is at the beginning, however late it was.
pub(super) fn chapters(plan: &mut Plan, target: &Target, media: &Media, progress: &Progress) {
    /// What encoders put before a sound is less, in seconds.
    const LATE: f64 = 0.1;
    if media.chapters.is_empty() {
        return;
    }
    if !target.chapters {
        progress.warn(format!("The chapters are lost: {} has none", target.format));
        // Some it would write, with wrong times.
        plan.add(&["-map_chapters", "-1"]);
        return;
    }
    let start = media.start();
    let late = media.kind("audio").next().map_or(0.0, |sound| sound.start() - start);
    if target.format == "mp3" && late > LATE {
        plan.late = Some(late);
        let is_over = |end: &str| end.parse::<f64>().is_ok_and(|end| end - start <= late);
        if media.chapters.iter().any(|chapter| is_over(&chapter.end_time)) {
            progress.warn("The chapters that end before the sound begins are lost");
        }
    }
}

/// Tracks of measurements and the like, which nothing but their own program reads.
pub(super) fn data(target: &Target, media: &Media, progress: &Progress) {
    let timed =
        media.kind("video").any(|film| film.tags.keys().any(|name| name.eq_ignore_ascii_case("timecode")));
    if timed && !TIMED.contains(&target.format) && media.kind("data").next().is_none() {
        progress.warn(format!("The time code is lost: {} has no place for it", target.format));
    }
    for track in media.kind("data") {
        let kept = match track.codec_tag_string.as_str() {
            // The titles of chapters.
            "text" => !media.chapters.is_empty(),
            // The time code, which ffmpeg writes anew.
            "tmcd" => TIMED.contains(&target.format),
            _ => false,
        };
        if !kept {
            progress
                .warn(format!("A track of data is lost in {}: {}", target.format, track.codec_tag_string));
        }
    }
}

/// A cover stays beside the sound, and never becomes a film.
pub(super) fn cover(
    plan: &mut Plan,
    work: &Work,
    target: &Target,
    media: &Media,
    (film, attached): (bool, usize),
    progress: &Progress,
) -> Result<(), Failure> {
    let seen = media.covers().count();
    let mut hidden = hidden::pictures(&work.input()?.path, seen);
    if seen + hidden.len() == 0 {
        return Ok(());
    }
    if target.cover == Place::None {
        progress.warn(format!("The cover picture is lost: {} has no place for it", target.format));
        return Ok(());
    }
    if seen + hidden.len() > 1 {
        progress.warn("Of several cover pictures, the first is kept");
    }
    plan.picture = usize::from(film && target.is_film());
    let Some(cover) = media.covers().find(|cover| cover.width > 0) else {
        // Its content says what it is.
        let content = match media.cover() {
            Some(cover) => bytes(work, cover, progress)?,
            None => Some(hidden.swap_remove(0)),
        };
        plan.cover = content.and_then(|file| Cover::of_file(file, target.cover, attached, progress));
        if plan.cover.is_none() {
            progress.warn("The cover picture is lost: it cannot be read");
        }
        return Ok(());
    };
    if target.cover == Place::Stream {
        let number = plan.picture;
        // Players know these two kinds.
        let encoder = if matches!(cover.codec_name.as_str(), "mjpeg" | "png") { "copy" } else { "png" };
        plan.map(cover);
        plan.add(&[&format!("-c:v:{number}"), encoder, &format!("-disposition:v:{number}"), "attached_pic"]);
    } else {
        plan.cover = Some(Cover::new(cover, target.cover, attached));
    }
    Ok(())
}
