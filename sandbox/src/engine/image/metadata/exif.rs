//! EXIF: the few entries that the pixels decide, changed where they are, so that all others stay as they were.

use std::io::Cursor;

use ::exif::experimental::Writer;
use ::exif::{Exif, Field, In, Rational, Value};

use super::Resolution;
use super::structure::{Directory, UTF8};
use crate::engine::Progress;

const DESCRIPTION: ::exif::Tag = ::exif::Tag::ImageDescription;
const ORIENTATION: u16 = 0x0112;
const X_RESOLUTION: u16 = 0x011a;
const Y_RESOLUTION: u16 = 0x011b;
const RESOLUTION_UNIT: u16 = 0x0128;
const THUMBNAIL: u16 = 0x0201;
const THUMBNAIL_LENGTH: u16 = 0x0202;
const EXIF_DIRECTORY: u16 = 0x8769;
const MAKER_NOTE: u16 = 0x927c;
const COLOR_SPACE: u16 = 0xa001;
const SRGB: u64 = 1;
const WIDTH: u16 = 0xa002;
const HEIGHT: u16 = 0xa003;
const INTEROPERABILITY: u16 = 0xa005;
/// The name of the rules that a camera keeps.
const RULES: u16 = 1;
/// What says the resolution, as the crate `exif` calls it.
pub(super) const OF_RESOLUTION: [::exif::Tag; 3] =
    [::exif::Tag::XResolution, ::exif::Tag::YResolution, ::exif::Tag::ResolutionUnit];

/// What EXIF begins with in JPEG, and by mistake also elsewhere.
pub(in crate::engine::image) const PREFIX: &[u8] = b"Exif\0\0";

pub(in crate::engine::image) fn without_prefix(mut exif: Vec<u8>) -> Vec<u8> {
    if exif.starts_with(PREFIX) {
        exif.drain(..PREFIX.len());
    }
    exif
}

/// From 1 to 8; 1 is upright.
pub(in crate::engine::image) fn orientation(exif: &[u8]) -> Option<u8> {
    let value = Directory::first(exif)?.number(exif, ORIENTATION)?;
    u8::try_from(value).ok().filter(|value| (1..=8).contains(value))
}

pub(in crate::engine::image) fn resolution(exif: &[u8]) -> Option<Resolution> {
    let directory = Directory::first(exif)?;
    let [x, y] = [X_RESOLUTION, Y_RESOLUTION].map(|tag| directory.fraction(exif, tag));
    Resolution::by_unit(directory.number(exif, RESOLUTION_UNIT).unwrap_or(2), x?, y?)
}

/// All that is said, also where a part of it is broken.
pub(in crate::engine::image) fn read(exif: &[u8]) -> Option<Exif> {
    let mut reader = ::exif::Reader::new();
    let read = reader.continue_on_error(true).read_raw(exif.to_vec());
    read.or_else(|error| error.distill_partial_result(|_| ())).ok()
}

/// What is said of the picture itself. Texts in UTF-8, which few programs know, are those that programs expect there.
pub(in crate::engine::image) fn fields(exif: &[u8]) -> Vec<Field> {
    read(exif).as_ref().map(fields_of).unwrap_or_default()
}

/// The same of what has been read already.
pub(in crate::engine::image) fn fields_of(exif: &Exif) -> Vec<Field> {
    let known = |field: &Field| match field.value {
        Value::Unknown(kind, count, entry) if u64::from(kind) == UTF8 => {
            let text = text_of_entry(exif, count, entry)?;
            Some(Field { value: Value::Ascii(vec![text]), ..field.clone() })
        }
        Value::Unknown(..) => None,
        _ => Some(field.clone()),
    };
    exif.fields().filter(|field| field.ifd_num == In::PRIMARY).filter_map(known).collect()
}

/// The text whose place, or itself where it is short, stands here.
fn text_of_entry(exif: &Exif, count: u32, place: u32) -> Option<Vec<u8>> {
    let [count, place] = [count, place].map(|number| usize::try_from(number).ok());
    let (file, count, place) = (exif.buf(), count?, place?);
    let stored: [u8; 4] = file.get(place..place.checked_add(4)?)?.try_into().ok()?;
    let offset = if exif.little_endian() { u32::from_le_bytes(stored) } else { u32::from_be_bytes(stored) };
    let start = if count <= 4 { place } else { usize::try_from(offset).ok()? };
    let text = file.get(start..start.checked_add(count)?)?;
    Some(text.strip_suffix(&[0]).unwrap_or(text).to_vec())
}

/// What it says of what is in the picture.
pub(super) fn description(exif: &[u8]) -> Option<String> {
    fields(exif).iter().find(|field| field.tag == DESCRIPTION).and_then(|field| match &field.value {
        Value::Ascii(texts) => super::text(&texts.concat()),
        _ => None,
    })
}

/// What the camera says.
fn camera(exif: &[u8]) -> Option<Directory> {
    Directory::first(exif)?.inside(exif, EXIF_DIRECTORY)
}

/// Whether cameras say so that the colours are those of Adobe RGB (DCF 2.0).
pub(super) fn is_adobe_rgb(exif: &[u8]) -> bool {
    camera(exif).is_some_and(|camera| {
        let rules = camera.inside(exif, INTEROPERABILITY).and_then(|rules| rules.tagged(exif, RULES));
        camera.number(exif, COLOR_SPACE) != Some(SRGB)
            && rules.is_some_and(|(_, rules)| rules.starts_with(b"R03"))
    })
}

/// Tells that the notes of a camera's maker stand elsewhere than they say themselves, where EXIF was written anew.
pub(in crate::engine::image) fn tell_moved_notes(exif: &[u8], progress: &Progress) {
    if camera(exif).is_some_and(|camera| camera.entry(exif, MAKER_NOTE).is_some()) {
        progress.warn(
            "The notes of the camera's maker (MakerNote) stand at another place in the EXIF now: some programs may not be able to read them",
        );
    }
}

/// The colours are those of sRGB now.
pub(in crate::engine::image) fn made_srgb(exif: &mut [u8]) {
    if let Some(camera) = camera(exif) {
        camera.change(exif, COLOR_SPACE, SRGB);
    }
}

/// The pixels are upright now; of some, the sides changed places.
pub(super) fn turned(exif: &mut [u8], sides: bool) {
    if let Some(directory) = Directory::first(exif) {
        directory.change(exif, ORIENTATION, 1);
        let inside = directory.inside(exif, EXIF_DIRECTORY).filter(|_| sides);
        if let Some((inside, [Some(width), Some(height)])) =
            inside.map(|inside| (inside, [WIDTH, HEIGHT].map(|tag| inside.number(exif, tag))))
        {
            inside.change(exif, WIDTH, height);
            inside.change(exif, HEIGHT, width);
        }
    }
}

/// The picture has another size now.
pub(super) fn resized(exif: &mut [u8], width: u32, height: u32) {
    if let Some(camera) = camera(exif) {
        camera.change(exif, WIDTH, width.into());
        camera.change(exif, HEIGHT, height.into());
    }
}

/// The entries of the resolution, where they are there, say this.
pub(in crate::engine::image) fn set_resolution(exif: &mut [u8], resolution: Resolution) {
    let Some(directory) = Directory::first(exif) else { return };
    let (x, y) = resolution.hundredths();
    let places = [X_RESOLUTION, Y_RESOLUTION].map(|tag| directory.fraction_at(exif, tag));
    let [Some(first), Some(second)] = places else { return };
    for (at, value) in [(first, x), (first + 4, 100), (second, y), (second + 4, 100)] {
        exif[at..at + 4].copy_from_slice(&directory.layout.bytes(value.into(), 4));
    }
    directory.change(exif, RESOLUTION_UNIT, resolution.unit().into());
}

/// The second directory is the thumbnail's, which is made anew by what shows it.
pub(super) fn forget_thumbnail(exif: &mut [u8]) {
    let Some(first) = Directory::first(exif) else { return };
    if let (Some(link), Some(second)) = (first.link(), first.next(exif)) {
        let number = |tag| second.number(exif, tag).and_then(|number| usize::try_from(number).ok());
        let start = number(THUMBNAIL).zip(number(THUMBNAIL_LENGTH));
        let place = start.and_then(|(start, length)| Some(start..start.checked_add(length)?));
        if let Some(pixels) = place.and_then(|place| exif.get_mut(place)) {
            pixels.fill(0);
        }
        exif[link..link + 4].fill(0);
    }
}

/// EXIF that tells the resolution, for formats that have no other place for it: this one, where it tells it or can be
/// written anew with it, else one that tells nothing else.
pub(in crate::engine::image) fn with_resolution(exif: Option<&[u8]>, resolution: Resolution) -> Vec<u8> {
    let kept = exif.map(fields).unwrap_or_default();
    let kept = kept.iter().filter(|field| !OF_RESOLUTION.contains(&field.tag));
    let (x, y) = resolution.hundredths();
    let fraction = |num| Value::Rational(vec![Rational { num, denom: 100 }]);
    let values = [fraction(x), fraction(y), Value::Short(vec![resolution.unit()])];
    let fields = OF_RESOLUTION.into_iter().zip(values);
    let fields: Vec<_> = fields.map(|(tag, value)| Field { tag, ifd_num: In::PRIMARY, value }).collect();
    let mut writer = Writer::new();
    kept.chain(&fields).for_each(|field| writer.push_field(field));
    let mut bytes = Cursor::new(Vec::new());
    match (writer.write(&mut bytes, false), exif) {
        (Err(_), Some(exif)) => exif.to_vec(),
        _ => bytes.into_inner(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resolution_is_written_and_read() {
        let fax = Resolution::per_inch(204.0, 98.5).unwrap();
        let mut exif = with_resolution(None, fax);
        assert_eq!((resolution(&exif), orientation(&exif)), (Some(fax), None));
        for other in [Resolution::per_inch(300.0, 300.0), Resolution::ratio(2.0, 1.0)] {
            set_resolution(&mut exif, other.unwrap());
            assert_eq!(resolution(&exif), other);
        }
        let camera = Field {
            tag: ::exif::Tag::Make,
            ifd_num: In::PRIMARY,
            value: Value::Ascii(vec![b"Kit".to_vec()]),
        };
        let mut writer = Writer::new();
        writer.push_field(&camera);
        let mut bytes = Cursor::new(Vec::new());
        writer.write(&mut bytes, true).unwrap();
        let exif = with_resolution(Some(bytes.get_ref()), fax);
        assert_eq!(resolution(&exif), Some(fax));
        assert!(::exif::Reader::new().read_raw(exif).unwrap().get_field(camera.tag, In::PRIMARY).is_some());
    }

    #[test]
    fn anything_at_all_is_read_without_harm() {
        let whole = with_resolution(None, Resolution::per_inch(1.0, 1.0).unwrap());
        let mut random = fastrand::Rng::with_seed(7);
        for _ in 0..5000 {
            let mut exif = whole.clone();
            for _ in 0..4 {
                let at = random.usize(4..exif.len());
                exif[at] = random.u8(..);
            }
            exif.truncate(random.usize(..=exif.len()));
            let _ = (orientation(&exif), resolution(&exif));
            turned(&mut exif, true);
            resized(&mut exif, 7, 70_000);
            set_resolution(&mut exif, Resolution::ratio(1.0, 2.0).unwrap());
            forget_thumbnail(&mut exif);
        }
    }
}
