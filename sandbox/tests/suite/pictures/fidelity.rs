//! The table of the README, each cell of it: what is in the output, or is told before and after.

use image::DynamicImage;
use serde_json::{Value, json};

use super::make::{self, Says};
use super::parts::gif_with;
use super::table::written;
use super::{converted, info, page, warnings};
use crate::service::Service;

const OUTPUTS: [&str; 8] = ["png", "jpg", "gif", "bmp", "webp", "tiff", "ico", "pdf"];

/// A field of mode `info`, and the word by which its loss is told.
const ASPECTS: [(&str, &str); 5] = [
    ("resolution", "resolution"),
    ("exif", "EXIF"),
    ("xmp", "XMP"),
    ("iptc", "IPTC"),
    ("comments", "omment"),
];

/// The same of a page that a picture of 40 pixels fills.
fn in_pdf(pdf: &[u8]) -> Value {
    let has = |text: &[u8]| pdf.windows(text.len()).any(|part| part == text).then_some(true);
    json!({
        "resolution": (page(pdf, 1, 300).width() == 40).then_some(300),
        "exif": has(b"2020:02:02"), "xmp": has(b"dc:title=\"Sea\""), "iptc": has(b"8BIM"), "comments": has(b"a comment"),
    })
}

#[tokio::test]
async fn what_a_picture_says_is_in_the_output_or_told() {
    let service = Service::start().await;
    let image = DynamicImage::from(make::halves(40, 20));
    for (input, content) in [
        ("png", make::png(&image, &Says::all())),
        ("jpg", make::jpeg(&image, &Says::all())),
        ("webp", make::webp(&image, &Says::all())),
        ("tiff", make::tiff(&[image.to_rgb8()], &Says::all())),
        ("bmp", make::bmp(&image.to_rgb8(), 300)),
        ("gif", gif_with(b"\x21\xfe\x09a comment\0")),
        ("ico", written(&image.to_rgba8().into(), image::ImageFormat::Ico)),
    ] {
        let says = info(&service, input, content.clone()).await;
        for output in OUTPUTS {
            let (made, status) = converted(&service, (input, output), content.clone(), json!({})).await;
            let place = format!("/conversiontypes?inputformat={input}&outputformat={output}&mode=convert");
            let types = service.get(&place).await;
            let note = types.json()[0]["note"].as_str().unwrap_or_default().to_owned();
            let facts = if output == "pdf" { in_pdf(&made) } else { info(&service, output, made).await };
            for (field, word) in ASPECTS {
                let (has, told) = (!facts[field].is_null(), warnings(&status).contains(word));
                let what = format!("{input} to {output}: {field}: {}", status.text());
                // In a WebP, the resolution stands in EXIF.
                if (output, field) != ("webp", "exif") || says["resolution"].is_null() {
                    assert_eq!(!says[field].is_null(), has || told, "{what}");
                }
                assert!(!(has && told), "{what}");
                // A PDF takes a JPEG as it is, with all that it says.
                let loses = note.contains(word) && (input, output) != ("jpg", "pdf");
                assert_eq!(told, loses && !says[field].is_null(), "{what}: {note}");
            }
        }
    }
}
