//! Orientation, EXIF, XMP and what else stands beside the pixels.

use image::DynamicImage;
use serde_json::json;

use super::make::{self, Says, XMP};
use super::parts::spliced;
use super::{assert_near, converted, info, page, read};
use crate::service::Service;

#[tokio::test]
async fn pictures_are_turned_once() {
    let service = Service::start().await;
    let image = DynamicImage::from(make::halves(40, 20));
    // The red half of the picture, which lies above in the file, is shown here.
    for (orientation, size, red, green) in [
        (1, (40, 20), (20, 4), (20, 16)),
        (2, (40, 20), (20, 4), (20, 16)),
        (3, (40, 20), (20, 16), (20, 4)),
        (4, (40, 20), (20, 16), (20, 4)),
        (5, (20, 40), (4, 20), (16, 20)),
        (6, (20, 40), (16, 20), (4, 20)),
        (7, (20, 40), (16, 20), (4, 20)),
        (8, (20, 40), (4, 20), (16, 20)),
    ] {
        let says = Says { exif: Some(make::exif(orientation, 96)), ..Says::default() };
        let content = make::jpeg(&image, &says);
        for output in ["jpg", "png", "webp", "tiff"] {
            let (made, _) = converted(&service, ("jpg", output), content.clone(), json!({})).await;
            let made = read(&made);
            let shown = made.image.to_rgb8();
            assert_eq!(shown.dimensions(), size, "{orientation} to {output}");
            assert_near(shown.get_pixel(red.0, red.1).0, [254, 0, 0], &format!("{orientation} to {output}"));
            assert_near(
                shown.get_pixel(green.0, green.1).0,
                [0, 160, 0],
                &format!("{orientation} to {output}"),
            );
            if let Some(bytes) = made.exif {
                let exif = exif::Reader::new().read_raw(bytes).unwrap();
                let field = exif.get_field(exif::Tag::Orientation, exif::In::PRIMARY).unwrap();
                assert_eq!(field.value.get_uint(0), Some(1), "{orientation} to {output}");
            }
        }
        // A PDF takes the JPEG as it is, and turns it; with another size it takes the pixels.
        for options in [json!({}), json!({"width": size.0 - 1})] {
            let (pdf, _) = converted(&service, ("jpg", "pdf"), content.clone(), options).await;
            let shown = page(&pdf, 1, 96);
            assert!(shown.dimensions().0.abs_diff(size.0) <= 1, "{orientation} to pdf");
            assert_near(shown.get_pixel(red.0, red.1).0, [254, 0, 0], &format!("{orientation} to pdf"));
        }
        assert_eq!(info(&service, "jpg", content).await["orientation"], json!(orientation));
    }
}

#[tokio::test]
async fn what_a_camera_says_is_kept_unless_stripped() {
    let service = Service::start().await;
    let image = DynamicImage::from(make::halves(40, 20));
    for (input, content) in
        [("jpg", make::jpeg(&image, &Says::all())), ("png", make::png(&image, &Says::all()))]
    {
        for output in ["jpg", "png", "webp"] {
            let (made, _) = converted(&service, (input, output), content.clone(), json!({})).await;
            let made = read(&made);
            let exif = exif::Reader::new().read_raw(made.exif.unwrap()).unwrap();
            for tag in [exif::Tag::Make, exif::Tag::DateTimeOriginal, exif::Tag::GPSLatitudeRef] {
                assert!(exif.get_field(tag, exif::In::PRIMARY).is_some(), "{input} to {output}: {tag}");
            }
            assert_eq!(made.xmp.unwrap(), XMP.as_bytes(), "{input} to {output}");
            let (made, status) =
                converted(&service, (input, output), content.clone(), json!({"strip": true})).await;
            let made = read(&made);
            // The resolution stays; a WebP has it in EXIF.
            assert!(made.xmp.is_none() && (made.exif.is_none() || output == "webp"), "{input} to {output}");
            assert_eq!(status["warnings"], json!([]));
        }
        let facts = info(&service, input, content.clone()).await;
        assert_eq!(facts["exif"]["Make"], "Kit");
        assert_eq!(facts["comments"], json!(["a comment"]));
        assert_eq!((&facts["depth"], &facts["channels"]), (&json!(8), &json!(3)));
    }
}

#[tokio::test]
async fn a_tiff_keeps_what_a_camera_says_and_hands_it_on() {
    let service = Service::start().await;
    let content = make::jpeg(&make::halves(40, 20).into(), &Says::all());
    let (tiff, status) = converted(&service, ("jpg", "tiff"), content, json!({})).await;
    assert_eq!(status["warnings"], json!([]));
    let exif = exif::Reader::new().read_from_container(&mut std::io::Cursor::new(&tiff)).unwrap();
    for tag in [exif::Tag::Make, exif::Tag::DateTimeOriginal, exif::Tag::GPSLatitudeRef] {
        assert!(exif.get_field(tag, exif::In::PRIMARY).is_some(), "{tag}");
    }
    let (back, status) = converted(&service, ("tiff", "jpg"), tiff, json!({})).await;
    assert_eq!(status["warnings"], json!([]));
    let back = read(&back);
    assert_eq!(back.xmp.unwrap(), XMP.as_bytes());
    let exif = exif::Reader::new().read_raw(back.exif.unwrap()).unwrap();
    assert!(exif.get_field(exif::Tag::DateTimeOriginal, exif::In::PRIMARY).is_some());
}

/// An image resource of Photoshop.
fn resource(number: u16, content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).unwrap().to_be_bytes();
    [&b"8BIM"[..], &number.to_be_bytes(), &[0, 0], &length, content, &[0][..content.len() % 2]].concat()
}

/// Small pictures stand in EXIF, in XMP and in image resources; sizes and resolutions as well.
#[tokio::test]
async fn what_is_said_of_pixels_changes_with_them() {
    let service = Service::start().await;
    let old = b"the whole picture";
    let xmp = format!(
        "<r xmlns:tiff='http://ns.adobe.com/tiff/1.0/' xmlns:xmp='http://ns.adobe.com/xap/1.0/' \
         xmlns:g='http://ns.adobe.com/xap/1.0/g/img/' tiff:ImageWidth='40' tiff:XResolution='300/1' x='kept'>\
         <xmp:Thumbnails><g:image>{}</g:image></xmp:Thumbnails></r>",
        String::from_utf8_lossy(old)
    );
    let resolution =
        [&300_u16.to_be_bytes()[..], &[0, 0, 0, 1, 0, 1], &300_u16.to_be_bytes(), &[0, 0, 0, 1, 0, 1]]
            .concat();
    let iptc = b"\x1c\x02\x5a\0\x04City";
    let resources =
        [resource(1036, old), resource(1005, &resolution), resource(1033, old), resource(1028, iptc)]
            .concat();
    let picture = |orientation| {
        let says =
            Says { exif: Some(make::exif(orientation, 300)), dpi: Some((300, 300)), ..Says::default() };
        let picture = make::jpeg(&make::halves(40, 20).into(), &says);
        let picture = spliced(picture, 0xed, &[&b"Photoshop 3.0\0"[..], &resources].concat());
        spliced(picture, 0xe1, &[&b"http://ns.adobe.com/xap/1.0/\0"[..], xmp.as_bytes()].concat())
    };
    let (tiff, _) = converted(&service, ("jpg", "tiff"), picture(1), json!({})).await;
    let count = |bytes: &[u8]| bytes.windows(old.len()).filter(|part| part == old).count();
    let has = |bytes: &[u8], text: &[u8]| bytes.windows(text.len()).any(|part| part == text);
    for (input, content) in [("jpg", &picture(1)), ("tiff", &tiff)] {
        assert_eq!(count(content), 3, "{input}");
        for output in ["jpg", "tiff"] {
            let (made, status) = converted(&service, (input, output), content.clone(), json!({})).await;
            assert_eq!((count(&made), &status["warnings"]), (3, &json!([])), "{input} to {output}");
            for options in [json!({"width": 10, "height": 10, "fit": "crop"}), json!({"width": 10})] {
                let (made, status) =
                    converted(&service, (input, output), content.clone(), options.clone()).await;
                assert_eq!(count(&made), 0, "{input} to {output}: {options}");
                assert!(super::warnings(&status).contains("pictures inside the XMP"), "{}", status.text());
                let facts = info(&service, output, made).await;
                let said = facts["xmp"].as_str().unwrap();
                assert!(said.contains("ImageWidth='10'") && said.contains("x='kept'"), "{said}");
                assert_eq!(facts["iptc"], json!({"city": "City"}), "{input} to {output}");
            }
            let (made, _) =
                converted(&service, (input, output), content.clone(), json!({"density": 150})).await;
            assert_eq!(count(&made), 3, "{input} to {output}");
            assert!(has(&made, &[0, 150, 0, 0, 0, 1, 0, 1, 0, 150, 0, 0]), "{input} to {output}");
            let facts = info(&service, output, made).await;
            assert!(facts["xmp"].as_str().unwrap().contains("XResolution='15000/100'"), "{facts}");
        }
    }
    for output in ["jpg", "png", "webp", "tiff"] {
        let (made, _) = converted(&service, ("jpg", output), picture(6), json!({})).await;
        assert_eq!((read(&made).image.height(), count(&made)), (40, 0), "{output}");
    }
}

#[tokio::test]
async fn what_was_cropped_is_not_in_the_thumbnail() {
    use exif::experimental::Writer;
    let service = Service::start().await;
    let field = exif::Field {
        tag: exif::Tag::Make,
        ifd_num: exif::In::PRIMARY,
        value: exif::Value::Ascii(vec![b"Kit".to_vec()]),
    };
    let mut writer = Writer::new();
    writer.push_field(&field);
    writer.set_jpeg(b"the whole picture", exif::In::THUMBNAIL);
    let mut bytes = std::io::Cursor::new(Vec::new());
    writer.write(&mut bytes, false).unwrap();
    let says = Says { exif: Some(bytes.into_inner()), ..Says::default() };
    let content = make::jpeg(&make::halves(40, 20).into(), &says);
    let crop = json!({"width": 10, "height": 10, "fit": "crop"});
    let (made, _) = converted(&service, ("jpg", "jpg"), content.clone(), crop).await;
    let has = |bytes: &[u8]| bytes.windows(17).any(|part| part == b"the whole picture");
    assert!(has(&content) && !has(&made));
    assert!(exif::Reader::new().read_raw(read(&made).exif.unwrap()).is_ok());
}
