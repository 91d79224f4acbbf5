//! What a file says in another place or another way than usual.

use flate2::Compression;
use flate2::write::ZlibEncoder;
use image::{DynamicImage, Rgb, RgbImage};
use serde_json::json;

use super::make::{self, Says, XMP};
use super::parts::{gif_with, jpeg_with, png_with, spliced, with_chunks};
use super::{assert_near, converted, info, read};
use crate::service::Service;

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    std::io::Write::write_all(&mut encoder, bytes).unwrap();
    encoder.finish().unwrap()
}

/// As `ImageMagick` and others write it.
fn raw(name: &str, bytes: &[u8]) -> Vec<u8> {
    let text = format!("\n{name}\n{:8}\n{}\n", bytes.len(), hex::encode(bytes));
    [format!("Raw profile type {name}\0\0").as_bytes(), &packed(text.as_bytes())].concat()
}

#[tokio::test]
async fn texts_that_are_more_than_texts() {
    let service = Service::start().await;
    let exif = [&b"Exif\0\0"[..], &make::exif(1, 300)].concat();
    let xmp = [&b"http://ns.adobe.com/xap/1.0/\0"[..], XMP.as_bytes()].concat();
    let iptc = b"\x1c\x02\x19\0\x05water\x1c\x02\x5a\0\x06Berlin";
    for (name, bytes, field) in [
        ("exif", &exif[..], "exif"),
        ("APP1", &exif, "exif"),
        ("APP1", &xmp, "xmp"),
        ("xmp", XMP.as_bytes(), "xmp"),
        ("iptc", iptc, "iptc"),
        ("icc", &make::swapped(), "profile"),
    ] {
        let png = png_with(&[(b"zTXt", &raw(name, bytes))]);
        for output in ["jpg", "tiff"] {
            let (made, _) = converted(&service, ("png", output), png.clone(), json!({})).await;
            let said = info(&service, output, made).await;
            assert!(!said[field].is_null() && said["comments"].is_null(), "{name} to {output}: {said}");
            if field == "iptc" {
                assert_eq!(said["iptc"], json!({"keywords": ["water"], "city": "Berlin"}), "{output}");
            }
        }
    }
    // What is no such thing stays a text.
    let png = png_with(&[(b"tEXt", b"Raw profile type exif\0nothing")]);
    assert!(!info(&service, "png", png).await["comments"].is_null());
}

#[tokio::test]
async fn xmp_of_any_length() {
    let service = Service::start().await;
    let long = format!(
        "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"r\"><d>{}</d></rdf:RDF></x:xmpmeta>",
        "depth".repeat(40_000)
    );
    let png = png_with(&[(b"iTXt", &[b"XML:com.adobe.xmp\0\0\0\0\0", long.as_bytes()].concat())]);
    // Into segments of a JPEG, and out of them.
    let (jpeg, status) = converted(&service, ("png", "jpg"), png, json!({})).await;
    assert_eq!(status["warnings"], json!([]));
    assert!(jpeg.windows(34).any(|part| part == b"http://ns.adobe.com/xmp/extension/"));
    for output in ["jpg", "png", "tiff", "webp"] {
        let (made, status) = converted(&service, ("jpg", output), jpeg.clone(), json!({})).await;
        assert_eq!(status["warnings"], json!([]), "{output}");
        let said = info(&service, output, made).await;
        assert!(said["xmp"].as_str().unwrap().contains(&"depth".repeat(40_000)), "{output}");
    }
}

#[tokio::test]
async fn xmp_of_a_gif() {
    let service = Service::start().await;
    let trailer: Vec<u8> = std::iter::once(1).chain((0..=255).rev()).chain([0]).collect();
    let xmp = [b"\x21\xff\x0bXMP DataXMP", XMP.as_bytes(), &trailer].concat();
    let gif = gif_with(&xmp);
    for output in ["png", "jpg", "tiff"] {
        let (made, status) = converted(&service, ("gif", output), gif.clone(), json!({})).await;
        assert_eq!(read(&made).image.width(), 20, "{output}");
        assert_eq!(info(&service, output, made).await["xmp"], XMP, "{output}");
        // What stands behind it for old programs is nothing.
        assert_eq!(status["warnings"], json!([]), "{output}");
        let more = gif_with(&[&xmp[..], b"\x21\xff\x0bMGKIPTC0000\x03abc\0"].concat());
        let (_, status) = converted(&service, ("gif", output), more, json!({})).await;
        let told = ["What else the file has is not in the output: MGKIPTC0000"];
        assert_eq!(status["warnings"], json!(told), "{output}");
    }
    let (_, status) = converted(&service, ("gif", "gif"), gif, json!({})).await;
    assert!(status["warnings"].to_string().contains("XMP"), "{}", status.text());
}

#[tokio::test]
async fn an_animation_that_says_in_another_way_how_often() {
    let service = Service::start().await;
    let frames = [[255, 0, 0, 255], [0, 255, 0, 255]].map(|colour| (image::Rgba(colour), 100));
    let mut gif = make::gif(&frames, image::codecs::gif::Repeat::Infinite);
    let at = gif.windows(11).position(|name| name == b"NETSCAPE2.0").unwrap();
    gif[at..at + 11].copy_from_slice(b"ANIMEXTS1.0");
    for output in ["gif", "png", "webp"] {
        let (made, _) = converted(&service, ("gif", output), gif.clone(), json!({})).await;
        assert_eq!(info(&service, output, made).await["plays"], 0, "{output}");
    }
}

/// Codes of colours count before a profile (PNG, third edition, 4.3).
#[tokio::test]
async fn codes_count_before_a_profile() {
    let service = Service::start().await;
    let profile = [&b"name\0\0"[..], &packed(&make::swapped())].concat();
    for (codes, red) in [(&[1, 13, 0, 1], true), (&[255, 255, 0, 1], false)] {
        let png = png_with(&[(b"iCCP", &profile), (b"cICP", codes)]);
        let (made, status) = converted(&service, ("png", "bmp"), png, json!({})).await;
        let wanted = if red { [255, 0, 0] } else { [0, 0, 255] };
        assert_near(read(&made).image.to_rgb8().get_pixel(3, 3).0, wanted, "bmp");
        assert_eq!(status["warnings"].to_string().contains("cICP"), !red, "{}", status.text());
    }
}

/// A BMP whose header has primaries, of which red and blue have changed places.
#[tokio::test]
async fn primaries_of_a_bmp() {
    let service = Service::start().await;
    let header = 108_u32;
    let mut file = b"BM\0\0\0\0\0\0\0\0".to_vec();
    let mut write = |values: &[u32]| values.iter().for_each(|value| file.extend(value.to_le_bytes()));
    write(&[14 + header, header, 2, 2, 1 | 32 << 16, 0, 16, 2835, 2835, 0, 0, 0, 0, 0, 0, 0]);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let part = |value: f64| (value * f64::from(1 << 30)).round() as u32;
    write(&[0.1805, 0.0722, 0.9505, 0.3576, 0.7152, 0.1192, 0.4124, 0.2126, 0.0193].map(part));
    write(&[65_536 * 22 / 10; 3]);
    file.extend([0, 0, 255, 0].repeat(4));
    let (made, _) = converted(&service, ("bmp", "gif"), file.clone(), json!({})).await;
    assert_near(read(&made).image.to_rgb8().get_pixel(0, 0).0, [0, 0, 255], "gif");
    let (made, _) = converted(&service, ("bmp", "png"), file, json!({})).await;
    assert!(read(&made).icc.is_some());
}

/// A background is what its name says, whatever the numbers of a picture mean.
#[tokio::test]
async fn a_background_has_its_own_colour() {
    let service = Service::start().await;
    // Seen as blue, because the profile has red and blue changed.
    let red = DynamicImage::from(RgbImage::from_pixel(20, 20, Rgb([255, 0, 0])));
    let content = make::png(&red, &Says { icc: Some(make::swapped()), ..Says::default() });
    for (output, swapped) in [("png", true), ("jpg", true), ("webp", true), ("gif", false), ("bmp", false)] {
        let options = json!({"width": 40, "height": 20, "fit": "pad", "background": "#ff0000"});
        let (made, _) = converted(&service, ("png", output), content.clone(), options).await;
        let made = read(&made);
        assert_eq!(made.icc.is_some(), swapped, "{output}");
        let (edge, middle) = if swapped { ([0, 0, 255], [255, 0, 0]) } else { ([255, 0, 0], [0, 0, 255]) };
        let pixels = made.image.to_rgb8();
        assert_near(pixels.get_pixel(2, 10).0, edge, output);
        assert_near(pixels.get_pixel(20, 10).0, middle, output);
    }
}

/// Where pixels are grey, with a profile of grey, the profile goes where the pixels are still grey.
#[tokio::test]
async fn grey_and_its_profile_stay_together() {
    let service = Service::start().await;
    let profile = moxcms::ColorProfile::new_gray_with_gamma(1.0).encode().unwrap();
    let grey = |x: u32| image::LumaA([32_896_u16, if x < 4 { 0 } else { u16::MAX }]);
    let deep = image::ImageBuffer::from_fn(20, 10, |x, _| grey(x));
    let deep = DynamicImage::ImageLumaA16(deep);
    for image in [deep.clone(), deep.into_luma_alpha8().into()] {
        let mut content = std::io::Cursor::new(Vec::new());
        image.write_to(&mut content, image::ImageFormat::Png).unwrap();
        let named = [&b"name\0\0"[..], &packed(&profile)].concat();
        let content = with_chunks(content.into_inner(), &[(b"iCCP", &named)]);
        for (output, options, keeps) in [
            ("png", json!({}), true),
            ("tiff", json!({}), false),
            ("jpg", json!({}), true),
            ("jpg", json!({"background": "gray"}), true),
            ("jpg", json!({"background": "red"}), false),
            ("png", json!({"width": 40, "height": 40, "fit": "pad"}), true),
            ("png", json!({"width": 40, "height": 40, "fit": "pad", "background": "blue"}), false),
        ] {
            let (made, status) = converted(&service, ("png", output), content.clone(), options.clone()).await;
            let what = format!("{output} {options}: {}", status.text());
            let made = read(&made);
            assert_eq!((made.icc.is_some(), made.image.color().has_color()), (keeps, !keeps), "{what}");
            let pixels = made.image.to_rgb8();
            let middle = pixels.get_pixel(pixels.width() / 2, pixels.height() / 2).0;
            assert_near(middle, [if keeps { 128 } else { 188 }; 3], &what);
            assert!(!status["warnings"].to_string().contains("profile"), "{what}");
        }
    }
}

#[tokio::test]
async fn the_sides_in_exif_turn_along() {
    let service = Service::start().await;
    let exif = exif_with_sides(6, 40, 20);
    let jpeg = make::jpeg(&make::halves(40, 20).into(), &Says { exif: Some(exif), ..Says::default() });
    for output in ["jpg", "png", "webp", "tiff"] {
        let (made, _) = converted(&service, ("jpg", output), jpeg.clone(), json!({})).await;
        let said = info(&service, output, made).await;
        let sides = ["PixelXDimension", "PixelYDimension"].map(|name| said["exif"][name].clone());
        assert_eq!(sides, [json!("20 pixels"), json!("40 pixels")], "{output}: {said}");
        assert_eq!(said["exif"]["InteroperabilityIndex"], json!("R98"), "{output}: {said}");
    }
}

fn exif_with_sides(orientation: u16, width: u16, height: u16) -> Vec<u8> {
    use exif::experimental::Writer;
    use exif::{Field, In, Tag, Value};
    let field = |tag, value| Field { tag, ifd_num: In::PRIMARY, value };
    let fields = [
        field(Tag::Orientation, Value::Short(vec![orientation])),
        field(Tag::PixelXDimension, Value::Short(vec![width])),
        field(Tag::PixelYDimension, Value::Short(vec![height])),
        field(Tag::InteroperabilityIndex, Value::Ascii(vec![b"R98".to_vec()])),
    ];
    let mut writer = Writer::new();
    for field in &fields {
        writer.push_field(field);
    }
    let mut bytes = std::io::Cursor::new(Vec::new());
    writer.write(&mut bytes, true).unwrap();
    bytes.into_inner()
}

#[tokio::test]
async fn sets_of_iptc_are_told_by_their_names() {
    let service = Service::start().await;
    let sets = b"\x1c\x02\x05\0\x03Sea\x1c\x02\x19\0\x04blue\x1c\x02\x19\0\x05water";
    let resource = [&b"Photoshop 3.0\08BIM\x04\x04\0\0\0\0\0"[..], &[27], sets, &[0]].concat();
    let jpeg = jpeg_with(0xed, &resource);
    let said = info(&service, "jpg", jpeg.clone()).await;
    assert_eq!(said["iptc"], json!({"object_name": "Sea", "keywords": ["blue", "water"]}));
    let (made, _) = converted(&service, ("jpg", "tiff"), jpeg, json!({})).await;
    assert_eq!(info(&service, "tiff", made).await["iptc"]["keywords"][1], "water");
    let none = spliced(make::jpeg(&make::halves(8, 8).into(), &Says::default()), 0xed, b"Photoshop 3.0\0");
    info(&service, "jpg", none).await;
}
