//! Frames of `ID3v2`, in all of its versions: made safe for players of MPEG alone (unsynchronisation), packed or as they are.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};

use flate2::read::ZlibDecoder;
use tempfile::TempDir;

use super::{Failure, Work};

/// How many frames are looked at, and how much of a tag.
const MAX_FRAMES: usize = 10_000;
const MAX_TAG: u64 = 64 << 20;
/// In the head of a tag.
const SAFE: u8 = 0x80;
const MORE_HEAD: u8 = 0x40;
/// In the head of a frame of version 3.
const PACKED_IN_3: u8 = 0x80;

pub(super) struct Frame {
    pub(super) name: Vec<u8>,
    /// As it was before it was packed; where it is locked or damaged, as it stands there.
    pub(super) content: Vec<u8>,
    /// The flags of one that is locked or damaged.
    pub(super) locked: Option<[u8; 2]>,
    is_packed: bool,
}

/// The same work with a copy of its input, in which the tag is plain; None where it is as ffmpeg reads it rightly.
pub(super) fn plainly(work: &Work) -> Result<Option<(TempDir, Work)>, Failure> {
    let mut file = File::open(&work.input()?.path).map_err(Failure::io)?;
    let mut head = [0; 6];
    if file.read_exact(&mut head).is_err() || !head.starts_with(b"ID3") || head[3] > 3 {
        return Ok(None);
    }
    let (version, frames) = frames(&mut file, 0).map_err(Failure::io)?;
    if head[5] & SAFE == 0 && !frames.iter().any(|frame| frame.is_packed) {
        return Ok(None);
    }
    let folder = tempfile::tempdir_in(&work.output_dir).map_err(Failure::io)?;
    let path = folder.path().join("plain.mp3");
    let mut copy = File::create(&path).map_err(Failure::io)?;
    let tag = written(&frames, version);
    copy.write_all(&tag).and_then(|()| std::io::copy(&mut file, &mut copy)).map_err(Failure::io)?;
    let mut work = work.clone();
    if let Some(input) = work.inputs.first_mut() {
        input.path = path;
    }
    Ok(Some((folder, work)))
}

/// A tag of version 2 or 3.
fn written(frames: &[Frame], version: u8) -> Vec<u8> {
    let of_frame = |Frame { name, content, locked, .. }: &Frame| {
        let size = u32::try_from(content.len()).unwrap_or(u32::MAX).to_be_bytes();
        let flags = locked.unwrap_or_default();
        let flags = if version == 2 { &[][..] } else { &flags };
        [name, &size[4 - name.len()..], flags, content].concat()
    };
    let frames: Vec<u8> = frames.iter().flat_map(of_frame).collect();
    let size = [21, 14, 7, 0].map(|bits| u8::try_from(frames.len() >> bits & 0x7f).unwrap_or_default());
    [&b"ID3"[..], &[version, 0, 0], &size, &frames].concat()
}

/// The version of the tag at a place of a file, and its frames; afterwards the file is behind it. None where there is no tag.
pub(super) fn frames(file: &mut File, at: u64) -> std::io::Result<(u8, Vec<Frame>)> {
    let mut head = [0; 10];
    file.seek(SeekFrom::Start(at))?;
    file.read_exact(&mut head)?;
    let [b'I', b'D', b'3', version, _, flags, size @ ..] = head else { return Ok((0, Vec::new())) };
    let mut tag = Vec::new();
    let length = number(&size, 7);
    file.take(length.min(MAX_TAG)).read_to_end(&mut tag)?;
    file.seek(SeekFrom::Start(at + 10 + length))?;
    Ok((version, of_tag(&tag, version, flags).unwrap_or_default()))
}

fn of_tag(tag: &[u8], version: u8, flags: u8) -> Option<Vec<Frame>> {
    let tag = if flags & SAFE != 0 && version < 4 { plain(tag) } else { tag.to_vec() };
    let mut rest = match (version, flags & MORE_HEAD != 0) {
        // Nobody has said how a tag of this version is packed.
        (2, true) => return None,
        (3, true) => tag.get(4 + length(tag.get(..4)?, 8)..)?,
        (_, true) => tag.get(length(tag.get(..4)?, 7)..)?,
        _ => &tag,
    };
    let (name_length, head_length) = if version == 2 { (3, 6) } else { (4, 10) };
    let mut found = Vec::new();
    while let Some((head, behind)) = rest.split_at_checked(head_length)
        && found.len() < MAX_FRAMES
    {
        let (name, more) = head.split_at(name_length);
        if !name.iter().all(u8::is_ascii_alphanumeric) {
            break;
        }
        let size = length(&more[..name_length], if version == 4 { 7 } else { 8 });
        let Some((content, next)) = behind.split_at_checked(size) else { break };
        let read = match (version, head.last()) {
            (3, Some(flags)) => of_version_3(content, *flags),
            (4, Some(frame_flags)) => of_version_4(content, *frame_flags, flags & SAFE != 0),
            _ => Some(content.to_vec()),
        };
        let flags = head.last_chunk().copied().unwrap_or_default();
        found.push(Frame {
            name: name.to_vec(),
            locked: read.is_none().then_some(flags),
            is_packed: version == 3 && flags[1] & PACKED_IN_3 != 0,
            content: read.unwrap_or_else(|| content.to_vec()),
        });
        rest = next;
    }
    Some(found)
}

/// What is in a frame of version 3: packed behind its length, in a group behind the name of that.
fn of_version_3(content: &[u8], flags: u8) -> Option<Vec<u8>> {
    const LOCKED: u8 = 0x40;
    const GROUPED: u8 = 0x20;
    if flags & LOCKED != 0 {
        return None;
    }
    let is_packed = flags & PACKED_IN_3 != 0;
    let before = if is_packed { 4 } else { 0 } + usize::from(flags & GROUPED != 0);
    let content = content.get(before..)?;
    if is_packed { unpacked(content) } else { Some(content.to_vec()) }
}

/// The same of version 4, in which each frame is made safe by itself.
fn of_version_4(content: &[u8], flags: u8, all_safe: bool) -> Option<Vec<u8>> {
    const GROUPED: u8 = 0x40;
    const PACKED: u8 = 0x08;
    const LOCKED: u8 = 0x04;
    const MADE_SAFE: u8 = 0x02;
    const WITH_LENGTH: u8 = 0x01;
    if flags & LOCKED != 0 {
        return None;
    }
    let before = usize::from(flags & GROUPED != 0) + if flags & WITH_LENGTH == 0 { 0 } else { 4 };
    let content = content.get(before..)?;
    let content = if all_safe || flags & MADE_SAFE != 0 { plain(content) } else { content.to_vec() };
    if flags & PACKED == 0 { Some(content) } else { unpacked(&content) }
}

/// Without the zeros that make sure that nothing looks like the start of a sound.
fn plain(bytes: &[u8]) -> Vec<u8> {
    let mut before = 0;
    let is_said = |byte: &u8| {
        let is_added = before == 0xff && *byte == 0;
        before = *byte;
        !is_added
    };
    bytes.iter().copied().filter(is_said).collect()
}

fn unpacked(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut content = Vec::new();
    ZlibDecoder::new(bytes).take(MAX_TAG).read_to_end(&mut content).ok()?;
    Some(content)
}

/// A number of which each byte has so many bits.
fn number(bytes: &[u8], bits: u32) -> u64 {
    bytes.iter().fold(0, |sum, byte| sum << bits | u64::from(*byte & u8::MAX >> (8 - bits)))
}

fn length(bytes: &[u8], bits: u32) -> usize {
    usize::try_from(number(bytes, bits)).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anything_at_all_is_read_without_harm() {
        let mut random = fastrand::Rng::with_seed(7);
        for _ in 0..20_000 {
            let mut bytes = vec![0; random.usize(..80)];
            random.fill(&mut bytes);
            let start: &[u8] = random.choice([&b""[..], b"APIC\0\0\0\x09\0", b"TIT2\0\0\0\x05\0"]).unwrap();
            bytes.splice(..0, start.iter().copied());
            let _ = of_tag(&bytes, random.u8(..6), random.u8(..));
        }
    }

    #[test]
    fn zeros_that_were_added_are_left_out() {
        assert_eq!(plain(b"\xff\0\xe0\xff\0\0\x01\xff\xff\0"), b"\xff\xe0\xff\0\x01\xff\xff");
    }
}
