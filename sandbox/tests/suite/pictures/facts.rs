//! What mode `info` tells: how a file stores its pixels, whatever becomes of them here.

use image::codecs::gif::Repeat;
use image::{DynamicImage, Rgba, RgbaImage};
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
use serde_json::{Value, json};

use super::by_hand::OLD;
use super::make::{self, Says};
use super::{converted, info};
use crate::service::Service;

/// Of the facts those that are wanted.
#[track_caller]
fn assert_facts(facts: &Value, wanted: &Value) {
    for (field, value) in wanted.as_object().unwrap() {
        assert_eq!(&facts[field], value, "{field}: {facts} is not {wanted}");
    }
}

fn jpeg(sampling: SamplingFactor, progressive: bool) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, 80);
    encoder.set_sampling_factor(sampling);
    encoder.set_progressive(progressive);
    encoder.encode(&[90; 32 * 32 * 3], 32, 32, ColorType::Rgb).unwrap();
    bytes
}

/// A PNG with indices of 4 bits, of which one is transparent. A picture of one pixel is the same with lines woven or not.
fn palette(interlaced: bool) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, 1, 1);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Four);
    encoder.set_palette(vec![1, 2, 3, 4, 5, 6, 7, 8, 9]);
    encoder.set_trns(vec![0]);
    encoder.write_header().unwrap().write_image_data(&[0x10]).unwrap();
    bytes[28] = u8::from(interlaced);
    let mut sum = flate2::Crc::new();
    sum.update(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&sum.sum().to_be_bytes());
    bytes
}

#[tokio::test]
async fn pixels_as_they_are_stored() {
    let service = Service::start().await;
    let red = DynamicImage::from(RgbaImage::from_pixel(32, 32, Rgba([255, 0, 0, 255])));
    let png = make::png(&red, &Says::default());
    let made = async |output: &str, options: Value| {
        converted(&service, ("png", output), png.clone(), options).await.0
    };
    let grey = make::png(&red.to_luma8().into(), &Says::default());
    let (grey_bmp, _) = converted(&service, ("png", "bmp"), grey.clone(), json!({})).await;
    let tiff = |more: &[(u16, &[u64])], data: &[u8]| OLD.file((8, 1), 1, more, &[data.to_vec()]);
    for (input, file, wanted) in [
        (
            "png",
            png.clone(),
            json!({"format": "png", "color": "RGB", "channels": 4, "depth": 8, "alpha": true, "compression": "Deflate", "progressive": false}),
        ),
        ("png", grey, json!({"color": "grey", "channels": 1, "depth": 8, "alpha": false})),
        (
            "png",
            palette(false),
            json!({"color": "palette", "channels": 1, "depth": 4, "alpha": true, "colors": 3, "progressive": false}),
        ),
        ("png", palette(true), json!({"color": "palette", "progressive": true})),
        (
            "jpg",
            jpeg(SamplingFactor::F_2_2, false),
            json!({"format": "jpg", "color": "YCbCr", "channels": 3, "depth": 8, "alpha": false, "compression": "JPEG", "progressive": false, "subsampling": "4:2:0"}),
        ),
        ("jpg", jpeg(SamplingFactor::F_2_1, true), json!({"progressive": true, "subsampling": "4:2:2"})),
        ("jpg", jpeg(SamplingFactor::F_1_1, false), json!({"subsampling": "4:4:4"})),
        ("jpg", make::inks([0; 4], false), json!({"color": "CMYK", "channels": 4})),
        ("jpg", make::inks([0; 4], true), json!({"color": "YCCK", "channels": 4})),
        ("jpg", make::unmarked(make::coarse_inks([0; 4], true)), json!({"color": "YCCK"})),
        (
            "gif",
            make::gif(&[(Rgba([255, 0, 0, 255]), 10)], Repeat::Infinite),
            json!({"format": "gif", "color": "palette", "channels": 1, "compression": "LZW", "progressive": false}),
        ),
        (
            "bmp",
            make::bmp(&red.to_rgb8(), 96),
            json!({"format": "bmp", "color": "RGB", "channels": 3, "depth": 8, "alpha": false, "compression": "none"}),
        ),
        ("bmp", grey_bmp, json!({"color": "palette", "channels": 1, "depth": 8, "colors": 256})),
        (
            "webp",
            made("webp", json!({})).await,
            json!({"format": "webp", "color": "RGB", "compression": "VP8L", "lossless": true, "depth": 8}),
        ),
        (
            "webp",
            made("webp", json!({"quality": 50, "background": "white"})).await,
            json!({"color": "YCbCr", "channels": 3, "alpha": false, "compression": "VP8", "lossless": false, "subsampling": "4:2:0"}),
        ),
        (
            "tiff",
            made("tiff", json!({})).await,
            json!({"format": "tiff", "color": "RGB", "channels": 4, "depth": 8, "alpha": true, "compression": "LZW"}),
        ),
        (
            "tiff",
            tiff(&[(258, &[1]), (259, &[1]), (262, &[0]), (277, &[1])], &[0xaa]),
            json!({"color": "grey", "channels": 1, "depth": 1, "compression": "none"}),
        ),
        (
            "tiff",
            tiff(
                &[(258, &[8; 4]), (259, &[32_773]), (262, &[5]), (277, &[4])],
                &[&[0xe1][..], &[0]].concat(),
            ),
            json!({"color": "CMYK", "channels": 4, "depth": 8, "compression": "PackBits"}),
        ),
        (
            "tiff",
            tiff(&[(258, &[32]), (259, &[1]), (262, &[1]), (277, &[1]), (339, &[3])], &[0; 32]),
            json!({"depth": 32, "samples": "float"}),
        ),
        (
            "ico",
            made("ico", json!({})).await,
            json!({"format": "ico", "color": "RGB", "channels": 4, "depth": 8, "alpha": true}),
        ),
    ] {
        let facts = info(&service, input, file).await;
        assert_facts(&facts, &wanted);
    }
    // What a file is, and not what it is called.
    assert_facts(&info(&service, "jpg", png.clone()).await, &json!({"format": "png"}));
}

#[tokio::test]
async fn facts_of_a_drawing() {
    let service = Service::start().await;
    let drawing = "<svg xmlns='http://www.w3.org/2000/svg' width='2in' height='20' viewBox='0 0 10 20'><title>The  sea</title>\
        <desc>Waves</desc><text>a</text><g><text>b</text></g><script/><style>@keyframes k {}</style></svg>";
    for (input, file, compressed) in [
        ("svg", drawing.as_bytes().to_vec(), false),
        ("svgz", super::drawings::gzip(drawing.as_bytes()), true),
    ] {
        let wanted = json!({
            "width": 192.0, "height": 20.0, "view_box": "0 0 10 20", "title": "The  sea", "description": "Waves",
            "texts": 2, "images": 0, "animated": true, "scripts": true, "compressed": compressed, "size": file.len(),
        });
        assert_eq!(info(&service, input, file).await, wanted);
    }
    let plain = "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><image/></svg>";
    let facts = info(&service, "svg", plain.as_bytes().to_vec()).await;
    assert_facts(&facts, &json!({"animated": false, "scripts": false, "images": 1, "title": null}));
}
