//! What `ffprobe` says of an input.

use std::path::Path;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::reader::reader;
use super::whole::breaks_off;
use super::{Failure, Progress, Work, program};

const BROKEN_OFF: &str =
    "The input file is broken off: what says where its pictures and its sound are is missing";

/// Tags that programs write for themselves.
pub(super) const OF_PROGRAMS: [&str; 8] = [
    "encoder",
    "major_brand",
    "minor_version",
    "compatible_brands",
    "duration",
    "software",
    "timecode",
    "id3v2_priv.xmp",
];

#[derive(Deserialize)]
pub(super) struct Media {
    #[serde(default)]
    pub(super) format: Format,
    #[serde(default)]
    pub(super) streams: Vec<Stream>,
    #[serde(default)]
    pub(super) chapters: Vec<Chapter>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Format {
    #[serde(rename = "format_name")]
    pub(super) names: String,
    start_time: String,
    duration: String,
    bit_rate: String,
    tags: Map<String, Value>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Stream {
    pub(super) index: u32,
    pub(super) codec_type: String,
    pub(super) codec_name: String,
    pub(super) codec_tag_string: String,
    field_order: String,
    pub(super) profile: String,
    pub(super) pix_fmt: String,
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) sample_aspect_ratio: String,
    pub(super) display_aspect_ratio: String,
    avg_frame_rate: String,
    /// How long a step of its times is, in seconds: `1/90000`.
    pub(super) time_base: String,
    pub(super) color_transfer: String,
    pub(super) sample_rate: String,
    pub(super) channels: u32,
    pub(super) channel_layout: String,
    bits_per_raw_sample: String,
    bits_per_sample: u32,
    pub(super) closed_captions: u32,
    start_time: String,
    pub(super) duration: String,
    pub(super) color_space: String,
    pub(super) color_primaries: String,
    pub(super) bit_rate: String,
    disposition: Map<String, Value>,
    pub(super) tags: Map<String, Value>,
    side_data_list: Vec<SideData>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct SideData {
    #[serde(rename = "side_data_type")]
    name: String,
    rotation: Option<f64>,
    /// Three lines of three numbers, each line with an address before it.
    displaymatrix: String,
    /// Of a view all around.
    projection: Option<Value>,
    /// Of a view for each eye.
    #[serde(rename = "type")]
    kind: Option<Value>,
    dv_profile: Option<u32>,
    /// What a picture of Dolby Vision is to others: 0 is nothing that they can show.
    dv_bl_signal_compatibility_id: Option<u32>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Chapter {
    pub(super) start_time: String,
    pub(super) end_time: String,
    pub(super) tags: Map<String, Value>,
}

impl Media {
    pub(super) fn of(work: &Work, progress: &Progress) -> Result<Self, Failure> {
        let path = &work.input()?.path;
        Self::at(path, progress).map_err(|failure| match failure {
            Failure::BadInput(_) if breaks_off(path) => Failure::BadInput(BROKEN_OFF.into()),
            failure => failure,
        })
    }

    pub(super) fn at(path: &Path, progress: &Progress) -> Result<Self, Failure> {
        let mut ffprobe = reader("ffprobe");
        ffprobe.args(["-show_format", "-show_streams", "-show_chapters", "-of", "json"]);
        let said = program::output(ffprobe.arg(path), progress)?;
        serde_json::from_str(&said).map_err(|error| Failure::corrupt("film or sound", error))
    }

    /// Whether a list of edits hides its first pictures, which a copy elsewhere would show.
    pub(super) fn begins_hidden(&self, work: &Work, progress: &Progress) -> Result<bool, Failure> {
        if !self.format.names.split(',').any(|name| name == "mov") || self.kind("video").next().is_none() {
            return Ok(false);
        }
        let mut ffprobe = reader("ffprobe");
        ffprobe.args(["-select_streams", "V:0", "-read_intervals", "%+#1", "-show_entries", "packet=flags"]);
        let said = program::output(ffprobe.args(["-of", "csv=p=0"]).arg(&work.input()?.path), progress)?;
        Ok(said.contains('D'))
    }

    /// How long it plays, in seconds, where it says so.
    pub(super) fn duration(&self) -> Option<f64> {
        self.format.duration.parse().ok().filter(|seconds| *seconds > 0.0)
    }

    /// When its first track begins, in seconds; 0 where it does not say.
    pub(super) fn start(&self) -> f64 {
        self.format.start_time.parse().unwrap_or_default()
    }

    /// How long the picture plays that an output takes of it, and the sound; subtitles may go on for longer, and a film for
    /// longer than its sound.
    pub(super) fn length_of(&self, (picture, sounds): (bool, usize)) -> Option<f64> {
        let tracks = self.kind("video").filter(|_| picture).chain(self.kind("audio").take(sounds));
        let lengths: Option<Vec<f64>> = tracks.map(Stream::length).collect();
        let longest = lengths.and_then(|lengths| lengths.into_iter().reduce(f64::max));
        let others = ["subtitle", "data"].into_iter().any(|kind| self.kind(kind).next().is_some());
        longest.or_else(|| self.duration().filter(|_| !others))
    }

    pub(super) fn bit_rate(&self) -> Option<u64> {
        self.format.bit_rate.parse().ok()
    }

    /// Title, artist and the like.
    pub(super) fn tags(&self) -> &Map<String, Value> {
        self.tagged_track().map_or(&self.format.tags, |track| &track.tags)
    }

    /// The values of all tags, of the file and of its tracks.
    pub(super) fn all_tags(&self) -> impl Iterator<Item = &str> {
        let tracks = self.streams.iter().map(|track| &track.tags);
        let tags = std::iter::once(&self.format.tags).chain(tracks);
        tags.flat_map(Map::values).filter_map(Value::as_str)
    }

    /// The track that has the tags of the file, where that has none.
    pub(super) fn tagged_track(&self) -> Option<&Stream> {
        let is_ogg = self.format.names == "ogg" && self.format.tags.is_empty();
        self.kind("audio").next().filter(|_| is_ogg)
    }

    /// The streams of a kind, without cover pictures.
    pub(super) fn kind(&self, kind: &'static str) -> impl Iterator<Item = &Stream> {
        self.streams.iter().filter(move |stream| stream.codec_type == kind && !stream.is_cover())
    }

    pub(super) fn cover(&self) -> Option<&Stream> {
        self.covers().next()
    }

    pub(super) fn covers(&self) -> impl Iterator<Item = &Stream> {
        self.streams.iter().filter(|stream| stream.is_cover())
    }
}

impl Stream {
    pub(super) fn is_cover(&self) -> bool {
        self.is_marked("attached_pic")
    }

    /// Whether it is marked as this, by the name that ffmpeg has for it.
    pub(super) fn is_marked(&self, mark: &str) -> bool {
        self.disposition.get(mark).and_then(Value::as_u64) == Some(1)
    }

    /// When it begins, in seconds; 0 where it does not say.
    pub(super) fn start(&self) -> f64 {
        self.start_time.parse().unwrap_or_default()
    }

    /// How long it plays, in seconds, where it says so; Matroska says when it ends.
    fn length(&self) -> Option<f64> {
        let own = self.duration.parse().ok();
        let end = || {
            let text = ["DURATION", "duration"].into_iter().find_map(|name| self.tags.get(name)?.as_str())?;
            let mut parts = text.split(':').map(|part| part.parse::<f64>().ok());
            let (hours, minutes, seconds) = (parts.next()??, parts.next()??, parts.next()??);
            Some(hours * 3600.0 + minutes * 60.0 + seconds - self.start().max(0.0))
        };
        own.or_else(end).filter(|seconds| *seconds > 0.0)
    }

    /// By how many degrees a player turns it, clockwise.
    pub(super) fn rotation(&self) -> i64 {
        let turned = self.side_data_list.iter().find_map(|data| data.rotation).unwrap_or_default();
        #[allow(clippy::cast_possible_truncation)]
        let degrees = -turned.round() as i64;
        degrees.rem_euclid(360)
    }

    /// Whether a player shows it as in a mirror, besides turning it.
    pub(super) fn is_mirrored(&self) -> bool {
        let matrix = self.side_data_list.iter().map(|data| &data.displaymatrix).find(|text| !text.is_empty());
        let numbers = matrix
            .into_iter()
            .flat_map(|text| text.lines())
            .flat_map(|line| line.split_once(':').map_or("", |(_, numbers)| numbers).split_whitespace());
        let numbers: Vec<f64> = numbers.filter_map(|number| number.parse().ok()).collect();
        matches!(numbers[..], [a, b, _, c, d, ..] if a * d - b * c < 0.0)
    }

    /// How many pictures there are a second, on the whole.
    pub(super) fn rate(&self) -> Option<f64> {
        let (pictures, seconds) = self.avg_frame_rate.split_once('/')?;
        let rate = pictures.parse::<f64>().ok()? / seconds.parse::<f64>().ok()?;
        (rate.is_finite() && rate > 0.0).then_some(rate)
    }

    /// How wide a pixel is for its height.
    pub(super) fn pixel_shape(&self) -> f64 {
        let parts = self.sample_aspect_ratio.split_once(':');
        let shape = parts.and_then(|(x, y)| Some(x.parse::<f64>().ok()? / y.parse::<f64>().ok()?));
        shape.filter(|shape| shape.is_finite() && *shape > 0.0).unwrap_or(1.0)
    }

    /// How the picture lies around the viewer, such as `equirectangular`.
    pub(super) fn projection(&self) -> Option<&str> {
        self.side("Spherical Mapping")?.projection.as_ref()?.as_str()
    }

    /// How the views of both eyes lie in the picture, such as `side by side`.
    pub(super) fn views(&self) -> Option<&str> {
        self.side("Stereo 3D")?.kind.as_ref()?.as_str().filter(|views| *views != "2D")
    }

    /// The profile of Dolby Vision, and whether the picture is nothing without it.
    pub(super) fn dolby_vision(&self) -> Option<(u32, bool)> {
        let data = self.side("DOVI configuration record")?;
        Some((data.dv_profile?, data.dv_bl_signal_compatibility_id == Some(0)))
    }

    fn side(&self, name: &str) -> Option<&SideData> {
        self.side_data_list.iter().find(|data| data.name == name)
    }

    /// How many bits a sample has, where it has all of them that were there: none of a codec that loses some.
    pub(super) fn depth(&self) -> Option<u32> {
        let exact = ["flac", "alac", "truehd", "mlp", "wavpack", "tta", "ape", "tak"];
        let exact = exact.contains(&self.codec_name.as_str()) || self.codec_name.starts_with("pcm_");
        let bits =
            [&self.bits_per_raw_sample, &self.bits_per_sample.to_string()].map(|bits| bits.parse().ok());
        bits.into_iter().flatten().find(|bits| *bits > 0).filter(|_| exact)
    }

    /// Whether its samples are fractions, which may be louder than the loudest whole number.
    pub(super) fn has_fractions(&self) -> bool {
        self.codec_name.starts_with("pcm_f")
    }

    /// Whether it has an opacity.
    pub(super) fn is_transparent(&self) -> bool {
        let marked =
            ["alpha_mode", "ALPHA_MODE"].iter().any(|name| self.tags.get(*name).is_some_and(|is| is == "1"));
        marked || self.has_opacity()
    }

    /// Whether its decoder gives an opacity, which that of VP8 and VP9 does not.
    pub(super) fn has_opacity(&self) -> bool {
        let names = ["yuva", "rgba", "bgra", "argb", "abgr", "gbrap", "ya8", "ya16"];
        names.iter().any(|name| self.pix_fmt.starts_with(name))
    }

    /// Whether it has half pictures, of every other line.
    pub(super) fn is_interlaced(&self) -> bool {
        matches!(self.field_order.as_str(), "tt" | "bb" | "tb" | "bt")
    }

    pub(super) fn is_hdr(&self) -> bool {
        matches!(self.color_transfer.as_str(), "smpte2084" | "arib-std-b67")
    }
}
