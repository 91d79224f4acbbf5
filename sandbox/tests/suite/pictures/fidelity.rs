//! The table of the README, each cell of it: what is in the output, or is told before and after.

use image::DynamicImage;
use serde_json::json;

use super::make::{self, Says};
use super::{converted, info, warnings};
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
    ] {
        let says = info(&service, input, content.clone()).await;
        for output in OUTPUTS {
            let (made, status) = converted(&service, (input, output), content.clone(), json!({})).await;
            let place = format!("/conversiontypes?inputformat={input}&outputformat={output}&mode=convert");
            let types = service.get(&place).await;
            let note = types.json()[0]["note"].as_str().unwrap_or_default().to_owned();
            if output == "pdf" {
                // What a JPEG says goes with it; what others say is looked at elsewhere.
                let told = ["EXIF", "IPTC"]
                    .iter()
                    .all(|word| !warnings(&status).contains(word) || note.contains(word));
                assert!(told, "{input} to pdf: {note}");
                continue;
            }
            let made = info(&service, output, made).await;
            for (field, word) in ASPECTS {
                let (has, told) = (!made[field].is_null(), warnings(&status).contains(word));
                let what = format!("{input} to {output}: {field}: {}", status.text());
                // In a WebP, the resolution stands in EXIF.
                if (output, field) != ("webp", "exif") || says["resolution"].is_null() {
                    assert_eq!(!says[field].is_null(), has || told, "{what}");
                }
                assert!(!(has && told), "{what}");
                assert_eq!(told, note.contains(word) && !says[field].is_null(), "{what}: {note}");
            }
        }
    }
}
