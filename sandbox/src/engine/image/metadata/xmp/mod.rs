//! XMP: its packets, also those that are too long for a segment of JPEG (part 3 of its standard, 1.1.3.1).

mod properties;

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};
use md5::{Digest, Md5};
use memchr::memmem::{find, rfind};

pub(super) use properties::{resize, said, set_resolution, swap_sides, upright, without_pictures};

/// What a packet begins with where a file has it among other things.
pub(super) const PREFIX: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";
/// What the first packet says of a second, longer one, whose MD5 in letters follows.
const MORE: &[u8] = b"HasExtendedXMP";
/// How a description in RDF ends.
const END: &[u8] = b"</rdf:RDF>";
/// How many letters an MD5 has.
const SUM: usize = 32;
/// The head of each part of a longer packet: the sum, its length, where the part belongs.
const HEAD: usize = SUM + 8;
/// How much of a longer packet stands in one part.
const PART: usize = 65_000;

/// A packet of XMP, which may be in UTF-16, in UTF-8.
pub(super) fn packet(bytes: Vec<u8>) -> Vec<u8> {
    let marked = Encoding::for_bom(&bytes).map(|(encoding, _)| encoding);
    let encoding = marked.or(match bytes.get(..2) {
        Some(b"<\0") => Some(UTF_16LE),
        Some(b"\0<") => Some(UTF_16BE),
        _ => None,
    });
    match encoding {
        Some(encoding) => encoding.decode_with_bom_removal(&bytes).0.into_owned().into_bytes(),
        None => bytes,
    }
}

/// A packet with the parts of a longer one that belongs to it; None where these are not whole.
pub(super) fn joined(packet: &[u8], parts: &[&[u8]]) -> Option<Vec<u8>> {
    let said = find(packet, MORE)? + MORE.len();
    let sum = packet[said..].windows(SUM).find(|word| word.iter().all(u8::is_ascii_hexdigit))?;
    let mut own: Vec<(usize, &[u8])> = Vec::new();
    let mut length = 0;
    for part in parts.iter().filter(|part| part.starts_with(sum)) {
        let number = |at: usize| Some(u32::from_be_bytes(part.get(at..at + 4)?.try_into().ok()?));
        length = usize::try_from(number(SUM)?).ok()?;
        own.push((usize::try_from(number(SUM + 4)?).ok()?, part.get(HEAD..)?));
    }
    own.sort_by_key(|(at, _)| *at);
    let mut longer = Vec::new();
    for (at, part) in own {
        if at != longer.len() {
            return None;
        }
        longer.extend(part);
    }
    let longer = (length > 0 && longer.len() == length).then(|| self::packet(longer))?;
    // The descriptions of the one go behind those of the other.
    let start = find(&longer, b"<rdf:RDF")?;
    let start = start + find(&longer[start..], b">")? + 1;
    let inside = longer.get(start..rfind(&longer, END)?)?;
    let (before, after) = packet.split_at(rfind(packet, END)?);
    Some([without_word(before), inside.to_vec(), after.to_vec()].concat())
}

/// A packet that is too long for a segment, as a short one and the parts of the long one.
pub(super) fn parted(packet: &[u8]) -> (Vec<u8>, Vec<Vec<u8>>) {
    let sum = hex::encode_upper(Md5::digest(packet));
    let short = format!(
        "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\
         <rdf:Description rdf:about=\"\" xmlns:xmpNote=\"http://ns.adobe.com/xmp/note/\" \
         xmpNote:HasExtendedXMP=\"{sum}\"/></rdf:RDF></x:xmpmeta>"
    );
    let number = |value: usize| u32::try_from(value).unwrap_or(u32::MAX).to_be_bytes();
    let parts = packet
        .chunks(PART)
        .enumerate()
        .map(|(count, part)| [sum.as_bytes(), &number(packet.len()), &number(count * PART), part].concat());
    (short.into_bytes(), parts.collect())
}

/// Without the attribute that says that there is a longer one.
fn without_word(packet: &[u8]) -> Vec<u8> {
    let attribute = find(packet, MORE).and_then(|at| {
        let start = packet[..at].iter().rposition(u8::is_ascii_whitespace)?;
        let quote = *packet.get(at + MORE.len() + 1)?;
        let value = at + MORE.len() + 2;
        let end = value + packet.get(value..)?.iter().position(|byte| *byte == quote)?;
        matches!(quote, b'"' | b'\'').then_some((start, end + 1))
    });
    match attribute {
        Some((start, end)) => [&packet[..start], &packet[end..]].concat(),
        None => packet.to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn xmp_is_in_utf_8() {
        let text = "<x title=\"Größe\"/>";
        let wide = |to: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(to).collect::<Vec<u8>>();
        for bytes in [
            text.as_bytes().to_vec(),
            [b"\xef\xbb\xbf", text.as_bytes()].concat(),
            wide(u16::to_le_bytes),
            [&b"\xfe\xff"[..], &wide(u16::to_be_bytes)].concat(),
        ] {
            assert_eq!(packet(bytes), text.as_bytes());
        }
    }

    #[test]
    fn long_packets_are_parted_and_joined() {
        let long =
            format!("<x:xmpmeta><rdf:RDF a=\"b\"><d>{}</d></rdf:RDF></x:xmpmeta>", "x".repeat(200_000));
        let (short, parts) = parted(long.as_bytes());
        assert!(short.len() < 1000 && parts.len() == 4 && parts.iter().all(|part| part.len() < 65_400));
        let mut shuffled: Vec<&[u8]> = parts.iter().rev().map(Vec::as_slice).collect();
        shuffled.push(b"0123456789ABCDEF0123456789ABCDEF\0\0\0\x01\0\0\0\0x");
        let joined = String::from_utf8(super::joined(&short, &shuffled).unwrap()).unwrap();
        assert!(joined.contains("<d>xxx") && joined.len() > 200_000);
        assert!(!joined.contains("HasExtendedXMP"), "{}", &joined[..300]);
        for broken in [&shuffled[1..], &[]] {
            assert!(super::joined(&short, broken).is_none());
        }
        assert!(super::joined(b"<rdf:RDF></rdf:RDF>", &shuffled).is_none());
    }
}
