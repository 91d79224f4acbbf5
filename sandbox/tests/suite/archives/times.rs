//! Times of members: of all years, in each way in which archives have them.

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;

use super::warnings;
use crate::service::Service;

const DAY: i64 = 86_400;

/// A ZIP with one empty member: its time as DOS has it, and one more field.
fn zip(dos: u32, field: &[u8]) -> Vec<u8> {
    let extra = u16::try_from(field.len()).unwrap().to_le_bytes();
    let common = [&dos.to_le_bytes()[..], &[0; 12], &[1, 0], &extra].concat();
    let local = [b"PK\x03\x04\x14\0\0\0\0\0", &common[..], b"a", field].concat();
    let entry = [b"PK\x01\x02\x14\x03\x14\0\0\0\0\0", &common[..], &[0; 14], b"a", field].concat();
    let size = |part: &[u8]| u32::try_from(part.len()).unwrap().to_le_bytes();
    let end = [b"PK\x05\x06\0\0\0\0\x01\0\x01\0", &size(&entry)[..], &size(&local), &[0, 0]].concat();
    [local, entry, end].concat()
}

/// The field of Info-ZIP for times (0x5455), and that of NTFS (0x000a).
fn unix(seconds: u32) -> Vec<u8> {
    [&b"UT\x05\0\x01"[..], &seconds.to_le_bytes()].concat()
}

fn ntfs(seconds: i64) -> Vec<u8> {
    let time = u64::try_from((seconds + 11_644_473_600) * 10_000_000).unwrap().to_le_bytes();
    [&b"\x0a\0\x20\0\0\0\0\0\x01\0\x18\0"[..], &time, &time, &time].concat()
}

const fn dos(year: u32) -> u32 {
    (year - 1980) << 25 | 1 << 21 | 1 << 16
}

/// The time of the only member of a tar.gz.
fn time_of(tar: &[u8]) -> i64 {
    let mut tar = tar::Archive::new(flate2::read::GzDecoder::new(tar));
    let mut member = tar.entries().unwrap().next().unwrap().unwrap();
    let mut said = None;
    for attribute in member.pax_extensions().unwrap().into_iter().flatten() {
        let attribute = attribute.unwrap();
        if attribute.key() == Ok("mtime") {
            said = Some(attribute.value().unwrap().parse().unwrap());
        }
    }
    said.unwrap_or_else(|| member.header().mtime().unwrap().cast_signed())
}

#[tokio::test]
async fn times_of_zips_become_those_of_tars() {
    let service = Service::start().await;
    for (archive, time) in [
        (zip(dos(2001), &unix(1_000_000_000)), 1_000_000_000),
        (zip(dos(1980), &unix(i32::try_from(-400 * DAY).unwrap().cast_unsigned())), -400 * DAY),
        (zip(dos(2040), &unix(2_208_988_800)), 2_208_988_800),
        (zip(dos(1980), &ntfs(-40_000 * DAY)), -40_000 * DAY),
        (zip(dos(2001), &ntfs(1_000_000_000)), 1_000_000_000),
        (zip(dos(2100), &ntfs(8_000_000_000)), 8_000_000_000),
        (zip(dos(2000), &[]), 946_684_800),
    ] {
        let status = service.convert(("zip", "tgz"), archive, json!({})).await;
        let tar = service.get(status["output"]["url"].as_str().unwrap()).await.body;
        assert_eq!((time_of(&tar), warnings(&status).as_str()), (time, ""));
    }
}

/// A tar.gz with one empty member, and its time in this form.
fn tar(time: Time) -> Vec<u8> {
    let mut tar = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    let mut header = tar::Header::new_gnu();
    header.set_size(0);
    match time {
        // As GNU tar writes what has no digits: a number with a sign in all of the field.
        Time::Gnu(seconds) => {
            let field = &mut header.as_old_mut().mtime;
            field.fill(if seconds < 0 { 0xff } else { 0 });
            field[4..].copy_from_slice(&seconds.to_be_bytes());
            field[0] |= 0x80;
        }
        Time::Pax(kind, text) => {
            let record = format!(" mtime={text}\n");
            let record = format!("{}{record}", record.len() + 2);
            let mut before = tar::Header::new_ustar();
            before.set_entry_type(kind);
            before.set_path("x").unwrap();
            before.set_size(record.len() as u64);
            before.set_cksum();
            tar.append(&before, record.as_bytes()).unwrap();
        }
    }
    tar.append_data(&mut header, "a", &b""[..]).unwrap();
    tar.into_inner().unwrap().finish().unwrap()
}

#[derive(Clone, Copy)]
enum Time {
    Gnu(i64),
    Pax(tar::EntryType, &'static str),
}

#[tokio::test]
async fn times_of_tars_are_read_and_told_where_a_zip_has_none() {
    use tar::EntryType::{XGlobalHeader, XHeader};
    let service = Service::start().await;
    for (time, shown, fits) in [
        (Time::Gnu(-DAY), "1969-12-31T00:00:00Z", false),
        (Time::Gnu(4_294_967_296), "2106-02-07T06:28:16Z", false),
        (Time::Gnu(2_208_988_800), "2040-01-01T00:00:00Z", true),
        (Time::Pax(XHeader, "-2208988800"), "1900-01-01T00:00:00Z", false),
        (Time::Pax(XHeader, "-0.5"), "1969-12-31T23:59:59Z", false),
        (Time::Pax(XGlobalHeader, "1000000000.75"), "2001-09-09T01:46:40Z", true),
    ] {
        let archive = tar(time);
        let info = service.convert(("tgz", "*"), archive.clone(), json!({"mode": "info"})).await;
        assert!(info.text().contains(shown), "{shown}: {}", info.text());
        let status = service.convert(("tgz", "zip"), archive, json!({})).await;
        assert_eq!(warnings(&status).contains("Times are left out"), !fits, "{shown}");
    }
}
