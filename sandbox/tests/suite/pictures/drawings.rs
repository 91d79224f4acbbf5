//! SVG: packed, nested, with pictures and letters of all kinds.

use std::io::Write;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use image::{DynamicImage, Rgb, RgbImage};
use serde_json::json;

use super::make::{self, Says};
use super::{assert_near, converted, read, warnings};
use crate::service::Service;

const HELLO: &str = r#"<svg xmlns="http://www.w3.org/2000/svg" width="120" height="40"><text x="5" y="30" font-size="30">Hello</text></svg>"#;

pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

fn dark(png: &[u8]) -> usize {
    read(png).image.to_rgba8().pixels().filter(|pixel| pixel.0[3] > 128 && pixel.0[0] < 128).count()
}

fn image_of(kind: &str, bytes: &[u8], attribute: &str) -> String {
    let data = STANDARD.encode(bytes);
    format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="120" height="40"><image {attribute}="data:{kind};base64,{data}" width="120" height="40" preserveAspectRatio="none"/></svg>"#
    )
}

#[tokio::test]
async fn styles_that_are_not_understood_are_told() {
    let service = Service::start().await;
    let svg = |inner: &str| {
        format!(
            "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'>{inner}<rect width='9' height='9'/></svg>"
        )
    };
    for (inner, told) in [
        ("<style>rect{fill:var(--x, red)}</style>", "var("),
        ("<path fill='oklch(0.6 0.2 30)' d='M0 0h9v9z'/>", "oklch("),
        ("<path style='stroke: color-mix(in srgb, red, blue)' d='M0 0h9v9z'/>", "color-mix("),
        ("<style>@keyframes k{from{x:0}} rect{animation:k 1s}</style>", "is animated"),
        ("<style>@media print{rect{fill:red}}</style>", "@media"),
    ] {
        let (_, status) = converted(&service, ("svg", "png"), svg(inner).into_bytes(), json!({})).await;
        assert!(warnings(&status).contains(told), "{inner}: {}", status.text());
    }
    let plain =
        svg("<style>rect{fill:rgb(1,2,3);transform:scale(2)}</style><path aria-label='var(x)' d='M0 0h9'/>");
    let (_, status) = converted(&service, ("svg", "png"), plain.into_bytes(), json!({})).await;
    assert_eq!(status["warnings"], json!([]));
    let wide =
        "<svg xmlns='http://www.w3.org/2000/svg' width='20000' height='2'><rect width='9' height='9'/></svg>";
    let (_, status) = converted(&service, ("svg", "png"), wide.as_bytes().to_vec(), json!({})).await;
    assert!(warnings(&status).contains("at most 10000 pixels"), "{}", status.text());
}

#[tokio::test]
async fn packed_drawings() {
    let service = Service::start().await;
    let (plain, _) = converted(&service, ("svg", "png"), HELLO.into(), json!({})).await;
    assert!(dark(&plain) > 300);
    for input in ["svg", "svgz"] {
        let (packed, _) = converted(&service, (input, "png"), gzip(HELLO.as_bytes()), json!({})).await;
        assert_eq!(dark(&packed), dark(&plain));
    }
    for (behind, told) in [(&[0; 512][..], false), (b"garbage", true), (b"\0\0\x1f\x8b", true)] {
        let file = [gzip(HELLO.as_bytes()), behind.to_vec()].concat();
        let (packed, status) = converted(&service, ("svgz", "png"), file, json!({})).await;
        assert_eq!(dark(&packed), dark(&plain));
        assert_eq!(
            warnings(&status).contains("behind the end of the compressed drawing"),
            told,
            "{behind:?}"
        );
    }
    let spaces = " ".repeat(40 << 20);
    let bomb = gzip(format!("<svg>{spaces}</svg>").as_bytes());
    service.convert(("svg", "png"), bomb, json!({})).await.assert_error(422, "too large");
    let half = gzip(HELLO.as_bytes())[..60].to_vec();
    let broken = service.convert(("svg", "png"), half, json!({})).await;
    broken.assert_error(422, "compressed drawing");
    assert!(!broken.str("message").contains("feature"));
}

#[tokio::test]
async fn drawings_inside_drawings_have_their_text() {
    let service = Service::start().await;
    let (plain, _) = converted(&service, ("svg", "png"), HELLO.into(), json!({})).await;
    let once = image_of("image/svg+xml", HELLO.as_bytes(), "href");
    let twice = image_of("image/svg+xml", once.as_bytes(), "xlink:href");
    let packed = image_of("image/svg+xml", &gzip(HELLO.as_bytes()), "href");
    for nested in [once, twice, packed] {
        let (made, status) = converted(&service, ("svg", "png"), nested.into(), json!({})).await;
        assert!(dark(&made).abs_diff(dark(&plain)) < 60, "{} and {}", dark(&made), dark(&plain));
        assert_eq!(status["warnings"], json!([]));
    }
}

#[tokio::test]
async fn pictures_inside_drawings_are_drawn() {
    let service = Service::start().await;
    let blue = DynamicImage::from(RgbImage::from_pixel(10, 10, Rgb([0, 0, 255])));
    let red = DynamicImage::from(RgbImage::from_pixel(10, 10, Rgb([255, 0, 0])));
    let swapped = Says { icc: Some(make::swapped()), ..Says::default() };
    let mut bmp = std::io::Cursor::new(Vec::new());
    blue.write_to(&mut bmp, image::ImageFormat::Bmp).unwrap();
    for (kind, bytes) in [
        ("image/png", make::png(&blue, &Says::default())),
        ("image/jpeg", make::jpeg(&blue, &Says::default())),
        ("image/webp", make::webp(&blue, &Says::default())),
        ("image/bmp", bmp.into_inner()),
        // By its profile it is blue.
        ("image/png", make::png(&red, &swapped)),
    ] {
        for attribute in ["href", "xlink:href"] {
            let svg = image_of(kind, &bytes, attribute);
            let (made, status) = converted(&service, ("svg", "png"), svg.into(), json!({})).await;
            assert_near(read(&made).image.to_rgb8().get_pixel(20, 20).0, [0, 0, 255], kind);
            assert_eq!(status["warnings"], json!([]), "{kind}");
        }
    }
    let broken = image_of("image/png", b"\x89PNG\r\n\x1a\nno picture", "href");
    let (_, status) = converted(&service, ("svg", "png"), broken.into(), json!({})).await;
    assert!(warnings(&status).contains("cannot be read"), "{}", status.text());
}

#[tokio::test]
async fn what_is_outside_is_refused_and_told() {
    let service = Service::start().await;
    for (inner, told) in [
        (r#"<image href="/etc/hostname" width="9" height="9"/>"#, "/etc/hostname"),
        (r#"<image href="http://127.0.0.1:1/a.png" width="9" height="9"/>"#, "http://127.0.0.1:1/a.png"),
        (r#"<use href="icons.svg#a"/>"#, "icons.svg#a"),
        (
            r#"<rect width="9" height="9" fill="url(http://127.0.0.1:1/a.svg#b)"/>"#,
            "http://127.0.0.1:1/a.svg#b",
        ),
        ("<style>rect { mask: url('masks.svg#a') }</style>", "masks.svg#a"),
        ("<style>@import url(a.css);</style>", "style sheet"),
        ("<style>@font-face { font-family: A; src: url(a.woff) }</style>", "font"),
        ("<foreignObject><p/></foreignObject>", "foreignObject"),
        (r#"<rect width="9" height="9"><animate attributeName="x"/></rect>"#, "animated"),
        ("<script>x()</script>", "script"),
        ("<style>rect { fill: var(--x) }</style>", "var("),
        ("<style>rect:nth-child(2) { fill: red }</style>", ":nth-child"),
    ] {
        let svg = format!(r#"<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20">{inner}</svg>"#);
        // Also where it is inside of another drawing, or inside of one that is.
        let once = image_of("image/svg+xml", svg.as_bytes(), "href");
        let twice = image_of("image/svg+xml", &gzip(once.as_bytes()), "xlink:href");
        for svg in [svg, once, twice] {
            let (_, status) = converted(&service, ("svg", "png"), svg.into(), json!({})).await;
            assert!(warnings(&status).contains(told), "{inner}: {}", status.text());
        }
    }
}

#[tokio::test]
async fn declared_encodings() {
    let service = Service::start().await;
    let svg = |encoding: &str| {
        format!(
            "<?xml version=\"1.0\" encoding=\"{encoding}\"?><svg xmlns=\"http://www.w3.org/2000/svg\" width=\"120\" height=\"40\"><text x=\"5\" y=\"30\" font-size=\"30\">äöüß</text></svg>"
        )
    };
    let (plain, _) = converted(&service, ("svg", "png"), svg("UTF-8").into(), json!({})).await;
    let latin: Vec<u8> =
        svg("ISO-8859-1").chars().map(|letter| u8::try_from(u32::from(letter)).unwrap()).collect();
    let wide: Vec<u8> = svg("UTF-16").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let marked = [&[0xff, 0xfe][..], &wide].concat();
    for content in [latin, wide, marked] {
        let (made, _) = converted(&service, ("svg", "png"), content, json!({})).await;
        assert_eq!(dark(&made), dark(&plain));
    }
}

#[tokio::test]
async fn letters_that_no_font_has_are_told() {
    let service = Service::start().await;
    // A private letter, which is in no font of the world.
    let svg = HELLO.replace("Hello", "A\u{10fffd}");
    let (_, status) = converted(&service, ("svg", "png"), svg.into(), json!({})).await;
    assert!(warnings(&status).contains("U+10FFFD"), "{}", status.text());
    // All of them, and none that some font has, wherever it stands.
    let written = async |text: &str| {
        let svg = HELLO.replace("Hello", text).replace("120", "400");
        let (made, status) = converted(&service, ("svg", "png"), svg.into(), json!({})).await;
        (dark(&made), warnings(&status))
    };
    let (boxes, told) = written("\u{10fffd}\u{10fffc}").await;
    assert!(told.contains("U+10FFFD") && told.contains("U+10FFFC"), "{told}");
    let (hebrew, untold) = written("שלום").await;
    let (both, told) = written("\u{10fffd}\u{10fffc} שלום").await;
    assert_eq!(told.contains("U+05E9"), untold.contains("U+05E9"), "{told}");
    assert!(both.abs_diff(boxes + hebrew) < 40, "{both} are not {boxes} and {hebrew}");
    // Cyrillic and Greek come along.
    let svg = HELLO.replace("Hello", "Жλ");
    let (made, status) = converted(&service, ("svg", "png"), svg.into(), json!({})).await;
    assert!(dark(&made) > 100);
    assert_eq!(status["warnings"], json!([]));
}

#[tokio::test]
async fn drawings_in_other_sizes() {
    let service = Service::start().await;
    for (options, size) in [
        (json!({"width": 240}), (240, 80)),
        (json!({"width": 40, "height": 40, "fit": "crop"}), (40, 40)),
        (json!({"width": 40, "height": 40, "fit": "pad"}), (40, 40)),
        (json!({"width": 50, "height": 70, "fit": "scale"}), (50, 70)),
        (json!({"density": 192}), (240, 80)),
    ] {
        let (made, status) = converted(&service, ("svg", "png"), HELLO.into(), options.clone()).await;
        let made = read(&made).image;
        assert_eq!((made.width(), made.height()), size, "{options}");
        assert_eq!(status["warnings"], json!([]), "{options}");
    }
}

#[tokio::test]
async fn drawings_that_cannot_be_drawn_are_the_inputs_fault() {
    let service = Service::start().await;
    let filter = |inner: &str| {
        format!(r#"<filter id="f">{inner}</filter><rect filter="url(#f)" width="9" height="9"/>"#)
    };
    for inner in [
        filter(r#"<feGaussianBlur stdDeviation="1e30"/>"#),
        filter(r#"<feOffset dx="1e30"/>"#),
        filter(r#"<feConvolveMatrix order="100000" kernelMatrix="1"/>"#),
        filter(r#"<feTurbulence baseFrequency="1e38" numOctaves="1000000" seed="-1e30"/>"#),
        r#"<image width="1e38" height="1e-38" href="data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22 width=%221%22 height=%221%22/%3E"/>"#.into(),
    ] {
        let svg = format!(r#"<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10">{inner}</svg>"#);
        let status = service.convert(("svg", "png"), svg, json!({})).await;
        // Newer engines may draw them.
        if status["step"] != "finished" {
            status.assert_error(422, "cannot be drawn");
        }
    }
}
