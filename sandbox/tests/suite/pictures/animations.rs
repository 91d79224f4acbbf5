//! Animations, between the formats that have them and into those that have not.

use image::codecs::gif::{GifDecoder, Repeat};
use image::codecs::png::PngDecoder;
use image::codecs::webp::WebPDecoder;
use image::{AnimationDecoder, Frame, Rgba};
use serde_json::json;
use std::io::Cursor;

use super::make;
use super::{assert_near, converted, info, read, warnings};
use crate::pdf::pages_of;
use crate::service::Service;

const RED: Rgba<u8> = Rgba([255, 0, 0, 255]);
const BLUE: Rgba<u8> = Rgba([0, 0, 255, 255]);
const NOTHING: Rgba<u8> = Rgba([0, 0, 0, 0]);

fn frames(format: &str, file: &[u8]) -> Vec<Frame> {
    let file = Cursor::new(file.to_vec());
    let frames = match format {
        "gif" => GifDecoder::new(file).unwrap().into_frames(),
        "webp" => WebPDecoder::new(file).unwrap().into_frames(),
        _ => PngDecoder::new(file).unwrap().apng().unwrap().into_frames(),
    };
    frames.collect_frames().unwrap()
}

#[tokio::test]
async fn frames_times_and_repetitions_are_kept() {
    let service = Service::start().await;
    let gif = make::gif(&[(RED, 100), (BLUE, 250), (NOTHING, 40)], Repeat::Finite(4));
    let (webp, _) = converted(&service, ("gif", "webp"), gif.clone(), json!({})).await;
    let (apng, _) = converted(&service, ("gif", "png"), gif.clone(), json!({})).await;
    for (input, content) in [("gif", gif), ("webp", webp), ("png", apng)] {
        for output in ["gif", "webp", "png"] {
            let (made, status) = converted(&service, (input, output), content.clone(), json!({})).await;
            let what = format!("{input} to {output}");
            assert_eq!(status["warnings"], json!([]), "{what}");
            let shown = frames(output, &made);
            let times: Vec<u32> =
                shown.iter().map(|frame| frame.delay().numer_denom_ms()).map(|(n, d)| n / d).collect();
            assert_eq!(times, [100, 250, 40], "{what}");
            let pixels: Vec<_> = shown.iter().map(|frame| frame.buffer().get_pixel(5, 5).0).collect();
            assert_near(pixels[0][..3].try_into().unwrap(), [255, 0, 0], &what);
            assert_near(pixels[1][..3].try_into().unwrap(), [0, 0, 255], &what);
            assert_eq!(pixels[2][3], 0, "{what}");
            let facts = info(&service, output, made).await;
            assert_eq!((&facts["frames"], &facts["plays"]), (&json!(3), &json!(5)), "{what}");
            assert_eq!(facts["duration"], json!(0.39), "{what}");
        }
    }
}

#[tokio::test]
async fn for_ever_is_for_ever_and_each_picture_is_resized() {
    let service = Service::start().await;
    let gif = make::gif(&[(RED, 100), (BLUE, 100)], Repeat::Infinite);
    for output in ["gif", "webp", "png"] {
        let (made, _) = converted(&service, ("gif", output), gif.clone(), json!({"width": 10})).await;
        assert_eq!(info(&service, output, made.clone()).await["plays"], 0, "{output}");
        for frame in frames(output, &made) {
            assert_eq!(frame.buffer().dimensions(), (10, 5), "{output}");
        }
    }
}

#[tokio::test]
async fn where_there_are_no_animations_it_is_told() {
    let service = Service::start().await;
    let gif = make::gif(&[(RED, 100), (BLUE, 100)], Repeat::Infinite);
    for output in ["jpg", "bmp", "ico"] {
        let (made, status) = converted(&service, ("gif", output), gif.clone(), json!({})).await;
        assert_near(read(&made).image.to_rgb8().get_pixel(5, 5).0, [255, 0, 0], output);
        assert!(warnings(&status).contains("only the first"), "{}", status.text());
        let types = service.get(&format!("/conversiontypes?inputformat=gif&outputformat={output}")).await;
        assert!(types.json()[0]["note"].as_str().unwrap().contains("first picture"));
    }
    let (pdf, status) = converted(&service, ("gif", "pdf"), gif.clone(), json!({})).await;
    assert!(pages_of(&pdf) == 2 && warnings(&status).contains("pages"));
    let (tiff, _) = converted(&service, ("gif", "tiff"), gif, json!({})).await;
    assert_eq!(info(&service, "tiff", tiff).await["pages"], 2);
    // One picture is no animation.
    let one = make::gif(&[(RED, 100)], Repeat::Infinite);
    let (_, status) = converted(&service, ("gif", "jpg"), one, json!({})).await;
    assert_eq!(status["warnings"], json!([]));
}

#[tokio::test]
async fn an_animation_of_16_bits_is_told() {
    let service = Service::start().await;
    let mut deep = Vec::new();
    let mut encoder = png::Encoder::new(&mut deep, 4, 4);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Sixteen);
    encoder.set_animated(2, 0).unwrap();
    let mut writer = encoder.write_header().unwrap();
    for byte in [0x12, 0x34] {
        writer.write_image_data(&[byte; 4 * 4 * 6]).unwrap();
    }
    writer.finish().unwrap();
    for output in ["png", "gif", "webp"] {
        let (made, status) = converted(&service, ("png", output), deep.clone(), json!({})).await;
        assert!(warnings(&status).contains("only the first picture is read"), "{}", status.text());
        assert_near(read(&made).image.to_rgb8().get_pixel(1, 1).0, [0x12; 3], output);
    }
}
