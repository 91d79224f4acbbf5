//! Pictures: what a file says is kept, converted, or its loss is told.

mod animations;
mod broken;
mod by_hand;
mod colours;
mod cut;
mod drawings;
mod drawn;
mod elsewhere;
mod facts;
mod faxes;
mod fidelity;
mod icons;
mod inks;
mod make;
mod operations;
mod pages;
mod parts;
mod resolution;
mod scans;
mod shape;
mod sizes;
mod table;
mod tiffs;
mod titles;
mod upright;

use image::{DynamicImage, ImageDecoder, ImageReader};
use serde_json::{Value, json};

use crate::service::{Answer, Service};

/// What a picture says, read by the crate `image`.
struct Read {
    image: DynamicImage,
    icc: Option<Vec<u8>>,
    exif: Option<Vec<u8>>,
    xmp: Option<Vec<u8>>,
}

fn read(bytes: &[u8]) -> Read {
    let reader = ImageReader::new(std::io::Cursor::new(bytes)).with_guessed_format().unwrap();
    let mut decoder = reader.into_decoder().unwrap();
    // That crate does not see the profile of a TIFF.
    let tiff = tiff::decoder::Decoder::new(std::io::Cursor::new(bytes)).ok();
    let icc = match tiff {
        Some(mut tiff) => tiff.get_tag_u8_vec(tiff::tags::Tag::IccProfile).ok(),
        None => decoder.icc_profile().unwrap(),
    };
    let exif = decoder.exif_metadata().unwrap();
    // Nor does it read all that a TIFF may have.
    let xmp = decoder.xmp_metadata().ok().flatten();
    Read { image: DynamicImage::from_decoder(decoder).unwrap(), icc, exif, xmp }
}

/// The output of a conversion that ended well, and its status.
async fn converted(
    service: &Service,
    pair: (&str, &str),
    content: Vec<u8>,
    options: Value,
) -> (Vec<u8>, Answer) {
    let status = service.convert(pair, content, json!({"converteroptions": options})).await;
    assert_eq!(status.status, 200, "{pair:?}: {}", status.text());
    let output = service.get(status["output"]["url"].as_str().unwrap()).await.body;
    (output, status)
}

fn warnings(status: &Answer) -> String {
    let warnings = status["warnings"].as_array().unwrap();
    warnings.iter().map(|warning| warning.as_str().unwrap()).collect::<Vec<_>>().join("\n")
}

/// What mode `info` tells.
async fn info(service: &Service, format: &str, content: Vec<u8>) -> Value {
    let status = service.convert((format, format), content, json!({"mode": "info"})).await;
    assert_eq!(status.status, 200, "{}", status.text());
    status["info"].clone()
}

/// A page of a PDF as a picture, at this resolution.
fn page(pdf: &[u8], number: usize, dpi: u32) -> image::RgbImage {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.pdf");
    std::fs::write(&path, pdf).unwrap();
    let mut program = std::process::Command::new("pdftoppm");
    program.args(["-png", "-singlefile", "-r", &dpi.to_string(), "-f", &number.to_string()]);
    assert!(program.arg(&path).arg(folder.path().join("page")).status().unwrap().success());
    image::open(folder.path().join("page.png")).unwrap().into_rgb8()
}

#[track_caller]
fn assert_near(have: [u8; 3], wanted: [u8; 3], what: &str) {
    assert!(have.iter().zip(wanted).all(|(a, b)| a.abs_diff(b) <= 6), "{what}: {have:?} is not {wanted:?}");
}
