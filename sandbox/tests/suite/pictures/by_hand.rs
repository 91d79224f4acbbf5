//! TIFF, written by hand.

/// How a file counts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Layout {
    little: bool,
    big: bool,
}

pub(super) const OLD: Layout = Layout { little: true, big: false };
pub(super) const LAYOUTS: [Layout; 4] = [
    OLD,
    Layout { little: false, big: false },
    Layout { little: true, big: true },
    Layout { little: false, big: true },
];

const ASCII: u16 = 2;
const SHORT: u16 = 3;
const LONG: u16 = 4;
const UNDEFINED: u16 = 7;

impl Layout {
    fn number(self, value: u64, length: usize) -> Vec<u8> {
        if self.little {
            value.to_le_bytes()[..length].to_vec()
        } else {
            value.to_be_bytes()[8 - length..].to_vec()
        }
    }

    /// Samples of so many bytes.
    pub(super) fn samples(self, values: &[u64], length: usize) -> Vec<u8> {
        values.iter().flat_map(|value| self.number(*value, length)).collect()
    }

    /// A file of one page: its pixels stand in these parts behind the head, each of so many rows.
    pub(super) fn file(
        self,
        (width, height): (u64, u64),
        rows: u64,
        more: &[(u16, &[u64])],
        parts: &[Vec<u8>],
    ) -> Vec<u8> {
        self.parted((width, height), (273, 279), &[&[(278, &[rows][..])], more].concat(), parts)
    }

    /// The same with tiles of this size, the last of which are larger than what is left of the picture.
    pub(super) fn tiled(
        self,
        size: (u64, u64),
        tile: (u64, u64),
        more: &[(u16, &[u64])],
        parts: &[Vec<u8>],
    ) -> Vec<u8> {
        let (width, height) = ([tile.0], [tile.1]);
        self.parted(size, (324, 325), &[&[(322, &width[..]), (323, &height)], more].concat(), parts)
    }

    /// A file whose parts stand where these two entries say.
    fn parted(
        self,
        (width, height): (u64, u64),
        (at, length): (u16, u16),
        more: &[(u16, &[u64])],
        parts: &[Vec<u8>],
    ) -> Vec<u8> {
        let (head, count, offset) = if self.big { (16, 8, 8) } else { (8, 2, 4) };
        let starts: Vec<u64> = parts
            .iter()
            .scan(head, |at, part| Some(std::mem::replace(at, *at + part.len() as u64)))
            .collect();
        let lengths: Vec<u64> = parts.iter().map(|part| part.len() as u64).collect();
        let (width, height) = ([width], [height]);
        let own: [(u16, &[u64]); 4] = [(256, &width), (257, &height), (at, &starts), (length, &lengths)];
        let mut entries = [&own[..], more].concat();
        entries.sort_by_key(|(tag, _)| *tag);

        let mut file = if self.little { b"II".to_vec() } else { b"MM".to_vec() };
        let place = (usize::try_from(head).unwrap() + parts.concat().len()).next_multiple_of(2);
        if self.big {
            file.extend(self.samples(&[43, 8, 0], 2));
        } else {
            file.extend(self.number(42, 2));
        }
        file.extend(self.number(place as u64, offset));
        file.extend(parts.concat());
        file.resize(place, 0);
        file.extend(self.number(entries.len() as u64, count));
        let mut behind = Vec::new();
        let end = place + count + entries.len() * (4 + 2 * offset) + offset;
        for (tag, values) in entries {
            let (kind, size) = match tag {
                269..=272 | 285 | 305 | 306 | 315 => (ASCII, 1),
                700 | 33_723 | 34_377 | 34_675 => (UNDEFINED, 1),
                tag if [at, length].contains(&tag) => (LONG, 4),
                _ => (SHORT, 2),
            };
            let mut bytes = self.samples(values, size);
            file.extend(self.samples(&[tag.into(), kind.into()], 2));
            file.extend(self.number(values.len() as u64, offset));
            if bytes.len() > offset {
                file.extend(self.number((end + behind.len()) as u64, offset));
                behind.extend(bytes);
            } else {
                bytes.resize(offset, 0);
                file.extend(bytes);
            }
        }
        file.extend(self.number(0, offset));
        file.extend(behind);
        file
    }
}
