//! Files of several pictures that are broken off: what is whole is kept, and the loss is told in words for people.

use image::codecs::gif::{GifEncoder, Repeat};
use image::{DynamicImage, Frame, Rgb, RgbImage};
use serde_json::json;

use super::make::{self, Says};
use super::{converted, info, warnings};
use crate::service::Service;

fn noise(seed: u64) -> RgbImage {
    let mut random = fastrand::Rng::with_seed(seed);
    RgbImage::from_fn(60, 40, |_, _| Rgb([random.u8(..), random.u8(..), random.u8(..)]))
}

fn gif() -> Vec<u8> {
    let mut gif = Vec::new();
    let mut encoder = GifEncoder::new(&mut gif);
    encoder.set_repeat(Repeat::Infinite).unwrap();
    for seed in 0..3 {
        encoder.encode_frame(Frame::new(DynamicImage::from(noise(seed)).into_rgba8())).unwrap();
    }
    drop(encoder);
    gif
}

/// Where each of these begins.
fn starts(file: &[u8], mark: &[u8]) -> Vec<usize> {
    file.windows(mark.len()).enumerate().filter(|(_, bytes)| *bytes == mark).map(|(at, _)| at).collect()
}

#[tokio::test]
async fn animations_keep_the_pictures_that_are_whole() {
    let service = Service::start().await;
    let gif = gif();
    let (png, _) = converted(&service, ("gif", "png"), gif.clone(), json!({})).await;
    for (input, file, mark) in [("gif", gif, &b"\x21\xf9\x04"[..]), ("png", png, b"fcTL")] {
        let starts = starts(&file, mark);
        assert_eq!(starts.len(), 3, "{input}");
        for count in [1, 2] {
            // Within the picture that follows.
            let cut = file[..starts[count] + 300].to_vec();
            let told =
                format!("The animation is broken off: only the first of its pictures can be read ({count})");
            let said = service.convert((input, "json"), cut.clone(), json!({"mode": "info"})).await;
            assert_eq!(said["info"]["frames"].as_u64().unwrap_or(1), count as u64, "{}", said.text());
            assert!(warnings(&said).contains(&told), "{}", said.text());
            for output in ["gif", "png", "webp", "jpg"] {
                let (made, status) = converted(&service, (input, output), cut.clone(), json!({})).await;
                assert!(warnings(&status).contains(&told), "{input} to {output}: {}", status.text());
                let frames = info(&service, output, made).await["frames"].as_u64().unwrap_or(1);
                let wanted = if output == "jpg" { 1 } else { count as u64 };
                assert_eq!(frames, wanted, "{input} to {output}");
            }
        }
        // Of the first, not all is there.
        let cut = file[..starts[0] + 300].to_vec();
        let failed = service.convert((input, "webp"), cut, json!({})).await;
        failed.assert_error(422, "it is broken off; send the whole file");
        let (_, status) = converted(&service, (input, "webp"), file, json!({})).await;
        assert!(!warnings(&status).contains("broken off"), "{}", status.text());
    }
}

#[tokio::test]
async fn a_tiff_keeps_the_pages_that_are_whole() {
    let service = Service::start().await;
    let pages: Vec<RgbImage> = (0..3).map(noise).collect();
    let file = make::tiff(&pages, &Says::default());
    let third = file.len() / 3;
    for (length, whole) in [(third + 300, 1), (2 * third + 300, 2)] {
        let status = service.convert(("tiff", "png"), file[..length].to_vec(), json!({})).await;
        assert_eq!(status["step"], "finished", "{}", status.text());
        let files = status["output"]["files"].as_array().map_or(1, Vec::len);
        assert_eq!(files, whole, "{}", status.text());
        assert!(warnings(&status).contains("The TIFF is broken off"), "{}", status.text());
        let (made, status) = converted(&service, ("tiff", "tiff"), file[..length].to_vec(), json!({})).await;
        assert_eq!(info(&service, "tiff", made).await["pages"].as_u64().unwrap_or(1), whole as u64);
        assert!(warnings(&status).contains("The TIFF is broken off"), "{}", status.text());
    }
    let failed = service.convert(("tiff", "png"), file[..300].to_vec(), json!({})).await;
    failed.assert_error(422, "it is broken off; send the whole file");
}

/// All directories stand before all pixels, as some programs write them.
#[tokio::test]
async fn a_tiff_whose_directories_are_first_keeps_the_pages_that_are_whole() {
    let service = Service::start().await;
    // Entries in their order: sides, bits, compression, colour, offset, rows, length.
    let pixels: Vec<u8> = noise(1).into_raw()[..2400].to_vec();
    let directory = |offset: u32, next: u32| {
        let entries = [
            (256, 60),
            (257, 40),
            (258, 8),
            (259, 1),
            (262, 1),
            (273, offset),
            (277, 1),
            (278, 40),
            (279, 2400),
        ];
        let entry = |(tag, value): (u16, u32)| {
            [&tag.to_le_bytes()[..], &4_u16.to_le_bytes(), &1_u32.to_le_bytes(), &value.to_le_bytes()]
                .concat()
        };
        let entries = entries.map(entry).concat();
        [&9_u16.to_le_bytes()[..], &entries, &next.to_le_bytes()].concat()
    };
    let length = 2 + 9 * 12 + 4;
    let first = 8 + 2 * length;
    let file = [
        b"II\x2a\0\x08\0\0\0".to_vec(),
        directory(first, 8 + length),
        directory(first + 2400, 0),
        pixels.clone(),
        pixels,
    ];
    let file = file.concat();
    let (made, status) = converted(&service, ("tiff", "tiff"), file.clone(), json!({})).await;
    assert_eq!(info(&service, "tiff", made).await["pages"], 2);
    assert_eq!(status["warnings"], json!([]));
    let cut = file[..file.len() - 1000].to_vec();
    let told = "The file says that it has 2 pictures; only 1 can be read";
    for output in ["tiff", "png", "pdf"] {
        let (_, status) = converted(&service, ("tiff", output), cut.clone(), json!({})).await;
        assert!(warnings(&status).contains(told), "{output}: {}", status.text());
    }
    let said = service.convert(("tiff", "json"), cut, json!({"mode": "info"})).await;
    assert!(warnings(&said).contains(told), "{}", said.text());
}

#[tokio::test]
async fn what_is_broken_off_is_refused_in_words_for_people() {
    let service = Service::start().await;
    let noise = DynamicImage::from(noise(1));
    let says = Says::default();
    for (input, file, length) in [
        ("jpg", make::jpeg(&noise, &says), 20),
        ("png", make::png(&noise, &says), 300),
        ("webp", make::webp(&noise, &says), 300),
        ("tiff", make::tiff(&[noise.to_rgb8()], &says), 300),
        ("gif", gif(), 300),
        ("bmp", make::bmp(&noise.to_rgb8(), 300), 300),
    ] {
        let output = if input == "png" { "webp" } else { "png" };
        let failed = service.convert((input, output), file[..length].to_vec(), json!({})).await;
        failed.assert_error(422, "it is broken off; send the whole file");
        assert_eq!(failed["warnings"].as_array().map_or(0, Vec::len), 0, "{input}: {}", failed.text());
    }
}

/// Signs that say nothing, as editors and old programs leave them.
#[tokio::test]
async fn white_space_behind_the_end_is_nothing() {
    let service = Service::start().await;
    let noise = DynamicImage::from(noise(1));
    let tiff = make::tiff(&[noise.to_rgb8()], &Says::default());
    // GDAL repeats the last bytes of a tile behind it.
    let directory_first = {
        let pixels = [7_u8, 8, 9, 10, 11, 12];
        let entry = |tag: u16, value: u32| {
            [&tag.to_le_bytes()[..], &4_u16.to_le_bytes(), &1_u32.to_le_bytes(), &value.to_le_bytes()]
                .concat()
        };
        let entries: Vec<u8> = [
            (256, 3),
            (257, 2),
            (258, 8),
            (259, 1),
            (262, 1),
            (273, 8 + 2 + 108 + 4),
            (277, 1),
            (278, 2),
            (279, 6),
        ]
        .into_iter()
        .flat_map(|(tag, value)| entry(tag, value))
        .collect();
        [b"II\x2a\0\x08\0\0\0\x09\0", &entries[..], &[0; 4], &pixels, &pixels[2..]].concat()
    };
    for (input, file, behind) in [
        ("jpg", make::jpeg(&noise, &Says::default()), &b"\r\n"[..]),
        ("png", make::png(&noise, &Says::default()), b"\n"),
        ("webp", make::webp(&noise, &Says::default()), b" \t"),
        ("gif", gif(), b";"),
        ("gif", gif(), b";\n"),
        ("tiff", tiff, b"\n"),
        ("tiff", directory_first, b""),
    ] {
        let output = if input == "png" { "webp" } else { "png" };
        let (_, status) = converted(&service, (input, output), [&file[..], behind].concat(), json!({})).await;
        assert!(!warnings(&status).contains("behind"), "{input} {behind:?}: {}", status.text());
    }
}
