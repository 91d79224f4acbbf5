//! The entries of a TIFF's page as a file by itself, which is EXIF: the crate `exif` reads no `BigTIFF`, and no more than
//! eight pages.

use super::super::exif::OF_RESOLUTION;
use super::super::structure::{Content, Directory, IFD8, LONG, LONG8, Layout, SLONG8, size};
use super::{EXIF, GPS, INTEROPERABILITY, STRUCTURE};

/// What the entries of a page may take, of which several may stand in the same place.
const MAX_LENGTH: usize = 64 << 20;
/// How many entries a directory has room for.
const MAX_ENTRIES: usize = u16::MAX as usize;

/// The entries of a page that are not about how its pixels are stored.
pub(super) struct Alone {
    /// None where they say no more than the resolution.
    pub(super) exif: Option<Vec<u8>>,
    /// Whether all of them can be read.
    pub(super) whole: bool,
}

impl Alone {
    pub(super) fn of(file: &[u8], page: &Directory) -> Self {
        let layout = page.layout.small();
        let mut made = if layout.little { b"II".to_vec() } else { b"MM".to_vec() };
        made.extend([layout.bytes(42, 2), vec![0; 4]].concat());
        let mut copy = Copy { file, layout, made, room: MAX_LENGTH, whole: true };
        let says_more = |(tag, ..): &Entry| !OF_RESOLUTION.iter().any(|known| known.number() == *tag);
        let entries = copy.entries(page, Context::Page);
        let said = entries.iter().any(says_more);
        let place = copy.write(entries);
        copy.made[4..8].copy_from_slice(&layout.bytes(place, 4));
        Self { exif: Some(copy.made).filter(|_| said), whole: copy.whole }
    }
}

/// Whose entries a directory has.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Context {
    Page,
    Camera,
    Other,
}

impl Context {
    /// The context of the directory that an entry leads to.
    const fn inside(self, tag: u16) -> Option<Self> {
        match (self, tag) {
            (Self::Page, EXIF) => Some(Self::Camera),
            (Self::Page, GPS) | (Self::Camera, INTEROPERABILITY) => Some(Self::Other),
            _ => None,
        }
    }
}

/// The tag, the kind of the values, their count, and their bytes.
type Entry = (u16, u64, u64, Vec<u8>);

struct Copy<'a> {
    file: &'a [u8],
    layout: Layout,
    made: Vec<u8>,
    /// How much more may be taken over.
    room: usize,
    whole: bool,
}

impl Copy<'_> {
    /// The entries of a directory. Those inside are written already.
    fn entries(&mut self, from: &Directory, context: Context) -> Vec<Entry> {
        let mut entries = Vec::new();
        for (tag, content) in from.entries(self.file).take(MAX_ENTRIES) {
            if context == Context::Page && STRUCTURE.contains(&tag) {
                continue;
            }
            let entry = match context.inside(tag) {
                Some(context) => from.inside(self.file, tag).map(|inside| {
                    let entries = self.entries(&inside, context);
                    let place = self.write(entries);
                    (tag, LONG, 1, self.layout.bytes(place, 4))
                }),
                None => content.and_then(|content| self.entry(tag, content)),
            };
            match entry {
                Some(entry) => entries.push(entry),
                None => self.whole = false,
            }
        }
        entries.sort_by_key(|(tag, ..)| *tag);
        entries
    }

    /// An entry whose values are of a kind that EXIF has.
    fn entry(&mut self, tag: u16, (kind, bytes): Content<'_>) -> Option<Entry> {
        self.room = self.room.checked_sub(bytes.len())?;
        if !matches!(kind, LONG8 | SLONG8 | IFD8) {
            return Some((tag, kind, (bytes.len() / size(kind)?) as u64, bytes.to_vec()));
        }
        let numbers = bytes.chunks_exact(8).map(|value| {
            let number = self.layout.number(value, 0, 8)?;
            u32::try_from(number).ok().map(|number| self.layout.bytes(number.into(), 4))
        });
        let numbers = numbers.collect::<Option<Vec<_>>>()?;
        Some((tag, LONG, numbers.len() as u64, numbers.concat()))
    }

    /// Writes a directory; gives its place.
    fn write(&mut self, entries: Vec<Entry>) -> u64 {
        let layout = self.layout;
        let mut directory = layout.bytes(entries.len() as u64, 2);
        for (tag, kind, count, mut bytes) in entries {
            if bytes.len() > 4 {
                let place = self.made.len() as u64;
                self.made.extend(bytes);
                self.made.resize(self.made.len().next_multiple_of(2), 0);
                bytes = layout.bytes(place, 4);
            }
            bytes.resize(4, 0);
            let head = [layout.bytes(tag.into(), 2), layout.bytes(kind, 2), layout.bytes(count, 4)];
            directory.extend([head.concat(), bytes].concat());
        }
        let place = self.made.len() as u64;
        self.made.extend(directory);
        // Behind it is no other one.
        self.made.extend([0; 4]);
        place
    }
}
