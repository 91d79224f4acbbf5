//! Titles, artists and other tags of a whole file and of its tracks.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Map, Value};

use super::plan::Plan;
use super::probe::{Media, OF_PROGRAMS};
use super::said::{Lost, has_part};
use super::target::{OF_RIFF, Tags, Target};
use super::{Failure, Progress};

/// Languages that `QuickTime` knows by another name of theirs (ISO 639-2/B) than others (ISO 639-2/T).
const IN_QUICKTIME: [(&str, &str); 20] = [
    ("bod", "tib"),
    ("ces", "cze"),
    ("cym", "wel"),
    ("deu", "ger"),
    ("ell", "gre"),
    ("eus", "baq"),
    ("fas", "per"),
    ("fra", "fre"),
    ("hye", "arm"),
    ("isl", "ice"),
    ("kat", "geo"),
    ("mkd", "mac"),
    ("mri", "mao"),
    ("msa", "may"),
    ("mya", "bur"),
    ("nld", "dut"),
    ("ron", "rum"),
    ("slk", "slo"),
    ("sqi", "alb"),
    ("zho", "chi"),
];

/// What a track may be marked as, by the name that ffmpeg has for it, and the formats in which it writes that.
const MARKS: [(&str, &[&str]); 7] = [
    ("forced", &["mp4", "mkv", "webm"]),
    ("comment", &["mp4", "mkv"]),
    ("hearing_impaired", &["mp4", "mkv"]),
    ("visual_impaired", &["mp4", "mkv"]),
    ("dub", &["mp4", "mkv"]),
    ("original", &["mkv"]),
    ("descriptions", &["mp4", "mkv", "webm"]),
];

/// Keeps the tags of a file where they have a place, and tells of the others.
pub(super) fn of_file(plan: &mut Plan, target: &Target, media: &Media, progress: &Progress) {
    let mut names: Vec<String> = said(media.tags()).collect();
    names.sort();
    let is_covered = |name: &str| plan.said.as_ref().is_some_and(|said| said.covers(name));
    let is_elsewhere = |name: &str| match target.tags {
        // What a WAV has room for, ffmpeg writes.
        _ if target.format == "wav" => false,
        // By a name of ffmpeg's own, under which nobody looks for words.
        _ if name.starts_with("lyrics-") => is_covered(name),
        Tags::Some(kept) => !kept.contains(&name) && is_covered(name),
        _ => false,
    };
    let is_told =
        |name: &str| matches!(target.tags, Tags::Some(kept) if !kept.contains(&name)) && !is_elsewhere(name);
    let told = media.tags().iter().filter(|(name, _)| is_told(&name.to_lowercase()));
    let told = told.filter_map(|(_, value)| value.as_str().map(str::to_owned)).collect();
    let (elsewhere, names): (Vec<String>, Vec<String>) =
        names.into_iter().partition(|name| is_elsewhere(name));
    plan.told = told;
    for name in elsewhere.iter().filter(|name| name.starts_with("lyrics-")) {
        plan.add(&["-metadata", &format!("{name}=")]);
    }
    let unread: Vec<String> = plan.said.as_ref().map_or_else(Vec::new, |said| {
        let unread = said.unread(media.tags(), &OF_RIFF);
        // No argument has a zero in it.
        unread.map(|(name, value)| format!("{name}={value}").replace('\0', "")).collect()
    });
    for tag in &unread {
        plan.add(&["-metadata", tag]);
    }
    match target.tags {
        Tags::None if !names.is_empty() => {
            progress.warn(format!("The title and other tags are lost: {} has none", target.format));
        }
        Tags::Some(kept) => {
            let lost: Vec<&str> =
                names.iter().map(String::as_str).filter(|name| !kept.contains(name)).collect();
            tell_lost(&lost, target, progress);
        }
        _ => {}
    }
    let created = media.tags().get("creation_time").and_then(Value::as_str);
    if let Some(time) = created.filter(|_| has(target.tags, "creation_time")) {
        // By itself, ffmpeg leaves it out.
        plan.add(&["-metadata", &format!("creation_time={time}")]);
    }
    // Ogg has them at its tracks, where ffmpeg leaves them.
    if let Some(track) = media.tagged_track().filter(|_| target.format != "ogg") {
        plan.add(&["-map_metadata:g", &format!("0:s:{}", track.index)]);
    }
}

/// Says in an output what ffmpeg has left out, and tells what has no place there.
pub(super) fn of_output(
    plan: &Plan,
    target: &Target,
    output: &Path,
    progress: &Progress,
) -> Result<(), Failure> {
    let Some(said) = &plan.said else { return Ok(()) };
    let lost = said.put_into(output);
    if lost.is_empty() {
        return Ok(());
    }
    // Some of it ffmpeg has written by a name of its own.
    let written = Media::at(output, progress)?;
    let known: Vec<&str> = plan.told.iter().map(String::as_str).chain(written.all_tags()).collect();
    let lost = lost.iter().filter(|lost| !known.iter().any(|value| has_part(value, &lost.value)));
    let (further, whole): (Vec<&Lost>, Vec<&Lost>) = lost.partition(|lost| lost.is_further);
    let names = |lost: &[&Lost]| lost.iter().map(|lost| lost.name.clone()).collect::<BTreeSet<_>>();
    let (further, whole) = (names(&further), names(&whole));
    tell_lost(&whole.iter().map(String::as_str).collect::<Vec<_>>(), target, progress);
    if !further.is_empty() {
        let (names, format) = (further.into_iter().collect::<Vec<_>>().join(", "), target.format);
        progress.warn(format!("Further values of these tags are lost: {names}; {format} has one of each"));
    }
    Ok(())
}

fn tell_lost(names: &[&str], target: &Target, progress: &Progress) {
    if !names.is_empty() {
        progress.warn(format!(
            "These tags are lost: {}; {} has no place for them",
            names.join(", "),
            target.format
        ));
    }
}

/// Whether a format has a place for a tag.
fn has(tags: Tags, name: &str) -> bool {
    match tags {
        Tags::None => false,
        Tags::Some(names) => names.contains(&name),
        Tags::All => true,
    }
}

/// Keeps what the tracks are called, and their languages, where the format has another way to say it than others.
pub(super) fn of_tracks(plan: &mut Plan, target: &Target, media: &Media, progress: &Progress) {
    let named = media.kind("audio").take(if target.is_film() { usize::MAX } else { 1 }).any(|track| {
        track.tags.get("language").and_then(Value::as_str).is_some_and(|language| language != "und")
    });
    if named && matches!(target.format, "avi" | "mp3" | "flac" | "wav") {
        progress.warn(format!("The language of the sound is lost: {} has no place for it", target.format));
    }
    marks(target, media, progress);
    if !matches!(target.format, "mp4" | "mov" | "m4a") {
        return;
    }
    for (kind, letter) in [("video", "v"), ("audio", "a"), ("subtitle", "s")] {
        for (number, track) in
            media.kind(kind).enumerate().take_while(|(number, _)| target.is_film() || *number == 0)
        {
            let tag = |name: &str| track.tags.get(name).and_then(Value::as_str);
            let place = format!("-metadata:s:{letter}:{number}");
            if let Some(title) = tag("title").filter(|_| media.tagged_track().is_none()) {
                plan.add(&[&place, &format!("handler_name={title}")]);
            }
            let known = IN_QUICKTIME.iter().find(|(name, _)| tag("language") == Some(name));
            if let Some((_, name)) = known.filter(|_| target.format == "mov") {
                plan.add(&[&place, &format!("language={name}")]);
            }
        }
    }
}

/// Tells which marks of the tracks that are taken over are lost.
fn marks(target: &Target, media: &Media, progress: &Progress) {
    let sounds = target.most_tracks();
    let subtitles = if target.subtitles.is_some() { usize::MAX } else { 0 };
    let tracks = || media.kind("audio").take(sounds).chain(media.kind("subtitle").take(subtitles));
    let lost = MARKS.iter().filter(|(_, formats)| !formats.contains(&target.format)).map(|(mark, _)| *mark);
    let lost: Vec<&str> = lost.filter(|mark| tracks().any(|track| track.is_marked(mark))).collect();
    if !lost.is_empty() {
        let (format, marks) = (target.format, lost.join(", "));
        progress.warn(format!("What tracks are marked as is lost: {marks}; {format} has no place for it"));
    }
}

/// The names of tags that people wrote, in small letters.
fn said(tags: &Map<String, Value>) -> impl Iterator<Item = String> {
    tags.keys().map(|name| name.to_lowercase()).filter(|name| !OF_PROGRAMS.contains(&name.as_str()))
}
