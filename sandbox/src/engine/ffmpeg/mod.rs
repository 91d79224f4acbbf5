//! Audio and video, by `ffmpeg` where it is on the PATH.

mod asked;
mod beside;
mod cover;
mod depth;
mod done;
mod encode;
mod frames;
mod hidden;
mod id3;
mod info;
mod overlay;
mod pace;
mod picture;
mod plan;
mod probe;
mod reader;
mod said;
mod sound;
mod space;
mod spoken;
mod streams;
mod tags;
mod target;
mod unread;
mod whole;

use serde_json::{Value, json};

use super::program::{self, Installed};
use super::{ConversionType, Failure, Mode, Outcome, Progress, Work};
use encode::encode;
use probe::Media;
use target::{TARGETS, Target};

pub(super) use frames::frames;
pub(super) use overlay::{frame_size, overlay};

const VIDEO_INPUTS: [&str; 8] = ["flv", "mp4", "mkv", "mov", "avi", "webm", "mpg", "3gp"];
const AUDIO_INPUTS: [&str; 5] = ["mp3", "wav", "ogg", "flac", "m4a"];

pub(super) fn types(installed: &Installed) -> Vec<ConversionType> {
    let mut types = Vec::new();
    for (group, inputs) in [("video", &VIDEO_INPUTS[..]), ("audio", &AUDIO_INPUTS[..])] {
        let fits = |target: &&Target| group == "video" || !target.is_film();
        let here = |target: &&Target| target.encoders().all(|encoder| installed.encoder(encoder));
        for input in inputs {
            let new = |output, run| ConversionType::new(group, "ffmpeg", (input, output), run).program();
            types.extend(
                TARGETS
                    .iter()
                    .filter(fits)
                    .filter(here)
                    .map(|target| new(target.format, convert).options(options(target))),
            );
            if installed.program("ffmpeg") && installed.program("ffprobe") {
                types.push(new("*", info::info).mode(Mode::Info));
            }
        }
    }
    types
}

fn options(target: &Target) -> Value {
    let mut options = json!({});
    if target.is_film() {
        options["video_codec"] = Value::Null;
        options["video_bitrate"] = Value::Null;
        options["video_fps"] = Value::Null;
    }
    if !target.audio.is_empty() {
        options["audio_codec"] = Value::Null;
        options["audio_bitrate"] = Value::Null;
    }
    options
}

/// Whether inputs of this format are for ffmpeg, be it here or not.
pub(super) fn reads(format: &str) -> bool {
    VIDEO_INPUTS.contains(&format) || AUDIO_INPUTS.contains(&format)
}

fn convert(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    match id3::plainly(work)? {
        Some((_folder, work)) => convert_plain(&work, progress),
        None => convert_plain(work, progress),
    }
}

fn convert_plain(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    let media = Media::of(work, progress)?;
    // Of the formats here, only these say what is hidden.
    let hides = matches!(work.output_format.as_str(), "mp4" | "mov" | "m4a");
    let copy = hides || !media.begins_hidden(work, progress)?;
    let planned = streams::plan(work, &media, copy, progress)?;
    match encode(work, &media, &planned, progress) {
        // Not everything that should fit does, seldom times above all.
        Err(Failure::BadInput(_)) if planned.copies => {
            encode(work, &media, &streams::plan(work, &media, false, progress)?, progress)
        }
        result => result,
    }
}

/// The formats of films that can be read and written.
pub(super) fn films(installed: &Installed) -> impl Iterator<Item = &'static str> {
    let here = |target: &&Target| target.is_film() && target.encoders().all(|name| installed.encoder(name));
    let films = TARGETS.iter().filter(here).map(|target| target.format);
    films.filter(|format| VIDEO_INPUTS.contains(format)).collect::<Vec<_>>().into_iter()
}

/// The formats of films that can be read.
pub(super) fn readable(installed: &Installed) -> &'static [&'static str] {
    if installed.program("ffmpeg") && installed.program("ffprobe") { &VIDEO_INPUTS } else { &[] }
}
