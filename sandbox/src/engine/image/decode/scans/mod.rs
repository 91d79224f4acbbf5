//! Whether the pixels of a JPEG are all there. Where some are not, decoders go on with grey, and say nothing. So its codes are
//! gone through here, up to the end of its first picture, and nothing is computed from them.

mod blocks;
mod codes;
mod frame;

use crate::engine::{Failure, Progress};
use codes::{Bits, Codes};
use frame::{Component, Frame, Scan};

/// How many scans are gone through; what has more is not judged.
const MAX_SCANS: usize = 200;
/// Of what has less than this, nothing is to be seen.
const HARDLY: f64 = 0.01;
/// Programs leave a few bytes behind codes, which are no fault.
const LEFT: usize = 3;

/// What is the matter with the pixels of a file.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Fault {
    /// Whether the file ends where they should go on.
    cut: bool,
    /// How much of the picture there is, where it is not only coarser.
    share: Option<f64>,
}

/// Refuses a file with hardly any pixels, and tells of others that are not whole.
pub(in crate::engine::image) fn tell(file: &[u8], progress: &Progress) -> Result<(), Failure> {
    match fault(&[], file) {
        None => {}
        Some(Fault { share: Some(share), .. }) if share < HARDLY => {
            return Err(Failure::BadInput(
                "Hardly any pixels of the jpeg image can be read: it is broken off, or damaged".into(),
            ));
        }
        Some(Fault { cut: true, share: Some(share) }) => progress.warn(format!(
            "The JPEG is broken off: about {:.0} % of the picture can be read, and the rest is grey",
            share * 100.0
        )),
        Some(Fault { cut: true, share: None }) => {
            progress.warn("The JPEG is broken off: parts of the picture are coarser than they were");
        }
        Some(Fault { cut: false, .. }) => {
            progress.warn("The JPEG is damaged: parts of the picture are missing or look otherwise");
        }
    }
    Ok(())
}

/// What is the matter with a file, whose tables may stand in another. None also where that cannot be known.
pub(super) fn fault(tables: &[u8], file: &[u8]) -> Option<Fault> {
    let mut scans = Scans::default();
    // They end as a file does.
    let _ = scans.read(tables);
    scans.read(file)?.err()
}

/// What stands before scans, and what they have told so far.
#[derive(Default)]
struct Scans {
    /// The tables of codes for the first coefficient of a block, and for the others.
    codes: [[Option<Codes>; 4]; 2],
    /// After how many units codes begin anew; 0 is never.
    restart: usize,
    frame: Option<Frame>,
    count: usize,
}

type Judged = Result<(), Fault>;

impl Scans {
    /// Goes through a file. None where it is of a kind that is not known here.
    fn read(&mut self, file: &[u8]) -> Option<Judged> {
        let mut at = 2;
        loop {
            let Some((marker, behind)) = marker(file, at) else { return Some(self.ended(true)) };
            at = behind;
            if matches!(marker, 0x01 | 0xd0..=0xd8) {
                continue;
            }
            if marker == 0xd9 {
                return Some(self.ended(false));
            }
            let Some(&[high, low]) = file.get(at..at + 2) else { return Some(self.ended(true)) };
            let length = usize::from(u16::from_be_bytes([high, low])).max(2);
            let Some(content) = file.get(at + 2..at + length) else { return Some(self.ended(true)) };
            at += length;
            match marker {
                0xc4 => self.tables(content)?,
                0xdd => self.restart = usize::from(u16::from_be_bytes(content.try_into().ok()?)),
                0xc0..=0xc2 => self.frame = Some(Frame::read(content, marker == 0xc2)?),
                // Arithmetic codes, and pictures without loss.
                0xc3 | 0xc5..=0xcf => return None,
                0xda => {
                    let scan = Scan::read(content, self.frame.as_mut()?)?;
                    self.count += 1;
                    if self.count > MAX_SCANS {
                        return None;
                    }
                    match self.codes_of(&scan, file, at)? {
                        Ok(end) => at = end,
                        Err(fault) => return Some(Err(fault)),
                    }
                }
                _ => {}
            }
        }
    }

    /// At the end of a picture, or of the file before that.
    fn ended(&self, cut: bool) -> Judged {
        let Some(frame) = &self.frame else { return Ok(()) };
        let missing = |component: &Component| component.missing.iter().any(|missing| *missing > 0);
        let never = frame.components.iter().any(|component| component.missing[0] == 16);
        if self.count == 0 {
            Err(Fault { cut, share: Some(0.0) })
        } else if never || (cut && frame.components.iter().any(missing)) {
            Err(Fault { cut, share: None })
        } else {
            Ok(())
        }
    }

    fn tables(&mut self, mut content: &[u8]) -> Option<()> {
        while let Some((kind, rest)) = content.split_first() {
            let (counts, rest) = rest.split_first_chunk::<16>()?;
            let count = counts.iter().map(|count| usize::from(*count)).sum::<usize>();
            let (symbols, rest) = rest.split_at_checked(count)?;
            let table = self.codes.get_mut(usize::from(kind >> 4))?.get_mut(usize::from(kind & 0xf))?;
            *table = Some(Codes::new(*counts, symbols));
            content = rest;
        }
        Some(())
    }

    /// Goes through the codes of a scan; gives where they end. None where its tables are not there.
    fn codes_of(&mut self, scan: &Scan, file: &[u8], mut at: usize) -> Option<Result<usize, Fault>> {
        let frame = self.frame.as_mut()?;
        let (units, row) = scan.units(frame);
        let first = self.count == 1;
        #[allow(clippy::cast_precision_loss)]
        let fault =
            |cut: bool, done: usize| Fault { cut, share: first.then(|| done as f64 / units.max(1) as f64) };
        let (mut done, mut number, mut bytes) = (0, 0_u8, Vec::new());
        loop {
            let (end, marker) = part(file, at, &mut bytes);
            bytes.extend([0; Bits::BEHIND]);
            let mut bits = Bits::new(&bytes);
            let mut run = 0;
            let until = if self.restart == 0 { units } else { units.min(done + self.restart) };
            while done < until {
                let unit = scan.unit(frame, &self.codes, (done % row, done / row), &mut run, &mut bits)?;
                if bits.are_over() {
                    break;
                }
                if unit.is_err() {
                    return Some(Err(fault(false, done)));
                }
                done += 1;
            }
            let more = bits.left();
            if done == until && more.len() > LEFT && more.iter().any(|byte| *byte != 0) {
                return Some(Err(Fault { cut: false, share: None }));
            }
            if done == units {
                return Some(Ok(end));
            }
            match marker {
                Some(restart @ 0xd0..=0xd7) if done == until && restart & 7 == number => at = end + 2,
                None => return Some(Err(fault(true, done))),
                Some(_) => return Some(Err(fault(false, done))),
            }
            number = (number + 1) & 7;
        }
    }
}

/// The next marker, and what is behind it.
fn marker(file: &[u8], mut at: usize) -> Option<(u8, usize)> {
    loop {
        at += memchr::memchr(0xff, file.get(at..)?)? + 1;
        match file.get(at)? {
            0 | 0xff => {}
            marker => return Some((*marker, at + 1)),
        }
    }
}

/// The codes up to the next marker, without the bytes that keep them from looking like one; where it is, where there is one.
fn part(file: &[u8], mut at: usize, bytes: &mut Vec<u8>) -> (usize, Option<u8>) {
    bytes.clear();
    loop {
        let rest = file.get(at..).unwrap_or_default();
        let Some(found) = memchr::memchr(0xff, rest) else {
            bytes.extend(rest);
            return (file.len(), None);
        };
        bytes.extend(&rest[..found]);
        at += found;
        match file.get(at + 1) {
            None => return (file.len(), None),
            Some(0) => {
                bytes.push(0xff);
                at += 2;
            }
            Some(0xff) => at += 1,
            Some(marker) => return (at, Some(*marker)),
        }
    }
}

#[cfg(test)]
mod tests {
    use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

    use super::*;

    /// Noise in every way that the encoder has.
    fn jpegs() -> Vec<Vec<u8>> {
        let mut random = fastrand::Rng::with_seed(3);
        let pixels: Vec<u8> = std::iter::repeat_with(|| random.u8(..)).take(70 * 45 * 3).collect();
        let mut jpegs = Vec::new();
        for sampling in [SamplingFactor::F_1_1, SamplingFactor::F_2_1, SamplingFactor::F_2_2] {
            for (progressive, optimized, restart) in
                [(false, false, 0), (false, true, 0), (false, false, 4), (true, false, 0), (true, true, 3)]
            {
                let mut bytes = Vec::new();
                let mut encoder = Encoder::new(&mut bytes, 80);
                encoder.set_sampling_factor(sampling);
                encoder.set_progressive(progressive);
                encoder.set_optimized_huffman_tables(optimized);
                encoder.set_restart_interval(restart);
                encoder.encode(&pixels, 70, 45, ColorType::Rgb).unwrap();
                jpegs.push(bytes);
            }
        }
        jpegs
    }

    #[test]
    fn what_is_cut_is_known_by_its_codes() {
        for (kind, file) in jpegs().iter().enumerate() {
            assert_eq!(fault(&[], file), None, "{kind}");
            for part in 2..10 {
                let cut = &file[..file.len() * part / 10];
                assert!(fault(&[], cut).is_some_and(|fault| fault.cut), "{kind}: {part}");
                let ended = [cut, b"\xff\xd9"].concat();
                assert!(fault(&[], &ended).is_some(), "{kind}: {part}");
            }
        }
    }

    #[test]
    fn anything_at_all_is_read_without_harm() {
        let mut random = fastrand::Rng::with_seed(9);
        let jpegs = jpegs();
        for count in 0..3000 {
            let mut file = jpegs[count % jpegs.len()].clone();
            for _ in 0..random.usize(1..6) {
                let end = random.usize(3..2000);
                let at = random.usize(2..file.len().min(end));
                file[at] = random.u8(..);
            }
            file.truncate(random.usize(..=file.len()));
            let _ = fault(&[], &file);
            let _ = fault(&file, &jpegs[0]);
        }
    }
}
