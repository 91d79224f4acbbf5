//! Small pictures of everything that can be seen.

use serde_json::json;

use super::{task, text};
use crate::service::{Service, file, made};

#[tokio::test]
async fn of_pictures_pages_and_films() {
    let service = Service::start().await;
    let film = made("a.mp4", "-f lavfi -i testsrc=size=320x240:duration=2 -pix_fmt yuv420p");
    let drawing = b"<svg xmlns='http://www.w3.org/2000/svg' width='400' height='300'><rect width='9' height='9'/></svg>".to_vec();
    for (name, content) in [
        ("input.png", file("input.png")),
        ("input.pdf", file("input.pdf")),
        ("a.svg", drawing),
        ("a.mp4", film.clone()),
    ] {
        for output in ["png", "jpg", "webp"] {
            let work = json!({"operation": "thumbnail", "output_format": output, "width": 60, "height": 60, "fit": "crop"});
            let (ended, files) = service.made((name, &content), work).await;
            assert_eq!(ended["status"], "finished", "{ended}");
            assert_eq!(files.len(), 1, "{name}");
            let picture = image::load_from_memory(&files[0]).unwrap();
            assert_eq!((picture.width(), picture.height()), (60, 60), "{name} {output}");
        }
    }
    let several = json!({"operation": "thumbnail", "output_format": "png", "width": 40, "count": 3, "filename": "t-%d.png"});
    for (name, content) in [("input.pdf", file("input.pdf")), ("a.mp4", film.clone())] {
        let (ended, files) = service.made((name, &content), several.clone()).await;
        assert_eq!(files.len(), 3, "{ended}");
        assert_ne!(files[0], files[2], "{name}");
        assert_eq!(text(&task(&ended, "out")["result"]["files"][2]["filename"]), "t-3.png");
    }
    let late = json!({"operation": "thumbnail", "output_format": "png", "timestamp": "00:01:00"});
    let (ended, _) = service.made(("a.mp4", &film), late).await;
    assert!(text(&task(&ended, "work")["message"]).contains("behind the end"), "{ended}");
}

#[tokio::test]
async fn of_films_as_players_show_them() {
    let service = Service::start().await;
    let film = "-f lavfi -i testsrc2=duration=1:size=64x48:rate=10";
    let colours = "-color_primaries bt2020 -color_trc smpte2084 -colorspace bt2020nc";
    for (more, size, told) in [
        ("-vf setsar=2 -pix_fmt yuv420p".to_owned(), (128, 48), ""),
        ("-vf setsar=1/2 -pix_fmt yuv420p".to_owned(), (32, 48), ""),
        (format!("-pix_fmt yuv420p10le {colours}"), (64, 48), "high dynamic range (HDR)"),
    ] {
        let content = made("a.mp4", &format!("{film} -c:v libx264 {more}"));
        let work = json!({"operation": "thumbnail", "output_format": "png"});
        let (ended, files) = service.made(("a.mp4", &content), work).await;
        let picture = image::load_from_memory(&files[0]).unwrap();
        assert_eq!((picture.width(), picture.height()), size, "{more}");
        let warnings = &task(&ended, "work")["warnings"];
        assert_eq!(warnings.is_null(), told.is_empty(), "{more}: {warnings}");
        assert!(warnings.to_string().contains(told), "{more}: {warnings}");
    }
}

/// What is not in a picture is lost with every input.
#[tokio::test]
async fn what_they_leave_out_is_told_before() {
    let service = Service::start().await;
    for (input, said) in [
        ("pdf", "The first pages as pictures, and nothing else."),
        ("md", "without style sheets, and nothing else."),
        ("mp4", "Pictures of the film, and nothing else."),
        ("svg", "description, links and the text as such are lost."),
        ("gif", "Of an animation, the first picture."),
        ("tif", "Of several pages, the first."),
    ] {
        let note = service.note(&json!({"operation": "thumbnail"}), (input, "webp")).await;
        assert!(note.contains(said), "{input}: {note}");
    }
}

/// Of a text, its first pages as they become a PDF.
#[tokio::test]
async fn of_texts() {
    let service = Service::start().await;
    let long = "A line of words that is not short at all, again and again.\n\n".repeat(200);
    let page =
        format!("<!DOCTYPE html><title>T</title><h1>Head</h1><p>{}</p>", long.replace("\n\n", "</p><p>"));
    let japanese = encoding_rs::SHIFT_JIS.encode("日本語のテキスト").0.into_owned();
    for (name, content) in [
        ("a.txt", long.clone().into_bytes()),
        ("a.md", format!("# Head\n\n{long}").into_bytes()),
        ("a.markdown", format!("# Head\n\n{long}").into_bytes()),
        ("a.html", page.clone().into_bytes()),
        ("a.htm", page.into_bytes()),
    ] {
        let work = json!({"operation": "thumbnail", "output_format": "png", "width": 210, "count": 3});
        let (ended, files) = service.made((name, &content), work).await;
        assert_eq!((&ended["status"], files.len()), (&json!("finished"), 3), "{name}: {ended}");
        for file in files {
            let picture = image::load_from_memory(&file).unwrap().into_luma8();
            // A4, and something on it.
            assert_eq!((picture.width(), picture.height()), (210, 297), "{name}");
            assert!(picture.pixels().filter(|pixel| pixel.0[0] < 128).count() > 100, "{name}");
        }
    }
    let work = json!({"operation": "thumbnail", "output_format": "jpg", "encoding": "shift_jis"});
    let (ended, files) = service.made(("a.txt", &japanese), work).await;
    assert_eq!((&ended["status"], files.len()), (&json!("finished"), 1), "{ended}");
}
