//! Colour profiles, inks, depths, transparency.

use image::{DynamicImage, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use serde_json::json;

use super::make::{self, Says};
use super::{assert_near, converted, info, page, read, warnings};
use crate::service::Service;

#[tokio::test]
async fn a_profile_is_kept_or_applied() {
    let service = Service::start().await;
    let red = DynamicImage::from(RgbImage::from_pixel(30, 20, Rgb([255, 0, 0])));
    let says = Says { icc: Some(make::swapped()), ..Says::default() };
    let pages = [red.to_rgb8()];
    for (input, content) in [
        ("png", make::png(&red, &says)),
        ("jpg", make::jpeg(&red, &says)),
        ("webp", make::webp(&red, &says)),
        ("tiff", make::tiff(&pages, &says)),
    ] {
        for (output, keeps) in [
            ("png", true),
            ("jpg", true),
            ("webp", true),
            ("tiff", true),
            ("gif", false),
            ("bmp", false),
            ("ico", false),
        ] {
            for (options, keeps) in [(json!({}), keeps), (json!({"strip": true, "width": 10}), false)] {
                let (made, _) = converted(&service, (input, output), content.clone(), options).await;
                let made = read(&made);
                let pixel = made.image.to_rgb8().get_pixel(3, 3).0;
                assert_eq!(made.icc.is_some(), keeps, "{input} to {output}");
                let wanted = if keeps { [255, 0, 0] } else { [0, 0, 255] };
                assert_near(pixel, wanted, &format!("{input} to {output}"));
            }
        }
        let (pdf, _) = converted(&service, (input, "pdf"), content.clone(), json!({})).await;
        assert!(pdf.windows(8).any(|part| part == b"ICCBased"), "{input} to pdf");
        assert_near(page(&pdf, 1, 96).get_pixel(3, 3).0, [0, 0, 255], &format!("{input} to pdf"));
    }
}

/// With loss and without, with what a picture says and without: what is transparent stays so, and other programs read it.
#[tokio::test]
async fn transparent_webp() {
    let service = Service::start().await;
    let fading = RgbaImage::from_fn(64, 32, |x, _| Rgba([0, 0, 255, if x < 32 { 0 } else { 200 }]));
    for says in [Says::default(), Says { dpi: Some((300, 300)), ..Says::default() }] {
        let content = make::png(&fading.clone().into(), &says);
        for options in [json!({}), json!({"quality": 60}), json!({"lossless": true, "quality": 60})] {
            let (made, _) = converted(&service, ("png", "webp"), content.clone(), options.clone()).await;
            let made = read(&made).image.to_rgba8();
            let (left, right) = (made.get_pixel(8, 16).0, made.get_pixel(56, 16).0);
            assert_eq!((left[3], right[3]), (0, 200), "{options}");
            assert_near([right[0], right[1], right[2]], [0, 0, 255], &options.to_string());
        }
    }
}

#[tokio::test]
async fn a_profile_that_cannot_be_used_is_told() {
    let service = Service::start().await;
    let red = DynamicImage::from(RgbImage::from_pixel(30, 20, Rgb([255, 0, 0])));
    let says = Says { icc: Some(b"no profile".to_vec()), ..Says::default() };
    let (_, status) = converted(&service, ("png", "gif"), make::png(&red, &says), json!({})).await;
    assert!(warnings(&status).contains("profile"), "{}", status.text());
}

#[tokio::test]
async fn a_profile_of_grey_goes_where_grey_goes() {
    let service = Service::start().await;
    let grey = DynamicImage::ImageLuma8(image::GrayImage::from_pixel(20, 10, image::Luma([128])));
    let profile = moxcms::ColorProfile::new_gray_with_gamma(1.0).encode().unwrap();
    let content = make::png(&grey, &Says { icc: Some(profile), ..Says::default() });
    for (output, keeps) in [("png", true), ("jpg", true), ("tiff", true), ("webp", false), ("bmp", false)] {
        let (made, _) = converted(&service, ("png", output), content.clone(), json!({})).await;
        let made = read(&made);
        assert_eq!(made.icc.is_some(), keeps, "{output}");
        let wanted = if keeps { 128 } else { 188 };
        assert_near(made.image.to_rgb8().get_pixel(3, 3).0, [wanted; 3], output);
    }
}

/// A profile that is made of codes or figures is one that readers take: libpng leaves out any other.
#[tokio::test]
async fn colours_without_a_profile_get_a_whole_one() {
    let service = Service::start().await;
    let primaries =
        [31_270_u32, 32_900, 68_000, 32_000, 26_500, 69_000, 15_000, 6_000].map(u32::to_be_bytes).concat();
    for chunk in [
        (b"cICP", vec![12, 13, 0, 1]),
        (b"cICP", vec![9, 16, 0, 1]),
        (b"cHRM", primaries),
        (b"gAMA", vec![0, 1, 134, 160]),
    ] {
        let file = super::parts::png_with(&[(chunk.0, &chunk.1)]);
        for output in ["png", "jpg", "webp", "tiff"] {
            let (made, status) = converted(&service, ("png", output), file.clone(), json!({})).await;
            let icc = read(&made).icc.unwrap_or_else(|| panic!("{chunk:?} {output}: {}", status.text()));
            let word = |at: usize| u32::from_be_bytes(icc[at..at + 4].try_into().unwrap());
            assert_eq!((word(0) as usize, icc.len() % 4), (icc.len(), 0), "{chunk:?} {output}");
            assert_eq!([word(68), word(72), word(76)], [0xf6d6, 0x10000, 0xd32d]);
            let tags: Vec<&[u8]> =
                (0..word(128) as usize).map(|at| &icc[132 + 12 * at..136 + 12 * at]).collect();
            for tag in [&b"desc"[..], b"cprt", b"wtpt", b"rXYZ", b"rTRC"] {
                assert!(tags.contains(&tag), "{chunk:?}: {tags:?}");
            }
        }
    }
}

/// Cameras say by a name in EXIF alone that their colours are those of Adobe RGB.
#[tokio::test]
async fn adobe_rgb_by_exif() {
    use exif::experimental::Writer;
    use exif::{Field, In, Tag, Value};
    let service = Service::start().await;
    let colour = DynamicImage::from(RgbImage::from_pixel(32, 16, Rgb([90, 160, 90])));
    let exif = |space: u16, rules: &[u8]| {
        let field = |tag, value| Field { tag, ifd_num: In::PRIMARY, value };
        let fields = [
            field(Tag::ColorSpace, Value::Short(vec![space])),
            field(Tag::InteroperabilityIndex, Value::Ascii(vec![rules.to_vec()])),
        ];
        let mut writer = Writer::new();
        for field in &fields {
            writer.push_field(field);
        }
        let mut bytes = std::io::Cursor::new(Vec::new());
        writer.write(&mut bytes, false).unwrap();
        Some(bytes.into_inner())
    };
    let profile = moxcms::ColorProfile::new_adobe_rgb().encode().unwrap();
    let by_profile = make::jpeg(&colour, &Says { icc: Some(profile), ..Says::default() });
    let by_exif = make::jpeg(&colour, &Says { exif: exif(65_535, b"R03"), ..Says::default() });
    for output in ["png", "jpg", "webp", "tiff"] {
        let (made, _) = converted(&service, ("jpg", output), by_exif.clone(), json!({})).await;
        assert!(read(&made).icc.is_some(), "{output}");
        assert_eq!(info(&service, output, made).await["profile"], "Adobe RGB (1998)", "{output}");
    }
    let seen = async |output: &str, file: &[u8], options: serde_json::Value| {
        let (made, _) = converted(&service, ("jpg", output), file.to_vec(), options).await;
        if output == "pdf" { page(&made, 1, 96) } else { read(&made).image.to_rgb8() }.get_pixel(8, 8).0
    };
    for (output, options) in [
        ("gif", json!({})),
        ("bmp", json!({})),
        ("ico", json!({})),
        ("pdf", json!({})),
        ("png", json!({"strip": true})),
    ] {
        let wanted = seen(output, &by_profile, options.clone()).await;
        assert!(wanted[0] < 75, "{output}: {wanted:?}");
        assert_near(seen(output, &by_exif, options.clone()).await, wanted, output);
        // That of sRGB, and one that says both.
        for plain in [exif(1, b"R98"), exif(1, b"R03")] {
            let plain = make::jpeg(&colour, &Says { exif: plain, ..Says::default() });
            assert_near(seen(output, &plain, options.clone()).await, [90, 160, 90], output);
        }
    }
}

#[tokio::test]
async fn what_is_transparent_gets_the_background() {
    let service = Service::start().await;
    let image = DynamicImage::from(RgbaImage::from_pixel(20, 10, Rgba([0, 0, 0, 0])));
    let content = make::png(&image, &Says::default());
    for (output, options, wanted) in [
        ("jpg", json!({}), [255, 255, 255]),
        ("jpg", json!({"background": "#f60"}), [255, 102, 0]),
        ("webp", json!({"background": "rgb(0, 128, 0)"}), [0, 128, 0]),
        ("bmp", json!({"background": "navy"}), [0, 0, 128]),
    ] {
        let (made, _) = converted(&service, ("png", output), content.clone(), options).await;
        assert_near(read(&made).image.to_rgb8().get_pixel(3, 3).0, wanted, output);
    }
    let (pdf, _) = converted(&service, ("png", "pdf"), content.clone(), json!({})).await;
    assert!(pdf.windows(5).any(|part| part == b"SMask"));
    let refused =
        service.convert(("png", "jpg"), content, json!({"converteroptions": {"background": "reddish"}}));
    refused.await.assert_error(400, "background");
}

/// A background may let something through itself. Where a format has no transparency, white is behind it.
#[tokio::test]
async fn a_background_has_its_opacity() {
    let service = Service::start().await;
    let clear = DynamicImage::from(RgbaImage::from_pixel(20, 10, Rgba([0, 0, 0, 0])));
    let red = DynamicImage::from(RgbImage::from_pixel(20, 10, Rgb([255, 0, 0])));
    let content = make::png(&clear, &Says::default());
    for output in ["png", "webp", "tiff", "bmp", "ico", "gif", "jpg"] {
        for (background, opacity, shown) in [
            ("transparent", 0, [255; 3]),
            ("rgba(0, 0, 255, 0.5)", 128, [127, 127, 255]),
            ("#00f8", 136, [119, 119, 255]),
        ] {
            let options = json!({"background": background});
            let (made, _) = converted(&service, ("png", output), content.clone(), options).await;
            let seen = read(&made).image.to_rgba8().get_pixel(3, 3).0;
            let what = format!("{background} in {output}: {seen:?}");
            match (output, opacity) {
                ("jpg", _) => assert_near([seen[0], seen[1], seen[2]], shown, &what),
                ("gif", 1..) => assert_eq!(seen[3], 255, "{what}"),
                _ => assert!(seen[3].abs_diff(opacity) <= 1, "{what}"),
            }
            if opacity > 0 && !["jpg", "gif"].contains(&output) {
                assert_near([seen[0], seen[1], seen[2]], [0, 0, 255], &what);
            }
            // Around a padded picture it is the same, and not twice as strong.
            let options = json!({"background": background, "width": 20, "height": 20, "fit": "pad"});
            let (made, _) =
                converted(&service, ("png", output), make::png(&red, &Says::default()), options).await;
            let padded = read(&made).image.to_rgba8();
            if !["jpg", "gif"].contains(&output) {
                assert!(padded.get_pixel(3, 1).0[3].abs_diff(opacity) <= 1, "{what}, padded");
            }
            let middle = padded.get_pixel(10, 10).0;
            assert!(output == "jpg" || middle == [255, 0, 0, 255], "{what}: {middle:?}");
        }
    }
}

#[tokio::test]
async fn deep_colours_stay_deep() {
    let service = Service::start().await;
    let deep = image::ImageBuffer::from_fn(16, 1, |x, _| {
        let value = u16::try_from(x).unwrap() * 257 + 13;
        Rgb([value, value, value])
    });
    let deep = DynamicImage::ImageRgb16(deep);
    for (input, format) in [("png", ImageFormat::Png), ("tiff", ImageFormat::Tiff)] {
        let mut content = std::io::Cursor::new(Vec::new());
        deep.write_to(&mut content, format).unwrap();
        for output in ["png", "tiff"] {
            let (made, _) = converted(&service, (input, output), content.get_ref().clone(), json!({})).await;
            assert_eq!(read(&made).image, deep, "{input} to {output}");
        }
    }
}

#[tokio::test]
async fn palettes_and_their_transparency() {
    let service = Service::start().await;
    let mut content = Vec::new();
    let mut encoder = png::Encoder::new(&mut content, 4, 1);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Two);
    encoder.set_palette(vec![255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 9, 9]);
    encoder.set_trns(vec![255, 128, 0, 255]);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&[0b0001_1011]).unwrap();
    writer.finish().unwrap();
    for output in ["png", "webp", "tiff", "bmp", "ico"] {
        let (made, _) = converted(&service, ("png", output), content.clone(), json!({})).await;
        let made = read(&made).image.to_rgba8();
        assert_eq!(made.get_pixel(0, 0).0, [255, 0, 0, 255], "{output}");
        assert_eq!(made.get_pixel(1, 0).0[3], 128, "{output}");
        assert_eq!(made.get_pixel(2, 0).0[3], 0, "{output}");
    }
}
