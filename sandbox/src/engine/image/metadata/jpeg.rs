//! The segments of a JPEG, before its pixels.

use super::{COMMENT, Metadata, Resolution, colours, exif, line, text, xmp};

const LONG_XMP: &[u8] = b"http://ns.adobe.com/xmp/extension/\0";
/// How long the content of a segment may be.
const MAX_SEGMENT: usize = 65_533;
const PHOTOSHOP: &[u8] = b"Photoshop 3.0\0";
const PROFILE: &[u8] = b"ICC_PROFILE\0";

/// What the segments say, and whether Adobe wrote it, whose inks are inverted.
pub(in crate::engine::image) struct Segments {
    pub(in crate::engine::image) metadata: Metadata,
    pub(in crate::engine::image) adobe: bool,
}

pub(in crate::engine::image) fn read(file: &[u8]) -> Segments {
    let (mut metadata, mut adobe) = (Metadata::default(), false);
    let (mut profile, mut long_xmp) = (Vec::new(), Vec::new());
    for (marker, content) in segments(file) {
        match marker {
            0xe0 => metadata.resolution = metadata.resolution.or_else(|| jfif(content)),
            0xe1 if content.starts_with(exif::PREFIX) => {
                metadata.exif.get_or_insert_with(|| content[exif::PREFIX.len()..].to_vec());
            }
            0xe1 if content.starts_with(xmp::PREFIX) => {
                metadata.xmp.get_or_insert_with(|| xmp::packet(content[xmp::PREFIX.len()..].to_vec()));
            }
            0xe1 if content.starts_with(LONG_XMP) => long_xmp.push(&content[LONG_XMP.len()..]),
            0xe2 if content.starts_with(PROFILE) && content.len() > PROFILE.len() + 2 => {
                profile.push((content[PROFILE.len()], &content[PROFILE.len() + 2..]));
            }
            0xed if content.starts_with(PHOTOSHOP) => {
                metadata.iptc.get_or_insert_default().extend(&content[PHOTOSHOP.len()..]);
            }
            0xee => adobe |= content.starts_with(b"Adobe"),
            0xfe => {
                metadata.comments.extend(text(content).map(|text| (COMMENT.to_owned(), text)));
            }
            marker => metadata.others.extend(other(marker, content)),
        }
    }
    metadata.others.extend(end(file).and_then(|end| super::behind(file, end)));
    if !long_xmp.is_empty() {
        match metadata.xmp.as_deref().and_then(|packet| xmp::joined(packet, &long_xmp)) {
            Some(joined) => metadata.xmp = Some(joined),
            None => drop(metadata.others.insert("extended XMP".to_owned())),
        }
    }
    profile.sort_by_key(|(number, _)| *number);
    let profile: Vec<u8> = profile.into_iter().flat_map(|(_, part)| part).copied().collect();
    metadata.icc = Some(profile).filter(|profile| !profile.is_empty());
    if metadata.icc.is_none() && metadata.exif.as_deref().is_some_and(exif::is_adobe_rgb) {
        metadata.icc = colours::adobe_rgb();
    }
    let by_exif = metadata.exif.as_deref().and_then(exif::resolution);
    // What stands beside it counts, and is written into it.
    if let (Some(said), Some(other)) = (metadata.resolution, by_exif)
        && said.differs(other)
    {
        metadata.others.insert(format!("another resolution in its EXIF ({} × {})", other.x, other.y));
    }
    metadata.resolution = metadata.resolution.or(by_exif);
    Segments { metadata, adobe }
}

/// Takes away from decoders what only [`read`] reads, and what they would not decode a picture for if it was broken: all
/// application segments but those that tell of the colours.
pub(in crate::engine::image) fn without_others(file: &mut [u8]) {
    const COMMENT: u8 = 0xfe;
    let mut at = 2;
    loop {
        while file.get(at) == Some(&0xff) && file.get(at + 1) == Some(&0xff) {
            at += 1;
        }
        let Some([0xff, marker, high, low]) = file.get(at..at + 4) else { return };
        let (marker, length) = (*marker, usize::from(u16::from_be_bytes([*high, *low])));
        if marker == 0xda || length < 2 {
            return;
        }
        if matches!(marker, 0xe1..=0xed | 0xef) {
            file[at + 1] = COMMENT;
        }
        at += 2 + length;
    }
}

/// How the pixels are stored.
pub(in crate::engine::image) struct Frame {
    pub(in crate::engine::image) depth: u8,
    pub(in crate::engine::image) progressive: bool,
    /// For each component, how fine it is across and down.
    pub(in crate::engine::image) fineness: Vec<(u8, u8)>,
    /// Whether colours are stored as brightness and what else they need.
    pub(in crate::engine::image) transformed: bool,
}

pub(in crate::engine::image) fn frame(file: &[u8]) -> Option<Frame> {
    let is_frame = |marker: u8| matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc);
    let (marker, content) = segments(file).find(|(marker, _)| is_frame(*marker))?;
    // The precision, two sides, a count; and of each component its number, its fineness and a table.
    let [depth, _, _, _, _, count, components @ ..] = content else { return None };
    let components: Vec<&[u8]> = components.chunks_exact(3).take((*count).into()).collect();
    let fineness: Vec<(u8, u8)> = components.iter().map(|one| (one[1] >> 4, one[1] & 0xf)).collect();
    // The last byte of Adobe's says how; the numbers of components are letters where nothing is changed.
    let adobe = segments(file).find(|(marker, content)| *marker == 0xee && content.starts_with(b"Adobe"));
    let said = adobe.and_then(|(_, content)| content.get(11)).map(|transform| *transform > 0);
    let coarser = matches!(fineness[..], [first, second, ..] if second < first);
    let transformed = said.unwrap_or(match components.len() {
        3 => !components.iter().map(|one| one[0]).eq(*b"RGB"),
        // Only then some of the inks are coarser.
        4 => coarser,
        _ => false,
    });
    let progressive = matches!(marker, 0xc2 | 0xc6 | 0xca | 0xce);
    Some(Frame { depth: *depth, progressive, fineness, transformed })
}

/// Whether inks without a word of Adobe's are stored as brightness and colour.
pub(in crate::engine::image) fn is_ycck(file: &[u8]) -> bool {
    frame(file).is_some_and(|frame| frame.fineness.len() == 4 && frame.transformed)
}

/// Says to decoders that inks are stored as brightness and colour.
pub(in crate::engine::image) fn mark_as_ycck(file: &mut Vec<u8>) {
    const SEGMENT: &[u8; 16] = b"\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00\x02";
    file.splice(2..2, *SEGMENT);
}

/// The application segments for XMP and IPTC.
pub(in crate::engine::image) fn xmp(packet: &[u8]) -> Vec<Vec<u8>> {
    if xmp::PREFIX.len() + packet.len() <= MAX_SEGMENT {
        return vec![[xmp::PREFIX, packet].concat()];
    }
    let (short, parts) = xmp::parted(packet);
    let parts = parts.iter().map(|part| [LONG_XMP, part].concat());
    std::iter::once([xmp::PREFIX, &short].concat()).chain(parts).collect()
}

pub(in crate::engine::image) fn iptc(resources: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    resources.chunks(65_000).map(|part| [PHOTOSHOP, part].concat())
}

/// A comment as a segment; None for what does not fit into one.
pub(in crate::engine::image) fn comment(comment: &(String, String)) -> Option<Vec<u8>> {
    let text = line(comment);
    let length = u16::try_from(text.len() + 2).ok()?.to_be_bytes();
    Some([&[0xff, 0xfe], &length[..], text.as_bytes()].concat())
}

/// What an application wrote, which is not read here.
fn other(marker: u8, content: &[u8]) -> Option<String> {
    Some(match marker {
        // More of what there is one of already.
        0xe1 if content.starts_with(exif::PREFIX) || content.starts_with(xmp::PREFIX) => return None,
        0xe2 if content.starts_with(PROFILE) => return None,
        0xe2 if content.starts_with(b"MPF\0") => "an index of more pictures (MPF)".to_owned(),
        // How Photoshop saved it.
        0xec if content.starts_with(b"Ducky") => return None,
        0xe1..=0xef => {
            let name = content.split(|byte| !byte.is_ascii_graphic()).next().unwrap_or_default();
            let name = String::from_utf8_lossy(&name[..name.len().min(40)]);
            format!("APP{} ({name})", marker & 0xf).replace(" ()", "")
        }
        _ => return None,
    })
}

/// Where the picture ends.
fn end(file: &[u8]) -> Option<usize> {
    let mut at = 2;
    loop {
        let [0xff, marker] = file.get(at..at + 2)? else { return None };
        at += match marker {
            0xd9 => break,
            0xff => 1,
            0x01 | 0xd0..=0xd7 => 2,
            _ => {
                let [high, low] = file.get(at + 2..at + 4)? else { return None };
                2 + usize::from(u16::from_be_bytes([*high, *low])).max(2)
            }
        };
        if *marker == 0xda {
            // The content of a scan ends where a marker follows that does not belong to it.
            let ends = |pair: &[u8]| pair[0] == 0xff && !matches!(pair[1], 0 | 0xd0..=0xd7 | 0xff);
            at += file.get(at..)?.windows(2).position(ends)?;
        }
    }
    Some(at + 2)
}

/// Each marker with its content, up to the first scan.
fn segments(file: &[u8]) -> impl Iterator<Item = (u8, &[u8])> {
    let mut at = 2;
    std::iter::from_fn(move || {
        // Markers may be filled up.
        while file.get(at) == Some(&0xff) && file.get(at + 1) == Some(&0xff) {
            at += 1;
        }
        let [0xff, marker, high, low] = file.get(at..at + 4)? else { return None };
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        if *marker == 0xda || length < 2 {
            return None;
        }
        let content = file.get(at + 4..at + 2 + length)?;
        at += 2 + length;
        Some((*marker, content))
    })
}

fn jfif(content: &[u8]) -> Option<Resolution> {
    let content = content.strip_prefix(b"JFIF\0")?;
    let number = |at: usize| Some(f64::from(u16::from_be_bytes([*content.get(at)?, *content.get(at + 1)?])));
    match content.get(2)? {
        0 => Resolution::ratio(number(3)?, number(5)?),
        1 => Resolution::per_inch(number(3)?, number(5)?),
        2 => Resolution::per_centimetre(number(3)?, number(5)?),
        _ => None,
    }
}
