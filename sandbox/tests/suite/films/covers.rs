//! Cover pictures where ffmpeg does not write them by itself, attached files, and what is bright.

use std::io::{Cursor, Write};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use image::{ImageFormat, Rgb, RgbImage};
use serde_json::json;

use super::{SOUND, covered, probed, streams};
use crate::service::{Service, made, make};

#[tokio::test]
async fn a_cover_is_kept_as_a_comment_of_ogg_and_attached_to_matroska() {
    let service = Service::start().await;
    for input in ["mp3", "flac", "m4a"] {
        let content = covered(&format!("a.{input}"));
        let status = service.convert((input, "ogg"), content, json!({})).await;
        assert_eq!(status["warnings"], json!([]), "{}", status.text());
        let ogg = service.get(status["output"]["url"].as_str().unwrap()).await.body;
        let said = streams("a.ogg", &ogg, "codec_type,width,height:stream_disposition=attached_pic");
        assert!(said.iter().any(|line| line == "video,40,40,1"), "{input}: {said:?}");
        assert!(
            streams("a.ogg", &ogg, "index:stream_tags=title").concat().contains("Name"),
            "{input}: the title is lost"
        );
        // And from there on.
        let back = service.output(("ogg", "mp3"), ogg, json!({})).await;
        assert!(streams("a.mp3", &back, "codec_type").contains(&"video".to_owned()), "{input}");
    }
    let folder = tempfile::tempdir().unwrap();
    make(folder.path(), "cover.png", "-f lavfi -i testsrc2=size=40x40 -frames:v 1");
    let film = "-f lavfi -i testsrc2=duration=1:size=64x48:rate=10 -i cover.png -map 0 -map 1 -c:v:0 libx264 -pix_fmt:v:0 yuv420p -c:v:1 copy -disposition:v:1 attached_pic";
    make(folder.path(), "film.mp4", film);
    let film = std::fs::read(folder.path().join("film.mp4")).unwrap();
    let matroska = service.output(("mp4", "mkv"), film, json!({})).await;
    let said = streams("a.mkv", &matroska, "codec_name:stream_disposition=attached_pic");
    assert_eq!(said, ["h264,0", "png,1"]);
    let back = service.output(("mkv", "mp4"), matroska, json!({})).await;
    assert_eq!(streams("a.mp4", &back, "codec_name:stream_disposition=attached_pic"), ["h264,0", "png,1"]);
}

#[tokio::test]
async fn attached_files_stay_in_matroska_and_are_told_elsewhere() {
    let service = Service::start().await;
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.ttf"), b"a font").unwrap();
    let film = "-f lavfi -i testsrc2=duration=1:size=64x48:rate=10 -c:v libx264 -pix_fmt yuv420p -attach a.ttf -metadata:s:t mimetype=font/ttf";
    make(folder.path(), "film.mkv", film);
    let film = std::fs::read(folder.path().join("film.mkv")).unwrap();
    let again = service.output(("mkv", "mkv"), film.clone(), json!({})).await;
    assert!(streams("a.mkv", &again, "codec_type").contains(&"attachment".to_owned()));
    let status = service.convert(("mkv", "mp4"), film, json!({})).await;
    assert!(status.text().contains("Attached files"), "{}", status.text());
}

#[tokio::test]
async fn a_high_dynamic_range_is_mapped_or_told() {
    let service = Service::start().await;
    let folder = tempfile::tempdir().unwrap();
    let film = "-f lavfi -i testsrc2=duration=1:size=64x48:rate=10 -c:v libx264 -pix_fmt yuv420p10le -color_primaries bt2020 -color_trc smpte2084 -colorspace bt2020nc";
    make(folder.path(), "film.mp4", film);
    let film = std::fs::read(folder.path().join("film.mp4")).unwrap();
    let status = service.convert(("mp4", "mp4"), film.clone(), json!({})).await;
    let told = status["warnings"][0].as_str().unwrap().to_owned();
    let mapped = service.get(status["output"]["url"].as_str().unwrap()).await.body;
    let said = streams("a.mp4", &mapped, "pix_fmt,color_transfer");
    if told.contains("are mapped") {
        assert_eq!(said, ["yuv420p,bt709"], "{told}");
    } else {
        assert!(told.contains("not mapped"), "{told}");
    }
    // Matroska takes it as it is.
    let kept = service.output(("mp4", "mkv"), film, json!({})).await;
    assert_eq!(streams("a.mkv", &kept, "pix_fmt,color_transfer"), ["yuv420p10le,smpte2084"]);
}

/// Red, as a file of this format.
fn picture(format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    RgbImage::from_pixel(32, 24, Rgb([255, 0, 0])).write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn number(length: usize) -> [u8; 4] {
    u32::try_from(length).unwrap().to_be_bytes()
}

/// An MP3 with a cover of which it says this type.
fn mp3_with(kind: &str, picture: &[u8]) -> Vec<u8> {
    let content = [&b"\0"[..], kind.as_bytes(), b"\0\x03\0", picture].concat();
    let frame = [&b"APIC"[..], &number(content.len())[..], &[0; 2], &content].concat();
    let length = [21, 14, 7, 0].map(|bits| u8::try_from(frame.len() >> bits & 0x7f).unwrap());
    let sound = made("a.mp3", &format!("{SOUND} -id3v2_version 0 -write_xing 0"));
    [&b"ID3\x03\0\0"[..], &length[..], &frame, &sound].concat()
}

/// A picture as FLAC has it.
fn block(kind: &str, picture: &[u8]) -> Vec<u8> {
    let (kind_length, length) = (number(kind.len()), number(picture.len()));
    [&number(3)[..], &kind_length, kind.as_bytes(), &number(0), &[0; 16], &length, picture].concat()
}

/// A FLAC with the same.
fn flac_with(kind: &str, picture: &[u8]) -> Vec<u8> {
    let block = block(kind, picture);
    let mut sound = made("a.flac", SOUND);
    // Behind the first block, which tells how the sound is stored.
    sound.splice(42..42, [&[6_u8][..], &number(block.len())[1..], &block].concat());
    sound
}

/// The same in Ogg, by this codec.
fn ogg_with(codec: &str, kind: &str, picture: &[u8]) -> Vec<u8> {
    let comment = format!("METADATA_BLOCK_PICTURE={}", STANDARD.encode(block(kind, picture)));
    made("a.ogg", &format!("{SOUND} -c:a {codec} -metadata {comment}"))
}

#[tokio::test]
async fn a_cover_is_what_its_content_is() {
    let service = Service::start().await;
    let (jpeg, png) = (picture(ImageFormat::Jpeg), picture(ImageFormat::Png));
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>";
    for (kind, picture, codec) in [
        ("image/png", &jpeg, Some("mjpeg")),
        ("image/jpeg", &png, Some("png")),
        ("", &jpeg, Some("mjpeg")),
        ("image/webp", &picture(ImageFormat::WebP), Some("png")),
        ("image/jpeg", &picture(ImageFormat::Bmp), Some("png")),
        ("image/svg+xml", &svg.to_vec(), None),
        ("image/jpeg", &b"JPEG".to_vec(), None),
    ] {
        for (input, content) in [
            ("mp3", mp3_with(kind, picture)),
            ("flac", flac_with(kind, picture)),
            ("ogg", ogg_with("libvorbis", kind, picture)),
            ("ogg", ogg_with("libopus", kind, picture)),
        ] {
            for output in ["mp3", "flac", "m4a", "ogg", "wav"] {
                let what = format!("{kind} in {input} to {output}");
                let status = service.convert((input, output), content.clone(), json!({})).await;
                assert_eq!(status["step"], "finished", "{what}: {}", status.text());
                let made = service.get(status["output"]["url"].as_str().unwrap()).await.body;
                let said =
                    streams(&format!("a.{output}"), &made, "codec_name:stream_disposition=attached_pic");
                let told = status["warnings"].to_string().contains("The cover picture is lost");
                let codec = codec.filter(|_| output != "wav");
                assert_eq!(told, codec.is_none(), "{what}: {}", status.text());
                assert_eq!(said.get(1).cloned(), codec.map(|codec| format!("{codec},1")), "{what}: {said:?}");
            }
        }
    }
}

#[tokio::test]
async fn an_attached_cover_is_what_its_content_is() {
    let service = Service::start().await;
    let film = "-f lavfi -i testsrc2=duration=1:size=64x48:rate=10 -c:v libx264 -pix_fmt yuv420p";
    for (picture, codec) in [
        (picture(ImageFormat::Jpeg), Some("mjpeg,1")),
        (picture(ImageFormat::Bmp), Some("png,1")),
        (b"PNG".to_vec(), None),
    ] {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("cover.png"), picture).unwrap();
        make(folder.path(), "a.mkv", &format!("{film} -attach cover.png -metadata:s:t mimetype=image/png"));
        let content = std::fs::read(folder.path().join("a.mkv")).unwrap();
        for output in ["mp4", "mkv"] {
            let status = service.convert(("mkv", output), content.clone(), json!({})).await;
            assert_eq!(status["step"], "finished", "{output}: {}", status.text());
            let made = service.get(status["output"]["url"].as_str().unwrap()).await.body;
            let said = streams(&format!("a.{output}"), &made, "codec_name:stream_disposition=attached_pic");
            assert_eq!(said.get(1).map(String::as_str), codec, "{output}: {said:?}");
            let told = status["warnings"].to_string().contains("The cover picture is lost");
            assert_eq!(told, codec.is_none(), "{output}: {}", status.text());
        }
    }
}

/// As MP3s are tagged for players that know nothing of tags: by zeros behind each byte that looks like the start of a sound.
fn safe(bytes: &[u8]) -> Vec<u8> {
    let next = bytes.iter().skip(1).chain(&[0]);
    let with_zero = |(byte, next): (&u8, &u8)| match (byte, next) {
        (0xff, 0 | 0xe0..) => vec![0xff, 0],
        _ => vec![*byte],
    };
    bytes.iter().zip(next).flat_map(with_zero).collect()
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

fn safe_number(length: usize) -> [u8; 4] {
    [21, 14, 7, 0].map(|bits| u8::try_from(length >> bits & 0x7f).unwrap())
}

/// However a tag is written, its cover is found, also where its type is none that ffmpeg knows.
#[tokio::test]
async fn a_cover_in_a_frame_that_is_packed_or_made_safe() {
    let service = Service::start().await;
    let sound = made("a.mp3", &format!("{SOUND} -id3v2_version 0 -write_xing 0"));
    for (kind, picture, codec) in [
        ("image/jpeg", picture(ImageFormat::Jpeg), "mjpeg,1"),
        ("image/webp", picture(ImageFormat::WebP), "png,1"),
        ("", picture(ImageFormat::Jpeg), "mjpeg,1"),
    ] {
        let content = [&b"\0"[..], kind.as_bytes(), b"\0\x03\0", &picture, b"\xff\xe0\xff\0"].concat();
        let frame = |size: [u8; 4], flags: u8, content: &[u8]| {
            let artist = b"TPE1\0\0\0\x02\0\0\0B";
            [&b"TIT2\0\0\0\x02\0\0\0AAPIC"[..], &size, &[0, flags], content, artist].concat()
        };
        let plain = frame(number(content.len()), 0, &content);
        let with_length = [&number(content.len())[..], &packed(&content)].concat();
        let (made_safe, zipped) = (safe(&content), packed(&content));
        let both = [&safe_number(content.len())[..], &safe(&zipped)].concat();
        for (what, version, flags, frames) in [
            ("safe in 3", 3, 0x80, safe(&plain)),
            ("packed in 3", 3, 0, frame(number(with_length.len()), 0x80, &with_length)),
            ("behind more of a head in 3", 3, 0x40, [&[0, 0, 0, 6, 0, 0, 0, 0, 0, 0][..], &plain].concat()),
            ("safe in 4", 4, 0, frame(safe_number(made_safe.len()), 0x02, &made_safe)),
            ("all safe in 4", 4, 0x80, frame(safe_number(made_safe.len()), 0x02, &made_safe)),
            ("packed and safe in 4", 4, 0, frame(safe_number(both.len()), 0x0b, &both)),
        ] {
            let head = [&b"ID3"[..], &[version, 0, flags], &safe_number(frames.len())].concat();
            let content = [&head[..], &frames, &sound].concat();
            for output in ["flac", "m4a"] {
                let made = service.output(("mp3", output), content.clone(), json!({})).await;
                let said =
                    streams(&format!("a.{output}"), &made, "codec_name:stream_disposition=attached_pic");
                let what = format!("{kind}, {what}, {output}");
                assert_eq!(said.get(1).map(String::as_str), Some(codec), "{what}: {said:?}");
                let tags = probed(&format!("a.{output}"), &made, &["-show_entries", "format_tags"]);
                assert!(tags.iter().any(|tag| tag.to_lowercase() == "tag:artist=b"), "{what}: {tags:?}");
            }
        }
    }
}
