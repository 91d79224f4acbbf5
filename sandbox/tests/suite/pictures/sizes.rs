//! Resizing, and the options of encoders.

use image::{DynamicImage, Rgb, RgbImage};
use serde_json::json;

use super::make::{self, Says};
use super::{assert_near, converted, info, page, read, warnings};
use crate::service::Service;

/// Left red, middle green, right blue.
fn stripes() -> DynamicImage {
    RgbImage::from_fn(90, 30, |x, _| {
        Rgb(match x {
            0..30 => [255, 0, 0],
            30..60 => [0, 255, 0],
            _ => [0, 0, 255],
        })
    })
    .into()
}

#[tokio::test]
async fn fits() {
    let service = Service::start().await;
    let content = make::png(&stripes(), &Says::default());
    for (options, size, left) in [
        (json!({"width": 45, "height": 45}), (45, 15), [255, 0, 0]),
        (json!({"width": 45, "height": 45, "fit": "max"}), (45, 15), [255, 0, 0]),
        (json!({"width": 30, "height": 30, "fit": "crop"}), (30, 30), [0, 255, 0]),
        (json!({"width": 60, "height": 60, "fit": "crop"}), (60, 60), [0, 255, 0]),
        (json!({"width": 50, "height": 60, "fit": "scale"}), (50, 60), [255, 0, 0]),
        (json!({"width": 180, "fit": "scale"}), (180, 60), [255, 0, 0]),
        (
            json!({"width": 45, "height": 45, "fit": "pad", "background": "#123456"}),
            (45, 45),
            [0x12, 0x34, 0x56],
        ),
    ] {
        let (made, status) = converted(&service, ("png", "png"), content.clone(), options.clone()).await;
        let made = read(&made).image.to_rgb8();
        assert_eq!(made.dimensions(), size, "{options}");
        assert_near(made.get_pixel(2, 2).0, left, &options.to_string());
        assert_eq!(status["warnings"], json!([]), "{options}");
    }
    let (made, status) = converted(&service, ("png", "png"), content.clone(), json!({"width": 900})).await;
    assert_eq!(read(&made).image.width(), 90);
    assert!(warnings(&status).contains("fit=scale"), "{}", status.text());
    // Padding is transparent where that can be.
    let pad = json!({"width": 45, "height": 45, "fit": "pad"});
    let (made, _) = converted(&service, ("png", "png"), content.clone(), pad).await;
    assert_eq!(read(&made).image.to_rgba8().get_pixel(2, 2).0[3], 0);
    let none = json!({"converteroptions": {"density": 0}});
    service.convert(("png", "png"), content, none).await.assert_error(400, "converteroptions");
    // What is no word of an option is refused before there is a file.
    let process = service.create_with(json!({"inputformat": "png", "outputformat": "png"})).await;
    let start = json!({"input": "upload", "outputformat": "png", "converteroptions": {"fit": "fill"}});
    service.post(&process, start).await.assert_error(400, "fit has to be");
}

/// What is to be small is not decoded in full from a JPEG; it looks the same, and is as large, as if it were.
#[tokio::test]
async fn small_pictures_of_large_jpegs() {
    let service = Service::start().await;
    #[allow(clippy::cast_possible_truncation)]
    let byte = |value: f64| u8::try_from((value * 127.0 + 128.0) as i64).unwrap();
    let waves = RgbImage::from_fn(1003, 751, |x, y| {
        let (x, y) = (f64::from(x), f64::from(y));
        Rgb([byte((x / 90.0).sin()), byte((y / 70.0).cos()), byte(((x + y) / 110.0).sin())])
    });
    let waves = DynamicImage::from(waves);
    let grey = DynamicImage::from(waves.to_luma8());
    let progressive = |image: &DynamicImage| {
        let mut bytes = Vec::new();
        let mut encoder = jpeg_encoder::Encoder::new(&mut bytes, 95);
        encoder.set_progressive(true);
        encoder.encode(image.as_bytes(), 1003, 751, jpeg_encoder::ColorType::Rgb).unwrap();
        bytes
    };
    let turned = |orientation| Says { exif: Some(make::exif(orientation, 96)), ..Says::default() };
    let upright = Says::default();
    for (name, jpg, png) in [
        ("colours", make::jpeg(&waves, &upright), make::png(&waves, &upright)),
        ("grey", make::jpeg(&grey, &upright), make::png(&grey, &upright)),
        ("progressive", progressive(&waves), make::png(&waves, &upright)),
        ("upside down", make::jpeg(&waves, &turned(3)), make::png(&waves, &turned(3))),
        ("lying", make::jpeg(&waves, &turned(6)), make::png(&waves, &turned(6))),
    ] {
        for options in [
            json!({"width": 30}),
            json!({"width": 121, "height": 99}),
            json!({"width": 150, "height": 50, "fit": "crop"}),
            json!({"width": 200, "height": 31, "fit": "scale"}),
        ] {
            let (made, _) = converted(&service, ("jpg", "png"), jpg.clone(), options.clone()).await;
            let (wanted, _) = converted(&service, ("png", "png"), png.clone(), options.clone()).await;
            let (made, wanted) = (read(&made).image.to_rgb8(), read(&wanted).image.to_rgb8());
            assert_eq!(made.dimensions(), wanted.dimensions(), "{name} {options}");
            let far = made.iter().zip(wanted.iter()).map(|(a, b)| a.abs_diff(*b)).max();
            assert!(far <= Some(8), "{name} {options}: {far:?}");
        }
    }
    // What a file says stays; one of which a part is missing gives what there is.
    let whole = make::jpeg(&waves, &Says::all());
    let (made, _) = converted(&service, ("jpg", "jpg"), whole.clone(), json!({"width": 30})).await;
    assert!(read(&made).icc.is_some() && read(&made).exif.is_some());
    let part = whole[..whole.len() / 2].to_vec();
    let (made, _) = converted(&service, ("jpg", "png"), part, json!({"width": 30})).await;
    assert_eq!(read(&made).image.width(), 30);
}

#[tokio::test]
async fn encoders_do_as_they_are_told() {
    let service = Service::start().await;
    let noise = RgbImage::from_fn(64, 64, |x, y| {
        Rgb([u8::try_from(x * 4).unwrap(), u8::try_from((x * y) % 251).unwrap(), 9])
    });
    let noise = DynamicImage::from(noise);
    let content = make::png(&noise, &Says::default());
    let (jpg, _) = converted(&service, ("png", "jpg"), content.clone(), json!({"progressive": true})).await;
    assert!(jpg.windows(2).any(|marker| marker == [0xff, 0xc2]));
    let (jpg, _) = converted(&service, ("png", "jpg"), content.clone(), json!({})).await;
    assert!(jpg.windows(2).any(|marker| marker == [0xff, 0xc0]));
    // A PNG has no loss, so its WebP has none; a JPEG's has, and either can be chosen.
    for (input, content, options, lossless) in [
        ("png", content.clone(), json!({}), true),
        ("png", content.clone(), json!({"quality": 50}), false),
        ("jpg", jpg.clone(), json!({}), false),
        ("jpg", jpg.clone(), json!({"lossless": true}), true),
        ("png", content.clone(), json!({"lossless": "false"}), false),
    ] {
        let (webp, _) = converted(&service, (input, "webp"), content, options.clone()).await;
        assert_eq!(webp.windows(4).any(|name| name == b"VP8L"), lossless, "{input} {options}");
        assert_eq!(read(&webp).image.width(), 64, "{input} {options}");
        if input == "png" && lossless {
            assert_eq!(read(&webp).image.to_rgb8(), noise.to_rgb8());
        }
    }
    let size = async |quality: u8| {
        converted(&service, ("png", "webp"), content.clone(), json!({"quality": quality})).await.0.len()
    };
    assert!(size(20).await < size(90).await);
}

#[tokio::test]
async fn a_gif_that_shows_coarsely_first() {
    let service = Service::start().await;
    let lines = RgbImage::from_fn(20, 37, |_, y| Rgb([u8::try_from(y * 6).unwrap(), 0, 90]));
    let content = make::png(&lines.into(), &Says::default());
    let (plain, _) = converted(&service, ("png", "gif"), content.clone(), json!({})).await;
    let (woven, _) = converted(&service, ("png", "gif"), content, json!({"progressive": true})).await;
    assert_eq!(info(&service, "gif", plain.clone()).await["progressive"], false);
    assert_eq!(info(&service, "gif", woven.clone()).await["progressive"], true);
    assert_eq!(read(&woven).image, read(&plain).image);
}

#[tokio::test]
async fn pictures_in_a_pdf_by_quality() {
    let service = Service::start().await;
    let noise = RgbImage::from_fn(64, 64, |x, y| {
        Rgb([u8::try_from((x * y * 7) % 251).unwrap(), 90, u8::try_from(x).unwrap()])
    });
    let noise = DynamicImage::from(noise);
    let says = Says { dpi: Some((96, 96)), icc: Some(make::swapped()), ..Says::default() };
    let is_jpeg = |pdf: &[u8]| pdf.windows(9).any(|part| part == b"DCTDecode");
    for (input, content) in [("png", make::png(&noise, &says)), ("jpg", make::jpeg(&noise, &says))] {
        let made = async |options| converted(&service, (input, "pdf"), content.clone(), options).await.0;
        assert_eq!(is_jpeg(&made(json!({})).await), input == "jpg");
        let (coarse, fine) = (made(json!({"quality": 10})).await, made(json!({"quality": 95})).await);
        assert!(is_jpeg(&coarse) && is_jpeg(&fine) && coarse.len() < fine.len(), "{input}");
        assert!(fine.windows(8).any(|part| part == b"ICCBased"), "{input}");
        assert_eq!(page(&fine, 1, 96).dimensions(), (64, 64), "{input}");
    }
    // What a JPEG has not stays as it is, or is told.
    let clear = make::png(&noise.to_rgba8().into(), &Says::default());
    let (pdf, _) = converted(&service, ("png", "pdf"), clear, json!({"quality": 50})).await;
    assert!(!is_jpeg(&pdf) && pdf.windows(5).any(|part| part == b"SMask"));
    let mut deep = std::io::Cursor::new(Vec::new());
    DynamicImage::from(noise.to_rgb16()).write_to(&mut deep, image::ImageFormat::Png).unwrap();
    let (pdf, status) = converted(&service, ("png", "pdf"), deep.into_inner(), json!({"quality": 50})).await;
    assert!(is_jpeg(&pdf) && warnings(&status).contains("16 bits"), "{}", status.text());
}
