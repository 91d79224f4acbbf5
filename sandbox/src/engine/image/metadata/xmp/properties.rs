//! What a packet says of the pixels, which have changed.

use std::ops::Range;

use memchr::memmem::find;
use resvg::usvg::roxmltree::{Document, Node};

const TIFF: &str = "http://ns.adobe.com/tiff/1.0/";
const EXIF: &str = "http://ns.adobe.com/exif/1.0/";
/// What shows the picture, or more of it, inside of a packet.
const PICTURES: [Name; 4] = [
    ("http://ns.adobe.com/xap/1.0/", "Thumbnails"),
    ("http://ns.adobe.com/xap/1.0/g/img/", "image"),
    ("http://ns.google.com/photos/1.0/image/", "Data"),
    ("http://ns.google.com/photos/1.0/depthmap/", "Data"),
];

/// What shows that there may be some in a packet that cannot be read.
const BROKEN: [&[u8]; 4] = [b"Thumbnails", b"GImg", b"GImage", b"GDepth"];

const RDF: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
const XML: &str = "http://www.w3.org/XML/1998/namespace";
/// How wide and how high the picture is.
const SIDES: [[Name; 2]; 2] =
    [[(TIFF, "ImageWidth"), (TIFF, "ImageLength")], [(EXIF, "PixelXDimension"), (EXIF, "PixelYDimension")]];

/// A namespace, and a name in it.
type Name = (&'static str, &'static str);

/// A packet without pictures inside; None where there are none. Nothing is left of one that cannot be read and may have some.
pub(in super::super) fn without_pictures(packet: &[u8]) -> Option<Vec<u8>> {
    let mut edits = Vec::new();
    let whole = each(packet, |name, place| {
        if PICTURES.contains(&name) {
            edits.push((place.whole, String::new()));
        }
    });
    match whole {
        Some(()) if edits.is_empty() => None,
        Some(()) => Some(edited(packet, edits)),
        None if BROKEN.iter().any(|name| find(packet, name).is_some()) => Some(Vec::new()),
        None => None,
    }
}

/// Changes what a packet says of the size of the picture.
pub(in super::super) fn resize(packet: &mut Vec<u8>, width: u32, height: u32) {
    let sides = SIDES.map(|[across, down]| [(across, width.to_string()), (down, height.to_string())]);
    set(packet, &sides.concat());
}

/// The sides of the picture changed places.
pub(in super::super) fn swap_sides(packet: &mut Vec<u8>) {
    for [across, down] in SIDES {
        if let (Some(width), Some(height)) = (get(packet, across), get(packet, down)) {
            set(packet, &[(across, height)]);
            set(packet, &[(down, width)]);
        }
    }
}

/// Changes what a packet says of the resolution, in hundredths and as TIFF counts its unit.
pub(in super::super) fn set_resolution(packet: &mut Vec<u8>, (x, y): (u32, u32), unit: u16) {
    set(
        packet,
        &[
            ((TIFF, "XResolution"), format!("{x}/100")),
            ((TIFF, "YResolution"), format!("{y}/100")),
            ((TIFF, "ResolutionUnit"), unit.to_string()),
        ],
    );
}

/// What a property says as a text: of several languages the usual one, of a list the first.
pub(in super::super) fn said(packet: &[u8], wanted: Name) -> Option<String> {
    let document = Document::parse(std::str::from_utf8(packet).ok()?).ok()?;
    let text = document.descendants().filter(Node::is_element).find_map(|node| {
        let inside = node.has_tag_name(wanted).then(|| first(node)).flatten();
        inside.or_else(|| node.attribute(wanted))
    });
    text.map(str::to_owned)
}

fn first<'a>(property: Node<'a, '_>) -> Option<&'a str> {
    let items: Vec<_> = property.descendants().filter(|node| node.has_tag_name((RDF, "li"))).collect();
    let usual = items.iter().find(|item| item.attribute((XML, "lang")) == Some("x-default"));
    usual.or(items.first()).unwrap_or(&property).text()
}

/// The value of a property.
fn get(packet: &[u8], wanted: Name) -> Option<String> {
    let mut found = None;
    let _ = each(packet, |name, place| {
        if name == wanted && found.is_none() {
            found = place.value;
        }
    });
    Some(String::from_utf8_lossy(packet.get(found?)?).into_owned())
}

/// Gives properties other values, which is one edit of the packet.
fn set(packet: &mut Vec<u8>, wanted: &[(Name, String)]) {
    let mut edits = Vec::new();
    let _ = each(packet, |name, place| {
        let said = wanted.iter().find(|(wanted, _)| *wanted == name);
        edits.extend(place.value.zip(said).map(|(place, (_, value))| (place, value.clone())));
    });
    if !edits.is_empty() {
        *packet = edited(packet, edits);
    }
}

/// Where a property stands in a packet, and its value, if that is a text.
struct Place {
    whole: Range<usize>,
    value: Option<Range<usize>>,
}

/// Hands on every property, which is an element or an attribute; None where the packet cannot be read.
fn each(packet: &[u8], mut property: impl FnMut((&str, &str), Place)) -> Option<()> {
    let document = Document::parse(std::str::from_utf8(packet).ok()?).ok()?;
    for node in document.descendants().filter(Node::is_element) {
        let name = (node.tag_name().namespace().unwrap_or_default(), node.tag_name().name());
        let value = node.first_child().filter(|child| child.is_text() && child.next_sibling().is_none());
        property(name, Place { whole: node.range(), value: value.map(|text| text.range()) });
        for attribute in node.attributes() {
            let name = (attribute.namespace().unwrap_or_default(), attribute.name());
            property(name, Place { whole: attribute.range(), value: Some(attribute.range_value()) });
        }
    }
    Some(())
}

/// A packet in which these places are replaced. What stands inside of another one goes with it.
fn edited(packet: &[u8], mut edits: Vec<(Range<usize>, String)>) -> Vec<u8> {
    edits.sort_by_key(|(place, _)| (place.start, usize::MAX - place.end));
    let (mut edited, mut end) = (Vec::new(), 0);
    for (place, text) in edits {
        if let Some(before) = packet.get(end..place.start) {
            edited.extend([before, text.as_bytes()].concat());
            end = place.end;
        }
    }
    edited.extend(packet.get(end..).unwrap_or_default());
    edited
}

/// Makes the orientation of an XMP packet 1, without changing its length.
pub(in super::super) fn upright(xmp: &mut [u8]) {
    for (name, quotes) in
        [(&b"tiff:Orientation=\""[..], b'"'), (b"tiff:Orientation='", b'\''), (b"<tiff:Orientation>", b'<')]
    {
        let found = xmp.windows(name.len()).position(|part| part == name).map(|at| at + name.len());
        if let Some(at) = found
            && let Some([digit @ b'1'..=b'8', end]) = xmp.get_mut(at..at + 2)
            && *end == quotes
        {
            *digit = b'1';
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn xmp_is_turned() {
        for (before, after) in [
            ("<x tiff:Orientation=\"6\"/>", "<x tiff:Orientation=\"1\"/>"),
            ("<tiff:Orientation>8</tiff:Orientation>", "<tiff:Orientation>1</tiff:Orientation>"),
            ("<x tiff:Orientation=\"66\"/>", "<x tiff:Orientation=\"66\"/>"),
            ("tiff:Orientation='", "tiff:Orientation='"),
        ] {
            let mut xmp = before.as_bytes().to_vec();
            upright(&mut xmp);
            assert_eq!(xmp, after.as_bytes());
        }
    }

    #[test]
    fn what_is_said_of_the_pixels_is_changed() {
        let packet = |rest: &str| {
            format!(
                "<?xpacket begin='\u{feff}'?><r xmlns:t='http://ns.adobe.com/tiff/1.0/' \
                 xmlns:e='http://ns.adobe.com/exif/1.0/' xmlns:xmp='http://ns.adobe.com/xap/1.0/' \
                 xmlns:g='http://ns.adobe.com/xap/1.0/g/img/' {rest}</r><?xpacket end='w'?>"
            )
        };
        let mut said =
            packet("t:ImageWidth=\"9\" e:PixelYDimension='8'><t:ImageLength>8</t:ImageLength>").into_bytes();
        resize(&mut said, 400, 300);
        assert_eq!(
            String::from_utf8(said.clone()).unwrap(),
            packet("t:ImageWidth=\"400\" e:PixelYDimension='300'><t:ImageLength>300</t:ImageLength>")
        );
        swap_sides(&mut said);
        assert_eq!(
            String::from_utf8(said.clone()).unwrap(),
            packet("t:ImageWidth=\"300\" e:PixelYDimension='300'><t:ImageLength>400</t:ImageLength>")
        );
        assert_eq!(without_pictures(&said), None);
        let shown = "<xmp:Thumbnails><x g:image='a'/><g:image>b</g:image></xmp:Thumbnails>";
        let with = packet(&format!("><a>ä</a>{shown}<b g:image='c' d='e'/>"));
        let without = without_pictures(with.as_bytes()).unwrap();
        assert_eq!(String::from_utf8(without).unwrap(), packet("><a>ä</a><b  d='e'/>"));
        assert_eq!(without_pictures(b"<broken><xmp:Thumbnails>"), Some(Vec::new()));
        assert_eq!(without_pictures(b"<broken>"), None);
        let mut said = packet("><t:XResolution>72/1</t:XResolution>").into_bytes();
        set_resolution(&mut said, (30_000, 30_000), 2);
        assert_eq!(String::from_utf8(said).unwrap(), packet("><t:XResolution>30000/100</t:XResolution>"));
    }
}
