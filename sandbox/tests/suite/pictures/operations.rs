//! The table of what operations on pictures keep: each cell of it, by doing what it says.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use image::{DynamicImage, Rgb, RgbImage};
use serde_json::{Value, json};

use super::make::{self, Says};
use super::table::{LOSSES, in_pdf, in_picture, inputs};
use super::{assert_near, info, read, warnings};
use crate::service::Service;
use crate::tables::{Cell, cells};
use crate::v2::task;

/// What a cell says that the format's cell in the table above says.
const ABOVE: &str = "as above";
/// How many files are combined.
const COMBINED: usize = 2;

/// What came out: the first file, the warnings and the note.
struct Made {
    file: Vec<u8>,
    warnings: String,
    note: String,
}

#[tokio::test]
async fn every_cell_is_what_happens() {
    let service = Service::start().await;
    let (rows, above) = (cells("### What operations on pictures keep"), cells("### Pictures"));
    assert_eq!(rows.len(), 14 * 4);
    for row in rows.chunks(4) {
        let (inputs, word) = inputs(&service, row[0].row).await;
        for cell in row {
            let mut tried = 0;
            for (input, content) in &inputs {
                for output in outputs(cell.column, input) {
                    let made = made(&service, cell.column, (input, output), content).await;
                    assert_cell(&service, (cell, &above), (input, output), (&made, word)).await;
                    tried += 1;
                }
            }
            assert_eq!(tried == 0, cell.says.is_empty(), "{}: {}", cell.row, cell.column);
        }
    }
}

/// What an operation makes of a format.
fn outputs<'a>(column: &str, input: &'a str) -> Vec<&'a str> {
    match column {
        "`combine`" => vec!["pdf"],
        "`thumbnail`" => vec!["png", "jpg", "webp"],
        "`optimize`" if matches!(input, "jpg" | "png" | "webp" | "gif") => vec![input],
        "`watermark`" if input != "ico" => vec![input],
        _ => Vec::new(),
    }
}

async fn made(service: &Service, column: &str, (input, output): (&str, &str), content: &[u8]) -> Made {
    if column == "`combine`" {
        return combined(service, input, content).await;
    }
    let (work, content) = match column {
        // It is hardly to be seen.
        "`watermark`" => (json!({"operation": "watermark", "text": "x", "opacity": 1}), content.to_vec()),
        "`optimize`" => (json!({"operation": "optimize"}), longer(input, content)),
        _ => (json!({"operation": "thumbnail", "output_format": output}), content.to_vec()),
    };
    let (ended, mut files) = service.made((&format!("a.{input}"), &content), work.clone()).await;
    assert_eq!((&ended["status"], files.len()), (&json!("finished"), 1), "{column}: {input}: {ended}");
    // What is not smaller would be the input itself.
    assert!(column != "`optimize`" || files[0].len() < content.len(), "{input}: {}", files[0].len());
    let warnings = task(&ended, "work").get("warnings").map_or(String::new(), Value::to_string);
    Made { file: files.remove(0), warnings, note: service.note(&work, (input, output)).await }
}

async fn combined(service: &Service, input: &str, content: &[u8]) -> Made {
    let parameters = json!({"inputformat": input, "outputformat": "pdf", "mode": "combine"});
    let process = service.create_with(parameters).await;
    let names: Vec<String> = (0..COMBINED).map(|number| format!("{number}.{input}")).collect();
    let started = service.post(&process, json!({"files": names})).await;
    for name in names {
        let place = format!("{}/{name}", started["upload"]["url"].as_str().unwrap());
        service.put(&place, content.to_vec()).await;
    }
    let status = service.wait(&process).await;
    assert_eq!(status["step"], "finished", "{input}: {}", status.text());
    let types = format!("/conversiontypes?inputformat={input}&outputformat=pdf&mode=combine");
    let note = service.get(&types).await.json()[0]["note"].as_str().unwrap_or_default().to_owned();
    let file = service.get(status["output"]["url"].as_str().unwrap()).await.body;
    Made { file, warnings: warnings(&status), note }
}

/// A picture that takes more bytes than it needs, so that it becomes smaller.
fn longer(format: &str, content: &[u8]) -> Vec<u8> {
    const LENGTH: usize = 60_000;
    let nothing = vec![0; LENGTH];
    let mut longer = content.to_vec();
    match format {
        "png" => return super::parts::with_chunks(longer, &[(b"juNk", &nothing)]),
        "jpg" => return super::parts::spliced(longer, 0xe9, &nothing),
        "gif" => {
            let blocks: Vec<u8> = [&[255][..], &[0; 255]].concat().repeat(LENGTH / 255);
            let extension = [&b"\x21\xff\x0bJUNKJUNK1.0"[..], &blocks, &[0]].concat();
            let end = longer.len() - 1;
            longer.splice(end..end, extension);
        }
        "webp" => {
            let length = u32::try_from(LENGTH).unwrap();
            longer.extend([&b"JUNK"[..], &length.to_le_bytes(), &nothing].concat());
            let whole = u32::try_from(longer.len() - 8).unwrap();
            longer[4..8].copy_from_slice(&whole.to_le_bytes());
        }
        format => panic!("{format} is not made longer here"),
    }
    longer
}

/// What became of an input is what the cell says, and is told by this word where something is lost.
async fn assert_cell(
    service: &Service,
    (cell, above): (&Cell, &[Cell]),
    (input, output): (&str, &str),
    (made, word): (&Made, &str),
) {
    let what = format!("{}: {} of {input} to {output}", cell.row, cell.column);
    let seen = if output == "pdf" {
        in_pdf(cell.row, &made.file, COMBINED)
    } else {
        let says = info(service, output, made.file.clone()).await;
        in_picture(cell.row, output, &made.file, &says)
    };
    let (says, by_note) = match cell.says.strip_suffix(", as the note says") {
        Some(says) => (says, true),
        None => (cell.says, false),
    };
    let of_format = |other: &&Cell| other.row == cell.row && other.column.eq_ignore_ascii_case(output);
    let says = if says == ABOVE { above.iter().find(of_format).unwrap().says } else { says };
    // A PDF takes a JPEG as it is, with all that it says.
    let says = if (input, output, says) == ("jpg", "pdf", "lost") { "kept" } else { says };
    assert_eq!(seen, says, "{what}: {} {}", made.warnings, made.note);
    let (note, warnings) = (made.note.to_lowercase(), made.warnings.to_lowercase());
    assert!(!by_note || note.contains(word), "{what}: {note}");
    let told = note.contains(word) || warnings.contains(word);
    assert!(!LOSSES.contains(&seen) || told, "{what}: {note} {warnings}");
}

/// The pixel in the middle of a picture on which all is marked, its profile, and whether it is in colours.
async fn marked(service: &Service, picture: &[u8], colour: &str) -> ([u8; 3], bool, bool) {
    let drawing = format!(
        "<svg xmlns='http://www.w3.org/2000/svg' width='20' height='20'><rect width='20' height='20' fill='{colour}'/></svg>"
    );
    let (ended, files) = service
        .made_by(json!({
            "in": {"operation": "import/base64", "file": STANDARD.encode(picture), "filename": "a.png"},
            "mark": {"operation": "import/raw", "file": drawing, "filename": "mark.svg"},
            "work": {"operation": "watermark", "input": "in", "image": "mark"},
            "out": {"operation": "export/url", "input": "work"},
        }))
        .await;
    assert_eq!(ended["status"], "finished", "{ended}");
    assert_eq!(task(&ended, "work").get("warnings"), None, "{ended}");
    let made = read(&files[0]);
    let middle = made.image.to_rgb8().get_pixel(10, 10).0;
    (middle, made.icc.is_some(), made.image.color().has_color())
}

#[tokio::test]
async fn a_mark_has_its_own_colours() {
    let service = Service::start().await;
    let plain = DynamicImage::from(RgbImage::from_pixel(20, 20, Rgb([9, 99, 199])));
    let swapped = make::png(&plain, &Says { icc: Some(make::swapped()), ..Says::default() });
    // Its numbers are those of blue, which the profile shows as red.
    let (middle, has_profile, _) = marked(&service, &swapped, "red").await;
    assert!(has_profile);
    assert_near(middle, [0, 0, 255], "swapped");
    let (middle, ..) = marked(&service, &make::png(&plain, &Says::default()), "red").await;
    assert_near(middle, [255, 0, 0], "plain");
}

#[tokio::test]
async fn a_grey_picture_stays_grey_where_its_mark_is() {
    let service = Service::start().await;
    let grey = DynamicImage::from(image::GrayImage::from_pixel(20, 20, image::Luma([200])));
    let linear = moxcms::ColorProfile::new_gray_with_gamma(1.0).encode().unwrap();
    for icc in [None, Some(linear)] {
        let picture = make::png(&grey, &Says { icc: icc.clone(), ..Says::default() });
        let (middle, has_profile, has_colours) = marked(&service, &picture, "black").await;
        assert_eq!((middle, has_profile, has_colours), ([0; 3], icc.is_some(), false));
        // A profile for grey has no red.
        let (middle, has_profile, has_colours) = marked(&service, &picture, "red").await;
        assert_eq!((has_profile, has_colours), (false, true));
        assert_near(middle, [255, 0, 0], "red");
    }
}

/// A picture that takes more bytes where its pixels are no numbers of colours, with the time of its last change.
fn packed_well() -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, 64, 64);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Two);
    encoder.set_palette(vec![10, 200, 30, 250, 1, 99, 0, 77, 180, 33, 66, 199]);
    let mut pixels = [0; 64 * 64 / 4];
    fastrand::Rng::with_seed(7).fill(&mut pixels);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&pixels).unwrap();
    writer.finish().unwrap();
    super::parts::with_chunks(bytes, &[(b"tIME", &[7, 228, 1, 2, 3, 4, 5])])
}

#[tokio::test]
async fn what_stays_as_it_is_loses_nothing() {
    let service = Service::start().await;
    let picture = packed_well();
    let (ended, files) = service.made(("a.png", &picture), json!({"operation": "optimize"})).await;
    assert_eq!((&files[0], task(&ended, "work").get("warnings")), (&picture, None), "{ended}");
    // What is to be left out does not come back with it.
    let strip = json!({"operation": "optimize", "strip": true});
    let (ended, files) = service.made(("a.png", &picture), strip).await;
    assert!(!files[0].windows(4).any(|name| name == b"tIME"), "{ended}");
}
