//! The tags of a TIFF's page, read and written. EXIF has the same structure, in directories of its own.

use std::io::{Cursor, Read, Seek, Write};

use ::exif::experimental::Writer;
use ::exif::{Context, Exif, Field, In, Value};
use tiff::Directory;
use tiff::TiffResult;
use tiff::decoder::Decoder;
use tiff::encoder::{DirectoryEncoder, Rational, TiffEncoder, TiffKind};
use tiff::tags::{Tag, Type};

use super::xmp::packet;
use super::{COMMENT, Metadata, Resolution, line};

const XMP: Tag = Tag::Unknown(700);
const SUB_DIRECTORIES: Tag = Tag::Unknown(330);
const PHOTOSHOP: Tag = Tag::Unknown(34_377);
/// The same sets of data by themselves, as other programs write them.
const IPTC: u16 = 33_723;
/// What Photoshop writes to read it again, above all layers.
const LAYERS: Tag = Tag::Unknown(37_724);
const INTEROPERABILITY: Tag = Tag::Unknown(0xa005);
/// Tags that say how the pixels are stored, or that are kept by themselves: not for another file.
const STRUCTURE: [u16; 41] = [
    254, 255, 256, 257, 258, 259, 262, 263, 264, 265, 266, 270, 273, 274, 277, 278, 279, 280, 281, 284, 292,
    293, 317, 320, 322, 323, 324, 325, 330, 332, 338, 339, 340, 341, 347, 700, 34_377, 34_675, 34_665,
    33_723, 37_724,
];

/// All that the file says in EXIF's way, also where a part of it is broken.
pub(in crate::engine::image) fn exif_of(file: &[u8]) -> Option<Exif> {
    let mut reader = ::exif::Reader::new();
    let read = reader.continue_on_error(true).read_from_container(&mut Cursor::new(file));
    read.or_else(|error| error.distill_partial_result(|_| ())).ok()
}

/// What this page says.
pub(in crate::engine::image) fn read<R: Read + Seek>(
    decoder: &mut Decoder<R>,
    exif: Option<&Exif>,
    page: usize,
) -> Metadata {
    let mut bytes = |tag| decoder.get_tag_u8_vec(tag).ok();
    let (icc, xmp, iptc) = (bytes(Tag::IccProfile), bytes(XMP), bytes(PHOTOSHOP));
    let layers = decoder.find_tag(LAYERS).ok().flatten().map(|_| "layers of Photoshop");
    let unit = decoder.find_tag_unsigned::<u64>(Tag::ResolutionUnit).ok().flatten().unwrap_or(2);
    let mut fraction = |tag| match decoder.find_tag(tag).ok()?? {
        tiff::decoder::ifd::Value::Rational(above, below) => Some(f64::from(above) / f64::from(below)),
        _ => None,
    };
    let resolution = fraction(Tag::XResolution).zip(fraction(Tag::YResolution));
    let number = u16::try_from(page).ok();
    let comment = exif.zip(number).and_then(|(exif, page)| super::exif::description(exif, In(page)));
    let others = decoder.find_tag(SUB_DIRECTORIES).ok().flatten();
    Metadata {
        icc,
        xmp: xmp.map(packet),
        iptc: iptc.or_else(|| exif.zip(number).and_then(|(exif, page)| sets_of_data(exif, page))),
        exif: exif.and_then(|exif| exif_of_page(exif, number?)),
        comments: comment.map(|text| (COMMENT.to_owned(), text)).into_iter().collect(),
        resolution: resolution.and_then(|(x, y)| Resolution::by_unit(unit, x, y)),
        others: others
            .map(|_| "more pictures of a page (SubIFDs)")
            .into_iter()
            .chain(layers)
            .map(str::to_owned)
            .collect(),
        lay: None,
    }
}

/// The sets of data of a page, whose bytes some programs write as if they were longer numbers.
fn sets_of_data(exif: &Exif, page: u16) -> Option<Vec<u8>> {
    let field = exif.fields().find(|field| field.ifd_num == In(page) && field.tag.number() == IPTC)?;
    let long = |value: &u32| if exif.little_endian() { value.to_le_bytes() } else { value.to_be_bytes() };
    let mut bytes = match &field.value {
        Value::Byte(bytes) | Value::Undefined(bytes, _) => bytes.clone(),
        Value::Long(values) => values.iter().flat_map(long).collect(),
        _ => return None,
    };
    // They fill the last number up.
    let end = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |at| at + 1);
    bytes.truncate(end);
    (!bytes.is_empty()).then(|| super::iptc::resources(bytes))
}

/// The entries of a page as EXIF by itself.
fn exif_of_page(exif: &Exif, page: u16) -> Option<Vec<u8>> {
    let fields = exif.fields().filter(|field| field.ifd_num == In(page));
    let fields = fields
        .filter(|field| field.tag.context() != Context::Tiff || !STRUCTURE.contains(&field.tag.number()));
    let fields: Vec<Field> = fields
        .map(|field| Field { tag: field.tag, ifd_num: In::PRIMARY, value: field.value.clone() })
        .collect();
    let mut writer = Writer::new();
    for field in &fields {
        writer.push_field(field);
    }
    let mut bytes = Cursor::new(Vec::new());
    let says_more = fields.iter().any(|field| !super::exif::OF_RESOLUTION.contains(&field.tag));
    says_more.then(|| writer.write(&mut bytes, false).ok())??;
    Some(bytes.into_inner())
}

fn parsed(exif: &[u8]) -> Option<Exif> {
    let mut reader = ::exif::Reader::new();
    let read = reader.continue_on_error(true).read_raw(exif.to_vec());
    read.or_else(|error| error.distill_partial_result(|_| ())).ok()
}

/// What EXIF says of what is in the picture, which TIFF says where it has its comments.
fn described(exif: &[u8]) -> Option<String> {
    super::exif::description(&parsed(exif)?, In::PRIMARY)
}

/// The entries of EXIF for a page's directory. The directories of EXIF and of the place are written at once.
pub(in crate::engine::image) fn write_exif<W: Write + Seek, K: TiffKind>(
    encoder: &mut TiffEncoder<W, K>,
    exif: &[u8],
) -> TiffResult<Vec<Entry>>
where
    K::OffsetType: Into<u64>,
{
    let Some(exif) = parsed(exif) else { return Ok(Vec::new()) };
    let of = |context| {
        exif.fields().filter(move |field| field.ifd_num == In::PRIMARY && field.tag.context() == context)
    };
    let mut entries: Vec<_> = of(Context::Tiff)
        .filter(|field| !STRUCTURE.contains(&field.tag.number()))
        .filter_map(entry)
        .collect();
    let inside = |context| of(context).filter_map(entry).collect::<Vec<_>>();
    let mut camera = inside(Context::Exif);
    camera.extend(directory(encoder, INTEROPERABILITY, &inside(Context::Interop))?);
    entries.extend(directory(encoder, Tag::ExifDirectory, &camera)?);
    entries.extend(directory(encoder, Tag::GpsDirectory, &inside(Context::Gps))?);
    Ok(entries)
}

type Entry = (Tag, Type, Vec<u8>);

/// Writes a directory, and gives the entry that leads to it; None where nothing is in it.
fn directory<W: Write + Seek, K: TiffKind>(
    encoder: &mut TiffEncoder<W, K>,
    tag: Tag,
    entries: &[Entry],
) -> TiffResult<Option<Entry>>
where
    K::OffsetType: Into<u64>,
{
    if entries.is_empty() {
        return Ok(None);
    }
    let mut directory = encoder.extra_directory()?;
    for (tag, kind, bytes) in entries {
        write(&mut directory, *tag, *kind, bytes)?;
    }
    let offset: u64 = directory.finish_with_offsets()?.offset.into();
    Ok(Some((tag, Type::LONG, u32::try_from(offset)?.to_ne_bytes().to_vec())))
}

pub(in crate::engine::image) fn write<W: Write + Seek, K: TiffKind>(
    directory: &mut DirectoryEncoder<'_, W, K>,
    tag: Tag,
    kind: Type,
    bytes: &[u8],
) -> TiffResult<()> {
    let entry = directory.write_entry_bytes(kind, bytes)?;
    directory.extend_from(&Directory::from_iter([(tag, entry)]));
    Ok(())
}

/// All but EXIF.
pub(in crate::engine::image) fn write_rest<W: Write + Seek, K: TiffKind>(
    directory: &mut DirectoryEncoder<'_, W, K>,
    metadata: &Metadata,
) -> TiffResult<()> {
    if let Some(icc) = &metadata.icc {
        write(directory, Tag::IccProfile, Type::UNDEFINED, icc)?;
    }
    if let Some(xmp) = &metadata.xmp {
        write(directory, XMP, Type::BYTE, xmp)?;
    }
    if let Some(iptc) = &metadata.iptc {
        write(directory, PHOTOSHOP, Type::BYTE, iptc)?;
    }
    let described = metadata.exif.as_deref().and_then(described);
    let comments = metadata.comments.iter().map(line).filter(|line| described.as_ref() != Some(line));
    let comments: Vec<String> = described.iter().cloned().chain(comments).collect();
    if !comments.is_empty() {
        let text = [comments.join("\n").as_bytes(), &[0]].concat();
        write(directory, Tag::ImageDescription, Type::ASCII, &text)?;
    }
    if let Some(resolution) = metadata.resolution {
        let (x, y) = resolution.hundredths();
        directory.write_tag(Tag::XResolution, Rational { n: x, d: 100 })?;
        directory.write_tag(Tag::YResolution, Rational { n: y, d: 100 })?;
        directory.write_tag(Tag::ResolutionUnit, resolution.unit())?;
    }
    Ok(())
}

/// A value in the byte order of this machine, which is that of the files written here.
fn entry(field: &Field) -> Option<Entry> {
    fn all<T, const N: usize>(values: &[T], bytes: impl Fn(&T) -> [u8; N]) -> Vec<u8> {
        values.iter().flat_map(bytes).collect()
    }
    let fraction = |a: [u8; 4], b: [u8; 4]| {
        let mut both = [0; 8];
        both[..4].copy_from_slice(&a);
        both[4..].copy_from_slice(&b);
        both
    };
    let (kind, bytes) = match &field.value {
        Value::Byte(bytes) => (Type::BYTE, bytes.clone()),
        Value::Ascii(texts) => {
            (Type::ASCII, texts.iter().flat_map(|text| text.iter().copied().chain([0])).collect())
        }
        Value::Short(values) => (Type::SHORT, all(values, |value| value.to_ne_bytes())),
        Value::Long(values) => (Type::LONG, all(values, |value| value.to_ne_bytes())),
        Value::Rational(values) => (
            Type::RATIONAL,
            all(values, |value| fraction(value.num.to_ne_bytes(), value.denom.to_ne_bytes())),
        ),
        Value::SByte(values) => (Type::SBYTE, all(values, |value| value.to_ne_bytes())),
        Value::Undefined(bytes, _) => (Type::UNDEFINED, bytes.clone()),
        Value::SShort(values) => (Type::SSHORT, all(values, |value| value.to_ne_bytes())),
        Value::SLong(values) => (Type::SLONG, all(values, |value| value.to_ne_bytes())),
        Value::SRational(values) => (
            Type::SRATIONAL,
            all(values, |value| fraction(value.num.to_ne_bytes(), value.denom.to_ne_bytes())),
        ),
        Value::Float(values) => (Type::FLOAT, all(values, |value| value.to_ne_bytes())),
        Value::Double(values) => (Type::DOUBLE, all(values, |value| value.to_ne_bytes())),
        Value::Unknown(..) => return None,
    };
    Some((Tag::from_u16_exhaustive(field.tag.number()), kind, bytes))
}
