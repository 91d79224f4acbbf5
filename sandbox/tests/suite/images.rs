//! Images and drawings.

use std::io::Cursor;

use image::{DynamicImage, GenericImageView, ImageFormat, Rgba, RgbaImage};
use serde_json::json;

use crate::service::{Service, file};

const FORMATS: [(&str, ImageFormat); 7] = [
    ("png", ImageFormat::Png),
    ("jpg", ImageFormat::Jpeg),
    ("gif", ImageFormat::Gif),
    ("bmp", ImageFormat::Bmp),
    ("webp", ImageFormat::WebP),
    ("tiff", ImageFormat::Tiff),
    ("ico", ImageFormat::Ico),
];

fn encode(image: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let image = image.into();
    let image = if format == ImageFormat::Jpeg { image.into_rgb8().into() } else { image };
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// Left half red, right half transparent.
fn picture(width: u32, height: u32) -> RgbaImage {
    RgbaImage::from_fn(width, height, |x, _| {
        Rgba(if x < width / 2 { [200, 0, 0, 255] } else { [0, 0, 0, 0] })
    })
}

#[tokio::test]
async fn every_image_becomes_every_other() {
    let service = Service::start().await;
    for (input, from) in FORMATS {
        let content = encode(picture(40, 20), from);
        for (output, to) in FORMATS {
            let made = service.output((input, output), content.clone(), json!({})).await;
            assert_eq!(image::guess_format(&made).unwrap(), to, "{input} to {output}");
            let made = image::load_from_memory(&made).unwrap();
            assert_eq!(made.dimensions(), (40, 20), "{input} to {output}");
            let [r, g, b, _] = made.get_pixel(3, 10).0;
            assert!(r > 180 && g < 30 && b < 30, "{input} to {output}");
        }
    }
}

#[tokio::test]
async fn images_of_all_depths_and_colours() {
    let service = Service::start().await;
    let small = DynamicImage::from(picture(8, 8));
    for image in [
        DynamicImage::from(small.to_luma8()),
        small.to_luma_alpha8().into(),
        small.to_luma16().into(),
        small.to_luma_alpha16().into(),
        small.to_rgb16().into(),
        small.to_rgba16().into(),
    ] {
        let content = encode(image.clone(), ImageFormat::Png);
        for (output, _) in FORMATS {
            let made = service.output(("png", output), content.clone(), json!({})).await;
            let made = image::load_from_memory(&made);
            assert_eq!(made.unwrap().dimensions(), (8, 8), "{:?} to {output}", image.color());
        }
    }
}

#[tokio::test]
async fn options_of_images() {
    let service = Service::start().await;
    let content = encode(picture(400, 200), ImageFormat::Png);
    let jpg = async |options| {
        service.output(("png", "jpg"), content.clone(), json!({"converteroptions": options})).await
    };
    let best = jpg(json!({"quality": 100})).await;
    assert!(jpg(json!({"quality": "5"})).await.len() < best.len());
    // What was transparent is white.
    assert!(image::load_from_memory(&best).unwrap().get_pixel(390, 100).0[..3].iter().all(|c| *c > 240));
    for (options, size) in [
        (json!({"width": 40}), (40, 20)),
        (json!({"height": "10"}), (20, 10)),
        (json!({"width": 30, "height": 100}), (30, 15)),
    ] {
        assert_eq!(image::load_from_memory(&jpg(options).await).unwrap().dimensions(), size);
    }
    for options in [json!({"width": 0}), json!({"height": 20_000, "fit": "scale"}), json!({"quality": 0})] {
        let refused = service.convert(("png", "jpg"), content.clone(), json!({"converteroptions": options}));
        refused.await.assert_error(400, "converteroptions");
    }
}

#[tokio::test]
async fn facts_of_an_image() {
    let service = Service::start().await;
    let start = json!({"mode": "info"});
    let process =
        service.create_with(json!({"inputformat": "png", "outputformat": "png", "mode": "info"})).await;
    let started = service.post(&process, start).await;
    assert!(started["output"].is_null());
    service.put(started["upload"]["url"].as_str().unwrap(), file("input.png")).await;
    let status = service.wait(&process).await;
    assert_eq!(
        status["info"],
        json!({
            "width": 96, "height": 60, "orientation": 1, "format": "png", "color": "RGB", "channels": 4, "depth": 8,
            "alpha": true, "compression": "Deflate", "progressive": false, "size": file("input.png").len(),
        })
    );
    assert!(status["output"].is_null());
}

#[tokio::test]
async fn broken_and_bursting_images() {
    let service = Service::start().await;
    let whole = encode(picture(64, 64), ImageFormat::Png);
    // Says that it is 60000 pixels wide and high, in a few bytes.
    let mut bomb = whole.clone();
    bomb[16..24].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]);
    let crc = flate2::Crc::new();
    let crc = {
        let mut crc = crc;
        crc.update(&bomb[12..29]);
        crc.sum()
    };
    bomb[29..33].copy_from_slice(&crc.to_be_bytes());
    for content in [Vec::new(), b"text".to_vec(), whole[..whole.len() / 2].to_vec(), bomb] {
        let failed = service.convert(("png", "jpg"), content, json!({})).await;
        failed.assert_error(422, "");
        assert_eq!(failed["step"], "error");
    }
}

#[tokio::test]
async fn drawings() {
    let service = Service::start().await;
    let svg = r##"<svg xmlns="http://www.w3.org/2000/svg" width="100" height="50">
        <rect width="50" height="50" fill="#00f"/><text x="50" y="40" font-size="40" fill="#f00">M</text>
        <image href="/etc/hostname" width="10" height="10"/></svg>"##;
    let png = image::load_from_memory(&service.output(("svg", "png"), svg, json!({})).await).unwrap();
    assert_eq!(png.dimensions(), (100, 50));
    assert_eq!(png.get_pixel(25, 25).0, [0, 0, 255, 255]);
    assert_eq!(png.get_pixel(99, 2).0, [0, 0, 0, 0]);
    assert!(png.pixels().any(|(x, _, pixel)| x > 50 && pixel.0 == [255, 0, 0, 255]), "there is no text");
    let wide = json!({"converteroptions": {"width": 300}});
    let jpg = image::load_from_memory(&service.output(("svg", "jpg"), svg, wide).await).unwrap();
    assert_eq!(jpg.dimensions(), (300, 150));
    for broken in
        ["<svg", "", "<html></html>", r#"<svg xmlns="http://www.w3.org/2000/svg" width="0" height="0"/>"#]
    {
        service.convert(("svg", "png"), broken, json!({})).await.assert_error(422, "");
    }
}

#[tokio::test]
async fn drawings_that_multiply() {
    let service = Service::start().await;
    // Each level shows the one below ten times.
    let levels = (1..40).map(|level| {
        let uses = format!("<use href=\"#a{}\"/>", level - 1).repeat(10);
        format!("<g id=\"a{level}\">{uses}</g>\n")
    });
    let levels: Vec<String> = levels.collect();
    let svg = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10">
        <g id="a0"><rect width="1" height="1"/></g>{}</svg>"#,
        levels.concat()
    );
    service.convert(("svg", "png"), svg, json!({})).await.assert_error(422, "");
}
