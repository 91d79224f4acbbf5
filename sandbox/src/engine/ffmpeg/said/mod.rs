//! What is said of a sound, as `lofty` reads and writes it: ffmpeg takes over the first of several values, passes over
//! some tags, and calls others otherwise than players do.

mod boxes;
mod comments;
mod compare;
mod frames;
mod names;
mod opened;

use std::collections::{BTreeSet, HashSet};
use std::path::Path;

use lofty::file::{FileType, TaggedFileExt};
use lofty::mp4::Atom;
use lofty::tag::{ItemKey, Tag, TagItem, TagType};
use serde_json::{Map, Value};

pub(super) use compare::has_part;
use compare::{clear, is_same, missing, moved, values};
pub(super) use names::is_known_in_ape;
use names::{has_place, places, usual};
use opened::{For, Opened, open};

/// What programs say of themselves.
const OF_PROGRAMS: [ItemKey; 3] = [ItemKey::EncoderSoftware, ItemKey::EncoderSettings, ItemKey::Length];

pub(super) struct Said {
    tag: Tag,
    /// Parts of an MP4 that have no key.
    boxes: Vec<Atom<'static>>,
    /// The names of what no output takes over.
    untaken: BTreeSet<String>,
    /// What has a name that nobody knows, in a part of a file that ffmpeg may pass over; and whether there is such a part.
    named: Vec<(String, String)>,
    is_beside: bool,
}

/// What is not in an output.
pub(super) struct Lost {
    pub(super) name: String,
    pub(super) value: String,
    /// Whether another value of the same name is there.
    pub(super) is_further: bool,
}

impl Said {
    /// What is said in a file. None where it is in a way that is not known.
    pub(super) fn of(path: &Path) -> Option<Self> {
        let (opened, tag) = open(path, For::Reading)?;
        let (boxes, untaken, named) = Default::default();
        let mut said = Self { tag, boxes, untaken, named, is_beside: false };
        match opened {
            Opened::Boxes(boxes) => said.boxes = boxes.others(),
            Opened::Frames(frames) => {
                if let Some(tag) = frames.at_the_end() {
                    said.add(&tag, "APE");
                    said.is_beside = true;
                }
            }
            Opened::Other(file) if file.file_type() == FileType::Wav => {
                if let Some((tag, named)) = frames::of_wav(path, For::Reading.options()) {
                    let of_riff = std::mem::replace(&mut said.tag, tag);
                    said.add(&of_riff, "RIFF");
                    (said.named, said.is_beside) = (named, true);
                }
            }
            _ => {}
        }
        Some(said)
    }

    /// Adds what another tag of the same file says of other things.
    fn add(&mut self, other: &Tag, of: &str) {
        let known: HashSet<ItemKey> = self.tag.items().map(|item| usual(item.key())).collect();
        for item in other.items() {
            let text = item.value().text().unwrap_or_default();
            if !known.contains(&usual(item.key())) {
                self.tag.push_unchecked(item.clone());
                continue;
            }
            // Some kinds of tags have room for the beginning only.
            if !OF_PROGRAMS.contains(&item.key())
                && !values(&self.tag, item.key())
                    .any(|there| is_same(there, text) || there.starts_with(text.trim()))
                && let Some(name) = item.key().map_key(other.tag_type())
            {
                self.untaken.insert(format!("{name} ({of})"));
            }
        }
    }

    /// The names of what no output takes over.
    pub(super) fn untaken(&self) -> impl Iterator<Item = &str> {
        self.untaken.iter().map(String::as_str)
    }

    /// Whether an MP4 has a place for what ffmpeg calls so.
    pub(super) fn covers(&self, name: &str) -> bool {
        let meant = names::meant(self.tag.tag_type(), name);
        let mut boxes = self.boxes.iter().filter_map(boxes::by_ffmpeg);
        self.items().any(|item| {
            let is_described =
                item.key() == ItemKey::Comment && item.description().eq_ignore_ascii_case(name);
            meant.contains(&usual(item.key())) || is_described
        }) || boxes.any(|known| known.eq_ignore_ascii_case(name))
    }

    /// What ffmpeg may write by these names, and by some of any name, where it has read no such tag.
    pub(super) fn unread<'a>(
        &'a self,
        read: &Map<String, Value>,
        names: &'a [&'a str],
    ) -> impl Iterator<Item = (&'a str, &'a str)> {
        let first = move |name: &'a str| {
            let meant = names::meant(self.tag.tag_type(), name);
            let mut items = self.items().filter(move |item| meant.contains(&usual(item.key())));
            Some((name, items.find_map(|item| item.value().text())?))
        };
        let known = names.iter().copied().filter(move |_| self.is_beside).filter_map(first);
        let others = self.named.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        known.chain(others).filter(move |(name, _)| !read.keys().any(|read| read.eq_ignore_ascii_case(name)))
    }

    /// What a file says, where ffmpeg has read this: all of several values, and what it passes over.
    pub(super) fn with(&self, tags: &Map<String, Value>) -> Map<String, Value> {
        let mut all = tags.clone();
        for item in self.items() {
            let (kind, text) = (self.tag.tag_type(), item.value().text().unwrap_or_default());
            let is_there = |value: &Value| value.as_str().is_some_and(|value| has_part(value, text));
            if all.values().any(is_there) {
                continue;
            }
            let is_meant = |name: &str| names::meant(kind, &name.to_lowercase()).contains(&usual(item.key()));
            match all.iter_mut().find(|(name, _)| is_meant(name)) {
                // As ffmpeg does with those of FLAC and Ogg.
                Some((_, value)) => *value = format!("{};{text}", value.as_str().unwrap_or_default()).into(),
                None => drop(all.insert(names::told(kind, item.key()), text.into())),
            }
        }
        for (name, value) in self.unread(tags, &[]) {
            all.insert(name.to_owned(), value.into());
        }
        all
    }

    /// Says in an output what ffmpeg has not said there. Gives what is not in it then.
    pub(super) fn put_into(&self, output: &Path) -> Vec<Lost> {
        let Some((mut opened, mut tag)) = open(output, For::Writing) else {
            return self.lost(&self.items().collect::<Vec<_>>(), &[]);
        };
        let kind = tag.tag_type();
        let items = self.items_for(kind);
        let mut changed = match &mut opened {
            Opened::Boxes(boxes) => boxes.take_over(&self.boxes),
            _ => false,
        };
        let absent = missing(&items, &tag);
        let place = |item: &&TagItem| places(usual(item.key())).find(|key| has_place(kind, *key));
        let mut keys: HashSet<ItemKey> = absent.iter().filter_map(place).collect();
        if kind == TagType::RiffInfo {
            // What a WAV has room for, ffmpeg has put there, and of each one value.
            keys.clear();
        }
        for key in &keys {
            tag.remove_key(*key);
            for item in items.iter().filter(|item| usual(item.key()) == usual(*key)) {
                // `lofty` knows no name for some of those that have a place.
                tag.push_unchecked(moved(item, *key));
            }
        }
        changed |= !keys.is_empty() | clear(&items, &mut tag);
        let written = if changed {
            opened.save(tag, output).and_then(|()| open(output, For::Reading))
        } else {
            Some((opened, tag))
        };
        let Some((opened, tag)) = written else { return self.lost(&absent, &items) };
        let mut lost = self.lost(&missing(&items, &tag), &items);
        lost.extend(self.lost_boxes(&opened));
        lost.extend(self.named.iter().map(|(name, value)| Lost {
            name: name.to_lowercase(),
            value: value.clone(),
            is_further: false,
        }));
        lost
    }

    fn lost(&self, missing: &[&TagItem], items: &[TagItem]) -> Vec<Lost> {
        let is_there = |other: &TagItem| !missing.iter().any(|item| std::ptr::eq(*item, other));
        let is_further = |item: &TagItem| {
            items.iter().any(|other| usual(other.key()) == usual(item.key()) && is_there(other))
        };
        let of_item = |item: &&TagItem| Lost {
            name: names::told(self.tag.tag_type(), item.key()),
            value: item.value().text().unwrap_or_default().to_owned(),
            is_further: is_further(item),
        };
        missing.iter().map(of_item).collect()
    }

    /// Which boxes are not in an output: in an MP4 all that it has not, elsewhere those that ffmpeg passes over.
    fn lost_boxes(&self, output: &Opened) -> Vec<Lost> {
        let there = match output {
            Opened::Boxes(boxes) => Some(boxes.others()),
            _ => None,
        };
        let is_there = |atom: &&Atom<'static>| match &there {
            Some(there) => there.iter().any(|other| other.ident() == atom.ident()),
            None => boxes::by_ffmpeg(atom).is_some(),
        };
        let lost = self.boxes.iter().filter(|atom| !is_there(atom)).map(boxes::name);
        lost.map(|name| Lost { value: name.clone(), name, is_further: false }).collect()
    }

    fn items(&self) -> impl Iterator<Item = &TagItem> {
        let is_said = |item: &TagItem| {
            let name = item.key().map_key(self.tag.tag_type()).unwrap_or_default();
            // Other frames of ID3 are told as parts of the file.
            let is_part = self.tag.tag_type() == TagType::Id3v2
                && name.len() == 4
                && !name.starts_with('T')
                && !matches!(name, "COMM" | "USLT");
            // What a player measured, and called a comment.
            let is_measured = item.description().starts_with("iTun");
            !is_part && !is_measured && !OF_PROGRAMS.contains(&item.key())
        };
        self.tag
            .items()
            .filter(move |item| item.value().text().is_some_and(|text| !text.is_empty()) && is_said(item))
    }

    /// The same for an output of this kind. Many programs call a comment a description in FLAC and Ogg.
    fn items_for(&self, kind: TagType) -> Vec<TagItem> {
        let is_comment = self.tag.tag_type() == TagType::VorbisComments
            && kind != TagType::VorbisComments
            && self.tag.get(ItemKey::Comment).is_none();
        let items = self.items().map(|item| match item.key() {
            ItemKey::Description if is_comment => moved(item, ItemKey::Comment),
            _ => item.clone(),
        });
        items.collect()
    }
}
