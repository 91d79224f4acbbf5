//! The entries of a page's directory.

use std::io::{Seek, Write};

use ::exif::{Context, Field, Value};
use tiff::Directory;
use tiff::TiffResult;
use tiff::encoder::{DirectoryEncoder, Rational, TiffEncoder, TiffKind};
use tiff::tags::{Tag, Type};

use super::super::{Metadata, exif, line};
use super::{INTEROPERABILITY, PHOTOSHOP, STRUCTURE, XMP};

/// The entries of EXIF for a page's directory. The directories of EXIF and of the place are written at once.
pub(in crate::engine::image) fn write_exif<W: Write + Seek, K: TiffKind>(
    encoder: &mut TiffEncoder<W, K>,
    exif: &[u8],
) -> TiffResult<Vec<Entry>>
where
    K::OffsetType: Into<u64>,
{
    let fields = exif::fields(exif);
    let of = |context| fields.iter().filter(move |field| field.tag.context() == context);
    let mut entries: Vec<_> = of(Context::Tiff)
        .filter(|field| !STRUCTURE.contains(&field.tag.number()))
        .filter_map(entry)
        .collect();
    let inside = |context| of(context).filter_map(entry).collect::<Vec<_>>();
    let mut camera = inside(Context::Exif);
    camera.extend(directory(encoder, Tag::Unknown(INTEROPERABILITY), &inside(Context::Interop))?);
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
        write(directory, Tag::Unknown(XMP), Type::BYTE, xmp)?;
    }
    if let Some(iptc) = &metadata.iptc {
        write(directory, Tag::Unknown(PHOTOSHOP), Type::BYTE, iptc)?;
    }
    let described = metadata.exif.as_deref().and_then(exif::description);
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
