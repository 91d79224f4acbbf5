//! What is said in an MP4. The speed is a number there, which `lofty` keeps apart from texts.

use std::fs::File;
use std::path::Path;

use lofty::config::{ParseOptions, WriteOptions};
use lofty::file::AudioFile;
use lofty::mp4::{Atom, AtomData, AtomIdent, Ilst, Mp4File};
use lofty::tag::{ItemKey, MergeTag, SplitTag, Tag};

const SPEED: AtomIdent<'static> = AtomIdent::Fourcc(*b"tmpo");

pub(super) struct Boxes {
    file: Mp4File,
    rest: <Ilst as SplitTag>::Remainder,
}

impl Boxes {
    pub(super) fn open(path: &Path, options: ParseOptions) -> Option<(Self, Tag)> {
        let mut file = Mp4File::read_from(&mut File::open(path).ok()?, options).ok()?;
        let mut said = file.ilst_mut().map(std::mem::take).unwrap_or_default();
        let speed = said.remove(&SPEED).flat_map(Atom::into_data).find_map(|data| match data {
            AtomData::SignedInteger(number) => Some(number.to_string()),
            AtomData::UnsignedInteger(number) => Some(number.to_string()),
            AtomData::UTF8(text) => Some(text),
            _ => None,
        });
        let (rest, mut tag) = said.split_tag();
        if let Some(speed) = speed {
            tag.insert_text(ItemKey::IntegerBpm, speed);
        }
        Some((Self { file, rest }, tag))
    }

    pub(super) fn save(mut self, mut tag: Tag, path: &Path) -> Option<()> {
        let speed = tag.take_strings(ItemKey::IntegerBpm).next();
        let number = speed.as_ref().and_then(|speed| speed.parse::<i32>().ok());
        if let Some(fraction) = speed.filter(|_| number.is_none()) {
            tag.insert_text(ItemKey::Bpm, fraction);
        }
        let mut said = Ilst::new();
        // Several values of a name are in one box.
        for atom in self.rest.merge_tag(tag) {
            said.insert(atom);
        }
        if let Some(number) = number {
            said.replace_atom(Atom::new(SPEED, AtomData::SignedInteger(number)));
        }
        self.file.set_ilst(said);
        self.file.save_to_path(path, WriteOptions::new()).ok()
    }
}
