//! Inputs, made here.

use std::borrow::Cow;
use std::io::Cursor;

use image::codecs::gif::{GifEncoder, Repeat};
use image::codecs::webp::WebPEncoder;
use image::{Delay, DynamicImage, ExtendedColorType, Frame, ImageEncoder, Rgb, RgbImage, Rgba, RgbaImage};
use moxcms::ColorProfile;
use tiff::encoder::{Rational, TiffEncoder, colortype};
use tiff::tags::{ResolutionUnit, Tag};

pub(crate) const XMP: &str =
    "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><r tiff:Orientation=\"1\" dc:title=\"Sea\"/></x:xmpmeta>";

/// A profile of sRGB in which red and blue have changed places: what is not converted shows.
pub(crate) fn swapped() -> Vec<u8> {
    let mut profile = ColorProfile::new_srgb();
    std::mem::swap(&mut profile.red_colorant, &mut profile.blue_colorant);
    profile.cicp = None;
    profile.encode().unwrap()
}

/// What cyan alone is by the profile below: a red.
pub(crate) const STRANGE_CYAN: [u8; 3] = [200, 57, 62];

/// A profile of inks: nothing is white, cyan alone is a red, and all else is black.
pub(crate) fn strange_inks() -> Vec<u8> {
    use moxcms::{DataColorSpace, LutDataType, LutStore, LutType, LutWarehouse, Matrix3d};
    let mut colours = [[0_u16, 128, 128]; 16];
    // Cyan counts most, and black least.
    (colours[0], colours[8]) = ([255, 128, 128], [120, 185, 160]);
    let colours = colours.concat().iter().map(|value| value * 256).collect();
    let straight = |channels: usize| {
        LutStore::Store16((0..=255).map(|value| value * 257).collect::<Vec<u16>>().repeat(channels))
    };
    let mut profile = ColorProfile::new_srgb();
    profile.color_space = DataColorSpace::Cmyk;
    profile.pcs = DataColorSpace::Lab;
    profile.cicp = None;
    profile.lut_a_to_b_perceptual = Some(LutWarehouse::Lut(LutDataType {
        num_input_channels: 4,
        num_output_channels: 3,
        num_clut_grid_points: 2,
        matrix: Matrix3d::IDENTITY,
        num_input_table_entries: 256,
        num_output_table_entries: 256,
        input_table: straight(4),
        clut_table: LutStore::Store16(colours),
        output_table: straight(3),
        lut_type: LutType::Lut16,
    }));
    profile.encode().unwrap()
}

/// A profile of RGB in which values are as light is.
pub(crate) fn linear() -> Vec<u8> {
    let mut profile = ColorProfile::new_srgb();
    let curve = moxcms::ToneReprCurve::Parametric(vec![1.0]);
    (profile.red_trc, profile.green_trc, profile.blue_trc) =
        (Some(curve.clone()), Some(curve.clone()), Some(curve));
    profile.cicp = None;
    profile.encode().unwrap()
}

/// What a picture is to say.
#[derive(Default, Clone)]
pub(crate) struct Says {
    pub(crate) icc: Option<Vec<u8>>,
    pub(crate) exif: Option<Vec<u8>>,
    pub(crate) xmp: bool,
    pub(crate) dpi: Option<(u16, u16)>,
    pub(crate) comment: Option<&'static str>,
    pub(crate) iptc: bool,
}

impl Says {
    pub(crate) fn all() -> Self {
        Self {
            icc: Some(swapped()),
            exif: Some(exif(1, 300)),
            xmp: true,
            dpi: Some((300, 300)),
            comment: Some("a comment"),
            iptc: true,
        }
    }
}

/// EXIF of a camera, with an orientation and a resolution.
pub(crate) fn exif(orientation: u16, dpi: u32) -> Vec<u8> {
    use exif::experimental::Writer;
    use exif::{Field, In, Rational, Tag, Value};
    let field = |tag, value| Field { tag, ifd_num: In::PRIMARY, value };
    let dpi = Value::Rational(vec![Rational { num: dpi, denom: 1 }]);
    let fields = [
        field(Tag::Make, Value::Ascii(vec![b"Kit".to_vec()])),
        field(Tag::Orientation, Value::Short(vec![orientation])),
        field(Tag::XResolution, dpi.clone()),
        field(Tag::YResolution, dpi),
        field(Tag::ResolutionUnit, Value::Short(vec![2])),
        field(Tag::DateTimeOriginal, Value::Ascii(vec![b"2020:02:02 20:20:20".to_vec()])),
        field(Tag::GPSLatitudeRef, Value::Ascii(vec![b"N".to_vec()])),
    ];
    let mut writer = Writer::new();
    for field in &fields {
        writer.push_field(field);
    }
    let mut bytes = Cursor::new(Vec::new());
    writer.write(&mut bytes, true).unwrap();
    bytes.into_inner()
}

/// The upper half is red, the lower half is green.
pub(crate) fn halves(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |_, y| Rgb(if y < height / 2 { [255, 0, 0] } else { [0, 160, 0] }))
}

pub(crate) fn png(image: &DynamicImage, says: &Says) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut info = png::Info::with_size(image.width(), image.height());
    info.icc_profile = says.icc.clone().map(Cow::Owned);
    info.exif_metadata = says.exif.clone().map(Cow::Owned);
    info.pixel_dims = says.dpi.map(|(x, y)| {
        let metres = |dpi: u16| (u32::from(dpi) * 10_000 + 127) / 254;
        png::PixelDimensions { xppu: metres(x), yppu: metres(y), unit: png::Unit::Meter }
    });
    let mut encoder = png::Encoder::with_info(&mut bytes, info).unwrap();
    let (color, depth) = match image {
        DynamicImage::ImageLuma8(_) => (png::ColorType::Grayscale, png::BitDepth::Eight),
        DynamicImage::ImageRgb8(_) => (png::ColorType::Rgb, png::BitDepth::Eight),
        DynamicImage::ImageRgba8(_) => (png::ColorType::Rgba, png::BitDepth::Eight),
        other => panic!("not made here: {:?}", other.color()),
    };
    encoder.set_color(color);
    encoder.set_depth(depth);
    if says.xmp {
        encoder.add_itxt_chunk("XML:com.adobe.xmp".into(), XMP.into()).unwrap();
    }
    if let Some(comment) = says.comment {
        encoder.add_text_chunk("Comment".into(), comment.into()).unwrap();
    }
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(image.as_bytes()).unwrap();
    writer.finish().unwrap();
    bytes
}

pub(crate) fn jpeg(image: &DynamicImage, says: &Says) -> Vec<u8> {
    use jpeg_encoder::{ColorType, Encoder, PixelDensity, PixelDensityUnit};
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, 95);
    if let Some(density) = says.dpi {
        encoder.set_density(PixelDensity { density, unit: PixelDensityUnit::Inches });
    }
    if let Some(icc) = &says.icc {
        encoder.add_icc_profile(icc).unwrap();
    }
    if let Some(exif) = &says.exif {
        encoder.add_exif_metadata(exif).unwrap();
    }
    if says.xmp {
        encoder.add_app_segment(1, [b"http://ns.adobe.com/xap/1.0/\0", XMP.as_bytes()].concat()).unwrap();
    }
    if says.iptc {
        encoder.add_app_segment(13, b"Photoshop 3.0\08BIM\x04\x04\0\0\0\0\0\0".to_vec()).unwrap();
    }
    let (width, height) = (u16::try_from(image.width()).unwrap(), u16::try_from(image.height()).unwrap());
    let kind = if image.color().has_color() { ColorType::Rgb } else { ColorType::Luma };
    encoder.encode(image.as_bytes(), width, height, kind).unwrap();
    if let Some(comment) = says.comment {
        let length = u16::try_from(comment.len() + 2).unwrap().to_be_bytes();
        bytes.splice(2..2, [&[0xff, 0xfe], &length[..], comment.as_bytes()].concat());
    }
    bytes
}

/// A JPEG that says how many pixels across are as long as how many down, and nothing else of them.
pub(crate) fn with_ratio(mut jpeg: Vec<u8>, (x, y): (u8, u8)) -> Vec<u8> {
    assert_eq!(&jpeg[6..11], b"JFIF\0");
    jpeg[13..18].copy_from_slice(&[0, 0, x, 0, y]);
    jpeg
}

/// Of inks: 0 is none. As cameras of print shops write it, with all four inverted.
pub(crate) fn inks(inks: [u8; 4], ycck: bool) -> Vec<u8> {
    use jpeg_encoder::{ColorType, Encoder};
    let mut bytes = Vec::new();
    let pixels: Vec<u8> = (0..32 * 16).flat_map(|_| inks).collect();
    let kind = if ycck { ColorType::CmykAsYcck } else { ColorType::Cmyk };
    Encoder::new(&mut bytes, 95).encode(&pixels, 32, 16, kind).unwrap();
    bytes
}

/// The same in bright colours, with colours half as fine as their brightness where they are stored so.
pub(crate) fn coarse_inks(inks: [u8; 4], ycck: bool) -> Vec<u8> {
    use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
    let mut bytes = Vec::new();
    let pixels: Vec<u8> = (0..32 * 16).flat_map(|_| inks).collect();
    let mut encoder = Encoder::new(&mut bytes, 95);
    let (kind, sampling) = if ycck {
        (ColorType::CmykAsYcck, SamplingFactor::F_2_2)
    } else {
        (ColorType::Cmyk, SamplingFactor::F_1_1)
    };
    encoder.set_sampling_factor(sampling);
    encoder.encode(&pixels, 32, 16, kind).unwrap();
    bytes
}

/// Without the segment by which Adobe says how inks are stored.
pub(crate) fn unmarked(mut jpeg: Vec<u8>) -> Vec<u8> {
    let at = jpeg.windows(2).position(|marker| marker == [0xff, 0xee]).unwrap();
    let length = usize::from(u16::from_be_bytes([jpeg[at + 2], jpeg[at + 3]]));
    jpeg.drain(at..at + 2 + length);
    jpeg
}

pub(crate) fn webp(image: &DynamicImage, says: &Says) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = WebPEncoder::new_lossless(&mut bytes);
    if let Some(icc) = says.icc.clone() {
        encoder.set_icc_profile(icc).unwrap();
    }
    if let Some(exif) = says.exif.clone() {
        encoder.set_exif_metadata(exif).unwrap();
    }
    let image = image.to_rgba8();
    encoder.write_image(&image, image.width(), image.height(), ExtendedColorType::Rgba8).unwrap();
    bytes
}

/// A TIFF with a page for each picture.
pub(crate) fn tiff(pages: &[RgbImage], says: &Says) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let mut encoder = TiffEncoder::new(&mut bytes).unwrap();
    for page in pages {
        let mut image = encoder.new_image::<colortype::RGB8>(page.width(), page.height()).unwrap();
        let directory = image.encoder();
        if let Some((x, y)) = says.dpi {
            directory.write_tag(Tag::XResolution, Rational { n: x.into(), d: 1 }).unwrap();
            directory.write_tag(Tag::YResolution, Rational { n: y.into(), d: 1 }).unwrap();
            directory.write_tag(Tag::ResolutionUnit, ResolutionUnit::Inch).unwrap();
        }
        if let Some(icc) = &says.icc {
            directory.write_tag(Tag::IccProfile, &icc[..]).unwrap();
        }
        if says.exif.is_some() {
            directory.write_tag(Tag::Make, "Kit").unwrap();
        }
        if says.xmp {
            directory.write_tag(Tag::Unknown(700), XMP.as_bytes()).unwrap();
        }
        if says.iptc {
            directory.write_tag(Tag::Unknown(34_377), &b"8BIM\x04\x04\0\0\0\0\0\0"[..]).unwrap();
        }
        if let Some(comment) = says.comment {
            directory.write_tag(Tag::ImageDescription, comment).unwrap();
        }
        image.write_data(page).unwrap();
    }
    bytes.into_inner()
}

pub(crate) fn bmp(image: &RgbImage, dpi: u32) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, image::ImageFormat::Bmp).unwrap();
    let mut bytes = bytes.into_inner();
    let metres = ((dpi * 10_000 + 127) / 254).to_le_bytes();
    bytes[38..42].copy_from_slice(&metres);
    bytes[42..46].copy_from_slice(&metres);
    bytes
}

/// Frames of these colours, each shown for so many milliseconds.
pub(crate) fn gif(frames: &[(Rgba<u8>, u32)], repeat: Repeat) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = GifEncoder::new(&mut bytes);
    encoder.set_repeat(repeat).unwrap();
    for (color, time) in frames {
        let image = RgbaImage::from_pixel(20, 10, *color);
        let delay = Delay::from_numer_denom_ms(*time, 1);
        encoder.encode_frame(Frame::from_parts(image, 0, 0, delay)).unwrap();
    }
    drop(encoder);
    bytes
}
