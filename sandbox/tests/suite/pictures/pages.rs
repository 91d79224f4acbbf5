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

/// A fax of Group 3, whose lines are written here as T.4 has them: the end of a line, then white, black, white.
#[tokio::test]
async fn a_fax_of_group_three() {
    let service = Service::start().await;
    let end_of_line = "000000000001";
    // 4 white (1011), 8 black (000101), 4 white: a line of 16.
    let line = format!("{end_of_line}1011000101 1011").replace(' ', "");
    // libtiff writes no end of a page, nor one of the last line.
    for (end, lowest_first) in [(6, false), (6, true), (1, false), (0, false), (0, true)] {
        let bits = line.repeat(3) + &end_of_line.repeat(end);
        let bits = format!("{bits}{}", "0".repeat(bits.len().next_multiple_of(8) - bits.len()));
        let byte = |bits: &[u8]| u8::from_str_radix(std::str::from_utf8(bits).unwrap(), 2).unwrap();
        let data = bits.as_bytes().chunks(8).map(byte);
        let data: Vec<u8> = data.map(|byte| if lowest_first { byte.reverse_bits() } else { byte }).collect();
        let entries: [(u16, u16, u32, u32); 9] = [
            (256, 3, 1, 16),
            (257, 3, 1, 3),
            (258, 3, 1, 1),
            (259, 3, 1, 3),
            (262, 3, 1, 0),
            (266, 3, 1, if lowest_first { 2 } else { 1 }),
            (273, 4, 1, 200),
            (277, 3, 1, 1),
            (279, 4, 1, u32::try_from(data.len()).unwrap()),
        ];
        let mut file = directory(&entries);
        file.extend(&data);
        let (made, _) = converted(&service, ("tiff", "png"), file, json!({})).await;
        let made = read(&made).image.to_luma8();
        for row in made.rows() {
            let row: Vec<_> = row.map(|pixel| pixel.0[0]).collect();
            assert_eq!(row, [[255; 4], [0; 4], [0; 4], [255; 4]].concat());
        }
        assert_eq!(made.height(), 3);
    }
}

/// The start of a TIFF with this one directory, up to byte 200.
fn directory(entries: &[(u16, u16, u32, u32)]) -> Vec<u8> {
    let mut file = b"II\x2a\0\x08\0\0\0".to_vec();
    file.extend(u16::try_from(entries.len()).unwrap().to_le_bytes());
    for (tag, kind, count, value) in entries {
        file.extend([tag.to_le_bytes(), kind.to_le_bytes()].concat());
        file.extend([count.to_le_bytes(), value.to_le_bytes()].concat());
    }
    file.resize(200, 0);
    file
}

/// TIFF with a palette, as old scanners write it, written by hand.
#[tokio::test]
async fn a_tiff_with_a_palette() {
    let service = Service::start().await;
    for (depth, data) in [(4_u16, vec![0x01, 0x20]), (8, vec![0, 1, 2, 0])] {
        let colours = 1_usize << depth;
        let mut map = vec![0_u16; colours * 3];
        map[0] = 0xffff;
        map[colours + 1] = 0xffff;
        map[colours * 2 + 2] = 0xffff;
        let entries: [(u16, u16, u32, u32); 9] = [
            (256, 3, 1, 4),
            (257, 3, 1, 1),
            (258, 3, 1, depth.into()),
            (259, 3, 1, 1),
            (262, 3, 1, 3),
            (273, 4, 1, 200),
            (277, 3, 1, 1),
            (279, 4, 1, u32::try_from(data.len()).unwrap()),
            (320, 3, u32::try_from(map.len()).unwrap(), 300),
        ];
        let mut file = directory(&entries);
        file.extend(&data);
        file.resize(300, 0);
        file.extend(map.iter().flat_map(|value| value.to_le_bytes()));
        let (made, _) = converted(&service, ("tiff", "png"), file, json!({})).await;
        let made = read(&made).image.to_rgb8();
        let row: Vec<_> = made.pixels().map(|pixel| pixel.0).collect();
        assert_eq!(row, [[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 0, 0]], "{depth} bits");
    }
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
