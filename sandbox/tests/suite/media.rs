//! Conversions by the programs ffmpeg and Poppler, which these tests need.

use std::collections::{HashMap, HashSet};
use std::process::Command;

use cloudconvert_sandbox::Config;
use image::DynamicImage;
use serde_json::{Value, json};

use crate::service::{Service, file, long_film};

/// The text of a PDF, as Poppler reads it.
fn text_of(pdf: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.pdf");
    std::fs::write(&path, pdf).unwrap();
    let output = Command::new("pdftotext").args(["-layout"]).arg(&path).arg("-").output().unwrap();
    assert!(
        output.status.success() && output.stderr.is_empty(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

fn pages_of(pdf: &[u8]) -> usize {
    text_of(pdf).matches('\x0c').count()
}

fn options(options: &Value) -> Value {
    json!({"converteroptions": options})
}

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
        "svg" => return br#"<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>"#.to_vec(),
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

#[tokio::test]
async fn a_film_becomes_others_and_sound() {
    let service = Service::start().await;
    for (output, magic) in
        [("mp4", (4, &b"ftyp"[..])), ("mkv", (0, b"\x1aE\xdf\xa3")), ("gif", (0, b"GIF89a"))]
    {
        let status = service.convert(("flv", output), file("input.flv"), json!({})).await;
        assert_eq!(status["converter"]["type"], "ffmpeg", "{}", status.text());
        let made = service.get(status["output"]["url"].as_str().unwrap()).await.body;
        assert_eq!(&made[magic.0..magic.0 + magic.1.len()], magic.1, "{output}");
    }
    let flac = options(&json!({"audio_codec": "FLAC"}));
    let wav = wav();
    assert!(service.output(("wav", "flac"), wav.clone(), flac).await.starts_with(b"fLaC"));
    assert!(service.output(("wav", "ogg"), wav.clone(), json!({})).await.starts_with(b"OggS"));
    let refused = service.convert(("wav", "mp3"), wav, options(&json!({"audio_codec": "best"}))).await;
    refused.assert_error(400, "codecs");
    service.convert(("flv", "mp4"), "no film", json!({})).await.assert_error(422, "cannot be converted");
}

/// A tenth of a second of silence.
fn wav() -> Vec<u8> {
    let samples = vec![0_u8; 1600];
    let mut wav = b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0".to_vec();
    wav.extend([8000_u32.to_le_bytes(), 16_000_u32.to_le_bytes()].concat());
    wav.extend(b"\x02\0\x10\0data");
    wav.extend(1600_u32.to_le_bytes());
    wav.extend(samples);
    let length = u32::try_from(wav.len() - 8).unwrap();
    wav[4..8].copy_from_slice(&length.to_le_bytes());
    wav
}

#[tokio::test]
async fn playlists_do_not_open_other_files() {
    let service = Service::start().await;
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("secret.wav");
    std::fs::write(&secret, wav()).unwrap();
    let secret = secret.to_str().unwrap();
    for playlist in [
        format!("ffconcat version 1.0\nfile '{secret}'\n"),
        format!("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{secret}\n#EXT-X-ENDLIST\n"),
        format!("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile://{secret}\n#EXT-X-ENDLIST\n"),
    ] {
        for input in ["flv", "mp4", "wav"] {
            service.convert((input, "mp3"), playlist.clone(), json!({})).await.assert_error(422, "");
        }
    }
}

#[tokio::test]
async fn percent_moves_and_deleting_stops_the_program_at_once() {
    let service = Service::with(Config { engines: 1, ..Config::default() }).await;
    let (process, upload) = service.started("flv", "webm", json!({})).await;
    service.put(&format!("{upload}/film.flv"), long_film()).await;
    let percent = |status: &Value| status["percent"].as_f64().unwrap_or_default();
    let first = service.until(&process, |status| percent(status.json()) > 0.0).await;
    assert_eq!((&first["step"], &first["message"]), (&json!("convert"), &json!("Converting to webm...")));
    let later = service.until(&process, |status| percent(status.json()) > percent(first.json())).await;
    assert!(percent(later.json()) < 100.0);
    // There is one engine: the next waits until it is free.
    let (next, upload) = service.started("md", "html", json!({})).await;
    service.put(&format!("{upload}/a.md"), "x").await;
    let waiting = service.until(&next, |status| status["step"] != "input").await;
    assert_eq!((&waiting["step"], &waiting["percent"]), (&json!("wait"), &json!(0)));
    assert_eq!(service.delete(&process).await.status, 200);
    assert_eq!(service.wait(&next).await["step"], "finished");
}

#[tokio::test]
async fn a_timeout_cancels() {
    let service = Service::with(Config { engines: 1, ..Config::default() }).await;
    let (process, upload) = service.started("flv", "webm", json!({"timeout": 1})).await;
    service.put(&format!("{upload}/film.flv"), long_film()).await;
    let failed = service.wait(&process).await;
    failed.assert_error(422, "timeout");
    // The engine is free again.
    assert_eq!(service.convert(("md", "html"), "x", json!({})).await["step"], "finished");
}

#[tokio::test]
async fn pages_become_pictures() {
    let service = Service::start().await;
    let all = service.convert(("pdf", "jpg"), file("input.pdf"), options(&json!({"density": 30}))).await;
    let names: Vec<String> = (1..=12).map(|number| format!("input-{number}.jpg")).collect();
    assert_eq!(all["output"]["files"], json!(names));
    assert_eq!(all["converter"]["type"], "pdftoppm");
    let some =
        service.convert(("pdf", "png"), file("input.pdf"), options(&json!({"page_range": "11-20"}))).await;
    assert_eq!(some["output"]["files"], json!(["input-11.png", "input-12.png"]));
    let one = service
        .convert(("pdf", "png"), file("input.pdf"), options(&json!({"page_range": 2, "density": 72})))
        .await;
    assert_eq!(one["output"]["filename"], "input.png");
    let page = service.get(one["output"]["url"].as_str().unwrap()).await.body;
    let page = image::load_from_memory(&page).unwrap();
    assert_eq!((page.width(), page.height()), (200, 120));
    for range in ["0", "13-", "2-1", "all"] {
        let wrong =
            service.convert(("pdf", "jpg"), file("input.pdf"), options(&json!({"page_range": range}))).await;
        wrong.assert_error(400, "page_range");
    }
    service.convert(("pdf", "jpg"), "no pages", json!({})).await.assert_error(422, "cannot be converted");
}

#[tokio::test]
async fn pages_are_chosen_and_combined() {
    let service = Service::start().await;
    let some =
        service.output(("pdf", "pdf"), file("input.pdf"), options(&json!({"page_range": "2-4"}))).await;
    assert_eq!(pages_of(&some), 3);
    let text = service.output(("pdf", "txt"), file("input.pdf"), options(&json!({"page_range": "3"}))).await;
    assert!(!text.is_empty());
    let process =
        service.create_with(json!({"inputformat": "pdf", "outputformat": "pdf", "mode": "combine"})).await;
    let started = service.post(&process, json!({"files": ["a", "b"]})).await;
    for content in [some, file("input.pdf")] {
        service.put(&format!("{}/x.pdf", started["upload"]["url"].as_str().unwrap()), content).await;
    }
    let combined = service.wait(&process).await;
    let combined = service.get(combined["output"]["url"].as_str().unwrap()).await;
    assert_eq!(pages_of(&combined.body), 15);
}

#[tokio::test]
async fn pictures_become_pages() {
    let service = Service::start().await;
    let one = service.output(("png", "pdf"), file("input.png"), json!({})).await;
    assert_eq!(pages_of(&one), 1);
    // And the page shows the picture.
    let back = service.output(("pdf", "png"), one, options(&json!({"density": 96}))).await;
    let back = image::load_from_memory(&back).unwrap();
    let picture = service.output(("png", "jpg"), file("input.png"), options(&json!({"quality": 100}))).await;
    let picture = image::load_from_memory(&picture).unwrap();
    assert_eq!((back.width(), back.height()), (picture.width(), picture.height()));
    let pixels = back.to_rgb8().into_raw().into_iter().zip(picture.to_rgb8().into_raw());
    let different = pixels.filter(|(a, b)| a.abs_diff(*b) > 40).count();
    assert!(different < 500, "{different} values differ");

    let process =
        service.create_with(json!({"inputformat": "png", "outputformat": "pdf", "mode": "combine"})).await;
    let started = service.post(&process, json!({"files": ["a.png", "b.png", "c.png"]})).await;
    for _ in 0..3 {
        service
            .put(&format!("{}/a.png", started["upload"]["url"].as_str().unwrap()), file("input.png"))
            .await;
    }
    let combined = service.wait(&process).await;
    let combined = service.get(combined["output"]["url"].as_str().unwrap()).await;
    assert_eq!(pages_of(&combined.body), 3);
    let alone = service.convert(("png", "pdf"), file("input.png"), json!({"mode": "combine"})).await;
    alone.assert_error(400, "files");
}

#[tokio::test]
async fn texts_become_pages() {
    let service = Service::start().await;
    let html = "<h1>A heading</h1><p>Größe – 5 €<ul><li>item</ul><pre>code  here</pre>";
    for (input, content) in
        [("html", html), ("md", "# A heading\n\nGröße – 5 €\n\n- item\n\n```\ncode  here\n```")]
    {
        let text = text_of(&service.output((input, "pdf"), content, json!({})).await);
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(words, "A heading Größe – 5 € • item code here");
    }
    let lines = (0..500).map(|number| format!("line {number}")).collect::<Vec<_>>().join("\n");
    let pdf = service.output(("txt", "pdf"), lines.clone(), json!({})).await;
    assert_eq!(pages_of(&pdf), 9);
    let words: Vec<String> = text_of(&pdf).split_whitespace().map(str::to_owned).collect();
    assert_eq!(words, lines.split_whitespace().collect::<Vec<_>>());
    service.convert(("txt", "pdf"), "漢字", json!({})).await.assert_error(422, "漢");
}
