//! Pictures that are broken off or damaged: it is told, and what has hardly any pixels is refused.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use image::codecs::gif::{GifEncoder, Repeat};
use image::{DynamicImage, Frame, Rgb, RgbImage};
use jpeg_encoder::{ColorType, Encoder};
use serde_json::json;

use super::by_hand::OLD;
use super::make::{self, Says};
use super::{converted, info, warnings};
use crate::service::Service;

const SIDES: (u16, u16) = (120, 75);

fn noise() -> RgbImage {
    let mut random = fastrand::Rng::with_seed(5);
    RgbImage::from_fn(SIDES.0.into(), SIDES.1.into(), |_, _| {
        Rgb([random.u8(..), random.u8(..), random.u8(..)])
    })
}

/// A JPEG, as a program writes it that is told so.
fn jpeg(change: fn(&mut Encoder<&mut Vec<u8>>)) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, 90);
    change(&mut encoder);
    encoder.encode(&noise(), SIDES.0, SIDES.1, ColorType::Rgb).unwrap();
    bytes
}

fn usual() -> Vec<u8> {
    jpeg(|_| {})
}

fn with_restarts() -> Vec<u8> {
    jpeg(|encoder| encoder.set_restart_interval(3))
}

fn progressive() -> Vec<u8> {
    jpeg(|encoder| encoder.set_progressive(true))
}

fn grey(rows: u16) -> Vec<u8> {
    let mut bytes = Vec::new();
    let pixels = DynamicImage::from(noise()).to_luma8();
    let rows_of_pixels = &pixels.as_raw()[..usize::from(SIDES.0) * usize::from(rows)];
    Encoder::new(&mut bytes, 90).encode(rows_of_pixels, SIDES.0, rows, ColorType::Luma).unwrap();
    bytes
}

fn cut(file: &[u8]) -> Vec<u8> {
    file[..file.len() * 6 / 10].to_vec()
}

/// With nothing but zeros in the middle.
fn damaged(mut file: Vec<u8>) -> Vec<u8> {
    let middle = file.len() / 2;
    file[middle..middle + 300].fill(0);
    file
}

/// Up to the first of its pixels.
fn without_pixels(file: &[u8]) -> Vec<u8> {
    let scan = file.windows(2).position(|marker| marker == [0xff, 0xda]).unwrap();
    file[..scan + 2 + usize::from(file[scan + 3])].to_vec()
}

#[tokio::test]
async fn jpegs_that_are_not_whole() {
    let service = Service::start().await;
    let ended = |file: Vec<u8>| [file, vec![0xff, 0xd9]].concat();
    let without_end = |file: Vec<u8>| file[..file.len() - 2].to_vec();
    for (file, told) in [
        (usual(), None),
        (with_restarts(), None),
        (progressive(), None),
        (grey(75), None),
        // All pixels are there.
        (without_end(usual()), None),
        (without_end(with_restarts()), None),
        (cut(&usual()), Some("The JPEG is broken off: about ")),
        (cut(&with_restarts()), Some("The JPEG is broken off: about ")),
        (cut(&grey(75)), Some("The JPEG is broken off: about ")),
        (cut(&progressive()), Some("The JPEG is broken off: parts of the picture are coarser")),
        (ended(cut(&usual())), Some("The JPEG is damaged")),
        (ended(cut(&progressive())), Some("The JPEG is damaged")),
        (damaged(usual()), Some("The JPEG is damaged")),
        (damaged(with_restarts()), Some("The JPEG is damaged")),
        (damaged(grey(75)), Some("The JPEG is damaged")),
    ] {
        // The second is decoded in a smaller size, the third takes it as it is.
        for (output, options) in [("png", json!({})), ("jpg", json!({"width": 15})), ("pdf", json!({}))] {
            let (_, status) = converted(&service, ("jpg", output), file.clone(), options).await;
            match told {
                Some(told) => {
                    assert!(warnings(&status).contains(told), "{output}: {told}: {}", status.text());
                }
                None => assert!(!warnings(&status).contains("The JPEG"), "{output}: {}", status.text()),
            }
        }
    }
    for file in [usual(), with_restarts(), progressive(), grey(75)] {
        for output in ["png", "pdf"] {
            let failed = service.convert(("jpg", output), without_pixels(&file), json!({})).await;
            failed.assert_error(422, "");
        }
    }
}

#[tokio::test]
async fn jpegs_in_a_tiff_that_are_not_whole() {
    let service = Service::start().await;
    let more: [(u16, &[u64]); 4] = [(258, &[8]), (259, &[7]), (262, &[1]), (277, &[1])];
    for (parts, told) in [
        (vec![grey(40), grey(40)], None),
        (vec![grey(40), cut(&grey(40))], Some("1 of 2 parts are broken off or damaged")),
        (vec![damaged(grey(40)), cut(&grey(40))], Some("2 of 2 parts are broken off or damaged")),
    ] {
        let file = OLD.file((SIDES.0.into(), 80), 40, &more, &parts);
        let (_, status) = converted(&service, ("tiff", "png"), file, json!({})).await;
        match told {
            Some(told) => assert!(warnings(&status).contains(told), "{told}: {}", status.text()),
            None => assert!(!warnings(&status).contains("parts"), "{}", status.text()),
        }
    }
}

#[tokio::test]
async fn jpegs_in_a_drawing_that_are_not_whole() {
    let service = Service::start().await;
    for (file, told) in [
        (usual(), ""),
        (cut(&usual()), "The JPEG is broken off: about "),
        (damaged(usual()), "The JPEG is damaged"),
        (
            without_pixels(&usual()),
            "A picture inside the drawing (image/jpeg) cannot be read and is left out",
        ),
    ] {
        let data = STANDARD.encode(file);
        let svg = format!(
            "<svg xmlns='http://www.w3.org/2000/svg' width='40' height='20'>\
             <image width='40' height='20' href='data:image/jpeg;base64,{data}'/></svg>"
        );
        let (_, status) = converted(&service, ("svg", "png"), svg.into_bytes(), json!({})).await;
        assert!(warnings(&status).contains(told), "{told}: {}", status.text());
        assert_eq!(warnings(&status).is_empty(), told.is_empty(), "{}", status.text());
    }
}

#[tokio::test]
async fn webps_that_are_not_whole() {
    let service = Service::start().await;
    let mut gif = Vec::new();
    let mut encoder = GifEncoder::new(&mut gif);
    encoder.set_repeat(Repeat::Infinite).unwrap();
    for turned in [noise(), image::imageops::rotate180(&noise()), image::imageops::flip_vertical(&noise())] {
        encoder.encode_frame(Frame::new(DynamicImage::from(turned).into_rgba8())).unwrap();
    }
    drop(encoder);
    let (whole, _) = converted(&service, ("gif", "webp"), gif, json!({"lossless": true})).await;
    let starts: Vec<usize> =
        whole.windows(4).enumerate().filter(|(_, name)| name == b"ANMF").map(|(at, _)| at).collect();
    assert_eq!(starts.len(), 3);
    for output in ["png", "gif", "webp"] {
        let (made, status) = converted(&service, ("webp", output), whole.clone(), json!({})).await;
        assert_eq!(info(&service, output, made).await["frames"], 3, "{output}");
        assert!(!warnings(&status).contains("broken off"), "{output}: {}", status.text());
        for count in [1, 2] {
            let cut = whole[..starts[count] + 100].to_vec();
            let said = service.convert(("webp", "json"), cut.clone(), json!({"mode": "info"})).await;
            assert_eq!(said["info"]["frames"].as_u64().unwrap_or(1), count as u64, "{}", said.text());
            assert!(warnings(&said).contains("The animation is broken off"), "{}", said.text());
            let (made, status) = converted(&service, ("webp", output), cut, json!({})).await;
            let told =
                format!("The animation is broken off: only the first of its pictures can be read ({count})");
            assert!(warnings(&status).contains(&told), "{output}: {}", status.text());
            let frames = info(&service, output, made).await["frames"].as_u64().unwrap_or(1);
            assert_eq!(frames, u64::try_from(count).unwrap(), "{output}");
        }
    }
    // Of a picture alone, what stands behind it.
    let says = Says { exif: Some(make::exif(1, 300)), ..Says::default() };
    let still = make::webp(&noise().into(), &says);
    let (_, status) =
        converted(&service, ("webp", "png"), still[..still.len() - 20].to_vec(), json!({})).await;
    assert!(warnings(&status).contains("The WebP is broken off"), "{}", status.text());
    let (_, status) = converted(&service, ("webp", "png"), still, json!({})).await;
    assert!(!warnings(&status).contains("broken off"), "{}", status.text());
}

/// Mode `info` reads a file as a conversion does.
#[tokio::test]
async fn what_cannot_be_converted_has_no_facts() {
    let service = Service::start().await;
    let pages = make::tiff(&[noise(), noise()], &Says::default());
    let noise = DynamicImage::from(noise());
    for (format, file) in [
        ("webp", make::webp(&noise, &Says::default())),
        ("png", make::png(&noise, &Says::default())),
        // Of two pages, the first is whole at the end.
        ("tiff", pages),
    ] {
        let lengths = [file.len() / 3, file.len() * if format == "tiff" { 4 } else { 9 } / 10];
        for rest in lengths {
            let output = if format == "png" { "webp" } else { "png" };
            let cut = file[..rest].to_vec();
            service.convert((format, output), cut.clone(), json!({})).await.assert_error(422, "");
            service.convert((format, "json"), cut, json!({"mode": "info"})).await.assert_error(422, "");
        }
    }
}
