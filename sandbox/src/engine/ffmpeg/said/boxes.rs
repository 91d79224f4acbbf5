//! What is said in an MP4. The speed is a number there, which `lofty` keeps apart from texts, and some boxes have no key.

use std::fs::File;
use std::path::Path;

use lofty::config::{ParseOptions, WriteOptions};
use lofty::file::AudioFile;
use lofty::mp4::{Atom, AtomData, AtomIdent, Ilst, Mp4File};
use lofty::tag::{ItemKey, ItemValue, MergeTag, SplitTag, Tag, TagItem, TagType};

use super::names::{MEAN, named};

const SPEED: AtomIdent<'static> = AtomIdent::Fourcc(*b"tmpo");
/// What a player measured of the sound as it was coded, and what its encoder was told.
const OF_CODING: [&str; 4] = ["iTun", "Encoding Params", "cdec", "tool"];
/// Boxes that have no key, or a number where it is for texts, and what ffmpeg calls them.
const BY_FFMPEG: [(&[u8; 4], &str); 17] = [
    (b"rtng", "rating"),
    (b"cpil", "compilation"),
    (b"pcst", "podcast"),
    (b"trkn", "track"),
    (b"disk", "disc"),
    (b"purd", "purchase_date"),
    (b"apID", "account_id"),
    (b"akID", "account_type"),
    (b"hdvd", "hd_video"),
    (b"pgap", "gapless_playback"),
    (b"stik", "media_type"),
    (b"tven", "episode_id"),
    (b"tves", "episode_sort"),
    (b"tvnn", "network"),
    (b"tvsn", "season_number"),
    (b"gnre", "genre"),
    (b"covr", ""),
];

pub(super) struct Boxes {
    file: Mp4File,
    rest: <Ilst as SplitTag>::Remainder,
    more: Vec<Atom<'static>>,
}

impl Boxes {
    pub(super) fn open(path: &Path, options: ParseOptions) -> Option<(Self, Tag)> {
        let mut file = Mp4File::read_from(&mut File::open(path).ok()?, options).ok()?;
        let mut said = file.ilst_mut().map(std::mem::take).unwrap_or_default();
        let mut found: Vec<(ItemKey, String)> = said
            .remove(&SPEED)
            .flat_map(Atom::into_data)
            .filter_map(|data| match data {
                AtomData::SignedInteger(number) => Some(number.to_string()),
                AtomData::UnsignedInteger(number) => Some(number.to_string()),
                AtomData::UTF8(text) => Some(text),
                _ => None,
            })
            .map(|speed| (ItemKey::IntegerBpm, speed))
            .take(1)
            .collect();
        for (key, name) in named(TagType::Mp4Ilst) {
            let texts = said.remove(&own(name)).flat_map(Atom::into_data).filter_map(|data| match data {
                AtomData::UTF8(text) | AtomData::UTF16(text) => Some((key, text)),
                _ => None,
            });
            found.extend(texts);
        }
        let (rest, mut tag) = said.split_tag();
        for (key, text) in found {
            tag.push_unchecked(TagItem::new(key, ItemValue::Text(text)));
        }
        Some((Self { file, rest, more: Vec::new() }, tag))
    }

    /// The boxes that have no key, but for what is about the coding.
    pub(super) fn others(&self) -> Vec<Atom<'static>> {
        let is_kept = |atom: &&Atom<'static>| match atom.ident() {
            AtomIdent::Freeform { name, .. } => {
                !OF_CODING.iter().any(|of_coding| name.starts_with(of_coding))
            }
            AtomIdent::Fourcc(_) => true,
        };
        let all: &Ilst = &self.rest;
        all.into_iter().filter(is_kept).cloned().collect()
    }

    /// Takes over those boxes of another file that are not here, and says whether there are any.
    pub(super) fn take_over(&mut self, boxes: &[Atom<'static>]) -> bool {
        let is_new = |atom: &&Atom<'static>| self.rest.get(atom.ident()).is_none();
        self.more = boxes.iter().filter(is_new).cloned().collect();
        !self.more.is_empty()
    }

    pub(super) fn save(mut self, mut tag: Tag, path: &Path) -> Option<()> {
        let speed = tag.take_strings(ItemKey::IntegerBpm).next();
        let number = speed.as_ref().and_then(|speed| speed.parse::<i32>().ok());
        if let Some(fraction) = speed.filter(|_| number.is_none()) {
            tag.insert_text(ItemKey::Bpm, fraction);
        }
        for (key, name) in named(TagType::Mp4Ilst) {
            let texts = tag.take_strings(key).map(AtomData::UTF8).collect();
            self.more.extend(Atom::from_collection(own(name), texts));
        }
        let mut said = Ilst::new();
        // Several values of a name are in one box.
        for atom in self.rest.merge_tag(tag).into_iter().chain(self.more) {
            said.insert(atom);
        }
        if let Some(number) = number {
            said.replace_atom(Atom::new(SPEED, AtomData::SignedInteger(number)));
        }
        self.file.set_ilst(said);
        self.file.save_to_path(path, WriteOptions::new()).ok()
    }
}

fn own(name: &'static str) -> AtomIdent<'static> {
    AtomIdent::Freeform { mean: MEAN.into(), name: name.into() }
}

/// What ffmpeg calls a box that has no key; None where it passes over it.
pub(super) fn by_ffmpeg<'a>(atom: &'a Atom<'static>) -> Option<&'a str> {
    match atom.ident() {
        AtomIdent::Freeform { name, .. } => Some(name.as_ref()),
        // Texts that begin so, it reads all.
        AtomIdent::Fourcc([0xa9, ..]) => Some(""),
        AtomIdent::Fourcc(name) => BY_FFMPEG.iter().find(|(known, _)| *known == name).map(|(_, said)| *said),
    }
}

/// What a box is called.
pub(super) fn name(atom: &Atom<'static>) -> String {
    match atom.ident() {
        AtomIdent::Freeform { name, .. } => name.to_string(),
        AtomIdent::Fourcc(name) => name.iter().map(|letter| char::from(*letter)).collect(),
    }
}
