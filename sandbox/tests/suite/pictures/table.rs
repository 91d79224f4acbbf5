//! The table of the README: each cell of it, by doing what it says.

use std::io::Cursor;

use image::codecs::gif::Repeat;
use image::codecs::ico::{IcoEncoder, IcoFrame};
use image::{DynamicImage, ExtendedColorType, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use lopdf::{Document, Object};
use serde_json::{Value, json};

use super::make::{self, Says};
use super::{converted, info, page, read, warnings};
use crate::service::Service;
use crate::tables::{Cell, cells};

/// What a cell says where something is lost, so that it has to be told.
pub(super) const LOSSES: [&str; 8] =
    ["to sRGB", "to 8", "background", "1 bit", "lost", "first", "files", "largest"];

#[tokio::test]
async fn every_cell_is_what_happens() {
    let service = Service::start().await;
    let cells = cells("### Pictures");
    assert_eq!(cells.len(), 14 * 8);
    for row in cells.chunks(8) {
        let (inputs, word) = inputs(&service, row[0].row).await;
        for cell in row {
            for (input, content) in &inputs {
                assert_cell(&service, cell, (input, content), word).await;
            }
        }
    }
}

/// What becomes of an input is what the cell says, and is told by this word where something is lost.
async fn assert_cell(service: &Service, cell: &Cell, (input, content): (&str, &[u8]), word: &str) {
    let output = cell.column.to_lowercase();
    let what = format!("{} of {input} to {output}", cell.row);
    let status = service.convert((input, &output), content.to_vec(), json!({})).await;
    assert_eq!(status["step"], "finished", "{what}: {}", status.text());
    let place = status["output"]["url"].as_str().unwrap();
    let seen = if status["output"]["files"].is_array() {
        "files"
    } else if output == "pdf" {
        in_pdf(cell.row, &service.get(place).await.body, 1)
    } else {
        let made = service.get(place).await.body;
        let says = info(service, &output, made.clone()).await;
        in_picture(cell.row, &output, &made, &says)
    };
    // A PDF takes a JPEG as it is, with all that it says.
    let says = if (input, &output[..], cell.says) == ("jpg", "pdf", "lost") { "kept" } else { cell.says };
    assert_eq!(seen, says, "{what}: {}", status.text());
    let types = format!("/conversiontypes?inputformat={input}&outputformat={output}&mode=convert");
    let note = service.get(&types).await.json()[0]["note"].as_str().unwrap_or_default().to_owned();
    let told = format!("{note} {}", warnings(&status)).to_lowercase();
    assert!(!LOSSES.contains(&seen) || told.contains(word), "{what}: {told}");
}

/// Pictures that have what a row is about, of every format that can have it, and the word by which its loss is told.
pub(super) async fn inputs(service: &Service, row: &str) -> (Vec<(&'static str, Vec<u8>)>, &'static str) {
    let halves = DynamicImage::from(make::halves(40, 20));
    let red = DynamicImage::from(RgbImage::from_pixel(30, 20, Rgb([255, 0, 0])));
    let says = Says::default();
    let png = |says: &Says| ("png", make::png(&halves, says));
    let jpg = |says: &Says| ("jpg", make::jpeg(&halves, says));
    let webp = |says: &Says| ("webp", make::webp(&halves, says));
    let tiff = |says: &Says| ("tiff", make::tiff(&[halves.to_rgb8()], says));
    match row {
        "colour profile" => {
            let says = Says { icc: Some(make::swapped()), ..says };
            let inputs = vec![
                ("png", make::png(&red, &says)),
                ("jpg", make::jpeg(&red, &says)),
                ("webp", make::webp(&red, &says)),
                ("tiff", make::tiff(&[red.to_rgb8()], &says)),
            ];
            (inputs, "srgb")
        }
        "16 bits a channel" => {
            let deep = red.to_rgb16().into();
            (
                vec![("png", written(&deep, ImageFormat::Png)), ("tiff", written(&deep, ImageFormat::Tiff))],
                "16 bits",
            )
        }
        "grey" => {
            let grey = DynamicImage::from(halves.to_luma8());
            let inputs = vec![
                ("png", make::png(&grey, &says)),
                ("jpg", make::jpeg(&grey, &says)),
                ("tiff", written(&grey, ImageFormat::Tiff)),
                ("bmp", written(&grey, ImageFormat::Bmp)),
            ];
            (inputs, "")
        }
        "transparency" => {
            let alpha = |x: u32| [0, 128, 255][usize::try_from(x / 30).unwrap()];
            let fading = DynamicImage::from(RgbaImage::from_fn(90, 30, |x, _| Rgba([0, 0, 255, alpha(x)])));
            let formats = [("png", ImageFormat::Png), ("webp", ImageFormat::WebP), ("ico", ImageFormat::Ico)];
            let mut inputs = formats.map(|(name, format)| (name, written(&fading, format))).to_vec();
            let (tiff, _) = converted(service, ("png", "tiff"), inputs[0].1.clone(), json!({})).await;
            inputs.push(("tiff", tiff));
            (inputs, "transparent")
        }
        "orientation" => {
            let says = Says { exif: Some(make::exif(6, 96)), ..says };
            (vec![jpg(&says), png(&says), webp(&says)], "")
        }
        "resolution" => {
            let says = Says { dpi: Some((300, 300)), ..says };
            (
                vec![png(&says), jpg(&says), tiff(&says), ("bmp", make::bmp(&halves.to_rgb8(), 300))],
                "resolution",
            )
        }
        // Those of 40 times 20.
        "shape of pixels" => {
            let inputs =
                super::shape::inputs().into_iter().filter(|(input, _)| !["gif", "tiff"].contains(input));
            (inputs.collect(), "shape of")
        }
        "EXIF" => {
            let says = Says { exif: Some(make::exif(1, 300)), ..says };
            (vec![png(&says), jpg(&says), webp(&says)], "exif")
        }
        "XMP" => {
            let says = Says { xmp: true, ..says };
            (vec![png(&says), jpg(&says), tiff(&says)], "xmp")
        }
        "IPTC" => {
            let says = Says { iptc: true, ..says };
            (vec![tiff(&says), jpg(&says)], "iptc")
        }
        "comments" => {
            let says = Says { comment: Some("a comment"), ..says };
            let gif = super::parts::gif_with(b"\x21\xfe\x09a comment\0");
            (vec![png(&says), jpg(&says), tiff(&says), ("gif", gif)], "comment")
        }
        "animation" => {
            let colours = [[255, 0, 0, 255], [0, 255, 0, 255], [0, 0, 255, 255]];
            let gif = make::gif(&colours.map(|colour| (Rgba(colour), 100)), Repeat::Infinite);
            let (webp, _) = converted(service, ("gif", "webp"), gif.clone(), json!({})).await;
            let (png, _) = converted(service, ("gif", "png"), gif.clone(), json!({})).await;
            (vec![("gif", gif), ("webp", webp), ("png", png)], "animation")
        }
        "pages (TIFF)" => {
            let pages = [0, 100, 200].map(|grey| RgbImage::from_pixel(20, 10, Rgb([grey; 3])));
            (vec![("tiff", make::tiff(&pages, &says))], "page")
        }
        "sizes (ICO)" => (vec![("ico", icon(&[16, 48, 32])), ("ico", icon(&[48, 32, 16]))], "largest"),
        row => panic!("the row {row} is not tested"),
    }
}

pub(super) fn written(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn icon(sizes: &[u32]) -> Vec<u8> {
    let frame = |size: &u32| {
        let image = RgbaImage::from_pixel(*size, *size, Rgba([255, 0, 0, 255]));
        IcoFrame::as_png(&image, *size, *size, ExtendedColorType::Rgba8).unwrap()
    };
    let mut bytes = Vec::new();
    IcoEncoder::new(&mut bytes).encode_images(&sizes.iter().map(frame).collect::<Vec<_>>()).unwrap();
    bytes
}

pub(super) fn in_picture(row: &str, output: &str, made: &[u8], says: &Value) -> &'static str {
    let picture = read(made);
    let (width, height) = (picture.image.width(), picture.image.height());
    let kept = |field: &str| if says[field].is_null() { "lost" } else { "kept" };
    match row {
        "colour profile" => match (picture.icc, picture.image.to_rgb8().get_pixel(5, 5).0) {
            (Some(_), [240..=255, _, 0..20]) => "kept",
            (None, [0..20, _, 240..=255]) => "to sRGB",
            _ => "wrong",
        },
        "16 bits a channel" if says["depth"] == 16 => "kept",
        "16 bits a channel" => "to 8",
        // A BMP has a palette of greys, one byte a pixel.
        "grey" if output == "bmp" && made[28] == 8 => "kept",
        "grey" => {
            if picture.image.color().has_color() {
                "to RGB"
            } else {
                "kept"
            }
        }
        "transparency" => {
            let pixels = picture.image.to_rgba8();
            let at = |part: u32| pixels.get_pixel(width * part / 6, height / 2).0;
            match (at(1), at(3)) {
                ([.., 0], [.., 100..156]) => "kept",
                ([.., 0], _) => "1 bit",
                ([240..=255, 240..=255, 240..=255, 255], [.., 255]) => "background",
                _ => "wrong",
            }
        }
        "orientation" => turned(&picture.image.to_rgb8()),
        "animation" if says["frames"] == 3 => "kept",
        "animation" if says["pages"] == 3 => "pages",
        "animation" => "first",
        "pages (TIFF)" if says["pages"] == 3 => "kept",
        "pages (TIFF)" if says["pages"].is_null() => "first",
        "sizes (ICO)" if says["sizes"].as_array().is_some_and(|sizes| sizes.len() == 3) => "kept",
        "sizes (ICO)" if width == 48 => "largest",
        "resolution" => kept("resolution"),
        "shape of pixels" if says["resolution"].is_null() => kept("pixel_shape"),
        "EXIF" => kept("exif"),
        "XMP" => kept("xmp"),
        "IPTC" => kept("iptc"),
        "comments" => kept("comments"),
        _ => "wrong",
    }
}

/// What lay above is at the right.
fn turned(image: &RgbImage) -> &'static str {
    let at = |part: u32| image.get_pixel(image.width() * part / 10, image.height() / 2).0;
    match (at(6), at(4)) {
        ([200..=255, 0..40, _], [0..40, 120..=255, _]) => "applied",
        _ => "wrong",
    }
}

/// What is in a PDF of so many files like that of the row.
pub(super) fn in_pdf(row: &str, pdf: &[u8], files: usize) -> &'static str {
    let document = Document::load_mem(pdf).unwrap();
    let streams: Vec<_> = document.objects.values().filter_map(|object| object.as_stream().ok()).collect();
    let image = streams.iter().map(|stream| &stream.dict).find(|dict| dict.has(b"Width")).unwrap();
    let pages = document.get_pages().len() / files;
    let has = |text: &[u8]| {
        let inside = |content: &[u8]| content.windows(text.len()).any(|part| part == text);
        let unpacked = |stream: &&lopdf::Stream| stream.decompressed_content().is_ok_and(|all| inside(&all));
        if inside(pdf) || streams.iter().any(unpacked) { "kept" } else { "lost" }
    };
    let number = |name: &[u8]| image.get(name).and_then(Object::as_i64).unwrap_or_default();
    match row {
        "colour profile" => match page(pdf, 1, 96).get_pixel(5, 5).0 {
            [0..20, _, 240..=255] => has(b"ICCBased"),
            _ => "wrong",
        },
        "16 bits a channel" => {
            if number(b"BitsPerComponent") == 16 {
                "kept"
            } else {
                "to 8"
            }
        }
        "grey" => has(b"DeviceGray"),
        "transparency" => has(b"SMask"),
        "orientation" => turned(&page(pdf, 1, 96)),
        "resolution" => {
            if page(pdf, 1, 300).width().abs_diff(40) <= 1 {
                "kept"
            } else {
                "lost"
            }
        }
        "shape of pixels" => {
            let page = page(pdf, 1, 192);
            if (page.width(), page.height()) == (40, 40) { "kept" } else { "lost" }
        }
        "EXIF" => has(b"2020:02:02"),
        "XMP" => has(b"Sea"),
        "IPTC" => has(b"8BIM"),
        "comments" => has(b"a comment"),
        "animation" => {
            if pages == 3 {
                "pages"
            } else {
                "first"
            }
        }
        "pages (TIFF)" => {
            if pages == 3 {
                "kept"
            } else {
                "lost"
            }
        }
        "sizes (ICO)" if (pages, number(b"Width")) == (1, 48) => "largest",
        _ => "wrong",
    }
}
