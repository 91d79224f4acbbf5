//! Pixels that are not square, of files that say nothing else of their size.

use image::DynamicImage;
use image::codecs::gif::Repeat;
use serde_json::json;

use super::by_hand::OLD;
use super::make::{self, Says};
use super::{converted, info, page, warnings};
use crate::service::Service;

/// Files whose pixels are half as wide as high.
pub(super) fn inputs() -> Vec<(&'static str, Vec<u8>)> {
    let halves = DynamicImage::from(make::halves(40, 20));
    let mut png = make::png(&halves, &Says { dpi: Some((300, 300)), ..Says::default() });
    let place = png.windows(4).position(|name| name == b"pHYs").unwrap();
    let chunk = [&b"pHYs"[..], &2_u32.to_be_bytes(), &1_u32.to_be_bytes(), &[0]].concat();
    let mut sum = flate2::Crc::new();
    sum.update(&chunk);
    png[place..place + 17].copy_from_slice(&[&chunk[..], &sum.sum().to_be_bytes()].concat());
    let mut gif = make::gif(&[(image::Rgba([255, 0, 0, 255]), 100)], Repeat::Infinite);
    // 64 times one half, without 15.
    gif[12] = 17;
    let mut bmp = make::bmp(&halves.to_rgb8(), 300);
    bmp[38..46].copy_from_slice(&[2, 0, 0, 0, 1, 0, 0, 0]);
    let jpeg = make::with_ratio(make::jpeg(&halves, &Says::default()), (2, 1));
    vec![("jpg", jpeg), ("png", png), ("gif", gif), ("bmp", bmp), ("tiff", tiff(1))]
}

/// Twice as many pixels across as down, in this unit.
fn tiff(unit: u64) -> Vec<u8> {
    let grey: [(u16, &[u64]); 4] = [(258, &[8]), (259, &[1]), (262, &[1]), (296, &[unit])];
    let mut file = OLD.file((4, 2), 2, &[&grey[..], &[(282, &[0]), (283, &[0])]].concat(), &[vec![128; 8]]);
    // Two fractions at the end.
    for (tag, number) in [(282_u16, 200_u32), (283, 100)] {
        let head = [tag.to_le_bytes(), 3_u16.to_le_bytes()].concat();
        let entry = file.windows(4).position(|bytes| bytes == head).unwrap();
        let end = u32::try_from(file.len()).unwrap();
        let said = [[5, 0, 1, 0].to_vec(), vec![0, 0], end.to_le_bytes().to_vec()].concat();
        file[entry + 2..entry + 12].copy_from_slice(&said);
        file.extend([number.to_le_bytes(), 1_u32.to_le_bytes()].concat());
    }
    file
}

#[tokio::test]
async fn it_is_kept_or_told() {
    let service = Service::start().await;
    for (input, content) in inputs() {
        assert_eq!(info(&service, input, content.clone()).await["pixel_shape"], 0.5, "{input}");
        for output in ["png", "jpg", "gif", "bmp", "webp", "tiff", "ico"] {
            let what = format!("{input} to {output}");
            let (made, status) = converted(&service, (input, output), content.clone(), json!({})).await;
            let said = info(&service, output, made).await;
            let told = warnings(&status).contains("shape of the pixels");
            assert_eq!(
                (said["pixel_shape"] == 0.5, told),
                (!matches!(output, "bmp" | "ico"), matches!(output, "bmp" | "ico")),
                "{what}: {said}"
            );
            assert!(said["resolution"].is_null(), "{what}: {said}");
        }
        // A page is as the picture is to look like: half as wide.
        let (pdf, _) = converted(&service, (input, "pdf"), content, json!({})).await;
        let page = page(&pdf, 1, 192);
        assert_eq!(page.width(), page.height(), "{input}");
    }
}

#[tokio::test]
async fn a_resolution_says_more() {
    let service = Service::start().await;
    let (made, status) = converted(&service, ("tiff", "png"), tiff(2), json!({})).await;
    assert_eq!(status["warnings"], json!([]));
    let said = info(&service, "png", made).await;
    assert_eq!((&said["resolution"], &said["pixel_shape"]), (&json!([200.0, 100.0]), &json!(0.5)));
    // Where there is no place for it, the shape is kept.
    let (made, status) = converted(&service, ("tiff", "gif"), tiff(2), json!({})).await;
    assert!(warnings(&status).contains("The resolution of the image is not in the output"));
    assert_eq!(info(&service, "gif", made).await["pixel_shape"], 0.5);
    let asked = json!({"density": 100});
    let jpeg = inputs().remove(0).1;
    let (made, _) = converted(&service, ("jpg", "jpg"), jpeg, asked).await;
    assert_eq!(info(&service, "jpg", made).await["resolution"], json!([100.0, 100.0]));
}
