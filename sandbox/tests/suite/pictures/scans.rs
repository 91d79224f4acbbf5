//! What archives scan: many pages in a TIFF, also in one whose counts and offsets have 64 bits, each with tags of its own.

use std::io::Cursor;

use image::{Rgb, RgbImage};
use serde_json::{Value, json};
use tiff::encoder::{Rational, TiffEncoder, TiffKind, TiffKindBig, TiffKindStandard, colortype};
use tiff::tags::Tag;

use super::by_hand::LAYOUTS;
use super::{converted, info, warnings};
use crate::service::Service;

const PAGES: u8 = 12;
const PAGE_NAME: Tag = Tag::Unknown(285);
const DATE: &str = "2020:02:02 20:20:20";
const IPTC: Tag = Tag::Unknown(33_723);

/// Pages that say who and what they are, with a camera, a place, a caption and a description each.
fn scan<K: TiffKind>() -> Vec<u8>
where
    K::OffsetType: Copy,
{
    let mut bytes = Cursor::new(Vec::new());
    let mut encoder = TiffEncoder::<_, K>::new_generic(&mut bytes).unwrap();
    for page in 1..=PAGES {
        let mut camera = encoder.extra_directory().unwrap();
        camera.write_tag(Tag::Unknown(0x9003), DATE).unwrap();
        camera.write_tag(Tag::Unknown(0x829d), Rational { n: 28, d: 10 }).unwrap();
        let camera = camera.finish_with_offsets().unwrap().offset;
        let mut place = encoder.extra_directory().unwrap();
        place.write_tag(Tag::Unknown(1), "N").unwrap();
        let degrees = [52, 30, u32::from(page)].map(|n| Rational { n, d: 1 });
        place.write_tag(Tag::Unknown(2), &degrees[..]).unwrap();
        let place = place.finish_with_offsets().unwrap().offset;
        let picture = RgbImage::from_pixel(8, 8, Rgb([page; 3]));
        let mut image = encoder.new_image::<colortype::RGB8>(8, 8).unwrap();
        let directory = image.encoder();
        directory.write_tag(Tag::ExifDirectory, camera).unwrap();
        directory.write_tag(Tag::GpsDirectory, place).unwrap();
        directory.write_tag(Tag::ImageDescription, &format!("Leaf {page}")[..]).unwrap();
        directory.write_tag(PAGE_NAME, &format!("f. {page}r")[..]).unwrap();
        directory.write_tag(Tag::Artist, &format!("Scribe {page}")[..]).unwrap();
        directory.write_tag(Tag::DateTime, DATE).unwrap();
        let city = format!("City {page:02}");
        let set = [&b"\x1c\x02\x5a\0\x07"[..], city.as_bytes()].concat();
        directory.write_tag(IPTC, &set[..]).unwrap();
        image.write_data(&picture).unwrap();
    }
    bytes.into_inner()
}

/// Each page as a picture by itself, with all that was said of it.
async fn assert_pages(service: &Service, tiff: Vec<u8>, what: &str) {
    let status = service.convert(("tiff", "jpg"), tiff, json!({})).await;
    assert_eq!(status["warnings"], json!([]), "{what}");
    for page in 1..=PAGES {
        let place = format!("{}/input-{page}.jpg", status["output"]["url"].as_str().unwrap());
        let made = service.get(&place).await.body;
        let name = format!("f. {page}r\0");
        assert!(made.windows(name.len()).any(|part| part == name.as_bytes()), "{what}: {name}");
        assert_said(&info(service, "jpg", made).await, page, &format!("{what}, page {page}"));
    }
}

fn assert_said(facts: &Value, page: u8, what: &str) {
    let said = &facts["exif"];
    assert_eq!(said["Artist"], format!("Scribe {page}"), "{what}: {facts}");
    for time in ["DateTime", "DateTimeOriginal"] {
        assert_eq!(said[time], "2020-02-02 20:20:20", "{what}: {facts}");
    }
    assert_eq!(said["FNumber"], "f/2.8", "{what}: {facts}");
    assert_eq!(said["GPSLatitude"], format!("52 deg 30 min {page} sec N"), "{what}: {facts}");
    assert_eq!(facts["iptc"], json!({"city": format!("City {page:02}")}), "{what}: {facts}");
    assert_eq!(facts["comments"], json!([format!("Leaf {page}")]), "{what}: {facts}");
}

#[tokio::test]
async fn every_page_keeps_what_it_says() {
    let service = Service::start().await;
    for (kind, file) in [("TIFF", scan::<TiffKindStandard>()), ("BigTIFF", scan::<TiffKindBig>())] {
        assert_said(&info(&service, "tiff", file.clone()).await, 1, kind);
        assert_pages(&service, file.clone(), kind).await;
        let (tiff, status) = converted(&service, ("tiff", "tiff"), file, json!({})).await;
        assert_eq!(status["warnings"], json!([]), "{kind}");
        assert_pages(&service, tiff, &format!("{kind} to TIFF")).await;
    }
}

/// In both orders of bytes, with counts and offsets of 32 and of 64 bits.
#[tokio::test]
async fn texts_and_numbers_in_every_layout() {
    let service = Service::start().await;
    let letters = |text: &str| text.bytes().chain([0]).map(u64::from).collect::<Vec<_>>();
    let (maker, short, leaf) = (letters("A long name of a maker"), letters("Kit"), letters("Leaf"));
    for layout in LAYOUTS {
        let more: [(u16, &[u64]); 8] = [
            (258, &[8]),
            (259, &[1]),
            (262, &[1]),
            (270, &leaf),
            (271, &maker),
            (272, &short),
            (274, &[1]),
            (315, &leaf),
        ];
        let file = layout.file((2, 1), 1, &more, &[vec![0, 255]]);
        for output in ["png", "jpg", "webp", "tiff"] {
            let (made, status) = converted(&service, ("tiff", output), file.clone(), json!({})).await;
            assert_eq!(warnings(&status).contains("omment"), output == "webp", "{layout:?}");
            let facts = info(&service, output, made).await;
            let said = &facts["exif"];
            let names = json!([said["Artist"], said["Make"], said["Model"]]);
            let wanted = json!(["Leaf", "A long name of a maker", "Kit"]);
            assert_eq!(names, wanted, "{layout:?} to {output}: {facts}");
        }
    }
}

/// A directory that is not where it should be is told, and nothing else is lost by it.
#[tokio::test]
async fn a_tag_that_cannot_be_read_is_told() {
    let service = Service::start().await;
    for layout in LAYOUTS {
        let maker: Vec<u64> = b"Kit\0".iter().map(|letter| u64::from(*letter)).collect();
        let more: [(u16, &[u64]); 5] =
            [(258, &[8]), (259, &[1]), (262, &[1]), (271, &maker), (34_665, &[60_000])];
        let file = layout.file((2, 1), 1, &more, &[vec![0, 255]]);
        let (made, status) = converted(&service, ("tiff", "jpg"), file, json!({})).await;
        assert!(warnings(&status).contains("tags that cannot be read"), "{layout:?}: {}", status.text());
        assert_eq!(info(&service, "jpg", made).await["exif"]["Make"], "Kit", "{layout:?}");
    }
}
