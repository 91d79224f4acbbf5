//! What a file has besides what all formats have: it is kept or named.

use std::time::Duration;

use image::codecs::gif::Repeat;
use image::{DynamicImage, Rgba};
use serde_json::{Value, json};

use super::by_hand::OLD;
use super::make::{self, Says};
use super::{assert_near, converted, info, read, warnings};
use crate::service::Service;

fn halves() -> DynamicImage {
    make::halves(40, 20).into()
}

fn says() -> Says {
    Says::default()
}

/// A BMP whose header has room for a profile, which stands behind the pixels; `kind` says what it is.
fn bmp(kind: [u8; 4], profile: &[u8]) -> Vec<u8> {
    let (header, pixels) = (124_u32, [0, 0, 255, 0].repeat(4));
    let mut file = b"BM\0\0\0\0\0\0\0\0".to_vec();
    let mut write = |values: &[u32]| values.iter().for_each(|value| file.extend(value.to_le_bytes()));
    write(&[14 + header, header, 2, 2, 1 | 32 << 16, 0, 16, 11_811, 11_811, 0, 0]);
    write(&[0; 4]);
    write(&[u32::from_le_bytes(kind)]);
    write(&[0; 12]);
    write(&[4, header + 16, u32::try_from(profile.len()).unwrap(), 0]);
    file.extend(pixels);
    file.extend(profile);
    file
}

#[tokio::test]
async fn the_profile_of_a_bmp() {
    let service = Service::start().await;
    let file = bmp(*b"DEBM", &make::swapped());
    for output in ["png", "jpg", "webp", "tiff"] {
        let (made, _) = converted(&service, ("bmp", output), file.clone(), json!({})).await;
        let made = read(&made);
        assert!(made.icc.is_some(), "{output}");
        assert_near(made.image.to_rgb8().get_pixel(0, 0).0, [255, 0, 0], output);
    }
    // Red by this profile is blue.
    let (made, _) = converted(&service, ("bmp", "gif"), file, json!({})).await;
    assert_near(read(&made).image.to_rgb8().get_pixel(0, 0).0, [0, 0, 255], "gif");
    let (_, status) = converted(&service, ("bmp", "png"), bmp(*b"KNIL", b"C:\\a.icc\0"), json!({})).await;
    assert!(warnings(&status).contains("a colour profile that stands in another file"), "{}", status.text());
}

pub(super) fn png_with(chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    with_chunks(make::png(&halves(), &says()), chunks)
}

/// Behind the head of a PNG, the last of them first.
pub(super) fn with_chunks(mut png: Vec<u8>, chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    for (name, content) in chunks {
        let mut sum = flate2::Crc::new();
        sum.update(&[&name[..], content].concat());
        let length = u32::try_from(content.len()).unwrap().to_be_bytes();
        png.splice(33..33, [&length[..], *name, content, &sum.sum().to_be_bytes()].concat());
    }
    png
}

pub(super) fn jpeg_with(marker: u8, content: &[u8]) -> Vec<u8> {
    spliced(make::jpeg(&halves(), &says()), marker, content)
}

/// With another segment behind the first.
pub(super) fn spliced(mut jpeg: Vec<u8>, marker: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
    jpeg.splice(20..20, [&[0xff, marker], &length[..], content].concat());
    jpeg
}

/// Before its end, or behind its screen.
pub(super) fn gif_with(extension: &[u8]) -> Vec<u8> {
    let mut gif = make::gif(&[(Rgba([255, 0, 0, 255]), 100)], Repeat::Infinite);
    let end = gif.len() - 1;
    gif.splice(end..end, extension.to_vec());
    gif
}

fn webp_with(name: [u8; 4]) -> Vec<u8> {
    let mut webp = make::webp(&halves(), &Says { icc: Some(make::swapped()), ..says() });
    webp.extend([&name[..], &4_u32.to_le_bytes(), b"abcd"].concat());
    let length = u32::try_from(webp.len() - 8).unwrap();
    webp[4..8].copy_from_slice(&length.to_le_bytes());
    webp
}

#[tokio::test]
async fn parts_that_no_output_has_are_named() {
    let service = Service::start().await;
    // A checksum, how long all of it is, and where this part begins.
    let extended =
        [&b"http://ns.adobe.com/xmp/extension/\0"[..], &[b'0'; 32], &4_u32.to_be_bytes(), &[0; 4], b"<x/>"]
            .concat();
    let behind = [make::jpeg(&halves(), &says()), b"ftypmp42 a film".to_vec()].concat();
    for (input, file, told) in [
        (
            "png",
            png_with(&[(b"tIME", &[7, 228, 1, 2, 3, 4, 5]), (b"bKGD", &[0, 0, 0, 0, 0, 255])]),
            "the background (bKGD), the time of the last change (tIME)",
        ),
        ("png", png_with(&[(b"caBX", b"claims")]), "caBX"),
        (
            "png",
            png_with(&[(b"sBIT", &[5, 6, 5]), (b"sRGB", &[1])]),
            "how colours are to be fitted to a screen (sRGB), how many of the bits of its pixels count (sBIT)",
        ),
        ("jpg", jpeg_with(0xe2, b"MPF\0II*\0"), "an index of more pictures (MPF)"),
        ("jpg", jpeg_with(0xe1, &extended), "extended XMP"),
        ("jpg", jpeg_with(0xeb, b"JP\0\x01"), "APP11 (JP)"),
        ("jpg", behind, "15 bytes behind the picture"),
        ("gif", gif_with(b"\x21\xff\x0bMGKIPTC0000\x03abc\0"), "MGKIPTC0000"),
        (
            "gif",
            gif_with(b"\x21\x01\x0c\0\0\0\0\x09\0\x09\0\x08\x08\0\x01\x02Hi\0"),
            "a text over the picture",
        ),
        ("webp", webp_with(*b"abcd"), "abcd"),
    ] {
        for output in ["png", "jpg", "webp"] {
            let (_, status) = converted(&service, (input, output), file.clone(), json!({})).await;
            let sentence = format!("What else the file has is not in the output: {told}");
            assert!(warnings(&status).contains(&sentence), "{input} to {output}: {told}: {}", status.text());
        }
        let (_, status) = converted(&service, (input, "png"), file, json!({"strip": true})).await;
        assert!(!warnings(&status).contains("What else"), "{}", status.text());
    }
    // What only helps to show a picture is no loss.
    let plain = png_with(&[(b"sBIT", &[8, 8, 8]), (b"sRGB", &[0])]);
    let (_, status) = converted(&service, ("png", "png"), plain, json!({})).await;
    assert_eq!(status["warnings"], json!([]));
}

/// As for the film of a “motion photo”, in every format.
#[tokio::test]
async fn what_stands_behind_the_end_is_told() {
    let service = Service::start().await;
    let written = super::table::written;
    let red = [255, 0, 0, 255];
    for (input, file) in [
        ("png", make::png(&halves(), &says())),
        ("jpg", make::jpeg(&halves(), &says())),
        ("webp", make::webp(&halves(), &says())),
        ("webp", make::webp(&halves(), &Says { exif: Some(make::exif(1, 300)), ..says() })),
        ("gif", make::gif(&[(Rgba(red), 100)], Repeat::Infinite)),
        ("gif", make::gif(&[(Rgba(red), 100), (Rgba(red), 100)], Repeat::Infinite)),
        ("bmp", make::bmp(&halves().to_rgb8(), 300)),
        ("bmp", bmp(*b"DEBM", &make::swapped())),
        ("bmp", written(&DynamicImage::from(halves().to_luma8()), image::ImageFormat::Bmp)),
        ("ico", written(&halves(), image::ImageFormat::Ico)),
        ("tiff", make::tiff(&[halves().to_rgb8(), halves().to_rgb8()], &Says { exif: None, ..Says::all() })),
        ("tiff", OLD.file((1, 1), 1, &[(258, &[8]), (259, &[1]), (262, &[1]), (277, &[1])], &[vec![7]])),
    ] {
        let output = if input == "png" { "webp" } else { "png" };
        for (behind, told) in
            [(&b""[..], ""), (&[0; 300], ""), (b"\0\0\0\x18ftypmp42", "12 bytes behind the picture")]
        {
            let file = [&file[..], behind].concat();
            let (_, status) = converted(&service, (input, output), file.clone(), json!({})).await;
            let what = format!("{input}, {} bytes: {}", behind.len(), status.text());
            assert!(warnings(&status).contains(told), "{what}");
            assert_eq!(warnings(&status).contains("behind the picture"), !told.is_empty(), "{what}");
            let (_, status) = converted(&service, (input, output), file, json!({"strip": true})).await;
            assert!(!warnings(&status).contains("behind"), "{input}: {}", status.text());
        }
    }
}

/// What a decoder does not need does not keep it from its picture, however broken it is.
#[tokio::test]
async fn broken_segments_are_no_broken_picture() {
    let service = Service::start().await;
    let extended = b"http://ns.adobe.com/xmp/extension/\0".to_vec();
    let with_header = |total: u32, offset: u32, content: &[u8]| {
        [&extended[..], &[b'A'; 32], &total.to_be_bytes(), &offset.to_be_bytes(), content].concat()
    };
    for (marker, content, told) in [
        (0xe1, [&extended[..], b"short"].concat(), "extended XMP"),
        (0xe1, with_header(u32::MAX, 0, b"<x/>"), "extended XMP"),
        (0xe1, with_header(4, 1 << 30, b"<x/>"), "extended XMP"),
        (0xe2, b"ICC_PROFILE\0\x07\x02no profile".to_vec(), "profile"),
        (0xe2, b"urn:iso:std:iso:ts:21496:-1\0a".to_vec(), "APP2"),
    ] {
        let says = Says { exif: Some(make::exif(1, 300)), ..says() };
        let file = spliced(make::jpeg(&halves(), &says), marker, &content);
        for output in ["png", "jpg", "webp"] {
            let (made, status) = converted(&service, ("jpg", output), file.clone(), json!({})).await;
            assert_eq!(read(&made).image.width(), halves().width(), "{told}: {output}");
            assert!(read(&made).exif.is_some(), "{told}: {output}");
            assert!(warnings(&status).contains(told), "{told}: {}", status.text());
        }
        let (_, status) = converted(&service, ("jpg", "pdf"), file, json!({})).await;
        assert_eq!(status["step"], "finished", "{told}");
    }
}

#[tokio::test]
async fn comments_in_any_encoding_and_with_their_keywords() {
    let service = Service::start().await;
    let latin = jpeg_with(0xfe, b"Gr\xf6\xdfe");
    let utf8 = jpeg_with(0xfe, "Größe".as_bytes());
    let mut tiff = make::tiff(&[halves().to_rgb8()], &Says { comment: Some("Gr..e"), ..says() });
    let place = tiff.windows(5).position(|text| text == b"Gr..e").unwrap();
    tiff[place + 2..place + 4].copy_from_slice(b"\xf6\xdf");
    for (input, file) in [("jpg", latin), ("jpg", utf8), ("tiff", tiff)] {
        for output in ["png", "jpg", "gif", "tiff"] {
            let (made, _) = converted(&service, (input, output), file.clone(), json!({})).await;
            assert_eq!(
                info(&service, output, made).await["comments"],
                json!(["Größe"]),
                "{input} to {output}"
            );
        }
    }
    let titled = png_with(&[(b"tEXt", b"Title\0Sea")]);
    for output in ["jpg", "gif", "tiff"] {
        let (made, _) = converted(&service, ("png", output), titled.clone(), json!({})).await;
        assert_eq!(info(&service, output, made).await["comments"], json!(["Title: Sea"]), "{output}");
    }
}

/// Keywords that PNG does not allow, texts that are not as they should be, and what a text says of itself.
#[tokio::test]
async fn texts_of_a_png_as_they_should_not_be() {
    let service = Service::start().await;
    let long = "k".repeat(90);
    let text = |keyword: &str, text: &[u8]| [keyword.as_bytes(), &[0], text].concat();
    for (name, chunk, wanted) in [
        (b"tEXt", text("", b"nothing before"), "nothing before".to_owned()),
        (b"tEXt", text(&long, b"much before"), format!("{long}: much before")),
        (b"iTXt", text("Title", b"\0\0\0\0Gr\xf6\xdfe"), "Gr\u{f6}\u{df}e".to_owned()),
    ] {
        let (made, status) =
            converted(&service, ("png", "png"), png_with(&[(name, &chunk)]), json!({})).await;
        assert_eq!(status["warnings"], json!([]), "{wanted}");
        assert_eq!(info(&service, "png", made).await["comments"], json!([wanted]));
    }
    let translated = text("Title", b"\0\0de\0Titel\0Meer");
    let (made, status) =
        converted(&service, ("png", "png"), png_with(&[(b"iTXt", &translated)]), json!({})).await;
    assert!(warnings(&status).contains("the languages of its texts"), "{}", status.text());
    assert_eq!(info(&service, "png", made).await["comments"], json!(["Meer"]));
}

/// Its offsets count from the start of EXIF, which some formats write anew.
#[tokio::test]
async fn notes_of_makers_that_move_are_told() {
    use exif::{Field, In, Tag, Value};
    let service = Service::start().await;
    let note = Field {
        tag: Tag::MakerNote,
        ifd_num: In::PRIMARY,
        value: Value::Undefined(b"Kit's notes".to_vec(), 0),
    };
    let mut writer = exif::experimental::Writer::new();
    writer.push_field(&note);
    let mut exif = std::io::Cursor::new(Vec::new());
    writer.write(&mut exif, false).unwrap();
    let says = Says { exif: Some(exif.into_inner()), dpi: Some((300, 300)), ..says() };
    let file = make::jpeg(&halves(), &says);
    for (output, moves) in [("jpg", false), ("png", false), ("webp", true), ("tiff", true)] {
        let (made, status) = converted(&service, ("jpg", output), file.clone(), json!({})).await;
        assert!(made.windows(11).any(|part| part == b"Kit's notes"), "{output}");
        assert_eq!(warnings(&status).contains("MakerNote"), moves, "{output}: {}", status.text());
    }
}

/// Texts of EXIF 3.0, which are in UTF-8 by their kind.
#[tokio::test]
async fn texts_of_exif_in_utf_8() {
    let service = Service::start().await;
    let (short, long) = ("Bü", "Künstlerin am Meer");
    // Of two entries, one has its text in itself.
    let mut exif = b"II\x2a\0\x08\0\0\0\x02\0".to_vec();
    exif.extend(
        [&0x010f_u16.to_le_bytes()[..], &129_u16.to_le_bytes(), &4_u32.to_le_bytes(), short.as_bytes(), &[0]]
            .concat(),
    );
    let length = u32::try_from(long.len() + 1).unwrap().to_le_bytes();
    exif.extend(
        [&0x013b_u16.to_le_bytes()[..], &129_u16.to_le_bytes(), &length, &38_u32.to_le_bytes()].concat(),
    );
    exif.extend([&[0; 4], long.as_bytes(), &[0]].concat());
    let says = Says { exif: Some(exif), dpi: Some((300, 300)), ..says() };
    let file = make::jpeg(&halves(), &says);
    for output in ["jpg", "png", "webp", "tiff"] {
        let (made, _) = converted(&service, ("jpg", output), file.clone(), json!({})).await;
        let said = info(&service, output, made.clone()).await["exif"].clone();
        assert!(!said["Make"].is_null() && !said["Artist"].is_null(), "{output}: {said}");
        assert!(made.windows(long.len()).any(|part| part == long.as_bytes()), "{output}");
    }
}

#[tokio::test]
async fn a_description_stays_beside_a_comment() {
    use exif::experimental::Writer;
    use exif::{Field, In, Tag, Value};
    let service = Service::start().await;
    let value = Value::Ascii(vec![b"By the sea".to_vec()]);
    let mut writer = Writer::new();
    let field = Field { tag: Tag::ImageDescription, ifd_num: In::PRIMARY, value };
    writer.push_field(&field);
    let mut exif = std::io::Cursor::new(Vec::new());
    writer.write(&mut exif, true).unwrap();
    let exif = Some(exif.into_inner());
    for (comment, expected) in [
        (None, "By the sea"),
        (Some("a comment"), "By the sea\na comment"),
        (Some("By the sea"), "By the sea"),
    ] {
        let file = make::jpeg(&halves(), &Says { exif: exif.clone(), comment, ..says() });
        let (made, _) = converted(&service, ("jpg", "tiff"), file, json!({})).await;
        let mut tiff = tiff::decoder::Decoder::new(std::io::Cursor::new(made)).unwrap();
        assert_eq!(tiff.get_tag_ascii_string(tiff::tags::Tag::ImageDescription).unwrap(), expected);
    }
}

#[tokio::test]
async fn xmp_in_utf_16_is_kept() {
    let service = Service::start().await;
    let wide: Vec<u8> = make::XMP.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let packet = [&b"http://ns.adobe.com/xap/1.0/\0\xff\xfe"[..], &wide].concat();
    let file = jpeg_with(0xe1, &packet);
    for output in ["png", "jpg", "webp", "tiff"] {
        let (made, _) = converted(&service, ("jpg", output), file.clone(), json!({})).await;
        assert_eq!(info(&service, output, made).await["xmp"], make::XMP, "{output}");
    }
}

/// Elevations and the like, of which most are no shades.
#[tokio::test]
async fn measurements_are_shown_and_told() {
    let service = Service::start().await;
    let floats = |values: [f32; 4]| values.iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<u8>>();
    let shorts = |values: [i16; 4]| values.iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<u8>>();
    for (depth, format, data, told, shades) in [
        (32, 3, floats([-100.0, 0.0, 300.0, f32::NAN]), "measurements from -100 to 300", [0, 64, 255, 0]),
        (16, 2, shorts([-1000, -500, 1000, 0]), "measurements from -1000 to 1000", [0, 64, 255, 128]),
        (32, 3, floats([0.0, 0.25, 1.0, 0.5]), "more than 16 bits", [0, 64, 255, 128]),
        (16, 1, shorts([0, 16_448, -1, -32_768]), "", [0, 64, 255, 128]),
    ] {
        let more: [(u16, &[u64]); 5] =
            [(258, &[depth]), (259, &[1]), (262, &[1]), (277, &[1]), (339, &[format])];
        let file = OLD.file((4, 1), 1, &more, &[data]);
        let (made, status) = converted(&service, ("tiff", "png"), file, json!({})).await;
        let row: Vec<u8> = read(&made).image.to_luma8().pixels().map(|pixel| pixel.0[0]).collect();
        assert_eq!(row, shades, "{depth} {format}");
        let said = warnings(&status);
        assert!(said.contains(told) && said.is_empty() == told.is_empty(), "{said}");
    }
    let more: [(u16, &[u64]); 5] = [(258, &[8; 5]), (259, &[1]), (262, &[2]), (277, &[5]), (338, &[0, 0])];
    let (made, status) =
        converted(&service, ("tiff", "png"), OLD.file((1, 1), 1, &more, &[vec![255, 0, 0, 9, 9]]), json!({}))
            .await;
    assert_near(read(&made).image.to_rgb8().get_pixel(0, 0).0, [255, 0, 0], "five channels");
    assert!(warnings(&status).contains("2 more channels"), "{}", status.text());
}

#[tokio::test]
async fn long_pauses_of_animations() {
    let service = Service::start().await;
    let shown = |said: &Value| Duration::from_secs_f64(said["duration"].as_f64().unwrap());
    let (red, blue) = (Rgba([255, 0, 0, 255]), Rgba([0, 0, 255, 255]));
    let gif = make::gif(&[(red, 100_000), (blue, 500_000)], Repeat::Infinite);
    for output in ["png", "webp", "gif"] {
        let (made, status) = converted(&service, ("gif", output), gif.clone(), json!({})).await;
        assert_eq!(shown(&info(&service, output, made).await), Duration::from_mins(10), "{output}");
        assert_eq!(status["warnings"], json!([]), "{output}");
    }
    // What has no room is told, and not made up for by the next picture.
    let (mut webp, _) = converted(&service, ("gif", "webp"), gif, json!({})).await;
    let frame = webp.windows(4).position(|name| name == b"ANMF").unwrap() + 8 + 12;
    webp[frame..frame + 3].copy_from_slice(&1_000_000_u32.to_le_bytes()[..3]);
    let (made, status) = converted(&service, ("webp", "gif"), webp, json!({})).await;
    assert!(warnings(&status).contains("at most 655 s"), "{}", status.text());
    assert_eq!(shown(&info(&service, "gif", made).await), Duration::from_millis(655_350 + 500_000));
}
