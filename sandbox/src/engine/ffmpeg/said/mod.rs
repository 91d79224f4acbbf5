//! What is said of a sound, as `lofty` reads and writes it: ffmpeg takes over the first of several values, passes over
//! some tags, and calls others otherwise than players do.

mod boxes;
mod comments;

use std::collections::{BTreeSet, HashSet};
use std::path::Path;

use lofty::config::{GlobalOptions, ParseOptions, WriteOptions, apply_global_options};
use lofty::file::{AudioFile, FileType, TaggedFile, TaggedFileExt};
use lofty::probe::Probe;
use lofty::tag::{ItemKey, Tag, TagItem, TagType};

use boxes::Boxes;
use comments::Comments;

/// The longest part of a tag, a cover above all.
const LONGEST: usize = 64 << 20;
/// What is the same, and has a place by one of these in each format.
const ALIKE: [[ItemKey; 2]; 5] = [
    [ItemKey::Comment, ItemKey::Description],
    [ItemKey::Lyrics, ItemKey::UnsyncLyrics],
    [ItemKey::IntegerBpm, ItemKey::Bpm],
    [ItemKey::Publisher, ItemKey::Label],
    [ItemKey::RecordingDate, ItemKey::Year],
];
/// What programs say of themselves.
const OF_PROGRAMS: [ItemKey; 3] = [ItemKey::EncoderSoftware, ItemKey::EncoderSettings, ItemKey::Length];

/// What ffmpeg calls otherwise than the formats do.
const NAMES: [(&str, ItemKey); 14] = [
    ("performer", ItemKey::Conductor),
    ("publisher", ItemKey::Publisher),
    ("encoded_by", ItemKey::EncodedBy),
    ("language", ItemKey::Language),
    ("album-sort", ItemKey::AlbumTitleSortOrder),
    ("artist-sort", ItemKey::TrackArtistSortOrder),
    ("title-sort", ItemKey::TrackTitleSortOrder),
    ("sort_album", ItemKey::AlbumTitleSortOrder),
    ("sort_album_artist", ItemKey::AlbumArtistSortOrder),
    ("sort_artist", ItemKey::TrackArtistSortOrder),
    ("sort_composer", ItemKey::ComposerSortOrder),
    ("sort_name", ItemKey::TrackTitleSortOrder),
    ("sort_show", ItemKey::ShowNameSortOrder),
    ("lyrics", ItemKey::Lyrics),
];

pub(super) struct Said(Tag);

impl Said {
    /// What is said in a file. None where it is in a way that is not known.
    pub(super) fn of(path: &Path) -> Option<Self> {
        open(path, false).map(|(_, tag)| Self(tag))
    }

    /// Whether it has what ffmpeg calls so.
    pub(super) fn covers(&self, name: &str) -> bool {
        // Behind words, there is their language.
        let by_ffmpeg = if name.starts_with("lyrics-") { "lyrics" } else { name };
        let by_ffmpeg = NAMES.iter().find(|(known, _)| *known == by_ffmpeg).map(|(_, key)| *key);
        let kind = self.0.tag_type();
        // In an MP4, names of one's own stand behind that of a player.
        let own = || ItemKey::from_key(kind, &format!("----:com.apple.iTunes:{}", name.to_uppercase()));
        let named = ItemKey::from_key(kind, name).or_else(own).or(by_ffmpeg).map(usual);
        self.items().any(|item| {
            let is_described =
                item.key() == ItemKey::Comment && item.description().eq_ignore_ascii_case(name);
            Some(usual(item.key())) == named || is_described
        })
    }

    /// Says in an output what ffmpeg has not said there. Gives what has no place in it, by the names of the input, but for
    /// values that are known to be said or told.
    pub(super) fn put_into(&self, output: &Path, known: &[String]) -> BTreeSet<&'static str> {
        let is_told = |item: &TagItem| {
            let text = item.value().text().unwrap_or_default();
            known.iter().any(|value| value == text || value.split(['/', ';']).any(|part| is_same(part, text)))
        };
        let missing = self.write(output);
        let untold = missing.into_iter().filter(|item| !is_told(item));
        untold.filter_map(|item| item.key().map_key(self.0.tag_type())).collect()
    }

    /// Gives what is not in the output then.
    fn write(&self, output: &Path) -> Vec<&TagItem> {
        let Some((file, mut tag)) = open(output, true) else { return self.items().collect() };
        let kind = tag.tag_type();
        let missing = self.missing_in(&tag);
        let place = |item: &&TagItem| places(usual(item.key())).find(|key| key.map_key(kind).is_some());
        let keys: HashSet<ItemKey> = missing.iter().filter_map(place).collect();
        // What a WAV has room for, ffmpeg has put there.
        if keys.is_empty() || kind == TagType::RiffInfo {
            return missing;
        }
        for place in keys {
            tag.remove_key(place);
            for item in self.items().filter(|item| usual(item.key()) == usual(place)) {
                tag.push(moved(item, place));
            }
        }
        let written = file.save(tag, output).and_then(|()| Self::of(output));
        written.map_or(missing, |written| self.missing_in(&written.0))
    }

    /// What is not in another tag.
    fn missing_in(&self, tag: &Tag) -> Vec<&TagItem> {
        let has = |item: &TagItem| {
            let mut there = places(usual(item.key())).flat_map(|key| tag.get_strings(key));
            item.value().text().is_none_or(|text| there.any(|other| is_same(text, other)))
        };
        self.items().filter(|item| !has(item)).collect()
    }

    fn items(&self) -> impl Iterator<Item = &TagItem> {
        let is_said = |item: &TagItem| {
            let name = item.key().map_key(self.0.tag_type()).unwrap_or_default();
            // Other frames of ID3 are told as parts of the file.
            let is_part = self.0.tag_type() == TagType::Id3v2
                && name.len() == 4
                && !name.starts_with('T')
                && !matches!(name, "COMM" | "USLT");
            // What a player measured, and called a comment.
            let is_measured = item.description().starts_with("iTun");
            !is_part && !is_measured && !OF_PROGRAMS.contains(&item.key())
        };
        self.0
            .items()
            .filter(move |item| item.value().text().is_some_and(|text| !text.is_empty()) && is_said(item))
    }
}

/// A file whose tag is apart.
enum Opened {
    Boxes(Boxes),
    Comments(Comments),
    Other(TaggedFile),
}

fn open(path: &Path, with_covers: bool) -> Option<(Opened, Tag)> {
    apply_global_options(GlobalOptions::new().allocation_limit(LONGEST));
    let options = ParseOptions::new().read_properties(false).read_cover_art(with_covers);
    let probe = Probe::open(path).ok()?.options(options).guess_file_type().ok()?;
    match probe.file_type() {
        Some(FileType::Mp4) => {
            let (boxes, tag) = Boxes::open(path, options)?;
            return Some((Opened::Boxes(boxes), tag));
        }
        Some(kind @ (FileType::Flac | FileType::Vorbis | FileType::Opus)) => {
            let (comments, tag) = Comments::open(kind, path, options)?;
            return Some((Opened::Comments(comments), tag));
        }
        _ => {}
    }
    let mut file = probe.read().ok()?;
    let is_wav = file.file_type() == FileType::Wav;
    let kind = if is_wav { TagType::RiffInfo } else { file.primary_tag_type() };
    let tag = file.remove(kind).unwrap_or_else(|| Tag::new(kind));
    Some((Opened::Other(file), tag))
}

impl Opened {
    fn save(self, tag: Tag, path: &Path) -> Option<()> {
        match self {
            Self::Boxes(boxes) => boxes.save(tag, path),
            Self::Comments(comments) => comments.save(tag, path),
            Self::Other(mut file) => {
                let several = tag.items().any(|item| tag.get_items(item.key()).nth(1).is_some());
                file.insert_tag(tag);
                // Version 3 of ID3, which more players know, has one value of each.
                file.save_to_path(path, WriteOptions::new().use_id3v23(!several)).ok()
            }
        }
    }
}

/// What stands for this and what is like it.
fn usual(key: ItemKey) -> ItemKey {
    ALIKE.iter().find(|alike| alike.contains(&key)).map_or(key, |alike| alike[0])
}

/// By which it may be said.
fn places(key: ItemKey) -> impl Iterator<Item = ItemKey> {
    let alike = ALIKE.iter().find(|alike| alike[0] == key);
    std::iter::once(key).chain(alike.map(|alike| alike[1]))
}

fn moved(item: &TagItem, place: ItemKey) -> TagItem {
    let mut moved = TagItem::new(place, item.value().clone());
    moved.set_lang(*item.lang());
    moved.set_description(item.description().to_owned());
    moved
}

/// Whether two values are the same, numbers also where one has zeros before it.
fn is_same(one: &str, other: &str) -> bool {
    let number = |text: &str| text.trim().parse::<u64>().ok();
    one.trim() == other.trim() || number(one).is_some_and(|value| number(other) == Some(value))
}
