//! The table of the README: each cell of it, by doing what it says.

use std::io::{Cursor, Write};

use serde_json::{Value, json};
use zip::write::SimpleFileOptions;
use zip::{AesMode, ZipWriter};

use super::make::Put::{File, Folder, HardLink, Link};
use super::make::{Put, TIME, dos_time, methods, packed, tar};
use super::{extracted, warnings};
use crate::service::{Answer, Service};
use crate::tables::cells;

/// What is found in one.
#[derive(Debug, Default)]
pub(super) struct Member {
    pub(super) name: String,
    pub(super) content: String,
    target: Option<String>,
    mode: u32,
    time: u64,
}

#[tokio::test]
async fn every_cell_is_what_happens() {
    let service = Service::start().await;
    let cells = cells("### What archives keep");
    assert_eq!(cells.len(), 14 * 3);
    for cell in cells.iter().filter(|cell| !cell.says.is_empty()) {
        let what = format!("{}: {}", cell.row, cell.column);
        let seen = if cell.row.starts_with("locked") {
            locked(&service, cell.column).await
        } else {
            seen(&service, cell.row, cell.column).await
        };
        assert_eq!(seen, cell.says, "{what}");
    }
}

async fn convert(service: &Service, column: &str, archive: Vec<u8>, options: Value) -> Answer {
    let (pair, mode) = match column {
        "to ZIP" => (("tgz", "zip"), "convert"),
        "to tar.gz" => (("zip", "tar.gz"), "convert"),
        _ if archive.starts_with(b"PK") => (("zip", "txt"), "extract"),
        _ => (("tgz", "txt"), "extract"),
    };
    service.convert(pair, archive, json!({"mode": mode, "converteroptions": options})).await
}

async fn members(service: &Service, column: &str, status: &Answer) -> Vec<Member> {
    assert_eq!(status["step"], "finished", "{column}: {}", status.text());
    if column == "`extract`" {
        let file = |(name, content)| Member { name, content: text(content), ..Member::default() };
        return extracted(service, status).await.into_iter().map(file).collect();
    }
    let made = service.get(status["output"]["url"].as_str().unwrap()).await.body;
    if column == "to ZIP" { of_zip(made) } else { of_tar(&made) }
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

pub(super) fn of_zip(zip: Vec<u8>) -> Vec<Member> {
    let mut zip = zip::ZipArchive::new(Cursor::new(zip)).unwrap();
    let count = zip.len();
    let member = |at| {
        let member = zip.by_index(at).unwrap();
        let (name, is_link) = (member.name().unwrap().into_owned(), member.is_symlink());
        let time = u64::from(TIME) * u64::from(member.last_modified() == dos_time());
        let mode = member.unix_mode().unwrap() & 0o777;
        let content = std::io::read_to_string(member).unwrap();
        let target = is_link.then(|| content.clone());
        Member { name, content, target, mode, time }
    };
    (0..count).map(member).collect()
}

pub(super) fn of_tar(tar: &[u8]) -> Vec<Member> {
    let mut tar = tar::Archive::new(flate2::read::GzDecoder::new(tar));
    let member = |member: std::io::Result<tar::Entry<'_, _>>| {
        let member = member.unwrap();
        let name = text(member.path_bytes().into_owned());
        let target = member.link_name_bytes().map(|target| text(target.into_owned()));
        let (mode, time) = (member.header().mode().unwrap(), member.header().mtime().unwrap());
        Member { name, content: std::io::read_to_string(member).unwrap(), target, mode, time }
    };
    tar.entries().unwrap().map(member).collect()
}

/// What an archive of this row becomes, in the words of the table.
async fn seen(service: &Service, row: &str, column: &str) -> &'static str {
    let extracts = column == "`extract`";
    let status = convert(service, column, input(row, column), json!({})).await;
    let members = members(service, column, &status).await;
    let told = |word: &str| warnings(&status).contains(word);
    let has = |name: &str, content: &str| {
        members
            .iter()
            .any(|member| member.name == name && member.content == content && member.target.is_none())
    };
    let types = match column {
        "to ZIP" => "inputformat=tgz&outputformat=zip&mode=convert",
        "to tar.gz" => "inputformat=zip&outputformat=tgz&mode=convert",
        _ => "inputformat=tgz&mode=extract",
    };
    let note = service.get(&format!("/conversiontypes?{types}")).await.text().to_lowercase();
    match row.split([':', ',']).next().unwrap() {
        "content" if members.len() == 4 && members.iter().all(|member| member.content == "content") => "kept",
        "names" if has("d/Größe.txt", "1") && has("d/日本.txt", "2") => "kept, as UTF-8",
        "names" if extracts && has("Größe.txt", "1") && has("日本.txt", "2") => "the last part",
        "names that no archive should have" if extracts && has("a.txt", "1") && has("b.txt", "2") => {
            "the last part"
        }
        "names that no archive should have"
            if has("a.txt", "1") && has("etc/b.txt", "2") && told("Names were changed") =>
        {
            "made safe, told"
        }
        "several members of the same name" if has("a.txt", "1") && has("a-2.txt", "2") => {
            if told("same name") { "get a number, told" } else { "get a number" }
        }
        "names that differ only in case"
            if has("a", "1")
                && has("A-2", "2")
                && has("e\u{301}-2", "4")
                && told("other: A is called A-2, e") =>
        {
            "get a number, told"
        }
        "names that differ only in case" if has("a", "1") && has("A-2", "2") && has("e\u{301}-2", "4") => {
            "get a number"
        }
        "names that Windows does not take (`CON`"
            if has("CON", "1") && told("Windows does not take: CON") =>
        {
            "kept, told"
        }
        "permissions" if extracts && note.contains("permissions, times") => "lost, as the note says",
        "permissions" if members[0].mode == 0o750 && members[0].time == u64::from(TIME) => {
            "kept, in whole seconds"
        }
        "hard links" if has("a", "1") && has("b", "1") => "files",
        "symbolic links inside the archive" if extracts && has("b", "1") && told("Links are left out") => {
            "the file they lead to; told where there is none"
        }
        "symbolic links inside the archive"
            if members.iter().any(|member| member.target.as_deref() == Some("a")) =>
        {
            "kept"
        }
        "symbolic links that lead outside" if members.len() == 1 && told("Links are left out") => {
            "left out, told"
        }
        "empty folders" if told("Empty folders are left out") => "left out, told",
        "empty folders" if members.iter().any(|member| member.name == "empty/") => "kept",
        "owners" if note.contains("owners, comments and extended attributes") => "left out, as the note says",
        "what macOS adds (`__MACOSX`" if members.len() == 4 => {
            let skip = json!({"skip_macos_files": true});
            let status = convert(service, column, input(row, column), skip).await;
            match self::members(service, column, &status).await.len() {
                1 => "kept; left out by `skip_macos_files`",
                _ => "kept",
            }
        }
        _ => panic!("{row}: {column}: {members:?} {}", status.text()),
    }
}

/// An archive with what a row is about.
fn input(row: &str, column: &str) -> Vec<u8> {
    let file = File("a", "1");
    let puts: &[Put] = match row.split([':', ',']).next().unwrap() {
        "content" if column == "to ZIP" => {
            &[File("a", "content"), File("b", "content"), File("c", "content"), File("d", "content")]
        }
        "content" => return methods(),
        "names" => &[File("d/Größe.txt", "1"), File("d/日本.txt", "2")],
        "names that no archive should have" => &[File("../../a.txt", "1"), File("/etc/b.txt", "2")],
        "several members of the same name" => {
            let mut archive = packed(column, &[File("a.txt", "1"), File("b.txt", "2")]);
            if column != "to tar.gz" {
                return tar(&[File("a.txt", "1"), File("a.txt", "2")]);
            }
            while let Some(at) = archive.windows(5).position(|name| name == b"b.txt") {
                archive[at] = b'a';
            }
            return archive;
        }
        "names that differ only in case" => &[file, File("A", "2"), File("é", "3"), File("e\u{301}", "4")],
        "names that Windows does not take (`CON`" => &[File("CON", "1"), File("d/a:b", "2")],
        "permissions" | "owners" => &[file],
        "hard links" => &[file, HardLink("b", "a")],
        "symbolic links inside the archive" => &[file, Link("b", "a"), Link("c", "nowhere")],
        "symbolic links that lead outside" => &[file, Link("b", "/etc/passwd"), Link("c", "../../x")],
        "empty folders" => &[file, Folder("empty/")],
        "what macOS adds (`__MACOSX`" => {
            &[file, File("__MACOSX/._a", "2"), File(".DS_Store", "3"), File("d/._b", "4")]
        }
        row => panic!("the row {row} is not tested"),
    };
    packed(column, puts)
}

async fn locked(service: &Service, column: &str) -> &'static str {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("a", SimpleFileOptions::default().with_aes_encryption(AesMode::Aes256, "secret")).unwrap();
    zip.write_all(b"1").unwrap();
    let zip = zip.finish().unwrap().into_inner();
    convert(service, column, zip.clone(), json!({})).await.assert_error(422, "locked");
    let opened = convert(service, column, zip, json!({"password": "secret"})).await;
    assert_eq!(members(service, column, &opened).await[0].content, "1");
    "by `password`"
}
