//! Audio and video, by `ffmpeg` where it is on the PATH.

use serde_json::{Value, json};
use tokio::process::Command;

use super::command::{self, Installed};
use super::{ConversionType, Failure, Outcome, Progress, Work};

const VIDEO_INPUTS: [&str; 8] = ["flv", "mp4", "mkv", "mov", "avi", "webm", "mpg", "3gp"];
const AUDIO_INPUTS: [&str; 5] = ["mp3", "wav", "ogg", "flac", "m4a"];
/// Formats that are written, and the encoders that ffmpeg takes for them.
const VIDEO: [(&str, &[&str]); 6] = [
    ("mp4", &["libx264", "aac"]),
    ("mkv", &["libx264", "libvorbis"]),
    ("mov", &["libx264", "aac"]),
    ("webm", &["libvpx-vp9", "libopus"]),
    ("avi", &["mpeg4", "libmp3lame"]),
    ("gif", &["gif"]),
];
const AUDIO: [(&str, &[&str]); 5] = [
    ("mp3", &["libmp3lame"]),
    ("wav", &["pcm_s16le"]),
    ("ogg", &["libvorbis"]),
    ("flac", &["flac"]),
    ("m4a", &["aac"]),
];
/// What may be asked for as `audio_codec` and `video_codec`.
const CODECS: [(&str, &str); 8] = [
    ("aac", "aac"),
    ("flac", "flac"),
    ("mp3", "libmp3lame"),
    ("opus", "libopus"),
    ("vorbis", "libvorbis"),
    ("h264", "libx264"),
    ("vp9", "libvpx-vp9"),
    ("copy", "copy"),
];
/// What inputs may be. Of others, playlists above all, ffmpeg would open the files that they name.
const READERS: &str =
    "3g2,3gp,aac,avi,flac,flv,m4a,matroska,mj2,mov,mp3,mp4,mpeg,mpegts,mpegvideo,ogg,wav,webm";
/// The largest picture of a film, in pixels.
const MAX_PIXELS: &str = "100000000";

pub(super) fn types(installed: &Installed) -> Vec<ConversionType> {
    let options =
        json!({"audio_codec": Value::Null, "video_codec": Value::Null, "audio_bitrate": Value::Null});
    let films = ("video", &VIDEO_INPUTS[..], [&VIDEO[..], &AUDIO[..]].concat());
    let sounds = ("audio", &AUDIO_INPUTS[..], AUDIO.to_vec());
    let mut types = Vec::new();
    for (group, inputs, mut outputs) in [films, sounds] {
        outputs.retain(|(_, encoders)| encoders.iter().all(|encoder| installed.encoder(encoder)));
        for input in inputs {
            types.extend(outputs.iter().map(|(output, _)| {
                ConversionType::new(group, "ffmpeg", (input, output), convert)
                    .options(options.clone())
                    .program()
            }));
        }
    }
    types
}

/// Whether inputs of this format are for ffmpeg, be it here or not.
pub(super) fn reads(format: &str) -> bool {
    VIDEO_INPUTS.contains(&format) || AUDIO_INPUTS.contains(&format)
}

fn convert(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    let output = work.output();
    let mut ffmpeg = reader("ffmpeg");
    ffmpeg.args(["-nostdin", "-y", "-max_pixels", MAX_PIXELS, "-i"]).arg(&work.input()?.path);
    for (option, flag) in [("audio_codec", "-c:a"), ("video_codec", "-c:v")] {
        if let Some(codec) = work.word(option) {
            ffmpeg.args([flag, encoder(&codec)?]);
        }
    }
    if let Some(kilobits) = work.number("audio_bitrate", 8, 1000)? {
        ffmpeg.args(["-b:a", &format!("{kilobits}k")]);
    }
    ffmpeg.args(["-progress", "pipe:1", "-stats_period", "0.2"]).arg(&output);
    let length = length(work, progress)?;
    command::run(&mut ffmpeg, progress, |line| {
        let time = line.strip_prefix("out_time_us=").and_then(|time| time.parse::<f64>().ok());
        if let (Some(time), Some(length)) = (time, length) {
            progress.percent(time / 10_000.0 / length);
        }
    })?;
    Ok(Outcome::Files(vec![output]))
}

/// A program of ffmpeg's that opens the input and nothing else.
fn reader(program: &str) -> Command {
    let mut command = command::program(program);
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

fn encoder(codec: &str) -> Result<&'static str, Failure> {
    let known = CODECS.iter().find(|(name, _)| name.eq_ignore_ascii_case(codec));
    known.map(|(_, encoder)| *encoder).ok_or_else(|| {
        let names: Vec<&str> = CODECS.iter().map(|(name, _)| *name).collect();
        Failure::BadParameter(format!("converteroptions: codecs are {}", names.join(", ")))
    })
}

/// How long the input plays, in seconds, where it says so.
fn length(work: &Work, progress: &Progress) -> Result<Option<f64>, Failure> {
    let mut ffprobe = reader("ffprobe");
    ffprobe.args(["-show_entries", "format=duration", "-of", "csv=p=0"]).arg(&work.input()?.path);
    let mut length = None;
    let probed = command::run(&mut ffprobe, progress, |line| {
        length = line.parse().ok().filter(|seconds| *seconds > 0.0).or(length);
    });
    match probed {
        Err(Failure::Cancelled) => Err(Failure::Cancelled),
        _ => Ok(length),
    }
}
