//! Icons as old programs wrote them: what their pixels say counts, not what the directory leaves out.

use serde_json::json;

use super::{converted, info, make, read, warnings};
use crate::service::{Answer, Service};

const SIDE: usize = 16;

/// A picture of an icon: pixels of one kind and a mask that hides the left half.
fn picture(depth: u16, pixels: &[u8]) -> Vec<u8> {
    let side = u32::try_from(SIDE).unwrap();
    let mut bytes: Vec<u8> = [40, side, 2 * side].into_iter().flat_map(u32::to_le_bytes).collect();
    bytes.extend([1, depth].into_iter().flat_map(u16::to_le_bytes));
    bytes.extend([0; 24]);
    if depth <= 8 {
        // Black, blue, and what is not used.
        bytes.extend([0, 0, 0, 0, 255, 0, 0, 0]);
        bytes.extend(vec![0; 4 * ((1 << depth) - 2)]);
    }
    bytes.extend(pixels);
    bytes.extend([0xff, 0, 0, 0].repeat(SIDE));
    bytes
}

fn icon(pictures: &[Vec<u8>]) -> Vec<u8> {
    let count = u8::try_from(pictures.len()).unwrap();
    let (mut head, mut behind) = (vec![0, 0, 1, 0, count, 0], Vec::new());
    for picture in pictures {
        let side = u8::try_from(SIDE).unwrap();
        // Nothing of its planes and depth.
        head.extend([side, side, 0, 0, 0, 0, 0, 0]);
        head.extend(u32::try_from(picture.len()).unwrap().to_le_bytes());
        head.extend(u32::try_from(6 + 16 * pictures.len() + behind.len()).unwrap().to_le_bytes());
        behind.extend(picture);
    }
    [head, behind].concat()
}

#[tokio::test]
async fn the_deepest_of_one_size_is_the_best() {
    let service = Service::start().await;
    let blue = picture(32, &[255, 0, 0, 255].repeat(SIDE * SIDE));
    let grey = picture(1, &[0; SIDE * 4]);
    for pictures in [[blue.clone(), grey.clone()], [grey, blue]] {
        let icon = icon(&pictures);
        let (made, _) = converted(&service, ("ico", "png"), icon.clone(), json!({})).await;
        assert_eq!(read(&made).image.to_rgba8().get_pixel(12, 8).0, [0, 0, 255, 255]);
        assert_eq!(info(&service, "ico", icon).await["sizes"], json!([[16, 16], [16, 16]]));
    }
}

#[tokio::test]
async fn a_mask_counts_where_there_is_no_opacity() {
    let service = Service::start().await;
    for (alpha, left, right) in [(0, 0, 255), (100, 100, 100)] {
        let icon = icon(&[picture(32, &[0, 0, 255, alpha].repeat(SIDE * SIDE))]);
        for output in ["png", "webp", "ico"] {
            let (made, _) = converted(&service, ("ico", output), icon.clone(), json!({})).await;
            let made = read(&made).image.to_rgba8();
            let seen = (made.get_pixel(2, 8).0[3], made.get_pixel(12, 8).0);
            assert_eq!(seen, (left, [255, 0, 0, right]), "{alpha} to {output}");
        }
    }
}

#[tokio::test]
async fn icons_of_every_depth() {
    let service = Service::start().await;
    for (depth, pixels) in [
        (1, [0xff, 0xff, 0, 0].repeat(SIDE)),
        (4, [0x11].repeat(SIDE * SIDE / 2)),
        (8, [1].repeat(SIDE * SIDE)),
        (24, [255, 0, 0].repeat(SIDE * SIDE)),
    ] {
        let icon = icon(&[picture(depth, &pixels)]);
        let facts = info(&service, "ico", icon.clone()).await;
        assert_eq!(facts["depth"], json!(depth.min(8)), "{facts}");
        assert_eq!(facts["color"], if depth <= 8 { "palette" } else { "RGB" }, "{facts}");
        for output in ["png", "webp", "tiff", "ico"] {
            let (made, _) = converted(&service, ("ico", output), icon.clone(), json!({})).await;
            let made = read(&made).image.to_rgba8();
            let seen = (made.get_pixel(2, 8).0[3], made.get_pixel(12, 8).0);
            assert_eq!(seen, (0, [0, 0, 255, 255]), "{depth} to {output}");
        }
    }
}

/// An icon has its sizes in several depths, of which the one that is written is told.
#[tokio::test]
async fn depths_that_become_one_are_told() {
    let service = Service::start().await;
    let sixteen = picture(4, &[0x11].repeat(SIDE * SIDE / 2));
    let all = picture(24, &[255, 0, 0].repeat(SIDE * SIDE));
    let clear = picture(32, &[255, 0, 0, 255].repeat(SIDE * SIDE));
    let blue = image::RgbImage::from_pixel(16, 16, image::Rgb([0, 0, 255]));
    let packed = make::png(&blue.into(), &make::Says::default());
    let told = |status: &Answer, bits: u16| {
        warnings(status).contains(&format!("that had {bits} bits a pixel have 32 now"))
    };
    for (pictures, depths) in [
        (vec![sixteen.clone(), all.clone(), clear.clone()], vec![32, 24, 4]),
        (vec![packed, sixteen], vec![24, 4]),
        (vec![clear.clone(), clear], vec![32, 32]),
    ] {
        let icon = icon(&pictures);
        assert_eq!(info(&service, "ico", icon.clone()).await["depths"], json!(depths));
        let (made, status) = converted(&service, ("ico", "ico"), icon.clone(), json!({})).await;
        for bits in [4, 24, 32] {
            assert_eq!(told(&status, bits), bits < 32 && depths.contains(&bits), "{bits}: {}", status.text());
        }
        assert_eq!(info(&service, "ico", made).await["depths"], json!(vec![32; depths.len()]));
        // A PNG has one picture, which has no depth to be chosen by.
        let (_, status) = converted(&service, ("ico", "png"), icon, json!({})).await;
        assert!(!warnings(&status).contains("bits a pixel"), "{}", status.text());
    }
}
