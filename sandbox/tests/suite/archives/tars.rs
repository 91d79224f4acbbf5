//! Tar archives as old and odd programs write them, and what stands around them.

use std::io::{Cursor, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;

use super::warnings;
use crate::service::Service;

/// A header in an old form, and the content, up to whole blocks.
fn member(name: &[u8], kind: u8, content: &[u8]) -> Vec<u8> {
    let mut header = tar::Header::new_old();
    header.set_size(content.len() as u64);
    header.set_mode(0o644);
    header.set_mtime(1_000_000_000);
    header.as_mut_bytes()[..name.len()].copy_from_slice(name);
    header.set_entry_type(tar::EntryType::new(kind));
    header.set_cksum();
    let mut block = [header.as_bytes(), content].concat();
    block.resize(block.len().next_multiple_of(512), 0);
    block
}

fn file(name: &str, content: &str) -> Vec<u8> {
    member(name.as_bytes(), b'0', content.as_bytes())
}

/// A header whose bytes were changed gets its checksum anew.
fn summed(mut block: Vec<u8>, sum: impl Fn(&[u8]) -> i64) -> Vec<u8> {
    block[148..156].fill(b' ');
    let sum = format!("{:06o}\0 ", sum(&block[..512]));
    block[148..156].copy_from_slice(sum.as_bytes());
    block
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(bytes).unwrap();
    gzip.finish().unwrap()
}

/// The members of what comes out as a ZIP, and what is told.
async fn members(service: &Service, archive: Vec<u8>) -> (Vec<(String, String)>, String) {
    let status = service.convert(("tgz", "zip"), archive, json!({})).await;
    assert_eq!(status["step"], "finished", "{}", status.text());
    let zip = service.get(status["output"]["url"].as_str().unwrap()).await.body;
    let mut zip = zip::ZipArchive::new(Cursor::new(zip)).unwrap();
    let count = zip.len();
    let member = |at| {
        let member = zip.by_index(at).unwrap();
        (member.name().unwrap().into_owned(), std::io::read_to_string(member).unwrap())
    };
    ((0..count).map(member).collect(), warnings(&status))
}

fn named(names: &[(&str, &str)]) -> Vec<(String, String)> {
    names.iter().map(|(name, content)| ((*name).to_owned(), (*content).to_owned())).collect()
}

#[tokio::test]
async fn archives_behind_one_another_and_what_is_none() {
    let service = Service::start().await;
    let (a, b, end) = (file("a", "1"), file("b", "2"), vec![0; 1024]);
    let one = [&a[..], &end].concat();
    let two = [&b[..], &end].concat();
    let both = named(&[("a", "1"), ("b", "2")]);
    let first = named(&[("a", "1")]);
    for (archive, wanted, told) in [
        // As `tar -A` and `cat` join them.
        (gzip(&[&one[..], &two].concat()), &both, ""),
        ([gzip(&one), gzip(&two)].concat(), &both, ""),
        (gzip(&[&a[..], &[0; 512], &two].concat()), &both, ""),
        // In parts, as `pigz` and `bgzip` write them.
        ([gzip(&one[..300]), gzip(&one[300..])].concat(), &first, ""),
        // As tapes and disks fill up.
        ([gzip(&one), vec![0; 5000]].concat(), &first, ""),
        (gzip(&[&one[..], &vec![0; 10_000]].concat()), &first, ""),
        (gzip(&a), &first, ""),
        ([gzip(&one), b"something else".to_vec()].concat(), &first, "behind the end"),
        (gzip(&[&one[..], &[b'x'; 700]].concat()), &first, "behind the end"),
    ] {
        let (found, warned) = members(&service, archive).await;
        assert_eq!(&found, wanted, "{warned}");
        assert!(warned.contains(told) && warned.is_empty() == told.is_empty(), "{warned}");
    }
    // What a browser has unpacked already; and what is packed otherwise.
    let mut tar = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_size(1);
    tar.append_data(&mut header, "a", &b"1"[..]).unwrap();
    assert_eq!(members(&service, tar.into_inner().unwrap()).await.0, first);
    for (start, name) in [(&b"\xfd7zXZ\0"[..], "xz"), (b"BZh9", "bzip2"), (b"\x28\xb5\x2f\xfd", "Zstandard")]
    {
        let other = [start, &[0; 600]].concat();
        service.convert(("tgz", "zip"), other, json!({})).await.assert_error(422, name);
    }
    let broken = gzip(&one);
    let broken = broken[..broken.len() - 4].to_vec();
    service.convert(("tgz", "zip"), broken, json!({})).await.assert_error(422, "tar.gz");
}

#[tokio::test]
async fn headers_of_old_and_odd_programs() {
    let service = Service::start().await;
    // Added with a sign, as SunOS did.
    let latin = member(b"Gr\xf6\xdfe", b'0', b"1");
    let signed = summed(latin, |header| header.iter().map(|byte| i64::from(byte.cast_signed())).sum());
    assert_eq!(members(&service, gzip(&signed)).await.0, named(&[("Größe", "1")]));
    // The name of a volume has no size.
    let mut label = member(b"VOLUME", b'V', b"");
    label[124..136].fill(0);
    let label = summed(label, |header| header.iter().map(|byte| i64::from(*byte)).sum());
    let (found, told) = members(&service, gzip(&[&label[..], &file("a", "1")].concat())).await;
    assert_eq!(found, named(&[("a", "1")]));
    assert!(told.contains("VOLUME (the name of a volume)"), "{told}");
    // A header of Solaris, and values that are taken back.
    let attributes = member(b"x", b'X', b"13 path=long\n");
    let back = member(b"x", b'x', b"8 path=\n8 size=\n");
    let archive = [attributes, file("short", "1"), back, file("b", "2")].concat();
    assert_eq!(members(&service, gzip(&archive)).await.0, named(&[("long", "1"), ("b", "2")]));
    // In a tar, a backslash is a letter of a name.
    let (found, told) = members(&service, gzip(&file("d\\a", "1"))).await;
    assert_eq!(found, named(&[("d/a", "1")]));
    assert!(told.contains("Names were changed"), "{told}");
}
