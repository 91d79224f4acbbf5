//! Pages of a TIFF, sizes of an icon.

use std::io::Cursor;

use image::codecs::ico::{IcoEncoder, IcoFrame};
use image::{ExtendedColorType, Rgb, RgbImage, Rgba, RgbaImage};
use serde_json::json;
use tiff::decoder::Decoder;

use super::make::{self, Says};
use super::{assert_near, converted, info, page, read, warnings};
use crate::pdf::pages_of;
use crate::service::Service;

const COLOURS: [[u8; 3]; 3] = [[255, 0, 0], [0, 200, 0], [0, 0, 255]];

fn three_pages() -> Vec<u8> {
    let pages: Vec<_> = COLOURS.iter().map(|colour| RgbImage::from_pixel(30, 20, Rgb(*colour))).collect();
    make::tiff(&pages, &Says::default())
}

fn pages_of_tiff(file: &[u8]) -> usize {
    let mut decoder = Decoder::new(Cursor::new(file)).unwrap();
    let mut count = 1;
    while decoder.more_images() {
        decoder.next_image().unwrap();
        count += 1;
    }
    count
}

#[tokio::test]
async fn all_pages_of_a_tiff_are_converted() {
    let service = Service::start().await;
    let (pdf, _) = converted(&service, ("tiff", "pdf"), three_pages(), json!({})).await;
    assert_eq!(pages_of(&pdf), 3);
    for (number, colour) in COLOURS.into_iter().enumerate() {
        assert_near(page(&pdf, number + 1, 96).get_pixel(5, 5).0, colour, "page");
    }
    for output in ["png", "jpg", "gif", "webp", "bmp", "ico"] {
        let status = service.convert(("tiff", output), three_pages(), json!({})).await;
        let names: Vec<String> = (1..=3).map(|number| format!("input-{number}.{output}")).collect();
        assert_eq!(status["output"]["files"], json!(names), "{}", status.text());
        for (name, colour) in names.iter().zip(COLOURS) {
            let url = format!("{}/{name}", status["output"]["url"].as_str().unwrap());
            let file = service.get(&url).await.body;
            assert_near(read(&file).image.to_rgb8().get_pixel(5, 5).0, colour, output);
        }
    }
    let (tiff, _) = converted(&service, ("tiff", "tiff"), three_pages(), json!({"width": 15})).await;
    assert_eq!(pages_of_tiff(&tiff), 3);
    assert_eq!(info(&service, "tif", three_pages()).await["pages"], 3);
}

#[tokio::test]
async fn pages_of_other_sizes_and_smaller_copies() {
    let service = Service::start().await;
    let pages = [RgbImage::new(10, 10), RgbImage::new(20, 10), RgbImage::new(5, 5)];
    let mut content = Cursor::new(Vec::new());
    let mut encoder = tiff::encoder::TiffEncoder::new(&mut content).unwrap();
    for (number, page) in pages.iter().enumerate() {
        let mut image =
            encoder.new_image::<tiff::encoder::colortype::RGB8>(page.width(), page.height()).unwrap();
        // The last is a copy of the first for previews.
        image.encoder().write_tag(tiff::tags::Tag::NewSubfileType, u32::from(number == 2)).unwrap();
        image.write_data(page).unwrap();
    }
    let (pdf, _) = converted(&service, ("tiff", "pdf"), content.into_inner(), json!({})).await;
    assert_eq!(pages_of(&pdf), 2);
    assert_eq!(page(&pdf, 2, 96).dimensions(), (20, 10));
}

#[tokio::test]
async fn icons_in_all_their_sizes() {
    let service = Service::start().await;
    let frames = [16, 48, 32].map(|side| {
        let image = RgbaImage::from_pixel(side, side, Rgba([u8::try_from(side).unwrap(), 0, 0, 128]));
        IcoFrame::as_png(&image, side, side, ExtendedColorType::Rgba8).unwrap()
    });
    let mut content = Vec::new();
    IcoEncoder::new(&mut content).encode_images(&frames).unwrap();
    let (again, _) = converted(&service, ("ico", "ico"), content.clone(), json!({})).await;
    let sizes = info(&service, "ico", again).await["sizes"].clone();
    assert_eq!(sizes, json!([[48, 48], [32, 32], [16, 16]]));
    let (png, status) = converted(&service, ("ico", "png"), content, json!({})).await;
    assert_eq!(read(&png).image.to_rgba8().get_pixel(0, 0).0, [48, 0, 0, 128]);
    assert!(warnings(&status).contains("only the largest"));
    // Of one picture all usual sizes, of a small one those up to it.
    for (side, sizes) in
        [(300, json!([256, 128, 64, 48, 32, 24, 16])), (40, json!([40, 32, 24, 16])), (9, json!([9]))]
    {
        let image = RgbImage::from_pixel(side, side, Rgb([1, 2, 3]));
        let (ico, _) =
            converted(&service, ("png", "ico"), make::png(&image.into(), &Says::default()), json!({})).await;
        let facts = info(&service, "ico", ico).await;
        let made: Vec<_> = match facts["sizes"].as_array() {
            Some(sizes) => sizes.iter().map(|size| size[0].clone()).collect(),
            None => vec![facts["width"].clone()],
        };
        assert_eq!(json!(made), sizes);
    }
}

/// A PNG within an icon may have any colours and depth; only four channels of 8 bits are usual.
#[tokio::test]
async fn icons_with_pngs_of_every_kind_inside() {
    use png::{BitDepth, ColorType};
    let service = Service::start().await;
    let deep = [1_u16, 257 * 200, 40_000, 257 * 128].map(u16::to_be_bytes).concat();
    for (color, depth, pixel, wanted) in [
        (ColorType::Rgb, BitDepth::Eight, vec![9, 200, 90], [9, 200, 90, 255]),
        (ColorType::Rgba, BitDepth::Eight, vec![9, 200, 90, 128], [9, 200, 90, 128]),
        (ColorType::Grayscale, BitDepth::Eight, vec![77], [77, 77, 77, 255]),
        (ColorType::GrayscaleAlpha, BitDepth::Eight, vec![77, 128], [77, 77, 77, 128]),
        (ColorType::Rgb, BitDepth::Sixteen, deep[..6].to_vec(), [0, 200, 156, 255]),
        (ColorType::Rgba, BitDepth::Sixteen, deep.clone(), [0, 200, 156, 128]),
        (ColorType::Indexed, BitDepth::Eight, vec![1], [4, 5, 6, 100]),
    ] {
        let side = 64_u32;
        let mut inside = Vec::new();
        let mut encoder = png::Encoder::new(&mut inside, side, side);
        encoder.set_color(color);
        encoder.set_depth(depth);
        if color == ColorType::Indexed {
            encoder.set_palette(vec![1, 2, 3, 4, 5, 6]);
            encoder.set_trns(vec![255, 100]);
        }
        let pixels = pixel.repeat(usize::try_from(side * side).unwrap());
        encoder.write_header().unwrap().write_image_data(&pixels).unwrap();
        let length = u32::try_from(inside.len()).unwrap();
        let entry = [&[64, 64, 0, 0, 1, 0, 32, 0][..], &length.to_le_bytes(), &22_u32.to_le_bytes()].concat();
        let icon = [&[0, 0, 1, 0, 1, 0][..], &entry, &inside].concat();
        for output in ["png", "webp", "ico"] {
            let (made, _) = converted(&service, ("ico", output), icon.clone(), json!({})).await;
            let made = read(&made).image.to_rgba8();
            assert_eq!(made.dimensions(), (side, side));
            let seen = made.get_pixel(9, 9).0;
            let near = seen.iter().zip(wanted).all(|(a, b)| a.abs_diff(b) <= 3);
            assert!(near, "{color:?}, {depth:?} to {output}: {seen:?}");
        }
    }
}
