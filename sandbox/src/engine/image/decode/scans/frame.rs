//! How the blocks of a JPEG lie, and which of them a scan has.

use super::blocks::{BLOCK, begun, coefficient, refined, whole};
use super::codes::{Bits, Codes, NoCode};

/// How many blocks of a component are remembered.
const MAX_BLOCKS: usize = 1 << 22;

pub(super) struct Frame {
    progressive: bool,
    width: usize,
    height: usize,
    /// How fine the finest component is.
    across: usize,
    down: usize,
    pub(super) components: Vec<Component>,
}

pub(super) struct Component {
    number: u8,
    across: usize,
    down: usize,
    /// How many blocks are stored side by side.
    stride: usize,
    /// Of each block, the coefficients that are not 0, where later scans have to know.
    set: Vec<u64>,
    /// How many of the last bits of each coefficient are missing; none of it was there yet where it is 16.
    pub(super) missing: [u8; BLOCK],
}

/// What a scan brings.
pub(super) struct Scan {
    /// Which components, with their tables.
    parts: Vec<(usize, usize, usize)>,
    from: usize,
    to: usize,
    /// Whether it makes finer what other scans brought.
    refines: bool,
}

impl Frame {
    pub(super) fn read(content: &[u8], progressive: bool) -> Option<Self> {
        let [8, sides @ .., count] = content.get(..6)? else { return None };
        let side = |at: usize| usize::from(u16::from_be_bytes([sides[at], sides[at + 1]]));
        let (height, width) = (side(0), side(2));
        let parts = content.get(6..6 + 3 * usize::from(*count))?.chunks_exact(3);
        let fine = |part: &[u8]| (usize::from(part[1] >> 4), usize::from(part[1] & 0xf));
        let (across, down) =
            (parts.clone().map(|part| fine(part).0).max()?, parts.clone().map(|part| fine(part).1).max()?);
        // What has no height tells it later.
        if width == 0 || height == 0 || count > &4 {
            return None;
        }
        let components = parts.map(|part| {
            let fine = fine(part);
            if !(1..=4).contains(&fine.0) || !(1..=4).contains(&fine.1) {
                return None;
            }
            let stride = width.div_ceil(8 * across) * fine.0;
            let blocks = if progressive { stride * height.div_ceil(8 * down) * fine.1 } else { 0 };
            if blocks > MAX_BLOCKS {
                return None;
            }
            let missing = [16; BLOCK];
            Some(Component {
                number: part[0],
                across: fine.0,
                down: fine.1,
                stride,
                set: vec![0; blocks],
                missing,
            })
        });
        Some(Self {
            progressive,
            width,
            height,
            across,
            down,
            components: components.collect::<Option<_>>()?,
        })
    }
}

impl Scan {
    pub(super) fn read(content: &[u8], frame: &mut Frame) -> Option<Self> {
        let (count, rest) = content.split_first()?;
        let (parts, rest) = rest.split_at_checked(2 * usize::from(*count))?;
        let [from, to, fine] = *rest.first_chunk::<3>()?;
        let place = |number: u8| frame.components.iter().position(|component| component.number == number);
        let part =
            |part: &[u8]| Some((place(part[0])?, usize::from(part[1] >> 4), usize::from(part[1] & 0xf)));
        let parts: Vec<_> = parts.chunks_exact(2).map(part).collect::<Option<_>>()?;
        let (from, to, finer) =
            if frame.progressive { (usize::from(from), usize::from(to), fine) } else { (0, BLOCK - 1, 0) };
        // Only first coefficients stand side by side.
        let apart = frame.progressive && (from > 0 && parts.len() > 1 || from == 0 && to > 0);
        if parts.is_empty() || to < from || to >= BLOCK || apart {
            return None;
        }
        for (component, ..) in &parts {
            frame.components[*component].missing[from..=to].fill(finer & 0xf);
        }
        Some(Self { parts, from, to, refines: finer >> 4 > 0 })
    }

    /// How many units it has, and how many of these are in a row.
    pub(super) fn units(&self, frame: &Frame) -> (usize, usize) {
        let (mut across, mut down) = (8 * frame.across, 8 * frame.down);
        let (mut width, mut height) = (frame.width, frame.height);
        // What stands alone has no more blocks than its pixels need.
        if let [(component, ..)] = self.parts[..] {
            let component = &frame.components[component];
            width = (width * component.across).div_ceil(frame.across);
            height = (height * component.down).div_ceil(frame.down);
            (across, down) = (8, 8);
        }
        let row = width.div_ceil(across);
        (row * height.div_ceil(down), row)
    }

    /// Goes through the blocks of a unit. None where a table is not there.
    pub(super) fn unit(
        &self,
        frame: &mut Frame,
        codes: &[[Option<Codes>; 4]; 2],
        (x, y): (usize, usize),
        run: &mut u32,
        bits: &mut Bits<'_>,
    ) -> Option<Result<(), NoCode>> {
        let alone = self.parts.len() == 1;
        for (component, first, others) in &self.parts {
            let component = &mut frame.components[*component];
            let (first, others) = (codes[0].get(*first)?.as_ref(), codes[1].get(*others)?.as_ref());
            let (across, down) = if alone { (1, 1) } else { (component.across, component.down) };
            for block in 0..across * down {
                let done = match (frame.progressive, self.from, self.refines) {
                    (false, ..) => whole(first?, others?, bits),
                    (true, 0, false) => coefficient(first?, bits),
                    (true, 0, true) => {
                        bits.skip(1);
                        Ok(())
                    }
                    (true, _, refines) => {
                        let place =
                            (y * down + block / across) * component.stride + x * across + block % across;
                        let set = component.set.get_mut(place)?;
                        let range = (self.from, self.to);
                        if refines {
                            refined(others?, range, set, run, bits)
                        } else {
                            begun(others?, range, set, run, bits)
                        }
                    }
                };
                if done.is_err() {
                    return Some(done);
                }
            }
        }
        Some(Ok(()))
    }
}
