//! What is known of members: their times and permissions, and that folders are there.

use std::io::{Cursor, Read, Write};
use std::time::{Duration, SystemTime};

use serde_json::json;
use zip::write::{FullFileOptions, SimpleFileOptions};
use zip::{DateTime, ExtraField, ZipArchive, ZipWriter};

use super::warnings;
use crate::service::Service;

/// 2001-09-09T01:46:40Z.
const TIME: u32 = 1_000_000_000;

/// A tar.gz with a file, a folder that is empty, a folder that is not, and a pipe.
fn tar_gz() -> Vec<u8> {
    let mut tar = tar::Builder::new(flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast()));
    for (name, kind, mode) in [
        ("run.sh", tar::EntryType::Regular, 0o755),
        ("empty/", tar::EntryType::Directory, 0o700),
        ("d/", tar::EntryType::Directory, 0o750),
        ("d/secret", tar::EntryType::Regular, 0o600),
        ("pipe", tar::EntryType::Fifo, 0o644),
    ] {
        let mut header = tar::Header::new_ustar();
        header.set_entry_type(kind);
        header.set_mode(mode);
        header.set_mtime(TIME.into());
        header.set_size(kind.is_file().into());
        tar.append_data(&mut header, name, &b"1"[..usize::from(kind.is_file())]).unwrap();
    }
    tar.into_inner().unwrap().finish().unwrap()
}

#[tokio::test]
async fn tar_to_zip() {
    let service = Service::start().await;
    let status = service.convert(("tar.gz", "zip"), tar_gz(), json!({})).await;
    assert!(warnings(&status).contains("pipe (a device or pipe)"), "{}", status.text());
    let zip = service.get(status["output"]["url"].as_str().unwrap()).await.body;
    let mut zip = ZipArchive::new(Cursor::new(zip)).unwrap();
    let mut members = Vec::new();
    for at in 0..zip.len() {
        let member = zip.by_index(at).unwrap();
        let exact = member.extra_data_fields().find_map(|field| match field {
            ExtraField::ExtendedTimestamp(times) => times.mod_time(),
            _ => None,
        });
        assert_eq!(exact, Some(TIME));
        assert_eq!(member.last_modified(), DateTime::from_date_and_time(2001, 9, 9, 1, 46, 40).ok());
        members.push((member.name().unwrap().into_owned(), member.unix_mode().unwrap()));
    }
    let expected = [("run.sh", 0o100_755), ("empty/", 0o40_700), ("d/", 0o40_750), ("d/secret", 0o100_600)];
    assert_eq!(members, expected.map(|(name, mode)| (name.to_owned(), mode)));
}

/// Times before 1970 and after 2106, of which the last is none that can be written, and bits that give rights.
#[tokio::test]
async fn what_a_zip_has_no_place_for_is_told() {
    let service = Service::start().await;
    let mut tar = tar::Builder::new(flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast()));
    for (name, time, mode) in [
        ("old", "-1000.5", 0o644),
        ("new", "8589934592", 0o644),
        ("never", "999999999999", 0o644),
        ("root", "0", 0o4755),
    ] {
        tar.append_pax_extensions([("mtime", time.as_bytes())]).unwrap();
        let mut header = tar::Header::new_ustar();
        header.set_size(1);
        header.set_mode(mode);
        tar.append_data(&mut header, name, &b"1"[..]).unwrap();
    }
    let tar = tar.into_inner().unwrap().finish().unwrap();
    let status = service.convert(("tar.gz", "zip"), tar.clone(), json!({})).await;
    assert_eq!(status["step"], "finished", "{}", status.text());
    let told = warnings(&status);
    assert!(told.contains("ends in 2106: old, new, never"), "{told}");
    assert!(told.contains("setuid, setgid and sticky of permissions are left out: root"), "{told}");
    let info = service.convert(("tar.gz", "json"), tar, json!({"mode": "info"})).await;
    let times: Vec<_> =
        info["info"]["members"].as_array().unwrap().iter().map(|member| &member["modified"]).collect();
    assert_eq!(
        json!(times),
        json!(["1969-12-31T23:43:19Z", "2242-03-16T12:56:32Z", null, "1970-01-01T00:00:00Z"]),
        "{}",
        info.text()
    );
}

#[tokio::test]
async fn zip_to_tar() {
    let service = Service::start().await;
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let dos = DateTime::from_date_and_time(2001, 9, 9, 1, 46, 40).unwrap();
    let exact = FullFileOptions::default().with_extended_timestamp(Some(TIME + 1), None, None).unwrap();
    // From the beginning of 1601.
    let ntfs = u64::from(TIME + 2) + 11_644_473_600;
    let ntfs = FullFileOptions::default().with_ntfs_times(ntfs * 10_000_000, 0, 0).unwrap();
    zip.start_file("run.sh", SimpleFileOptions::default().unix_permissions(0o755).last_modified_time(dos))
        .unwrap();
    zip.write_all(b"1").unwrap();
    zip.start_file("exact", exact.unix_permissions(0o600).with_file_comment("a comment")).unwrap();
    zip.add_directory("empty", ntfs.unix_permissions(0o700)).unwrap();
    let zip = zip.finish().unwrap().into_inner();
    let status = service.convert(("zip", "tgz"), zip.clone(), json!({})).await;
    assert!(warnings(&status).contains("Comments"), "{}", status.text());
    let made = service.get(status["output"]["url"].as_str().unwrap()).await.body;
    let mut tar = tar::Archive::new(flate2::read::GzDecoder::new(&made[..]));
    let members = tar.entries().unwrap().map(|member| {
        let member = member.unwrap();
        let header = member.header();
        let name = String::from_utf8(member.path_bytes().into_owned()).unwrap();
        (name, header.mode().unwrap(), header.mtime().unwrap())
    });
    let expected = [("run.sh", 0o755, TIME), ("exact", 0o600, TIME + 1), ("empty/", 0o700, TIME + 2)];
    assert_eq!(
        members.collect::<Vec<_>>(),
        expected.map(|(name, mode, time)| (name.to_owned(), mode, u64::from(time)))
    );
    // Files side by side have no folders.
    let status = service.convert(("zip", "txt"), zip, json!({"mode": "extract"})).await;
    assert!(warnings(&status).contains("Empty folders are left out: empty"), "{}", status.text());
}

#[tokio::test]
async fn what_is_packed_is_of_now() {
    let service = Service::start().await;
    let before = SystemTime::now() - Duration::from_secs(2);
    let tar = service.output(("txt", "tgz"), "1", json!({"mode": "archive"})).await;
    let mut tar = tar::Archive::new(flate2::read::GzDecoder::new(&tar[..]));
    let mut member = tar.entries().unwrap().next().unwrap().unwrap();
    let modified = SystemTime::UNIX_EPOCH + Duration::from_secs(member.header().mtime().unwrap());
    assert!(before <= modified && modified <= SystemTime::now());
    let mut content = String::new();
    member.read_to_string(&mut content).unwrap();
    assert_eq!(content, "1");
}

#[tokio::test]
async fn info_tells_what_is_in_an_archive() {
    let service = Service::start().await;
    let process =
        service.create_with(json!({"inputformat": "txt", "outputformat": "zip", "mode": "archive"})).await;
    let started = service.post(&process, json!({"files": ["a.txt", "b.txt"]})).await;
    for name in ["a.txt", "b.txt"] {
        let place = format!("{}/{name}", started["upload"]["url"].as_str().unwrap());
        service.put(&place, "seven b".to_owned()).await;
    }
    let packed = service.wait(&process).await;
    let zip = service.get(packed["output"]["url"].as_str().unwrap()).await.body;
    let status = service.convert(("zip", "zip"), zip.clone(), json!({"mode": "info"})).await;
    let info = &status["info"];
    assert_eq!((&info["count"], &info["unpacked"]), (&json!(2), &json!(14)), "{}", status.text());
    let member = &info["members"][1];
    assert_eq!(
        (&member["name"], &member["type"], &member["size"]),
        (&json!("b.txt"), &json!("file"), &json!(7))
    );
    assert!(member["modified"].as_str().unwrap().ends_with('Z'), "{member}");
    let tar = service.output(("zip", "tar.gz"), zip, json!({})).await;
    let status = service.convert(("tar.gz", "tar.gz"), tar, json!({"mode": "info"})).await;
    assert_eq!(status["info"]["members"][0]["mode"], "0644", "{}", status.text());
    service.convert(("zip", "zip"), "no archive", json!({"mode": "info"})).await.assert_error(422, "");
}
