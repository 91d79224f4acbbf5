//! Names in the encodings of all times, and names that stand in each other's way.

use encoding_rs::Encoding;
use serde_json::json;

use super::{extracted, warnings, zip};
use crate::service::{Service, options};

/// A ZIP of empty files, with the bytes of their names as they are.
fn raw_zip(names: &[&[u8]], flags: u16, system: u8, extra: &[u8]) -> Vec<u8> {
    let (mut zip, mut directory) = (Vec::new(), Vec::new());
    let short = |number: usize| u16::try_from(number).unwrap().to_le_bytes();
    let long = |number: usize| u32::try_from(number).unwrap().to_le_bytes();
    for name in names {
        let common = [
            &flags.to_le_bytes()[..],
            // Stored, at the beginning of 1980, without content.
            &[0, 0, 0, 0, 0x21, 0],
            &[0; 12],
            &short(name.len()),
            &short(extra.len()),
        ]
        .concat();
        let offset = zip.len();
        zip.extend([b"PK\x03\x04\x14\0", &common[..], name, extra].concat());
        directory.extend(
            [&b"PK\x01\x02\x14"[..], &[system, 20, 0], &common[..], &[0; 10], &long(offset), name, extra]
                .concat(),
        );
    }
    let count = short(names.len());
    let end = [b"PK\x05\x06\0\0\0\0", &count[..], &count, &long(directory.len()), &long(zip.len()), &[0, 0]]
        .concat();
    [zip, directory, end].concat()
}

async fn names_of(archive: Vec<u8>, settings: serde_json::Value) -> (Vec<String>, String) {
    let service = Service::start().await;
    let parameters = json!({"mode": "extract", "converteroptions": settings});
    let status = service.convert(("zip", "txt"), archive, parameters).await;
    let names = extracted(&service, &status).await.into_keys().collect();
    (names, warnings(&status))
}

#[tokio::test]
async fn names_in_an_encoding_that_is_declared() {
    let (names, told) = names_of(raw_zip(&["ü漢.txt".as_bytes(), b"a"], 1 << 11, 0, &[]), json!({})).await;
    assert_eq!((names, told.as_str()), (vec!["a".into(), "ü漢.txt".into()], ""));
    // The field "Unicode path" (0x7075): version, CRC-32 of the name in the header, the name.
    let mut crc = flate2::Crc::new();
    crc.update(b"?.txt");
    let content = [&[1][..], &crc.sum().to_le_bytes(), "Привет.txt".as_bytes()].concat();
    let length = u16::try_from(content.len()).unwrap().to_le_bytes();
    let extra = [&[0x75, 0x70][..], &length, &content].concat();
    let (names, told) = names_of(raw_zip(&[b"?.txt"], 0, 0, &extra), json!({})).await;
    assert_eq!((names, told.as_str()), (vec!["Привет.txt".into()], ""));
}

#[tokio::test]
async fn names_in_an_encoding_that_has_to_be_found_out() {
    let encoded =
        |label: &str, text: &str| Encoding::for_label(label.as_bytes()).unwrap().encode(text).0.into_owned();
    for (bytes, system, name, encoding) in [
        (b"Gr\x94\xe1e.txt".to_vec(), 0, "Größe.txt", "CP437"),
        (b"\x9abung.doc".to_vec(), 0, "Übung.doc", "CP437"),
        (encoded("shift_jis", "日本語.txt"), 0, "日本語.txt", "Shift_JIS"),
        (encoded("latin1", "Größe.txt"), 3, "Größe.txt", "windows-1252"),
        (encoded("ibm866", "Отчёт за год.txt"), 0, "Отчёт за год.txt", "IBM866"),
    ] {
        let (names, told) = names_of(raw_zip(&[&bytes], 0, system, &[]), json!({})).await;
        assert_eq!(names, [name]);
        assert!(told.contains(encoding), "{told}");
    }
    // UTF-8 without a word about it needs none.
    let (names, told) = names_of(raw_zip(&["漢.txt".as_bytes()], 0, 3, &[]), json!({})).await;
    assert_eq!((names, told.as_str()), (vec!["漢.txt".into()], ""));
}

#[tokio::test]
async fn the_encoding_of_names_can_be_given() {
    let archive = raw_zip(&[b"Gr\x94\xe1e.txt"], 0, 0, &[]);
    let (names, told) = names_of(archive.clone(), json!({"encoding": "cp1251"})).await;
    assert_eq!((names, told.as_str()), (vec!["Gr”бe.txt".into()], ""));
    let service = Service::start().await;
    let wrong = json!({"mode": "extract", "converteroptions": {"encoding": "klingon"}});
    service.convert(("zip", "txt"), archive, wrong).await.assert_error(400, "klingon");
}

#[tokio::test]
async fn names_that_no_file_can_have() {
    let service = Service::start().await;
    let long = "x".repeat(300);
    for (name, called) in [(long.as_str(), "x".repeat(255)), ("a\u{1}b.txt", "ab.txt".to_owned())] {
        let archive = super::tar_gz(&[(name, b"1"), ("other.txt", b"2")]);
        let status = service.convert(("tgz", "zip"), archive, json!({})).await;
        let told = warnings(&status);
        assert!(told.contains("Names were changed that are too long for a file"), "{told}");
        assert!(told.contains(&format!("to {called}")) && !told.contains("stay inside"), "{told}");
        let made = service.get(status["output"]["url"].as_str().unwrap()).await.body;
        let mut made = zip::ZipArchive::new(std::io::Cursor::new(made)).unwrap();
        assert_eq!(std::io::read_to_string(made.by_name(&called).unwrap()).unwrap(), "1");
    }
}

#[tokio::test]
async fn names_that_are_alike_survive() {
    let service = Service::start().await;
    let twice = super::tar_gz(&[("a.txt", b"1"), ("A.txt", b"2"), ("a.txt", b"3"), ("d/ü.txt", b"4")]);
    let status = service.convert(("tgz", "zip"), twice.clone(), json!({})).await;
    for called in ["same name: a.txt is called a-3.txt", "other: A.txt is called A-2.txt"] {
        assert!(warnings(&status).contains(called), "{}", status.text());
    }
    let made = service.get(status["output"]["url"].as_str().unwrap()).await.body;
    let mut made = zip::ZipArchive::new(std::io::Cursor::new(made)).unwrap();
    for (name, content) in [("a.txt", "1"), ("A-2.txt", "2"), ("a-3.txt", "3"), ("d/ü.txt", "4")] {
        let content_there = std::io::read_to_string(made.by_name(name).unwrap()).unwrap();
        assert_eq!(content_there, content, "{name}");
    }
    let status = service.convert(("tgz", "txt"), twice, json!({"mode": "extract"})).await;
    let files = extracted(&service, &status).await;
    let contents: Vec<&[u8]> = files.values().map(Vec::as_slice).collect();
    assert_eq!(files.len(), 4);
    assert!([b"1", b"2", b"3", b"4"].iter().all(|content| contents.contains(&&content[..])));
}

/// Unpacked where names are the same in large and small letters, no file takes the place of another, nor of a folder; links
/// lead to what they led to.
#[tokio::test]
async fn names_are_apart_on_every_system() {
    let service = Service::start().await;
    let mut archive =
        tar::Builder::new(flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast()));
    for (name, content) in
        [("Make", "1"), ("make", "2"), ("make/x", "3"), ("d/e\u{301}", "4"), ("d/É", "5"), ("D/other", "6")]
    {
        let mut header = tar::Header::new_gnu();
        header.set_size(1);
        archive.append_data(&mut header, name, content.as_bytes()).unwrap();
    }
    for (link, target) in [("one", "Make"), ("d/two", "../make"), ("three", "d/É"), ("four", "d/e\u{301}")] {
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(tar::EntryType::Symlink);
        header.set_size(0);
        archive.append_link(&mut header, link, target).unwrap();
    }
    let archive = archive.into_inner().unwrap().finish().unwrap();
    let made = service.output(("tgz", "zip"), archive, json!({})).await;
    let mut made = zip::ZipArchive::new(std::io::Cursor::new(made)).unwrap();
    let mut members = std::collections::BTreeMap::new();
    for at in 0..made.len() {
        let member = made.by_index(at).unwrap();
        let name = member.name().unwrap().into_owned();
        members.insert(name, std::io::read_to_string(member).unwrap());
    }
    let wanted = [
        ("Make-2", "1"),
        ("make-3", "2"),
        ("make/x", "3"),
        ("d/e\u{301}", "4"),
        ("d/É-2", "5"),
        ("D/other", "6"),
        ("one", "Make-2"),
        ("d/two", "../make-3"),
        ("three", "d/É-2"),
        ("four", "d/e\u{301}"),
    ];
    let wanted = wanted.map(|(name, content)| (name.to_owned(), content.to_owned())).into();
    assert_eq!(members, wanted);
}

#[tokio::test]
async fn a_file_without_a_name_is_kept() {
    let service = Service::start().await;
    let archive = super::tar_gz(&[("..", b"1"), ("../..", b"2"), ("a", b"3")]);
    for (output, parameters) in [("zip", json!({})), ("txt", json!({"mode": "extract"}))] {
        let status = service.convert(("tgz", output), archive.clone(), parameters).await;
        assert!(warnings(&status).contains(".. to file"), "{}", status.text());
        let files = if output == "zip" {
            let made = service.get(status["output"]["url"].as_str().unwrap()).await.body;
            let made = zip::ZipArchive::new(std::io::Cursor::new(made)).unwrap();
            made.file_names().map(|name| name.unwrap().into_owned()).collect::<Vec<_>>()
        } else {
            extracted(&service, &status).await.into_keys().collect()
        };
        assert_eq!(files.len(), 3, "{files:?}");
        assert!(files.contains(&"file".to_owned()) && files.contains(&"file-2".to_owned()), "{files:?}");
    }
}

#[tokio::test]
async fn what_macos_adds_is_left_out_only_by_choice() {
    let service = Service::start().await;
    let files: [(&str, &[u8]); 4] =
        [("a.txt", b"1"), ("__MACOSX/._a.txt", b"2"), (".DS_Store", b"3"), ("d/._b", b"4")];
    let all = service.convert(("zip", "txt"), zip(&files), json!({"mode": "extract"})).await;
    assert_eq!(extracted(&service, &all).await.len(), 4);
    let mut parameters = options(&json!({"skip_macos_files": true}));
    let less = service.output(("zip", "tgz"), zip(&files), parameters.clone()).await;
    let mut less = tar::Archive::new(flate2::read::GzDecoder::new(&less[..]));
    assert_eq!(less.entries().unwrap().count(), 1);
    parameters["mode"] = "extract".into();
    let less = service.convert(("zip", "txt"), zip(&files), parameters).await;
    assert_eq!(extracted(&service, &less).await.into_keys().collect::<Vec<_>>(), ["a.txt"]);
}
