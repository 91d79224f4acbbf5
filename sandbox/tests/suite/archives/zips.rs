//! ZIP archives as they are in the world: every method, locked ones, broken ones.

use std::io::{Cursor, Write};

use base64::Engine as _;
use serde_json::json;
use zip::unstable::write::FileOptionsExt;
use zip::write::SimpleFileOptions;
use zip::{AesMode, CompressionMethod, ZipWriter};

use super::{extracted, zip};
use crate::service::{Service, file};

/// Twenty lines, packed by Python's `zipfile`.
const LZMA: &str = "UEsDBD8AAgAOAAAAIQAeMKl9HgAAAKAAAAAFAAAAYS50eHQJBAUAXQAAgAAAMR5AA8G3DwGbIaQphK////X1AABQSwECPwM/AAIADgAAACEAHjCpfR4AAACgAAAABQAAAAAAAAAAAAAAgAEAAAAAYS50eHRQSwUGAAAAAAEAAQAzAAAAQQAAAAAA";

/// A ZIP of one file, `a.txt`.
fn one(content: &[u8], options: SimpleFileOptions) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("a.txt", options).unwrap();
    zip.write_all(content).unwrap();
    zip.finish().unwrap().into_inner()
}

/// A method's number in place of that of all files of an archive.
fn renumbered(mut archive: Vec<u8>, from: u16, to: u16) -> Vec<u8> {
    for (signature, offset) in [(b"PK\x03\x04", 8), (b"PK\x01\x02", 10)] {
        let found = archive.windows(4).position(|bytes| bytes == signature).unwrap() + offset;
        assert_eq!(archive[found..found + 2], from.to_le_bytes());
        archive[found..found + 2].copy_from_slice(&to.to_le_bytes());
    }
    archive
}

/// What `zip` packs from a pipe is marked as one.
#[tokio::test]
async fn a_content_that_came_by_a_pipe_is_a_file() {
    let service = Service::start().await;
    for (content, left_out) in [(text(), false), (Vec::new(), true)] {
        let mut archive = one(&content, SimpleFileOptions::default());
        let at = archive.windows(4).position(|bytes| bytes == b"PK\x01\x02").unwrap() + 38;
        archive[at..at + 4].copy_from_slice(&(0o010_600_u32 << 16).to_le_bytes());
        let status = service.convert(("zip", "tgz"), archive.clone(), json!({})).await;
        if left_out {
            status.assert_error(422, "no files");
        } else {
            assert_eq!(status["step"], "finished", "{}", status.text());
            let status = service.convert(("zip", "txt"), archive, json!({"mode": "extract"})).await;
            assert_eq!(extracted(&service, &status).await["a.txt"], content);
        }
    }
    let whole = one(&text(), SimpleFileOptions::default());
    for length in [200, whole.len() - 10, whole.len() - 20] {
        let cut = service.convert(("zip", "tgz"), whole[..length].to_vec(), json!({})).await;
        cut.assert_error(422, "the list of its files, which stands at its end, is missing");
    }
    let (with_line, status) = ([&whole[..], b"\r\n"].concat(), json!([]));
    assert_eq!(service.convert(("zip", "tgz"), with_line, json!({})).await["warnings"], status);
}

fn text() -> Vec<u8> {
    (0..5000).flat_map(|number: u32| format!("line {}\n", number * number).into_bytes()).collect()
}

#[tokio::test]
async fn every_method() {
    let service = Service::start().await;
    let by = |method| one(&text(), SimpleFileOptions::default().compression_method(method));
    let mut archives = vec![("zip64", one(&text(), SimpleFileOptions::default().large_file(true)))];
    for (name, method) in [
        ("stored", CompressionMethod::Stored),
        ("bzip2", CompressionMethod::Bzip2),
        ("zstd", CompressionMethod::Zstd),
        ("xz", CompressionMethod::Xz),
        ("ppmd", CompressionMethod::Ppmd),
    ] {
        archives.push((name, by(method)));
    }
    // Both have the same codes but for the longest matches, of which this text has none.
    archives.push(("deflate64", renumbered(by(CompressionMethod::Deflated), 8, 9)));
    for (name, archive) in archives {
        let status = service.convert(("zip", "txt"), archive, json!({"mode": "extract"})).await;
        assert_eq!(extracted(&service, &status).await["a.txt"], text(), "{name}");
    }
    let lzma = base64::engine::general_purpose::STANDARD.decode(LZMA).unwrap();
    let status = service.convert(("zip", "txt"), lzma, json!({"mode": "extract"})).await;
    assert_eq!(extracted(&service, &status).await["a.txt"], "by LZMA\n".repeat(20).into_bytes());
    for (number, name) in [(10, "PKWARE DCL Imploding"), (97, "WavPack"), (77, "the method 77")] {
        let archive = renumbered(by(CompressionMethod::Deflated), 8, number);
        let status = service.convert(("zip", "tgz"), archive, json!({})).await;
        status.assert_error(422, name);
        assert!(status.str("message").contains("is whole"), "{}", status.text());
    }
}

#[tokio::test]
async fn locked_archives() {
    let service = Service::start().await;
    let plain = SimpleFileOptions::default();
    for archive in [
        one(&text(), plain.with_deprecated_encryption(b"s\xc3\xa4same").unwrap()),
        one(&text(), plain.with_aes_encryption(AesMode::Aes256, "säsame")),
        one(&text(), plain.with_aes_encryption(AesMode::Aes128, "säsame")),
    ] {
        for mode in ["extract", "convert"] {
            let pair = if mode == "extract" { ("zip", "txt") } else { ("zip", "tgz") };
            let with = |options| json!({"mode": mode, "converteroptions": options});
            let locked = service.convert(pair, archive.clone(), with(json!({}))).await;
            locked.assert_error(422, "password");
            assert!(locked.str("message").contains("locked"), "{}", locked.text());
            let wrong = service.convert(pair, archive.clone(), with(json!({"password": "no"}))).await;
            wrong.assert_error(422, "the password is wrong");
            let open = service.convert(pair, archive.clone(), with(json!({"password": "säsame"}))).await;
            assert_eq!(open["step"], "finished", "{}", open.text());
            assert!(!open.text().contains("säsame"));
            if mode == "extract" {
                assert_eq!(extracted(&service, &open).await["a.txt"], text());
            }
        }
    }
    // A password that is not needed does no harm.
    let parameters = json!({"mode": "extract", "converteroptions": {"password": "x"}});
    let status = service.convert(("zip", "txt"), zip(&[("a", b"b")]), parameters).await;
    assert_eq!(extracted(&service, &status).await["a"], b"b");
}

/// The names of a locked archive can be read by everybody.
#[tokio::test]
async fn locked_archives_are_listed() {
    let service = Service::start().await;
    let plain = SimpleFileOptions::default();
    let mut mixed = ZipWriter::new(Cursor::new(Vec::new()));
    mixed.add_directory("Ordner", plain).unwrap();
    mixed.start_file("Ordner/offen.txt", plain).unwrap();
    mixed.write_all(b"open").unwrap();
    mixed.start_file("Ordner/Größe.txt", plain.with_aes_encryption(AesMode::Aes256, "secret")).unwrap();
    mixed.write_all(b"locked!").unwrap();
    let mixed = mixed.finish().unwrap().into_inner();
    let old = one(b"seven..", plain.with_deprecated_encryption(b"secret").unwrap());
    for (archive, wanted) in [
        (
            mixed,
            json!([["Ordner/", null, null], ["Ordner/offen.txt", 4, null], ["Ordner/Größe.txt", 7, true]]),
        ),
        (old, json!([["a.txt", 7, true]])),
    ] {
        let listed = service.convert(("zip", "zip"), archive.clone(), json!({"mode": "info"})).await;
        assert_eq!(listed["step"], "finished", "{}", listed.text());
        let info = &listed["info"];
        let members = info["members"].as_array().unwrap().iter();
        let members = members.map(|member| json!([member["name"], member["size"], member["locked"]]));
        assert_eq!(members.collect::<serde_json::Value>(), wanted, "{}", listed.text());
        assert_eq!(info["locked"], true, "{info}");
        assert!(listed["warnings"].to_string().contains("locked"), "{}", listed.text());
        let with = |password| json!({"mode": "info", "converteroptions": {"password": password}});
        let opened = service.convert(("zip", "zip"), archive.clone(), with("secret")).await;
        assert!(opened["info"].get("locked").is_none(), "{}", opened.text());
        assert_eq!(opened["warnings"], json!([]));
        service.convert(("zip", "zip"), archive, with("wrong")).await.assert_error(422, "password");
    }
}

#[tokio::test]
async fn what_stands_around_an_archive_is_told() {
    let service = Service::start().await;
    let with_comment = |comment: &str| {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        zip.set_comment(comment).unwrap();
        zip.start_file("a.txt", SimpleFileOptions::default()).unwrap();
        zip.write_all(&text()).unwrap();
        zip.finish().unwrap().into_inner()
    };
    for archive in [with_comment(""), with_comment("a comment")] {
        for (before, behind, told) in [
            (&b""[..], &b""[..], [false, false]),
            (b"", &[0; 40], [false, false]),
            (b"", b"TRAILING", [false, true]),
            (b"MZ a program", b"", [true, false]),
            (b"MZ a program", b"TRAILING", [true, true]),
            (b"PK00", b"", [false, false]),
        ] {
            let file = [before, &archive, behind].concat();
            let what = format!("{before:?} {behind:?}");
            for parameters in [json!({"mode": "extract"}), json!({}), json!({"mode": "info"})] {
                let output = if parameters["mode"].is_null() { "tgz" } else { "txt" };
                let status = service.convert(("zip", output), file.clone(), parameters).await;
                assert_eq!(status["step"], "finished", "{what}: {}", status.text());
                let said = status["warnings"].to_string();
                let has = ["in front of the archive", "behind the end of the archive"];
                assert_eq!(has.map(|place| said.contains(place)), told, "{what}: {said}");
            }
        }
    }
}

#[tokio::test]
async fn what_is_damaged_is_said_to_be_so() {
    let service = Service::start().await;
    let packed = one(&text(), SimpleFileOptions::default());
    let stored = one(&text(), SimpleFileOptions::default().compression_method(CompressionMethod::Stored));
    for mut archive in [packed, stored] {
        archive[200] ^= 0x55;
        for parameters in [json!({"mode": "extract"}), json!({})] {
            let pair = if parameters["mode"].is_null() { ("zip", "tgz") } else { ("zip", "txt") };
            let status = service.convert(pair, archive.clone(), parameters).await;
            status.assert_error(422, "The archive is damaged: its file a.txt cannot be unpacked");
        }
    }
    let status = service.convert(("zip", "txt"), file("input.png"), json!({"mode": "extract"})).await;
    status.assert_error(422, "not a ZIP archive that can be read");
}
