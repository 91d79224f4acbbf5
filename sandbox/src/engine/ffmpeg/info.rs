//! Mode `info` of films and sound.

use serde_json::{Map, Value, json};

use super::probe::{Media, Stream};
use super::{Failure, Outcome, Progress, Work};

/// `format`, `duration` (seconds), `bitrate` (bits a second), `tags`, `chapters` (`start`, `end`, `title`), and `streams`.
pub(super) fn info(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    let media = Media::of(work, progress)?;
    let streams: Vec<Value> = media.streams.iter().map(stream).collect();
    let chapters = media.chapters.iter().map(|chapter| {
        json!({
            "start": number(&chapter.start_time), "end": number(&chapter.end_time),
            "title": chapter.tags.get("title").cloned().unwrap_or_default(),
        })
    });
    Ok(Outcome::Info(json!({
        "format": media.format.names, "duration": media.duration(), "bitrate": media.bit_rate(),
        "size": work.input()?.size, "tags": media.tags(), "chapters": chapters.collect::<Vec<_>>(),
        "streams": streams,
    })))
}

/// `type` (`video`, `audio`, `subtitle`, or `cover`), `codec`, `profile`, `language` and `title` of each; of pictures `width`,
/// `height`, `pixel_format`, `frame_rate`, `rotation` (degrees clockwise), `aspect_ratio` and `hdr`; of sound `channels` and
/// `sample_rate` (Hz).
fn stream(stream: &Stream) -> Value {
    let mut said = Map::new();
    let mut say = |name: &str, value: Value| {
        if !matches!(&value, Value::Null) && value != "" {
            said.insert(name.to_owned(), value);
        }
    };
    say("type", if stream.is_cover() { "cover".into() } else { stream.codec_type.clone().into() });
    say("codec", stream.codec_name.clone().into());
    say("profile", stream.profile.clone().into());
    say("bitrate", stream.bit_rate.parse::<u64>().ok().into());
    for tag in ["language", "title"] {
        say(tag, stream.tags.get(tag).cloned().unwrap_or_default());
    }
    match stream.codec_type.as_str() {
        "video" => {
            say("width", stream.width.into());
            say("height", stream.height.into());
            say("pixel_format", stream.pix_fmt.clone().into());
            say("frame_rate", frame_rate(&stream.avg_frame_rate).into());
            say("rotation", stream.rotation().into());
            say("pixel_aspect_ratio", stream.sample_aspect_ratio.clone().into());
            say("aspect_ratio", stream.display_aspect_ratio.clone().into());
            say("hdr", stream.is_hdr().into());
        }
        "audio" => {
            say("channels", stream.channels.into());
            say("sample_rate", stream.sample_rate.parse::<u64>().ok().into());
        }
        _ => {}
    }
    Value::Object(said)
}

fn number(text: &str) -> Option<f64> {
    text.parse().ok()
}

/// Pictures a second, of `30000/1001`.
fn frame_rate(text: &str) -> Option<f64> {
    let (pictures, seconds) = text.split_once('/')?;
    let rate = number(pictures)? / number(seconds)?;
    rate.is_finite().then(|| (rate * 1000.0).round() / 1000.0)
}
