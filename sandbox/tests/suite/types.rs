//! Every type that is shown works.

use std::collections::{HashMap, HashSet};
use std::process::Command;

use image::DynamicImage;
use serde_json::json;

use crate::service::{Service, file};

/// A short film with sound, in this format.
fn film(format: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(format!("film.{format}"));
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-v", "error", "-nostdin", "-f", "lavfi", "-i", "testsrc2=duration=0.2:size=64x64:rate=25"]);
    ffmpeg.args(["-f", "lavfi", "-i", "sine=duration=0.2:sample_rate=44100", "-shortest"]);
    if format == "3gp" {
        ffmpeg.args(["-c:v", "mpeg4", "-c:a", "aac"]);
    }
    assert!(ffmpeg.arg(&path).status().unwrap().success(), "{format}");
    std::fs::read(path).unwrap()
}

/// Something in this format.
fn sample(format: &str) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    match format {
        "md" | "markdown" | "html" | "htm" | "txt" => return b"# text".to_vec(),
        "svg" | "svgz" => {
            return br#"<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>"#.to_vec();
        }
        "pdf" => return file("input.pdf"),
        "zip" => {
            let mut zip = zip::ZipWriter::new(&mut bytes);
            zip.start_file("a", zip::write::SimpleFileOptions::default()).unwrap();
            zip.finish().unwrap();
        }
        "tar.gz" | "tgz" => {
            let packed = flate2::write::GzEncoder::new(&mut bytes, flate2::Compression::fast());
            let mut tar = tar::Builder::new(packed);
            let mut header = tar::Header::new_gnu();
            header.set_size(0);
            tar.append_data(&mut header, "a", &b""[..]).unwrap();
            tar.into_inner().unwrap().finish().unwrap();
        }
        format => {
            let Some(format) = image::ImageFormat::from_extension(format) else { return film(format) };
            let alpha = format == image::ImageFormat::Ico;
            let image = if alpha { DynamicImage::new_rgba8(9, 9) } else { DynamicImage::new_rgb8(9, 9) };
            image.write_to(&mut bytes, format).unwrap();
        }
    }
    bytes.into_inner()
}

#[tokio::test]
async fn all_types_that_are_shown_work() {
    let service = Service::start().await;
    let types = service.get("/conversiontypes?mode=convert").await;
    let mut samples = HashMap::new();
    let mut programs = HashSet::new();
    for entry in types.json().as_array().unwrap() {
        let [input, output, converter] =
            ["inputformat", "outputformat", "converter"].map(|name| entry[name].as_str().unwrap());
        // Of films and sounds every input and every output, but not each with each.
        let new = programs.insert(("from", input)) | programs.insert(("to", output));
        if converter == "ffmpeg" && !new {
            continue;
        }
        let content = samples.entry(input).or_insert_with(|| sample(input)).clone();
        let status = service.convert((input, output), content, json!({})).await;
        assert_eq!(status["step"], "finished", "{input} to {output}: {}", status.text());
        assert!(status["output"]["size"].as_u64() > Some(0), "{input} to {output}");
        service.delete(status.str("url")).await;
    }
}
