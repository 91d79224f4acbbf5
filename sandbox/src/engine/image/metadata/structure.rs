//! The structure that EXIF and TIFF have, also `BigTIFF`. Every access is checked.

use std::ops::Range;

/// The kinds of values.
pub(super) const BYTE: u64 = 1;
pub(super) const ASCII: u64 = 2;
pub(super) const SHORT: u64 = 3;
pub(super) const LONG: u64 = 4;
pub(super) const RATIONAL: u64 = 5;
pub(super) const SBYTE: u64 = 6;
pub(super) const UNDEFINED: u64 = 7;
pub(super) const SSHORT: u64 = 8;
pub(super) const SLONG: u64 = 9;
pub(super) const SRATIONAL: u64 = 10;
pub(super) const FLOAT: u64 = 11;
pub(super) const DOUBLE: u64 = 12;
pub(super) const IFD: u64 = 13;
pub(super) const LONG8: u64 = 16;
pub(super) const SLONG8: u64 = 17;
pub(super) const IFD8: u64 = 18;
/// Text, as EXIF 3.0 has it.
pub(super) const UTF8: u64 = 129;

/// How numbers stand in the file.
#[derive(Clone, Copy)]
pub(in crate::engine::image) struct Layout {
    pub(in crate::engine::image) little: bool,
    /// Whether it is a `BigTIFF`, whose counts and offsets have 64 bits.
    big: bool,
}

impl Layout {
    fn of(file: &[u8]) -> Option<Self> {
        Some(match file.get(..4)? {
            b"II\x2a\0" => Self { little: true, big: false },
            b"MM\0\x2a" => Self { little: false, big: false },
            b"II\x2b\0" => Self { little: true, big: true },
            b"MM\0\x2b" => Self { little: false, big: true },
            _ => return None,
        })
    }

    /// The same of a file that is no `BigTIFF`.
    pub(super) const fn small(self) -> Self {
        Self { big: false, ..self }
    }

    /// How long an offset is.
    const fn offset(self) -> usize {
        if self.big { 8 } else { 4 }
    }

    pub(in crate::engine::image) fn number(self, file: &[u8], at: usize, length: usize) -> Option<usize> {
        let bytes = file.get(at..at.checked_add(length)?)?;
        let add = |sum: u64, byte: &u8| sum << 8 | u64::from(*byte);
        let value = if self.little { bytes.iter().rev().fold(0, add) } else { bytes.iter().fold(0, add) };
        usize::try_from(value).ok()
    }

    pub(in crate::engine::image) fn bytes(self, value: u64, length: usize) -> Vec<u8> {
        if self.little {
            value.to_le_bytes()[..length].to_vec()
        } else {
            value.to_be_bytes()[8 - length..].to_vec()
        }
    }

    /// Where in an entry its values stand, or the offset to them.
    const fn place(self, entry: usize) -> usize {
        entry + if self.big { 12 } else { 8 }
    }

    /// Gives an entry other values, behind the end of the file where they are too many for it.
    pub(in crate::engine::image) fn set(self, file: &mut Vec<u8>, entry: usize, values: &[u64]) {
        let (kind, size) = if self.big { (LONG8, 8) } else { (LONG, 4) };
        let bytes: Vec<u8> = values.iter().flat_map(|value| self.bytes(*value, size)).collect();
        let mut written = [self.bytes(kind, 2), self.bytes(values.len() as u64, self.offset())].concat();
        if bytes.len() <= self.offset() {
            written.extend(bytes);
        } else {
            written.extend(self.bytes(file.len() as u64, self.offset()));
            file.extend(bytes);
        }
        file[entry + 2..entry + 2 + written.len()].copy_from_slice(&written);
    }
}

/// How many bytes a value of this kind has.
pub(super) const fn size(kind: u64) -> Option<usize> {
    Some(match kind {
        BYTE | ASCII | SBYTE | UNDEFINED | UTF8 => 1,
        SHORT | SSHORT => 2,
        LONG | SLONG | FLOAT | IFD => 4,
        RATIONAL | SRATIONAL | DOUBLE | LONG8 | SLONG8 | IFD8 => 8,
        _ => return None,
    })
}

/// What an entry has: the kind of its values, and their bytes as they stand in the file.
pub(super) type Content<'a> = (u64, &'a [u8]);

/// The entries of a directory, as far as they are in the file.
#[derive(Clone, Copy)]
pub(in crate::engine::image) struct Directory {
    pub(in crate::engine::image) layout: Layout,
    /// Where it begins.
    pub(in crate::engine::image) place: usize,
    first: usize,
    count: usize,
    whole: bool,
}

impl Directory {
    /// The first of a file.
    pub(in crate::engine::image) fn first(file: &[u8]) -> Option<Self> {
        let layout = Layout::of(file)?;
        Self::linked(file, layout, if layout.big { 8 } else { 4 })
    }

    /// That behind this one.
    pub(in crate::engine::image) fn next(&self, file: &[u8]) -> Option<Self> {
        Self::linked(file, self.layout, self.link()?)
    }

    /// That which an entry of this one leads to.
    pub(in crate::engine::image) fn inside(&self, file: &[u8], tag: u16) -> Option<Self> {
        Self::at(file, self.layout, usize::try_from(self.number(file, tag)?).ok()?)
    }

    /// That which begins at this place.
    pub(in crate::engine::image) fn placed(file: &[u8], place: u64) -> Option<Self> {
        Self::at(file, Layout::of(file)?, usize::try_from(place).ok()?)
    }

    fn linked(file: &[u8], layout: Layout, link: usize) -> Option<Self> {
        let place = layout.number(file, link, layout.offset()).filter(|place| *place > 0)?;
        Self::at(file, layout, place)
    }

    fn at(file: &[u8], layout: Layout, place: usize) -> Option<Self> {
        let length = if layout.big { 8 } else { 2 };
        let (said, first) = (layout.number(file, place, length)?, place.checked_add(length)?);
        let fit = file.len().saturating_sub(first) / Self::entry_length(layout);
        Some(Self { layout, place, first, count: said.min(fit), whole: said <= fit })
    }

    const fn entry_length(layout: Layout) -> usize {
        if layout.big { 20 } else { 12 }
    }

    /// Where the link to the next one is.
    pub(in crate::engine::image) fn link(&self) -> Option<usize> {
        self.whole.then(|| self.first + self.count * Self::entry_length(self.layout))
    }

    fn places(&self) -> impl Iterator<Item = usize> + use<> {
        let (first, length) = (self.first, Self::entry_length(self.layout));
        (0..self.count).map(move |number| first + number * length)
    }

    pub(in crate::engine::image) fn entry(&self, file: &[u8], tag: u16) -> Option<usize> {
        self.places().find(|entry| self.layout.number(file, *entry, 2) == Some(tag.into()))
    }

    fn kind(&self, file: &[u8], entry: usize) -> Option<u64> {
        self.layout.number(file, entry + 2, 2).map(|kind| kind as u64)
    }

    /// All entries by their tags; None for what is of no known kind, or not in the file.
    pub(super) fn entries<'a>(
        &self,
        file: &'a [u8],
    ) -> impl Iterator<Item = (u16, Option<Content<'a>>)> + use<'a> {
        let directory = *self;
        self.places().filter_map(move |entry| {
            let tag = u16::try_from(directory.layout.number(file, entry, 2)?).ok()?;
            Some((tag, directory.content(file, entry)))
        })
    }

    /// What the entry of a tag has.
    pub(in crate::engine::image) fn tagged<'a>(&self, file: &'a [u8], tag: u16) -> Option<Content<'a>> {
        self.content(file, self.entry(file, tag)?)
    }

    fn content<'a>(&self, file: &'a [u8], entry: usize) -> Option<Content<'a>> {
        Some((self.kind(file, entry)?, file.get(self.span(file, entry)?)?))
    }

    /// Where the values of an entry stand.
    fn span(&self, file: &[u8], entry: usize) -> Option<Range<usize>> {
        let layout = self.layout;
        let size = size(self.kind(file, entry)?)?;
        let length = layout.number(file, entry + 4, layout.offset())?.checked_mul(size)?;
        let place = layout.place(entry);
        let start =
            if length <= layout.offset() { place } else { layout.number(file, place, layout.offset())? };
        Some(start..start.checked_add(length)?)
    }

    /// Where the last of it ends: itself, or values of its entries. None where some of it cannot be read.
    pub(in crate::engine::image) fn end(&self, file: &[u8]) -> Option<usize> {
        let own = self.link()?.checked_add(self.layout.offset())?;
        self.places().try_fold(own, |end, entry| Some(end.max(self.span(file, entry)?.end)))
    }

    /// The whole numbers of an entry.
    pub(in crate::engine::image) fn values(&self, file: &[u8], tag: u16) -> Option<Vec<u64>> {
        let (kind, bytes) = self.tagged(file, tag)?;
        let size = size(kind).filter(|_| matches!(kind, SHORT | LONG | IFD | LONG8 | IFD8))?;
        bytes
            .chunks_exact(size)
            .map(|value| self.layout.number(value, 0, size).map(|number| number as u64))
            .collect()
    }

    /// The whole number of an entry.
    pub(in crate::engine::image) fn number(&self, file: &[u8], tag: u16) -> Option<u64> {
        self.values(file, tag)?.first().copied()
    }

    /// Where the eight bytes of a fraction are.
    pub(in crate::engine::image) fn fraction_at(&self, file: &[u8], tag: u16) -> Option<usize> {
        let entry = self.entry(file, tag).filter(|entry| self.kind(file, *entry) == Some(RATIONAL))?;
        let place = self.layout.place(entry);
        let at = if self.layout.big { place } else { self.layout.number(file, place, 4)? };
        (at.checked_add(8)? <= file.len()).then_some(at)
    }

    pub(in crate::engine::image) fn fraction(&self, file: &[u8], tag: u16) -> Option<f64> {
        let at = self.fraction_at(file, tag)?;
        let number = |at| self.layout.number(file, at, 4).and_then(|number| u32::try_from(number).ok());
        Some(f64::from(number(at)?) / f64::from(number(at + 4)?))
    }

    /// Changes a number where it stands, if it has room there.
    pub(in crate::engine::image) fn change(&self, file: &mut [u8], tag: u16, value: u64) {
        let Some(entry) = self.entry(file, tag) else { return };
        let length = match self.kind(file, entry) {
            Some(SHORT) if u16::try_from(value).is_ok() => 2,
            Some(LONG) => 4,
            _ => return,
        };
        let at = self.layout.place(entry);
        file[at..at + length].copy_from_slice(&self.layout.bytes(value, length));
    }
}
