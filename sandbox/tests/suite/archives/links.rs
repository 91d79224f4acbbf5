//! Hard links, symbolic links and sparse files of tar archives, as GNU tar writes them.

use std::fs::File;
use std::io::{Cursor, Seek, SeekFrom, Write};
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use serde_json::json;

use super::{extracted, warnings};
use crate::service::Service;

/// Packs a folder as GNU tar does.
fn tar(folder: &Path, arguments: &[&str]) -> Vec<u8> {
    let output = Command::new("tar")
        .args(["-cz", "--sort=name"])
        .args(arguments)
        .arg("-C")
        .arg(folder)
        .arg(".")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// A file with so many pieces of data between holes.
fn sparse(path: &Path, pieces: u64) -> Vec<u8> {
    let mut file = File::create(path).unwrap();
    let hole = 256 << 10;
    let mut whole = vec![0; usize::try_from((pieces + 1) * hole).unwrap()];
    for piece in 1..=pieces {
        let data = format!("piece {piece}").into_bytes();
        file.seek(SeekFrom::Start(piece * hole)).unwrap();
        file.write_all(&data).unwrap();
        let at = usize::try_from(piece * hole).unwrap();
        whole[at..at + data.len()].copy_from_slice(&data);
    }
    file.set_len(whole.len() as u64).unwrap();
    whole
}

#[tokio::test]
async fn sparse_files_of_every_kind() {
    let service = Service::start().await;
    let folder = tempfile::tempdir().unwrap();
    // More than one header has room for.
    let few = sparse(&folder.path().join("few.bin"), 2);
    let many = sparse(&folder.path().join("many.bin"), 40);
    for format in [
        &["--format=gnu"][..],
        &["--format=pax", "--sparse-version=0.0"],
        &["--format=pax", "--sparse-version=0.1"],
        &["--format=pax", "--sparse-version=1.0"],
    ] {
        let archive = tar(folder.path(), &[&["-S"], format].concat());
        assert!(archive.len() < 100_000, "tar found no holes");
        let status = service.convert(("tgz", "bin"), archive.clone(), json!({"mode": "extract"})).await;
        let files = extracted(&service, &status).await;
        assert_eq!(files.keys().collect::<Vec<_>>(), ["few.bin", "many.bin"], "{format:?}");
        assert!(files["few.bin"] == few && files["many.bin"] == many, "{format:?}");
        let zip = service.output(("tgz", "zip"), archive, json!({})).await;
        let mut zip = zip::ZipArchive::new(Cursor::new(zip)).unwrap();
        assert_eq!(zip.by_name("many.bin").unwrap().size(), many.len() as u64);
    }
}

#[tokio::test]
async fn sparse_files_count_with_their_whole_size() {
    let service = Service::start().await;
    let folder = tempfile::tempdir().unwrap();
    let file = File::create(folder.path().join("huge.bin")).unwrap();
    file.set_len(1 << 40).unwrap();
    let archive = tar(folder.path(), &["-S"]);
    let status = service.convert(("tgz", "zip"), archive, json!({})).await;
    status.assert_error(422, "too large when unpacked");
}

#[tokio::test]
async fn hard_links_are_files_too() {
    let service = Service::start().await;
    for format in ["--format=gnu", "--format=pax", "--format=v7"] {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("d")).unwrap();
        std::fs::write(folder.path().join("a.txt"), "shared").unwrap();
        std::fs::hard_link(folder.path().join("a.txt"), folder.path().join("b.txt")).unwrap();
        std::fs::hard_link(folder.path().join("a.txt"), folder.path().join("d/c.txt")).unwrap();
        let archive = tar(folder.path(), &[format]);
        let status = service.convert(("tgz", "txt"), archive.clone(), json!({"mode": "extract"})).await;
        let files = extracted(&service, &status).await;
        assert_eq!(files.keys().collect::<Vec<_>>(), ["a.txt", "b.txt", "c.txt"]);
        assert!(files.values().all(|content| content == b"shared"));
        let zip = service.output(("tgz", "zip"), archive, json!({})).await;
        let mut zip = zip::ZipArchive::new(Cursor::new(zip)).unwrap();
        for name in ["a.txt", "b.txt", "d/c.txt"] {
            assert_eq!(std::io::read_to_string(zip.by_name(name).unwrap()).unwrap(), "shared");
        }
    }
}

#[tokio::test]
async fn symbolic_links_lead_somewhere_or_are_told_of() {
    let service = Service::start().await;
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("d")).unwrap();
    std::fs::write(folder.path().join("d/a.txt"), "content").unwrap();
    for (link, target) in [
        ("near", "d/a.txt"),
        ("d/up", "../near"),
        ("folder", "d"),
        ("outside", "../../etc/passwd"),
        ("root", "/etc/passwd"),
        ("nothing", "nowhere"),
    ] {
        symlink(target, folder.path().join(link)).unwrap();
    }
    let archive = tar(folder.path(), &[]);
    let status = service.convert(("tgz", "txt"), archive.clone(), json!({"mode": "extract"})).await;
    let files = extracted(&service, &status).await;
    assert_eq!(files.keys().collect::<Vec<_>>(), ["a.txt", "near", "up"]);
    assert!(files.values().all(|content| content == b"content"));
    assert!(warnings(&status).contains("Links are left out"), "{}", status.text());

    let status = service.convert(("tgz", "zip"), archive, json!({})).await;
    assert!(warnings(&status).contains("outside, root"), "{}", status.text());
    let zip = service.get(status["output"]["url"].as_str().unwrap()).await.body;
    let mut made = zip::ZipArchive::new(Cursor::new(zip.clone())).unwrap();
    for (link, target) in [("near", "d/a.txt"), ("d/up", "../near"), ("folder", "d"), ("nothing", "nowhere")]
    {
        let link = made.by_name(link).unwrap();
        assert!(link.is_symlink());
        assert_eq!(std::io::read_to_string(link).unwrap(), target);
    }
    assert!(made.by_name("outside").is_err() && made.by_name("root").is_err());
    // And back.
    let tar = service.output(("zip", "tgz"), zip, json!({})).await;
    let mut tar = tar::Archive::new(flate2::read::GzDecoder::new(&tar[..]));
    let links = tar.entries().unwrap().filter_map(|member| {
        let member = member.unwrap();
        Some(String::from_utf8(member.link_name_bytes()?.into_owned()).unwrap())
    });
    let mut links: Vec<String> = links.collect();
    links.sort();
    assert_eq!(links, ["../near", "d", "d/a.txt", "nowhere"]);
}

#[tokio::test]
async fn nothing_is_written_through_a_link() {
    let service = Service::start().await;
    let mut tar = tar::Builder::new(flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast()));
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(tar::EntryType::Symlink);
    header.set_size(0);
    tar.append_link(&mut header, "x", ".").unwrap();
    let mut header = tar::Header::new_gnu();
    header.set_size(1);
    tar.append_data(&mut header, "x/file", &b"1"[..]).unwrap();
    tar.append_data(&mut header, "plain", &b"2"[..]).unwrap();
    let archive = tar.into_inner().unwrap().finish().unwrap();
    let status = service.convert(("tgz", "zip"), archive, json!({})).await;
    assert!(warnings(&status).contains("behind a link: x/file"), "{}", status.text());
    let zip = service.get(status["output"]["url"].as_str().unwrap()).await.body;
    let names: Vec<String> = zip::ZipArchive::new(Cursor::new(zip))
        .unwrap()
        .file_names()
        .map(|name| name.unwrap().into_owned())
        .collect();
    assert_eq!(names, ["x", "plain"]);
}
