//! Ways in which a TIFF stores its pixels, each written by hand: palettes, fractions, `CIELab`, LZMA.

use std::io::{Cursor, Write};

use lzma_rust2::{XzOptions, XzWriter};
use serde_json::json;

use super::by_hand::{LAYOUTS, OLD};
use super::{converted, read, warnings};
use crate::service::Service;

/// Palettes as scanners write them, in both orders of bytes, also where counts and offsets have 64 bits; and such of 16 bits
/// as `ImageMagick` writes, also as parts of 65535.
#[tokio::test]
async fn a_tiff_with_a_palette() {
    let service = Service::start().await;
    for layout in LAYOUTS {
        for (depth, data, format) in [
            (4_u64, vec![0x01, 0x20], 1_u64),
            (8, vec![0, 1, 2, 0], 1),
            (16, layout.samples(&[0, 1, 2, 0], 2), 1),
            // As halves: 1 and 2 by 65536.
            (16, layout.samples(&[0, 0x0100, 0x0200, 0], 2), 3),
        ] {
            let colours = 1_usize << depth;
            let mut map = vec![0_u64; colours * 3];
            map[0] = 0xffff;
            map[colours + 1] = 0xffff;
            map[colours * 2 + 2] = 0xffff;
            let more: [(u16, &[u64]); 8] = [
                (258, &[depth]),
                (259, &[1]),
                (262, &[3]),
                (277, &[1]),
                (320, &map),
                (339, &[format]),
                (340, &[0]),
                (341, &[2]),
            ];
            let file = layout.file((4, 1), 1, &more, &[data]);
            let (made, _) = converted(&service, ("tiff", "tiff"), file.clone(), json!({})).await;
            let said = exif::Reader::new().read_from_container(&mut Cursor::new(made)).unwrap();
            for tag in [340, 341] {
                let field = said.get_field(exif::Tag(exif::Context::Tiff, tag), exif::In::PRIMARY);
                assert!(field.is_none(), "what the indices were says nothing of colours");
            }
            let (made, _) = converted(&service, ("tiff", "png"), file, json!({})).await;
            let made = read(&made).image.to_rgb8();
            let row: Vec<_> = made.pixels().map(|pixel| pixel.0).collect();
            let wanted = [[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 0, 0]];
            assert_eq!(row, wanted, "{depth} bits, {format}, {layout:?}");
        }
    }
}

/// Colours of 16 bits, which 8 would not hold.
#[tokio::test]
async fn a_tiff_with_a_palette_of_deep_colours() {
    let service = Service::start().await;
    let mut map = vec![0_u64; 256 * 3];
    (map[0], map[256], map[512]) = (0x1234, 0x5678, 0x9abc);
    let more: [(u16, &[u64]); 5] = [(258, &[8]), (259, &[1]), (262, &[3]), (277, &[1]), (320, &map)];
    let file = LAYOUTS[0].file((2, 1), 1, &more, &[vec![0, 1]]);
    let (made, _) = converted(&service, ("tiff", "png"), file, json!({})).await;
    let made = read(&made).image.to_rgb16();
    let row: Vec<_> = made.pixels().map(|pixel| pixel.0).collect();
    assert_eq!(row, [[0x1234, 0x5678, 0x9abc], [0, 0, 0]]);
}

/// Fractions from 0 to 1, of 16, 32 and 64 bits; what is brighter is white.
#[tokio::test]
async fn a_tiff_of_fractions() {
    let service = Service::start().await;
    let wanted = [0_u16, 16_384, 32_768, 65_535, 65_535];
    let values = [0.0_f64, 0.25, 0.5, 1.0, 3.0];
    let bits = |depth: u64| -> Vec<u64> {
        match depth {
            16 => vec![0, 0x3400, 0x3800, 0x3c00, 0x4200],
            #[allow(clippy::cast_possible_truncation)]
            32 => values.iter().map(|value| u64::from((*value as f32).to_bits())).collect(),
            _ => values.iter().map(|value| value.to_bits()).collect(),
        }
    };
    for layout in LAYOUTS {
        for depth in [16_u64, 32, 64] {
            for channels in [1_u64, 3] {
                let each = usize::try_from(channels).unwrap();
                let samples: Vec<u64> = bits(depth).iter().flat_map(|value| vec![*value; each]).collect();
                let data = layout.samples(&samples, usize::try_from(depth / 8).unwrap());
                let (depths, formats) = (vec![depth; each], vec![3; each]);
                let color = [if channels == 1 { 1 } else { 2 }];
                let more: [(u16, &[u64]); 5] =
                    [(258, &depths), (259, &[1]), (262, &color), (277, &[channels]), (339, &formats)];
                let file = layout.file((5, 1), 1, &more, &[data]);
                let (made, _) = converted(&service, ("tiff", "png"), file, json!({})).await;
                let made = read(&made).image.to_rgb16();
                let green: Vec<u16> = made.pixels().map(|pixel| pixel.0[1]).collect();
                let near = green.iter().zip(wanted).all(|(a, b)| a.abs_diff(b) <= 32);
                assert!(near, "{depth} bits, {channels} channels, {layout:?}: {green:?}");
            }
        }
    }
}

/// `CIELab` by both of its numbers, in 8 and 16 bits: white, red, green, blue.
#[tokio::test]
async fn a_tiff_in_cielab() {
    let service = Service::start().await;
    let colours = [[100.0, 0.0, 0.0], [54.29, 80.81, 69.89], [87.82, -79.27, 80.99], [29.57, 68.30, -112.03]];
    let wanted = [[255; 3], [255, 0, 0], [0, 255, 0], [0, 0, 255]];
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let stored = |[lightness, a, b]: [f64; 3], color: u64, depth: u64| {
        let (signed, unit) = (color == 8, if depth == 8 { 1.0 } else { 256.0 });
        let most = if depth == 8 {
            255.0
        } else if signed {
            65_535.0
        } else {
            65_280.0
        };
        let axis = |value: f64| match (signed, depth) {
            (true, 8) => u64::from((value.round() as i8).cast_unsigned()),
            (true, _) => u64::from(((value * unit).round() as i16).cast_unsigned()),
            (false, _) => ((value + 128.0) * unit).round() as u64,
        };
        [(lightness / 100.0 * most).round() as u64, axis(a), axis(b)]
    };
    for layout in LAYOUTS {
        for (color, depth) in [(8_u64, 8_u64), (8, 16), (9, 8), (9, 16)] {
            let samples: Vec<u64> = colours.iter().flat_map(|colour| stored(*colour, color, depth)).collect();
            let data = layout.samples(&samples, usize::try_from(depth / 8).unwrap());
            let more: [(u16, &[u64]); 4] = [(258, &[depth; 3]), (259, &[1]), (262, &[color]), (277, &[3])];
            let file = layout.file((4, 1), 1, &more, &[data]);
            let (made, status) = converted(&service, ("tiff", "png"), file, json!({})).await;
            for (pixel, wanted) in read(&made).image.to_rgb8().pixels().zip(wanted) {
                // Eight bits of it are coarser than eight bits of sRGB.
                let near =
                    pixel.0.iter().zip(wanted).all(|(a, b)| a.abs_diff(b) <= if depth == 8 { 12 } else { 3 });
                assert!(near, "{color}, {depth} bits, {layout:?}: {pixel:?} is not {wanted:?}");
            }
            assert!(warnings(&status).contains("CIELab"), "{}", status.text());
        }
    }
}

/// Two parts of two rows each, packed by LZMA, of pixels that are stored as they are or as differences.
#[tokio::test]
async fn a_tiff_packed_by_lzma() {
    let service = Service::start().await;
    let packed = |bytes: &[u8]| {
        let mut writer = XzWriter::new(Vec::new(), XzOptions::with_preset(6)).unwrap();
        writer.write_all(bytes).unwrap();
        writer.finish().unwrap()
    };
    for layout in LAYOUTS {
        for (predictor, rows) in [(1_u64, [[10_u8, 60, 200], [1, 2, 3]]), (2, [[10, 50, 140], [1, 1, 1]])] {
            let parts = [packed(&rows.concat()), packed(&rows.concat())];
            let more: [(u16, &[u64]); 5] =
                [(258, &[8]), (259, &[34_925]), (262, &[1]), (277, &[1]), (317, &[predictor])];
            let file = layout.file((3, 4), 2, &more, &parts);
            let (made, _) = converted(&service, ("tiff", "png"), file.clone(), json!({})).await;
            let made = read(&made).image.to_luma8().into_raw();
            assert_eq!(made, [10, 60, 200, 1, 2, 3].repeat(2), "{layout:?}");
            let mut broken = file;
            broken[40] ^= 0xff;
            service.convert(("tiff", "png"), broken, json!({})).await.assert_error(422, "tiff image");
        }
    }
}

#[tokio::test]
async fn what_is_not_read_is_named() {
    let service = Service::start().await;
    for (packing, color, said) in [(6_u64, 6_u64, "JPEG of the old kind"), (1, 10, "ITULAB")] {
        let more: [(u16, &[u64]); 4] = [(258, &[8; 3]), (259, &[packing]), (262, &[color]), (277, &[3])];
        let file = OLD.file((4, 1), 1, &more, &[vec![0; 12]]);
        for output in ["png", "tiff", "pdf"] {
            let failed = service.convert(("tiff", output), file.clone(), json!({})).await;
            failed.assert_error(422, said);
        }
    }
}

/// Tiles at the right and at the lower edge go beyond the picture.
#[tokio::test]
async fn tiles_packed_by_lzw() {
    use weezl::{BitOrder, encode::Encoder};
    let service = Service::start().await;
    let tile = |grey: u8| Encoder::with_tiff_size_switch(BitOrder::Msb, 8).encode(&[grey; 16 * 16]).unwrap();
    for layout in LAYOUTS {
        let more: [(u16, &[u64]); 4] = [(258, &[8]), (259, &[5]), (262, &[1]), (277, &[1])];
        let file = layout.tiled((30, 20), (16, 16), &more, &[tile(10), tile(80), tile(150), tile(220)]);
        let (made, _) = converted(&service, ("tiff", "png"), file, json!({})).await;
        let made = read(&made).image.to_luma8();
        let seen = [(5, 5), (25, 5), (5, 18), (29, 19)].map(|(x, y)| made.get_pixel(x, y).0[0]);
        assert_eq!((made.dimensions(), seen), ((30, 20), [10, 80, 150, 220]), "{layout:?}");
    }
}

/// Samples of 12 bits and others that are no whole bytes, as scanners and cameras of laboratories write them.
#[tokio::test]
async fn depths_between_bytes() {
    let service = Service::start().await;
    for (bits, inverted) in [(12_usize, false), (10, false), (14, true), (6, false), (3, true)] {
        let most = (1_u64 << bits) - 1;
        let values = [0, most / 3, most];
        let row = values.map(|value| format!("{value:0bits$b}")).concat();
        let row = format!("{row}{}", "0".repeat(row.len().next_multiple_of(8) - row.len()));
        let bytes = row.as_bytes().chunks(8).map(|byte| std::str::from_utf8(byte).unwrap());
        let row: Vec<u8> = bytes.map(|byte| u8::from_str_radix(byte, 2).unwrap()).collect();
        for layout in LAYOUTS {
            let (depth, color) = ([bits as u64], [u64::from(!inverted)]);
            let more: [(u16, &[u64]); 3] = [(258, &depth), (262, &color), (277, &[1])];
            let file = layout.file((3, 2), 2, &more, &[row.repeat(2)]);
            let (made, _) = converted(&service, ("tiff", "png"), file, json!({})).await;
            let made = read(&made).image;
            assert_eq!(made.color(), image::ColorType::L16, "{bits}");
            let seen = [0, 1, 2].map(|x| made.to_luma16().get_pixel(x, 1).0[0]);
            let wanted = values.map(|value| {
                let value = if inverted { most - value } else { value };
                u16::try_from(value * 65_535 / most).unwrap()
            });
            assert!(seen.iter().zip(wanted).all(|(a, b)| a.abs_diff(b) <= 1), "{bits} {layout:?}: {seen:?}");
        }
    }
}
