//! Audio and video, by `ffmpeg` where it is on the PATH.

use std::process::Command;

use serde_json::{Value, json};

use super::{Failure, Outcome, Progress, Types, Work, command};

const VIDEO: &[&str] = &["flv", "mp4", "mkv", "mov", "avi", "webm", "mpg", "3gp"];
const AUDIO: &[&str] = &["mp3", "wav", "ogg", "flac", "m4a"];

pub(super) fn add(types: &mut Types) {
    if command::find("ffmpeg").is_none() {
        return;
    }
    for input in VIDEO {
        for output in ["mp4", "mkv", "mov", "webm", "avi", "gif"].iter().chain(AUDIO) {
            types.add("video", "ffmpeg", (input, output), options(), convert);
        }
    }
    for input in AUDIO {
        for output in AUDIO {
            types.add("audio", "ffmpeg", (input, output), options(), convert);
        }
    }
}

fn options() -> Value {
    json!({"audio_codec": Value::Null, "video_codec": Value::Null, "audio_bitrate": Value::Null})
}

fn convert(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    let output = work.output();
    let mut ffmpeg = Command::new("ffmpeg");
    // Only the given file is read: playlists must not make it open others.
    ffmpeg.args(["-hide_banner", "-nostdin", "-v", "error", "-y", "-protocol_whitelist", "file,pipe", "-i"]);
    ffmpeg.arg(work.input()?);
    for (option, flag) in [("audio_codec", "-c:a"), ("video_codec", "-c:v")] {
        if let Some(codec) =
            work.options.get(option).and_then(Value::as_str).filter(|codec| !codec.is_empty())
        {
            ffmpeg.args([flag, encoder(codec)?]);
        }
    }
    if let Some(kilobits) = work.number("audio_bitrate", 8, 1000)? {
        ffmpeg.args(["-b:a", &format!("{kilobits}k")]);
    }
    ffmpeg.args(["-progress", "pipe:1"]).arg(&output);
    let length = length(work);
    command::run(&mut ffmpeg, progress, |line| match line.strip_prefix("out_time_us=") {
        Some(time) => match (time.parse::<f64>(), length) {
            (Ok(done), Some(length)) => progress.set(done / 10_000.0 / length, ""),
            _ => Ok(()),
        },
        None => Ok(()),
    })?;
    Ok(Outcome::Files(vec![output]))
}

/// The encoders that can be asked for by the names of the documentation.
fn encoder(codec: &str) -> Result<&'static str, Failure> {
    match codec.to_ascii_lowercase().as_str() {
        "flac" => Ok("flac"),
        "aac" => Ok("aac"),
        "mp3" => Ok("libmp3lame"),
        "opus" => Ok("libopus"),
        "vorbis" => Ok("libvorbis"),
        "h264" => Ok("libx264"),
        "vp9" => Ok("libvpx-vp9"),
        "copy" => Ok("copy"),
        _ => Err(Failure::BadParameter(format!("converteroptions: there is no codec {codec}"))),
    }
}

/// How long the input plays, in seconds.
fn length(work: &Work) -> Option<f64> {
    let mut ffprobe = Command::new("ffprobe");
    ffprobe.args([
        "-v",
        "error",
        "-protocol_whitelist",
        "file,pipe",
        "-show_entries",
        "format=duration",
        "-of",
        "csv=p=0",
    ]);
    let output = ffprobe.arg(work.input().ok()?).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok().filter(|seconds| *seconds > 0.0)
}
