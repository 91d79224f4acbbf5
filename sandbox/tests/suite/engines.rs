//! Conversions that need no program besides the sandbox.

use std::io::{Cursor, Read, Write};

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
    for options in
        [json!({"width": 0}), json!({"width": "wide"}), json!({"height": 20_000}), json!({"quality": 0})]
    {
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
        json!({"width": 96, "height": 60, "color": "Rgba8", "size": file("input.png").len()})
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

#[tokio::test]
async fn markdown_becomes_a_page_on_which_nothing_runs() {
    let service = Service::start().await;
    let markdown =
        "# A & B\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n<script>alert(1)</script> [x](javascript:alert(1))";
    let html = service.output(("md", "html"), markdown, json!({"filename": "<i>.md"})).await;
    let html = String::from_utf8(html).unwrap();
    assert!(html.contains("<h1>A &amp; B</h1>") && html.contains("<td>1</td>"));
    assert!(html.contains("<title>&lt;i&gt;</title>"));
    assert!(!html.contains("<script") && !html.contains("href=\"javascript"));
}

#[tokio::test]
async fn texts_in_old_encodings() {
    let service = Service::start().await;
    let utf16: Vec<u8> =
        [0xff, 0xfe].into_iter().chain("Größe".encode_utf16().flat_map(u16::to_le_bytes)).collect();
    for content in [
        "Größe".as_bytes().to_vec(),
        b"Gr\xf6\xdfe".to_vec(),
        b"\xef\xbb\xbfGr\xc3\xb6\xc3\x9fe".to_vec(),
        utf16,
    ] {
        let html = String::from_utf8(service.output(("md", "html"), content, json!({})).await).unwrap();
        assert!(html.contains("<p>Größe</p>"), "{html}");
    }
    service.convert(("md", "html"), &b"\0\x01\x02"[..], json!({})).await.assert_error(422, "text");
}

#[tokio::test]
async fn pages_and_markdown_become_text() {
    let service = Service::start().await;
    let html = "<html><head><title>no</title></head><body><h1>Head&uuml;</h1><p>One\n two<ul><li>a<li>b</ul><pre>x\n  y</pre>";
    let text = String::from_utf8(service.output(("html", "txt"), html, json!({})).await).unwrap();
    assert_eq!(text, "Headü\n\nOne two\n\n• a\n• b\n\nx\n  y\n");
    let text = service.output(("md", "txt"), "# Head\n\nOne *two*\n\n1. a\n2. b", json!({})).await;
    assert_eq!(String::from_utf8(text).unwrap(), "Head\n\nOne two\n\n1. a\n2. b\n");
}

#[tokio::test]
async fn packing() {
    let service = Service::start().await;
    let zip =
        service.output(("txt", "zip"), "content", json!({"mode": "archive", "filename": "ü.txt"})).await;
    let mut zip = zip::ZipArchive::new(Cursor::new(zip)).unwrap();
    let mut text = String::new();
    zip.by_name("ü.txt").unwrap().read_to_string(&mut text).unwrap();
    assert_eq!(text, "content");
    let tar = service.output(("txt", "tar.gz"), "content", json!({"mode": "archive"})).await;
    let mut tar = tar::Archive::new(flate2::read::GzDecoder::new(&tar[..]));
    let mut entry = tar.entries().unwrap().next().unwrap().unwrap();
    text.clear();
    entry.read_to_string(&mut text).unwrap();
    assert_eq!((text.as_str(), entry.path_bytes().as_ref()), ("content", &b"input.txt"[..]));
}

fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn tar_gz(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut tar = tar::Builder::new(flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast()));
    for (name, content) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        if name.len() < 100 {
            header.as_gnu_mut().unwrap().name[..name.len()].copy_from_slice(name.as_bytes());
            header.set_cksum();
            tar.append(&header, *content).unwrap();
        } else {
            tar.append_data(&mut header, name, *content).unwrap();
        }
    }
    tar.into_inner().unwrap().finish().unwrap()
}

#[tokio::test]
async fn unpacking_stays_in_its_folder() {
    let service = Service::start().await;
    let long = format!("long/{}.txt", "x".repeat(200));
    let files: [(&str, &[u8]); 5] =
        [("a.txt", b"1"), ("dir/a.txt", b"2"), ("../../../a.txt", b"3"), ("/etc/b.txt", b"4"), (&long, b"5")];
    let names = json!(["a.txt", "a-2.txt", "a-3.txt", "b.txt", &long[5..]]);
    for (format, archive) in [("zip", zip(&files)), ("tar.gz", tar_gz(&files)), ("tgz", tar_gz(&files))] {
        let status = service.convert((format, "txt"), archive, json!({"mode": "extract"})).await;
        assert_eq!(status["output"]["files"], names, "{}", status.text());
        let url = status["output"]["url"].as_str().unwrap();
        assert_eq!(service.get(&format!("{url}/a-3.txt")).await.text(), "3");
    }
}

#[tokio::test]
async fn packing_anew_keeps_folders() {
    let service = Service::start().await;
    let files: [(&str, &[u8]); 3] = [("a.txt", b"1"), ("dir/a.txt", b"2"), ("../../up/a.txt", b"3")];
    let tar = service.output(("zip", "tar.gz"), zip(&files), json!({})).await;
    let mut tar = tar::Archive::new(flate2::read::GzDecoder::new(&tar[..]));
    let names: Vec<String> = tar
        .entries()
        .unwrap()
        .map(|entry| entry.unwrap().path().unwrap().to_string_lossy().into_owned())
        .collect();
    assert_eq!(names, ["a.txt", "dir/a.txt", "up/a.txt"]);
    let made = service.output(("tgz", "zip"), tar_gz(&files), json!({})).await;
    let mut made = zip::ZipArchive::new(Cursor::new(made)).unwrap();
    let mut text = String::new();
    made.by_name("up/a.txt").unwrap().read_to_string(&mut text).unwrap();
    assert_eq!(text, "3");
}

#[tokio::test]
async fn broken_and_bursting_archives() {
    let service = Service::start().await;
    let many: Vec<(String, &[u8])> = (0..10_001).map(|number| (number.to_string(), &b""[..])).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|(name, content)| (name.as_str(), *content)).collect();
    let whole = zip(&[("a", b"a")]);
    for (format, archive) in [
        ("zip", zip(&many)),
        ("zip", zip(&[])),
        ("zip", whole[..whole.len() - 5].to_vec()),
        ("tar.gz", tar_gz(&many)),
        ("tar.gz", tar_gz(&[])),
        ("tar.gz", b"text".to_vec()),
        ("tar.gz", long_name_bomb()),
    ] {
        service.convert((format, "txt"), archive, json!({"mode": "extract"})).await.assert_error(422, "");
    }
}

/// A tar.gz of some hundred kilobytes whose one entry has a name of 100 MB.
fn long_name_bomb() -> Vec<u8> {
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(tar::EntryType::GNULongName);
    header.set_size(100 << 20);
    header.set_cksum();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(header.as_bytes()).unwrap();
    std::io::copy(&mut std::io::repeat(b'x').take(100 << 20), &mut packed).unwrap();
    packed.finish().unwrap()
}
