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

/// A PDF of pages of these sizes in points, red above and green below.
async fn pdf(service: &Service, sizes: &[(u32, u32)]) -> Vec<u8> {
    let mut tiff = Cursor::new(Vec::new());
    let mut encoder = tiff::encoder::TiffEncoder::new(&mut tiff).unwrap();
    for (width, height) in sizes {
        let page = make::halves(*width, *height);
        let mut image = encoder.new_image::<tiff::encoder::colortype::RGB8>(*width, *height).unwrap();
        let seventy_two = tiff::encoder::Rational { n: 72, d: 1 };
        image.encoder().write_tag(tiff::tags::Tag::XResolution, seventy_two.clone()).unwrap();
        image.encoder().write_tag(tiff::tags::Tag::YResolution, seventy_two).unwrap();
        image.resolution_unit(tiff::tags::ResolutionUnit::Inch);
        image.write_data(&page).unwrap();
    }
    converted(service, ("tiff", "pdf"), tiff.into_inner(), json!({})).await.0
}

#[tokio::test]
async fn pages_of_a_pdf_in_every_size_and_format() {
    let service = Service::start().await;
    let one = pdf(&service, &[(300, 200)]).await;
    for (options, size) in [
        (json!({}), (625, 417)),
        (json!({"density": 72}), (300, 200)),
        (json!({"width": 90}), (90, 60)),
        (json!({"height": 800}), (1200, 800)),
        (json!({"width": 90, "height": 90}), (90, 60)),
        (json!({"width": 90, "height": 90, "fit": "crop"}), (90, 90)),
        (json!({"width": 90, "height": 90, "fit": "pad", "background": "blue"}), (90, 90)),
        (json!({"width": 90, "height": 90, "fit": "scale"}), (90, 90)),
    ] {
        for output in ["png", "jpg", "webp", "tiff", "gif", "bmp"] {
            let (made, status) = converted(&service, ("pdf", output), one.clone(), options.clone()).await;
            let what = format!("{output} {options}");
            // A GIF has no resolution.
            let said = warnings(&status);
            assert!(said.is_empty() || output == "gif" && said.contains("resolution"), "{what}: {said}");
            let image = read(&made).image.to_rgb8();
            assert!(
                image.width().abs_diff(size.0) <= 1 && image.height().abs_diff(size.1) <= 1,
                "{what}: {:?}",
                image.dimensions()
            );
            let middle = image.width() / 2;
            assert_near(image.get_pixel(middle, size.1 * 2 / 5).0, [255, 0, 0], &what);
            assert_near(image.get_pixel(middle, size.1 * 3 / 5).0, [0, 160, 0], &what);
            if options["fit"] == "pad" {
                assert_near(image.get_pixel(middle, 5).0, [0, 0, 255], &what);
            }
            // A page is as large on paper as before.
            if output != "gif" && options["fit"].is_null() {
                let inches = info(&service, output, made).await["resolution"][0].as_f64().unwrap();
                assert!((f64::from(image.width()) / inches - 300.0 / 72.0).abs() < 0.1, "{what}: {inches}");
            }
        }
    }
    let (coarse, _) = converted(&service, ("pdf", "jpg"), one.clone(), json!({"quality": 5})).await;
    let (fine, _) =
        converted(&service, ("pdf", "jpg"), one.clone(), json!({"quality": 95, "progressive": true})).await;
    assert!(coarse.len() < fine.len() && fine.windows(2).any(|marker| marker == [0xff, 0xc2]));
    let large = json!({"converteroptions": {"width": 20_000}});
    service.convert(("pdf", "png"), one, large).await.assert_error(400, "too large");
}

#[tokio::test]
async fn each_page_of_a_pdf_has_the_size_that_is_asked_for() {
    let service = Service::start().await;
    let several = pdf(&service, &[(300, 200), (300, 200), (100, 400)]).await;
    for (options, sizes) in [
        (json!({"width": 60}), [(60, 40), (60, 40), (60, 240)]),
        (json!({"width": 60, "height": 60}), [(60, 40), (60, 40), (15, 60)]),
        (json!({"width": 60, "height": 60, "fit": "crop"}), [(60, 60); 3]),
    ] {
        let status =
            service.convert(("pdf", "webp"), several.clone(), json!({"converteroptions": options})).await;
        for (number, size) in (1..).zip(sizes) {
            let place = format!("{}/input-{number}.webp", status["output"]["url"].as_str().unwrap());
            let image = read(&service.get(&place).await.body).image;
            let near = image.width().abs_diff(size.0) <= 1 && image.height().abs_diff(size.1) <= 1;
            assert!(near, "{options}: {} × {}", image.width(), image.height());
        }
        let (tiff, _) = converted(&service, ("pdf", "tiff"), several.clone(), options).await;
        assert_eq!(pages_of_tiff(&tiff), 3);
    }
    let some = json!({"converteroptions": {"page_range": "2-3", "height": 30}});
    let status = service.convert(("pdf", "gif"), several, some).await;
    assert_eq!(status["output"]["files"], json!(["input-2.gif", "input-3.gif"]));
}
