//! Texts and pictures on pictures, pages and films.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use image::{DynamicImage, Rgb, RgbImage};
use serde_json::{Value, json};

use super::{task, text};
use crate::films::streams;
use crate::pdf::{drawn, text_of};
use crate::service::{Service, made, make};

/// A grey picture.
fn grey(format: image::ImageFormat) -> Vec<u8> {
    let picture = DynamicImage::from(RgbImage::from_pixel(200, 100, Rgb([128; 3])));
    let mut file = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut file, format).unwrap();
    file.into_inner()
}

fn red() -> Value {
    json!({"operation": "import/raw", "filename": "mark.svg",
        "file": "<svg xmlns='http://www.w3.org/2000/svg' width='20' height='10'><rect width='20' height='10' fill='#f00'/></svg>"})
}

/// The columns and rows of which a picture is otherwise than grey: left, top, right, bottom.
fn marked(picture: &RgbImage) -> [u32; 4] {
    let is_marked = |pixel: &Rgb<u8>| pixel.0.iter().any(|part| part.abs_diff(128) > 30);
    let places = picture.enumerate_pixels().filter(|(.., pixel)| is_marked(pixel));
    places.fold([u32::MAX, u32::MAX, 0, 0], |[left, top, right, bottom], (x, y, _)| {
        [left.min(x), top.min(y), right.max(x), bottom.max(y)]
    })
}

/// Whether an area lies where another is, but for a few pixels.
fn near(area: [u32; 4], other: [u32; 4]) -> bool {
    area.iter().zip(other).all(|(one, other)| one.abs_diff(other) <= 3)
}

#[tokio::test]
async fn a_text_on_pictures_is_where_it_was_asked_for() {
    let service = Service::start().await;
    let mark = json!({"operation": "watermark", "text": "I\nI & <I>", "font_color": "#ff0000", "font_width_percent": 40,
        "font_align": "center", "position_horizontal": "right", "position_vertical": "bottom", "margin_horizontal": 10,
        "margin_vertical": 5});
    for (format, name) in [
        (image::ImageFormat::Png, "a.png"),
        (image::ImageFormat::Jpeg, "a.jpg"),
        (image::ImageFormat::Gif, "a.gif"),
    ] {
        let (ended, files) = service.made((name, &grey(format)), mark.clone()).await;
        assert_eq!(ended["status"], "finished", "{ended}");
        let [left, top, right, bottom] = marked(&image::load_from_memory(&files[0]).unwrap().into_rgb8());
        assert!((105..125).contains(&left) && (180..192).contains(&right), "{name}: {left} to {right}");
        assert!(top > 30 && (80..96).contains(&bottom), "{name}: {top} to {bottom}");
        assert_eq!(text(&task(&ended, "out")["result"]["files"][0]["filename"]), name);
    }
}

#[tokio::test]
async fn a_picture_on_pictures_pages_and_films() {
    let service = Service::start().await;
    let mark = json!({"operation": "watermark", "input": ["in"], "image": "mark", "image_width": 40,
        "position_horizontal": "left", "position_vertical": "top", "margin_horizontal": 20, "margin_vertical": 30});
    let out = json!({"operation": "export/url", "input": "work"});
    let job = json!({"in": {"operation": "import/upload"}, "mark": red(), "work": mark, "out": out});
    let film = made(
        "a.mp4",
        "-f lavfi -i color=gray:size=200x100:duration=0.4 -f lavfi -i sine=duration=0.4 -shortest -pix_fmt yuv420p",
    );
    let page = service
        .output(("png", "pdf"), grey(image::ImageFormat::Png), json!({"converteroptions": {"density": 72}}))
        .await;
    for (name, content) in [("a.png", grey(image::ImageFormat::Png)), ("a.mp4", film), ("a.pdf", page)] {
        let begun = service.job(job.clone()).await;
        service.send(&task(&begun, "in")["result"]["form"], name, &content).await;
        let ended = service.ended(&begun).await;
        assert_eq!(ended["status"], "finished", "{ended}");
        let url = text(&task(&ended, "out")["result"]["files"][0]["url"]);
        let made = service.http.get(url).send().await.unwrap().bytes().await.unwrap();
        let picture = match name {
            "a.png" => image::load_from_memory(&made).unwrap().into_rgb8(),
            "a.pdf" => drawn(&made, 72),
            _ => {
                let still = json!({"operation": "thumbnail", "output_format": "png"});
                image::load_from_memory(&service.made((name, &made), still).await.1[0]).unwrap().into_rgb8()
            }
        };
        assert!(near(marked(&picture), [20, 30, 59, 49]), "{name}: {:?}", marked(&picture));
        assert_eq!(task(&ended, "work")["depends_on_task_ids"].as_array().unwrap().len(), 2);
    }
}

/// What a film has besides its picture stays, and what cannot is told.
#[tokio::test]
async fn a_film_with_a_mark_keeps_what_it_has() {
    let service = Service::start().await;
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    std::fs::write(here.join("a.srt"), "1\n00:00:00,000 --> 00:00:00,500\nWords\n").unwrap();
    std::fs::write(here.join("a.ttf"), "a font").unwrap();
    make(here, "cover.jpg", "-f lavfi -i testsrc2=size=40x40 -frames:v 1");
    let colours = "-color_primaries bt2020 -color_trc smpte2084 -colorspace bt2020nc";
    let film = format!(
        "-f lavfi -i testsrc2=duration=1:size=64x48:rate=10 -f lavfi -i sine=duration=1 -i a.srt -map 0 -map 1 -map 2 \
         -c:v libx264 -pix_fmt yuv420p10le {colours} -c:a flac -c:s srt -metadata title=Name \
         -attach cover.jpg -metadata:s:t:0 mimetype=image/jpeg -metadata:s:t:0 filename=cover.jpg \
         -attach a.ttf -metadata:s:t:1 mimetype=font/ttf -metadata:s:t:1 filename=a.ttf"
    );
    make(here, "a.mkv", &film);
    let film = std::fs::read(here.join("a.mkv")).unwrap();
    let mark = json!({"operation": "watermark", "text": "x"});
    let (ended, files) = service.made(("a.mkv", &film), mark.clone()).await;
    assert_eq!(ended["status"], "finished", "{ended}");
    let said = streams("a.mkv", &files[0], "codec_type,codec_name:stream_disposition=attached_pic");
    for stream in ["h264,video,0", "flac,audio,0", "subrip,subtitle,0", "mjpeg,video,1"] {
        assert!(said.contains(&stream.to_owned()), "{stream}: {said:?}");
    }
    assert!(said.iter().any(|stream| stream.contains("attachment")), "{said:?}");
    let told = task(&ended, "work")["warnings"].to_string();
    assert!(told.contains("high dynamic range"), "{told}");

    let others =
        "-f lavfi -i testsrc2=duration=1:size=64x48:rate=10 -c:v libx264 -pix_fmt yuv420p -map 0 -map 0";
    let (ended, _) = service.made(("a.mp4", &made("a.mp4", others)), mark).await;
    let told = task(&ended, "work")["warnings"].to_string();
    assert!(told.contains("Of several pictures, the first is kept"), "{told}");
}

/// A mark on pixels that are wider than high is as wide as it was asked for.
#[tokio::test]
async fn a_mark_on_pixels_that_are_not_square() {
    let service = Service::start().await;
    let film = made(
        "a.mp4",
        "-f lavfi -i color=gray:size=200x100:duration=0.4 -vf setsar=2 -c:v libx264 -pix_fmt yuv420p",
    );
    let work = json!({"operation": "watermark", "input": "in", "image": "mark", "image_width": 40,
        "position_horizontal": "left", "position_vertical": "top", "margin_horizontal": 20, "margin_vertical": 30});
    let content = STANDARD.encode(film);
    let (ended, files) = service
        .made_by(json!({
            "in": {"operation": "import/base64", "file": content, "filename": "a.mp4"}, "mark": red(), "work": work,
            "small": {"operation": "thumbnail", "input": "work", "output_format": "png"},
            "out": {"operation": "export/url", "input": "small"},
        }))
        .await;
    assert_eq!(ended["status"], "finished", "{ended}");
    let picture = image::load_from_memory(&files[0]).unwrap().into_rgb8();
    assert_eq!(picture.dimensions(), (400, 100));
    // Two pixels share one colour, and each is two wide.
    let area = marked(&picture);
    assert!(area.iter().zip([20, 30, 59, 49]).all(|(have, wanted)| have.abs_diff(wanted) <= 5), "{area:?}");
}

#[tokio::test]
async fn a_text_on_pages_that_are_turned() {
    let service = Service::start().await;
    for (rotation, layer) in [(0, "above"), (90, "above"), (270, "below")] {
        let (ended, files) = service
            .made_by(json!({
                "in": {"operation": "import/raw", "file": "one\u{c}two", "filename": "a.txt"},
                "pdf": {"operation": "convert", "input": "in", "output_format": "pdf"},
                "turned": {"operation": "pdf/rotate-pages", "input": "pdf", "rotation": if rotation == 0 { 180 } else { rotation }},
                "work": {"operation": "watermark", "input": "turned", "text": "HHHH", "font_color": "#00f", "pages": "1",
                    "font_size": 40, "position_horizontal": "left", "position_vertical": "top", "opacity": 50,
                    "margin_horizontal": 200, "margin_vertical": 300, "layer": layer},
                "out": {"operation": "export/url", "input": "work"},
            }))
            .await;
        assert_eq!(ended["status"], "finished", "{ended}");
        let page = drawn(&files[0], 72);
        let blue = page.enumerate_pixels().filter(|(.., pixel)| pixel.0[2] > 200 && pixel.0[0] < 180);
        let places: Vec<(u32, u32)> = blue.map(|(x, y, _)| (x, y)).collect();
        let (left, right) = (
            places.iter().map(|place| place.0).min().unwrap(),
            places.iter().map(|place| place.0).max().unwrap(),
        );
        let top = places.iter().map(|place| place.1).min().unwrap();
        assert!((200..212).contains(&left) && (280..340).contains(&right), "{rotation}: {left} to {right}");
        assert!((300..325).contains(&top), "{rotation}: {top}");
        // Half of it is paper.
        let colour = page.get_pixel(places[places.len() / 2].0, places[places.len() / 2].1).0;
        assert!(colour[0].abs_diff(128) < 60, "{colour:?}");
        assert!(text_of(&files[0]).contains("two"));
    }
}

#[tokio::test]
async fn what_a_watermark_cannot_be_is_said() {
    let service = Service::start().await;
    let picture = grey(image::ImageFormat::Png);
    for (wrong, said) in [
        (json!({"text": "x", "font_color": "reddish"}), "font_color"),
        (json!({"text": "x", "opacity": 101}), "opacity"),
        (json!({"text": "x", "rotation": 361}), "rotation"),
        (json!({"text": " \n "}), "letters"),
    ] {
        let mut work = wrong;
        work["operation"] = json!("watermark");
        let (ended, _) = service.made(("a.png", &picture), work).await;
        let work = task(&ended, "work");
        assert_eq!(work["code"], "INVALID_DATA", "{work}");
        assert!(text(&work["message"]).contains(said), "{work}");
    }
    for wrong in [json!({}), json!({"image": "missing"}), json!({"image": ""})] {
        let mut work = wrong;
        work["operation"] = json!("watermark");
        work["input"] = json!("in");
        let tasks = json!({"tasks": {"in": {"operation": "import/upload"}, "work": work}});
        assert_eq!(service.v2(reqwest::Method::POST, "/v2/jobs", tasks).await.status, 422);
    }
    let (ended, _) = service.made(("a.zip", b"PK"), json!({"operation": "watermark", "text": "x"})).await;
    assert_eq!(task(&ended, "work")["code"], "INVALID_CONVERSION_TYPE", "{ended}");
}
