//! The structure that EXIF shares with TIFF. Every access is checked.

pub(super) const SHORT: u16 = 3;
pub(super) const LONG: u16 = 4;
const EXIF_DIRECTORY: u16 = 0x8769;

#[derive(Clone, Copy)]
pub(super) enum Directory {
    First,
    Exif,
}

/// A file or a part of it, from its head on.
pub(super) struct Tiff<'a> {
    bytes: &'a [u8],
    pub(super) little: bool,
}

impl<'a> Tiff<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Option<Self> {
        match bytes.get(..4)? {
            b"II\x2a\0" => Some(Self { bytes, little: true }),
            b"MM\0\x2a" => Some(Self { bytes, little: false }),
            _ => None,
        }
    }

    pub(super) fn u16(&self, at: usize) -> Option<u16> {
        let bytes = self.bytes.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if self.little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    }

    pub(super) fn u32(&self, at: usize) -> Option<u32> {
        let bytes = self.bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(if self.little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) })
    }

    pub(super) fn first(&self) -> Option<usize> {
        usize::try_from(self.u32(4)?).ok()
    }

    /// Where a directory is.
    pub(super) fn directory(&self, directory: Directory) -> Option<usize> {
        match directory {
            Directory::First => self.first(),
            Directory::Exif => {
                let (_, at) = self.value(self.first()?, EXIF_DIRECTORY)?;
                usize::try_from(self.u32(at)?).ok()
            }
        }
    }

    /// Where the link to the next directory is.
    pub(super) fn next(&self, directory: usize) -> Option<usize> {
        let at = directory.checked_add(2 + 12 * usize::from(self.u16(directory)?))?;
        self.u32(at).map(|_| at)
    }

    /// The type of an entry, and where its four bytes are.
    pub(super) fn value(&self, directory: usize, tag: u16) -> Option<(u16, usize)> {
        let count = usize::from(self.u16(directory)?);
        let entries = (0..count).map(|entry| directory + 2 + 12 * entry);
        let found =
            entries.take_while(|at| at + 12 <= self.bytes.len()).find(|at| self.u16(*at) == Some(tag))?;
        Some((self.u16(found + 2)?, found + 8))
    }

    pub(super) fn number(&self, directory: Directory, tag: u16) -> Option<u32> {
        match self.value(self.directory(directory)?, tag)? {
            (SHORT, at) => self.u16(at).map(u32::from),
            (LONG, at) => self.u32(at),
            _ => None,
        }
    }

    pub(super) fn fraction(&self, tag: u16) -> Option<f64> {
        let (kind, at) = self.value(self.first()?, tag)?;
        let at = usize::try_from(self.u32(at)?).ok()?;
        (kind == 5).then(|| Some(f64::from(self.u32(at)?) / f64::from(self.u32(at.checked_add(4)?)?)))?
    }
}
