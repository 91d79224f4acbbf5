//! ZIP and tar.gz.

mod links;
mod make;
mod members;
mod names;
mod packed;
mod table;
mod tars;
mod times;
mod zips;

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};

use serde_json::json;

use crate::service::{Answer, Service};

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

/// The names and contents of what was extracted.
async fn extracted(service: &Service, status: &Answer) -> BTreeMap<String, Vec<u8>> {
    assert_eq!(status["step"], "finished", "{}", status.text());
    let output = &status["output"];
    let Some(files) = output["files"].as_array() else {
        let content = service.get(output["url"].as_str().unwrap()).await.body;
        return [(output["filename"].as_str().unwrap().to_owned(), content)].into();
    };
    let mut contents = BTreeMap::new();
    for name in files.iter().map(|name| name.as_str().unwrap()) {
        let mut url = reqwest::Url::parse(&service.url(output["url"].as_str().unwrap())).unwrap();
        url.path_segments_mut().unwrap().push(name);
        let content = service.http.get(url).send().await.unwrap().bytes().await.unwrap();
        contents.insert(name.to_owned(), content.to_vec());
    }
    contents
}

/// All warnings as one text.
fn warnings(status: &Answer) -> String {
    let warnings = status["warnings"].as_array().unwrap();
    warnings.iter().map(|warning| warning.as_str().unwrap()).collect::<Vec<_>>().join("\n")
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
