//! What each format of films and sound can hold, and what plays everywhere in it.

use super::cover::Place;

/// A codec by the name that people and `ffprobe` use, and the encoder of ffmpeg for it.
pub(super) struct Codec(pub(super) &'static str, pub(super) &'static str);

const H264: Codec = Codec("h264", "libx264");
const VP9: Codec = Codec("vp9", "libvpx-vp9");
const MPEG4: Codec = Codec("mpeg4", "mpeg4");
const GIF: Codec = Codec("gif", "gif");
const AAC: Codec = Codec("aac", "aac");
const MP3: Codec = Codec("mp3", "libmp3lame");
const OPUS: Codec = Codec("opus", "libopus");
const VORBIS: Codec = Codec("vorbis", "libvorbis");
const FLAC: Codec = Codec("flac", "flac");
const PCM: Codec = Codec("pcm", "pcm_s16le");

/// Which tags of a file a format has a place for.
#[derive(Clone, Copy)]
pub(super) enum Tags {
    None,
    Some(&'static [&'static str]),
    All,
}

/// A format that is written.
pub(super) struct Target {
    pub(super) format: &'static str,
    /// What may be asked for; the first is taken where nothing is. None for formats of sound.
    pub(super) video: &'static [Codec],
    pub(super) audio: &'static [Codec],
    /// Codecs of inputs that stay as they are.
    pub(super) keeps: &'static [&'static str],
    /// The encoder for subtitles that are text; `copy` where they stay as they are.
    pub(super) subtitles: Option<&'static str>,
    pub(super) cover: Place,
    pub(super) chapters: bool,
    pub(super) tags: Tags,
    /// How many channels of sound its usual codec has, and how many samples a second.
    pub(super) most_sound: (u32, u32),
}

const NOTHING: Target = Target {
    format: "",
    video: &[],
    audio: &[],
    keeps: &[],
    subtitles: None,
    cover: Place::None,
    chapters: false,
    tags: Tags::All,
    most_sound: (8, 192_000),
};

/// What ffmpeg writes of tags where it does not write all.
const OF_MP4: [&str; 28] = [
    "album",
    "album_artist",
    "artist",
    "comment",
    "compilation",
    "composer",
    "copyright",
    "creation_time",
    "date",
    "description",
    "disc",
    "episode_id",
    "episode_sort",
    "gapless_playback",
    "genre",
    "grouping",
    "hd_video",
    "keywords",
    "location",
    "location-eng",
    "media_type",
    "season_number",
    "lyrics",
    "network",
    "show",
    "synopsis",
    "title",
    "track",
];
const OF_MOV: [&str; 10] = [
    "album",
    "artist",
    "comment",
    "copyright",
    "creation_time",
    "date",
    "genre",
    "location",
    "location-eng",
    "title",
];
pub(super) const OF_RIFF: [&str; 10] =
    ["album", "artist", "comment", "copyright", "date", "encoded_by", "genre", "language", "title", "track"];
const OF_AAC: (u32, u32) = (8, 96_000);
const OF_MP3: (u32, u32) = (2, 48_000);

const MP4: Target = Target {
    format: "mp4",
    video: &[H264, VP9],
    audio: &[AAC, MP3],
    keeps: &["h264", "aac"],
    subtitles: Some("mov_text"),
    cover: Place::Stream,
    chapters: true,
    tags: Tags::Some(&OF_MP4),
    most_sound: OF_AAC,
};

pub(super) const TARGETS: [Target; 11] = [
    MP4,
    Target { format: "mov", video: &[H264], cover: Place::None, tags: Tags::Some(&OF_MOV), ..MP4 },
    Target {
        format: "mkv",
        video: &[H264, VP9, MPEG4],
        audio: &[AAC, VORBIS, OPUS, MP3, FLAC],
        keeps: &[
            "h264",
            "hevc",
            "vp8",
            "vp9",
            "av1",
            "mpeg4",
            "aac",
            "vorbis",
            "opus",
            "mp3",
            "mp2",
            "flac",
            "alac",
            "ac3",
            "eac3",
            "dts",
            "truehd",
            "pcm_s16le",
            "pcm_s24le",
            "pcm_f32le",
        ],
        subtitles: Some("srt"),
        cover: Place::Attachment,
        chapters: true,
        tags: Tags::All,
        most_sound: OF_AAC,
    },
    Target {
        format: "webm",
        video: &[VP9],
        audio: &[OPUS, VORBIS],
        keeps: &["vp8", "vp9", "av1", "opus", "vorbis"],
        subtitles: Some("webvtt"),
        chapters: true,
        most_sound: (8, 48_000),
        ..NOTHING
    },
    Target {
        format: "avi",
        video: &[MPEG4],
        audio: &[MP3],
        keeps: &["mpeg4", "mp3"],
        tags: Tags::Some(&OF_RIFF),
        most_sound: OF_MP3,
        ..NOTHING
    },
    Target { format: "gif", video: &[GIF], keeps: &["gif"], tags: Tags::None, ..NOTHING },
    Target {
        format: "mp3",
        audio: &[MP3],
        keeps: &["mp3"],
        cover: Place::Stream,
        chapters: true,
        most_sound: OF_MP3,
        ..NOTHING
    },
    Target {
        format: "wav",
        audio: &[PCM],
        keeps: &[
            "pcm_u8",
            "pcm_s16le",
            "pcm_s24le",
            "pcm_s32le",
            "pcm_f32le",
            "pcm_f64le",
            "pcm_alaw",
            "pcm_mulaw",
        ],
        tags: Tags::Some(&OF_RIFF),
        ..NOTHING
    },
    Target {
        format: "ogg",
        audio: &[VORBIS, OPUS, FLAC],
        keeps: &["vorbis", "opus", "flac"],
        cover: Place::Comment,
        ..NOTHING
    },
    Target { format: "flac", audio: &[FLAC], keeps: &["flac"], cover: Place::Stream, ..NOTHING },
    Target {
        format: "m4a",
        audio: &[AAC],
        keeps: &["aac", "alac"],
        cover: Place::Stream,
        chapters: true,
        tags: Tags::Some(&OF_MP4),
        most_sound: OF_AAC,
        ..NOTHING
    },
];

impl Target {
    pub(super) fn named(format: &str) -> &'static Self {
        TARGETS.iter().find(|target| target.format == format).unwrap_or(&NOTHING)
    }

    pub(super) const fn is_film(&self) -> bool {
        !self.video.is_empty()
    }

    /// How many tracks of sound it has at most.
    pub(super) const fn most_tracks(&self) -> usize {
        match (self.audio.is_empty(), self.is_film()) {
            (true, _) => 0,
            (false, true) => usize::MAX,
            (false, false) => 1,
        }
    }

    /// The encoders without which it is not offered.
    pub(super) fn encoders(&self) -> impl Iterator<Item = &'static str> {
        self.video.first().into_iter().chain(self.audio.first()).map(|codec| codec.1)
    }
}
