//! Pictures in inks.

use image::{DynamicImage, GrayImage, Luma};
use serde_json::json;

use super::by_hand::LAYOUTS;
use super::make::{self, Says};
use super::parts::spliced;
use super::{assert_near, converted, page, read, warnings};
use crate::service::Service;

#[tokio::test]
async fn inks_become_light() {
    let service = Service::start().await;
    for ycck in [false, true] {
        for (inks, wanted) in
            [([0, 0, 0, 0], [255; 3]), ([0, 255, 255, 0], [255, 0, 0]), ([0, 0, 0, 255], [0; 3])]
        {
            let content = make::inks(inks, ycck);
            let (made, status) = converted(&service, ("jpg", "png"), content.clone(), json!({})).await;
            assert_near(read(&made).image.to_rgb8().get_pixel(8, 8).0, wanted, &format!("{inks:?} {ycck}"));
            assert!(warnings(&status).contains("CMYK"), "{}", status.text());
            let (pdf, _) = converted(&service, ("jpg", "pdf"), content, json!({})).await;
            let shown = page(&pdf, 1, 96).get_pixel(8, 8).0;
            // Readers mix inks otherwise, but not inverted.
            assert!(shown.iter().zip(wanted).all(|(a, b)| a.abs_diff(b) < 70), "{inks:?} {ycck}: {shown:?}");
        }
    }
}

/// Inks of which nothing is said are read as they are stored, and told. Where colours are coarser than their brightness,
/// they are no plain inks.
#[tokio::test]
async fn inks_without_a_word_of_adobe() {
    let service = Service::start().await;
    // Stored as the opposite of what is asked for here.
    for (ycck, inks, wanted) in [
        (false, [255, 0, 0, 255], [255, 0, 0]),
        (false, [255; 4], [255; 3]),
        (true, [255, 0, 0, 255], [255, 0, 0]),
        (true, [0, 0, 255, 255], [0, 0, 255]),
    ] {
        let content = make::unmarked(make::coarse_inks(inks, ycck));
        for output in ["png", "tiff"] {
            let (made, status) = converted(&service, ("jpg", output), content.clone(), json!({})).await;
            assert_near(read(&made).image.to_rgb8().get_pixel(8, 8).0, wanted, &format!("{inks:?} {ycck}"));
            assert!(warnings(&status).contains("does not say whether"), "{}", status.text());
        }
        let (pdf, status) = converted(&service, ("jpg", "pdf"), content, json!({})).await;
        assert_near(page(&pdf, 1, 96).get_pixel(8, 8).0, wanted, &format!("{inks:?} {ycck} in a PDF"));
        assert!(warnings(&status).contains("does not say whether"), "{}", status.text());
    }
}

/// By the profile, cyan is a red; by an estimate, it is not.
#[tokio::test]
async fn inks_with_a_profile() {
    let service = Service::start().await;
    let with = |jpeg: Vec<u8>, profile: &[u8]| {
        spliced(jpeg, 0xe2, &[&b"ICC_PROFILE\0\x01\x01"[..], profile].concat())
    };
    for ycck in [false, true] {
        for (inks, wanted) in
            [([0; 4], [255; 3]), ([255, 0, 0, 0], make::STRANGE_CYAN), ([0, 0, 0, 255], [0; 3])]
        {
            let file = with(make::inks(inks, ycck), &make::strange_inks());
            for output in ["png", "jpg", "webp", "gif"] {
                let (made, status) = converted(&service, ("jpg", output), file.clone(), json!({})).await;
                let what = format!("{inks:?} {ycck} {output}");
                assert_near(read(&made).image.to_rgb8().get_pixel(8, 8).0, wanted, &what);
                assert!(warnings(&status).contains("by its profile"), "{}", status.text());
            }
            // A PDF has inks, and profiles of them.
            let (pdf, status) = converted(&service, ("jpg", "pdf"), file, json!({})).await;
            assert!(pdf.windows(8).any(|part| part == b"ICCBased"), "{inks:?} {ycck}");
            assert_eq!(status["warnings"], json!([]), "{inks:?} {ycck}");
        }
    }
    let file = with(make::inks([255, 0, 0, 0], false), &make::swapped());
    for output in ["png", "pdf"] {
        let (_, status) = converted(&service, ("jpg", output), file.clone(), json!({})).await;
        assert!(warnings(&status).contains("not one for that"), "{output}: {}", status.text());
    }
}

/// Of 8 and of 16 bits, with a profile and without, with opacity and without.
#[tokio::test]
async fn a_tiff_in_inks() {
    let service = Service::start().await;
    let profile: Vec<u64> = make::strange_inks().into_iter().map(u64::from).collect();
    for layout in LAYOUTS {
        for (depth, most) in [(8_u64, 255_u64), (16, 65_535)] {
            for (inks, plain, strange) in [
                ([0; 4], [255; 3], [255; 3]),
                ([1, 0, 0, 0], [0, 255, 255], make::STRANGE_CYAN),
                ([0, 0, 0, 1], [0; 3], [0; 3]),
            ] {
                for opacity in [None, Some(most / 2)] {
                    let pixel: Vec<u64> = inks.iter().map(|ink| ink * most).chain(opacity).collect();
                    let data = layout.samples(&pixel.repeat(4), usize::try_from(depth / 8).unwrap());
                    let (depths, channels) = (vec![depth; pixel.len()], [pixel.len() as u64]);
                    let mut more: Vec<(u16, &[u64])> =
                        vec![(258, &depths), (259, &[1]), (262, &[5]), (277, &channels)];
                    more.extend(opacity.map(|_| (338, &[2_u64][..])));
                    for (profile, wanted, told) in
                        [(None, plain, "an estimate"), (Some(&profile[..]), strange, "by its profile")]
                    {
                        let mut more = more.clone();
                        more.extend(profile.map(|profile| (34_675, profile)));
                        let file = layout.file((2, 2), 2, &more, std::slice::from_ref(&data));
                        let (made, status) = converted(&service, ("tiff", "png"), file, json!({})).await;
                        let made = read(&made).image;
                        let what = format!("{inks:?}, {depth} bits, {opacity:?}, {layout:?}");
                        assert_eq!(
                            u64::from(made.color().bytes_per_pixel() / made.color().channel_count()),
                            depth / 8,
                            "{what}"
                        );
                        assert_near(made.to_rgb8().get_pixel(1, 1).0, wanted, &what);
                        assert!(
                            made.to_rgba8().get_pixel(1, 1).0[3].abs_diff(opacity.map_or(255, |_| 127)) <= 1,
                            "{what}"
                        );
                        assert!(warnings(&status).contains(told), "{what}: {}", status.text());
                    }
                }
            }
        }
    }
}

/// A profile of colours beside grey pixels, which a PDF cannot have with the JPEG as it is.
#[tokio::test]
async fn a_profile_of_other_channels_in_a_pdf() {
    let service = Service::start().await;
    let grey = DynamicImage::ImageLuma8(GrayImage::from_pixel(40, 20, Luma([128])));
    let says = Says { icc: Some(make::linear()), ..Says::default() };
    for (input, content) in [("jpg", make::jpeg(&grey, &says)), ("png", make::png(&grey, &says))] {
        let (pdf, _) = converted(&service, (input, "pdf"), content, json!({})).await;
        assert_near(page(&pdf, 1, 96).get_pixel(8, 8).0, [188; 3], input);
    }
}
