//! How large pictures are on paper.

use image::DynamicImage;
use serde_json::json;

use super::make::{self, Says};
use super::{converted, info, warnings};
use crate::service::Service;

/// What `pdfinfo` says of the first page, in points.
fn size_of_page(pdf: &[u8]) -> (f64, f64) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.pdf");
    std::fs::write(&path, pdf).unwrap();
    let output = std::process::Command::new("pdfinfo").arg(&path).output().unwrap();
    let output = String::from_utf8(output.stdout).unwrap();
    let line = output.lines().find(|line| line.starts_with("Page size:")).unwrap();
    let sides: Vec<f64> = line.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    (sides[0], sides[1])
}

/// What a file says, read here by the bytes of its format.
fn resolution_of(format: &str, file: &[u8]) -> Option<(f64, f64)> {
    let by_exif = |bytes: Vec<u8>| {
        let exif = exif::Reader::new().read_raw(bytes).unwrap();
        let value = |tag| match &exif.get_field(tag, exif::In::PRIMARY)?.value {
            exif::Value::Rational(values) => Some(values[0].to_f64()),
            _ => None,
        };
        value(exif::Tag::XResolution).zip(value(exif::Tag::YResolution))
    };
    let metres = |value: u32| f64::from(value) * 0.0254;
    match format {
        "png" => {
            let reader = png::Decoder::new(std::io::Cursor::new(file)).read_info().unwrap();
            reader.info().pixel_dims.map(|dims| (metres(dims.xppu), metres(dims.yppu)))
        }
        "jpg" => {
            assert_eq!((&file[6..11], file[13]), (&b"JFIF\0"[..], 1));
            let number = |at: usize| f64::from(u16::from_be_bytes([file[at], file[at + 1]]));
            Some((number(14), number(16)))
        }
        "tiff" => {
            let mut decoder = tiff::decoder::Decoder::new(std::io::Cursor::new(file)).unwrap();
            let mut value = |tag| match decoder.get_tag(tag).unwrap() {
                tiff::decoder::ifd::Value::Rational(above, below) => f64::from(above) / f64::from(below),
                other => panic!("{other:?}"),
            };
            Some((value(tiff::tags::Tag::XResolution), value(tiff::tags::Tag::YResolution)))
        }
        "bmp" => {
            let number = |at: usize| u32::from_le_bytes(file[at..at + 4].try_into().unwrap());
            Some((metres(number(38)), metres(number(42))))
        }
        "webp" => by_exif(super::read(file).exif?),
        _ => None,
    }
}

#[tokio::test]
async fn a_scan_stays_as_large_as_it_is() {
    let service = Service::start().await;
    let image = halves();
    let says = Says { dpi: Some((300, 300)), ..Says::default() };
    let exif = Says { exif: Some(make::exif(1, 300)), ..Says::default() };
    for (input, content) in [
        ("png", make::png(&image, &says)),
        ("jpg", make::jpeg(&image, &says)),
        ("jpg", make::jpeg(&image, &exif)),
        ("tiff", make::tiff(&[image.to_rgb8()], &says)),
        ("bmp", make::bmp(&image.to_rgb8(), 300)),
        ("webp", make::webp(&image, &exif)),
    ] {
        let (pdf, _) = converted(&service, (input, "pdf"), content.clone(), json!({})).await;
        let (width, height) = size_of_page(&pdf);
        assert!((width - 72.0).abs() < 0.1 && (height - 36.0).abs() < 0.1, "{input}: {width} × {height}");
        for output in ["png", "jpg", "tiff", "bmp", "webp"] {
            let (made, _) = converted(&service, (input, output), content.clone(), json!({})).await;
            let (x, y) = resolution_of(output, &made).unwrap_or_else(|| panic!("{input} to {output}"));
            assert!((x - 300.0).abs() < 0.1 && (y - 300.0).abs() < 0.1, "{input} to {output}: {x} × {y}");
        }
        assert_eq!(info(&service, input, content).await["resolution"], json!([300.0, 300.0]), "{input}");
    }
}

#[tokio::test]
async fn a_fax_is_finer_across_than_down() {
    let service = Service::start().await;
    let image = halves();
    let says = Says { dpi: Some((204, 98)), ..Says::default() };
    for (input, content) in [
        ("png", make::png(&image, &says)),
        ("jpg", make::jpeg(&image, &says)),
        ("tiff", make::tiff(&[image.to_rgb8()], &says)),
    ] {
        let (pdf, _) = converted(&service, (input, "pdf"), content.clone(), json!({})).await;
        let (width, height) = size_of_page(&pdf);
        let wanted = (300.0 / 204.0 * 72.0, 150.0 / 98.0 * 72.0);
        assert!(
            (width - wanted.0).abs() < 0.1 && (height - wanted.1).abs() < 0.1,
            "{input}: {width} × {height}"
        );
        let (made, _) = converted(&service, (input, "png"), content, json!({})).await;
        let (x, y) = resolution_of("png", &made).unwrap();
        assert!((x - 204.0).abs() < 0.1 && (y - 98.0).abs() < 0.1, "{input}: {x} × {y}");
    }
}

#[tokio::test]
async fn without_a_word_it_is_that_of_screens_and_can_be_chosen() {
    let service = Service::start().await;
    let content = make::png(&halves(), &Says::default());
    let (pdf, _) = converted(&service, ("png", "pdf"), content.clone(), json!({})).await;
    assert_eq!(size_of_page(&pdf), (225.0, 112.5));
    let (pdf, _) = converted(&service, ("png", "pdf"), content.clone(), json!({"density": 150})).await;
    assert_eq!(size_of_page(&pdf), (144.0, 72.0));
    let (jpg, _) = converted(&service, ("png", "jpg"), content, json!({"density": 72})).await;
    assert_eq!(resolution_of("jpg", &jpg), Some((72.0, 72.0)));
    // Nor larger than readers show.
    let says = Says { dpi: Some((1, 1)), ..Says::default() };
    let (pdf, _) = converted(&service, ("jpg", "pdf"), make::jpeg(&halves(), &says), json!({})).await;
    assert_eq!(size_of_page(&pdf), (14_400.0, 7_200.0));
}

fn halves() -> DynamicImage {
    make::halves(300, 150).into()
}

#[tokio::test]
async fn another_one_in_exif_is_told() {
    let service = Service::start().await;
    let image = DynamicImage::from(make::halves(40, 20));
    for (beside, told) in [((300, 300), true), ((73, 72), false)] {
        let says = Says { exif: Some(make::exif(1, 72)), dpi: Some(beside), ..Says::default() };
        for output in ["jpg", "png", "tiff"] {
            let (made, status) =
                converted(&service, ("jpg", output), make::jpeg(&image, &says), json!({})).await;
            let sentence = "another resolution in its EXIF (72 × 72)";
            assert_eq!(warnings(&status).contains(sentence), told, "{output}: {}", status.text());
            let said = info(&service, output, made).await["resolution"].clone();
            let near = |at: usize, wanted: u16| (said[at].as_f64().unwrap() - f64::from(wanted)).abs() < 0.1;
            assert!(near(0, beside.0) && near(1, beside.1), "{output}: {said}");
        }
    }
}
