//! What tags are called: by `lofty`, by ffmpeg, and by programs that have a name of their own for some.

use lofty::id3::v2::upgrade_v2;
use lofty::tag::{ItemKey, TagType};

/// What stands before names of one's own in an MP4: that of a player.
pub(super) const MEAN: &str = "com.apple.iTunes";

/// What is the same, and has a place by one of these in each format.
const ALIKE: [[ItemKey; 2]; 4] = [
    [ItemKey::Lyrics, ItemKey::UnsyncLyrics],
    [ItemKey::IntegerBpm, ItemKey::Bpm],
    [ItemKey::Publisher, ItemKey::Label],
    [ItemKey::RecordingDate, ItemKey::Year],
];

/// What ffmpeg writes under another name: what is said by the second, it calls the first.
pub(super) const CONFUSED: [(ItemKey, ItemKey); 4] = [
    (ItemKey::Description, ItemKey::Comment),
    (ItemKey::Comment, ItemKey::Description),
    (ItemKey::Conductor, ItemKey::Performer),
    (ItemKey::Performer, ItemKey::Conductor),
];

/// What programs write in a tag of any name, where the format has no other for it.
const NAMED: [(TagType, ItemKey, &str); 3] = [
    (TagType::Id3v2, ItemKey::Performer, "PERFORMER"),
    (TagType::Id3v2, ItemKey::Description, "DESCRIPTION"),
    (TagType::Mp4Ilst, ItemKey::Performer, "PERFORMER"),
];

/// What ffmpeg calls otherwise than the formats do.
const BY_FFMPEG: [(&str, ItemKey); 29] = [
    ("track", ItemKey::TrackNumber),
    ("title", ItemKey::TrackTitle),
    ("artist", ItemKey::TrackArtist),
    ("album", ItemKey::AlbumTitle),
    ("album_artist", ItemKey::AlbumArtist),
    ("composer", ItemKey::Composer),
    ("genre", ItemKey::Genre),
    ("comment", ItemKey::Comment),
    ("grouping", ItemKey::ContentGroup),
    ("performer", ItemKey::Conductor),
    ("performer", ItemKey::Performer),
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
    ("category", ItemKey::PodcastSeriesCategory),
    ("episode_uid", ItemKey::PodcastGlobalUniqueId),
    ("podcast", ItemKey::FlagPodcast),
    ("rating", ItemKey::ParentalAdvisory),
    ("description", ItemKey::Description),
];

/// The names of any kind that a format has for a tag.
pub(super) fn named(kind: TagType) -> impl Iterator<Item = (ItemKey, &'static str)> {
    NAMED.iter().filter(move |(of, ..)| *of == kind).map(|(_, key, name)| (*key, *name))
}

/// Whether a format has a place for it.
pub(super) fn has_place(kind: TagType, key: ItemKey) -> bool {
    key.map_key(kind).is_some() || named(kind).any(|(named, _)| named == key)
}

/// What ffmpeg may mean by a name that it has read in a format.
pub(super) fn meant(kind: TagType, name: &str) -> Vec<ItemKey> {
    // Behind words, there is their language.
    let name = if name.starts_with("lyrics-") { "lyrics" } else { name };
    let upper = name.to_uppercase();
    let of_format = ItemKey::from_key(kind, name);
    // In an MP4, names of one's own stand behind that of a player; in version 2 of ID3, they have three letters.
    let own = ItemKey::from_key(kind, &format!("----:{MEAN}:{upper}"));
    let short = upgrade_v2(&upper).filter(|_| kind == TagType::Id3v2);
    let short = short.and_then(|long| ItemKey::from_key(kind, long));
    // Names that ffmpeg does not know stay as they were in a format before.
    let of_comments = ItemKey::from_key(TagType::VorbisComments, name);
    let by_ffmpeg = BY_FFMPEG.iter().filter(|(known, _)| *known == name).map(|(_, key)| *key);
    of_format.into_iter().chain(own).chain(short).chain(of_comments).chain(by_ffmpeg).map(usual).collect()
}

/// What people are told that a tag is called, by the name that comments of FLAC and Ogg have for it, or its format.
pub(super) fn told(kind: TagType, key: ItemKey) -> String {
    let plain = places(usual(key)).find_map(|key| key.map_key(TagType::VorbisComments));
    plain.or_else(|| key.map_key(kind)).map_or_else(|| format!("{key:?}"), str::to_lowercase)
}

/// What stands for this and what is like it.
pub(super) fn usual(key: ItemKey) -> ItemKey {
    ALIKE.iter().find(|alike| alike.contains(&key)).map_or(key, |alike| alike[0])
}

/// By which it may be said.
pub(super) fn places(key: ItemKey) -> impl Iterator<Item = ItemKey> {
    let alike = ALIKE.iter().find(|alike| alike[0] == key);
    std::iter::once(key).chain(alike.map(|alike| alike[1]))
}

/// Whether an item of `APEv2` is one that is known.
pub(in super::super) fn is_known_in_ape(name: &[u8]) -> bool {
    std::str::from_utf8(name).is_ok_and(|name| ItemKey::from_key(TagType::Ape, name).is_some())
}
