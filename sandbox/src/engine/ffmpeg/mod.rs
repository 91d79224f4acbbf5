//! Audio and video, by `ffmpeg` where it is on the PATH.

mod asked;
mod beside;
mod cover;
mod done;
mod frames;
mod info;
mod overlay;
mod pace;
mod picture;
mod plan;
mod probe;
mod sound;
mod space;
mod streams;
mod tags;
mod target;
mod unread;
mod whole;

use serde_json::{Value, json};
use tokio::process::Command;

use super::program::{self, Installed};
use super::{ConversionType, Failure, Mode, Outcome, Progress, Work};
use done::Done;
use plan::Plan;
use probe::Media;
use target::{TARGETS, Target};

pub(super) use frames::frames;
pub(super) use overlay::{frame_size, overlay};

const VIDEO_INPUTS: [&str; 8] = ["flv", "mp4", "mkv", "mov", "avi", "webm", "mpg", "3gp"];
const AUDIO_INPUTS: [&str; 5] = ["mp3", "wav", "ogg", "flac", "m4a"];
/// What inputs may be. Of others, playlists above all, ffmpeg would open the files that they name.
const READERS: &str =
    "3g2,3gp,aac,avi,flac,flv,m4a,matroska,mj2,mov,mp3,mp4,mpeg,mpegts,mpegvideo,ogg,wav,webm";
/// The largest picture of a film, in pixels.
const MAX_PIXELS: &str = "100000000";

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

fn encode(work: &Work, media: &Media, plan: &Plan, progress: &Progress) -> Result<Outcome, Failure> {
    let (output, length) = (work.output(), media.duration());
    let folder = tempfile::tempdir_in(&work.output_dir).map_err(Failure::io)?;
    let cover = plan.cover.as_ref().map(|cover| cover.take(work, folder.path(), progress));
    let (more_inputs, cover) = cover.transpose()?.unwrap_or_default();
    let mut ffmpeg = reader("ffmpeg");
    ffmpeg.args(["-nostdin", "-y", "-max_pixels", MAX_PIXELS, "-i"]).arg(&work.input()?.path);
    ffmpeg
        .args(&plan.inputs)
        .args(more_inputs)
        .args(&plan.arguments)
        .args(cover)
        .args(["-progress", "pipe:1", "-stats_period", "0.2"])
        .arg(&output);
    let (done, ended) = Done::of(&mut ffmpeg, length, progress);
    if length.is_none() && done.is_nothing() && matches!(ended, Ok(()) | Err(Failure::BadInput(_))) {
        return Err(Failure::BadInput(
            "The input file is empty: it has neither a picture nor a sample of sound that can be read".into(),
        ));
    }
    ended?;
    done.tell(work.input()?, length, progress);
    Ok(Outcome::Files(vec![output]))
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

/// A program of ffmpeg's that opens the input and nothing else.
fn reader(program: &str) -> Command {
    let mut command = program::named(program);
    command.args([
        "-hide_banner",
        "-v",
        "error",
        "-protocol_whitelist",
        "file",
        "-format_whitelist",
        READERS,
    ]);
    command
}
