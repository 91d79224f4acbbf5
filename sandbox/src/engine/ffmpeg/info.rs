//! Mode `info` of films and sound.

use serde_json::{Map, Value, json};

use super::done::Done;
use super::pace::is_uneven;
use super::probe::{Media, Stream};
use super::reader::reader;
use super::said::Said;
use super::{Failure, Outcome, Progress, Work, id3};

/// `format`, `duration` (seconds), `bitrate` (bits a second), `tags`, `chapters` (`start`, `end`, `title`), and `streams`.
pub(super) fn info(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    let plain = id3::plainly(work)?;
    let work = plain.as_ref().map_or(work, |(_, work)| work);
    let media = Media::of(work, progress)?;
    tell_what_is_cut(work, &media, progress)?;
    let streams = media.streams.iter().map(|stream| {
        let is_film = stream.codec_type == "video" && !stream.is_cover();
        let uneven = if is_film { is_uneven(stream, work, progress)? } else { false };
        Ok::<_, Failure>(said(stream, uneven))
    });
    let streams = streams.collect::<Result<Vec<_>, _>>()?;
    let chapters = media.chapters.iter().map(|chapter| {
        json!({
            "start": number(&chapter.start_time), "end": number(&chapter.end_time),
            "title": chapter.tags.get("title").cloned().unwrap_or_default(),
        })
    });
    Ok(Outcome::Info(json!({
        "format": media.format.names, "duration": media.duration(), "bitrate": media.bit_rate(),
        "size": work.input()?.size, "tags": tags(work, &media)?, "chapters": chapters.collect::<Vec<_>>(),
        "streams": streams,
    })))
}

/// What is said of a sound has several values of a name at times, of which ffmpeg gives one.
fn tags(work: &Work, media: &Media) -> Result<Map<String, Value>, Failure> {
    let is_film = media.kind("video").next().is_some();
    let said = if is_film { None } else { Said::of(&work.input()?.path) };
    Ok(said.map_or_else(|| media.tags().clone(), |said| said.with(media.tags())))
}

/// Tells of a file that ends too early, as a conversion does. A FLAC says nowhere how long it is but in samples.
fn tell_what_is_cut(work: &Work, media: &Media, progress: &Progress) -> Result<(), Failure> {
    let input = work.input()?;
    if media.format.names != "flac" {
        Done::default().tell(input, None, progress);
        return Ok(());
    }
    let mut ffmpeg = reader("ffmpeg");
    ffmpeg.args(["-nostdin", "-i"]).arg(&input.path);
    ffmpeg.args(["-map", "0:a", "-progress", "pipe:1", "-f", "null", "-"]);
    let (done, ended) = Done::of(&mut ffmpeg, media.duration(), progress);
    ended?;
    done.tell(input, media.duration(), progress);
    Ok(())
}

/// What the README says of each stream.
fn said(stream: &Stream, uneven: bool) -> Value {
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
    say("duration", number(&stream.duration).into());
    for tag in ["language", "title", "filename", "mimetype", "timecode"] {
        say(tag, stream.tags.get(tag).cloned().unwrap_or_default());
    }
    for kind in ["default", "forced", "comment", "hearing_impaired", "visual_impaired"] {
        say(kind, if stream.is_marked(kind) { true.into() } else { Value::Null });
    }
    match stream.codec_type.as_str() {
        "video" => {
            say("width", stream.width.into());
            say("height", stream.height.into());
            say("pixel_format", stream.pix_fmt.clone().into());
            say("frame_rate", stream.rate().map(|rate| (rate * 1000.0).round() / 1000.0).into());
            say("variable_frame_rate", uneven.into());
            say("interlaced", stream.is_interlaced().into());
            say("rotation", stream.rotation().into());
            say("mirrored", stream.is_mirrored().into());
            say("pixel_aspect_ratio", stream.sample_aspect_ratio.clone().into());
            say("aspect_ratio", stream.display_aspect_ratio.clone().into());
            say("hdr", stream.is_hdr().into());
            say("color_space", stream.color_space.clone().into());
            say("color_primaries", stream.color_primaries.clone().into());
            say("color_transfer", stream.color_transfer.clone().into());
            say("projection", stream.projection().into());
            say("views", stream.views().into());
            say("dolby_vision", stream.dolby_vision().map(|(profile, _)| profile).into());
            say("closed_captions", (stream.closed_captions > 0).into());
        }
        "audio" => {
            say("channels", stream.channels.into());
            say("channel_layout", stream.channel_layout.clone().into());
            say("depth", stream.depth().into());
            say("sample_rate", stream.sample_rate.parse::<u64>().ok().into());
        }
        _ => {}
    }
    Value::Object(said)
}

fn number(text: &str) -> Option<f64> {
    text.parse().ok()
}
