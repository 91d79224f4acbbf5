//! Cover pictures where ffmpeg does not write them by itself, attached files, and what is bright.

use serde_json::json;

use super::{covered, streams};
use crate::service::{Service, make};

#[tokio::test]
async fn a_cover_is_kept_as_a_comment_of_ogg_and_attached_to_matroska() {
    let service = Service::start().await;
    for input in ["mp3", "flac", "m4a"] {
        let content = covered(&format!("a.{input}"));
        let status = service.convert((input, "ogg"), content, json!({})).await;
        assert_eq!(status["warnings"], json!([]), "{}", status.text());
        let ogg = service.get(status["output"]["url"].as_str().unwrap()).await.body;
        let said = streams("a.ogg", &ogg, "codec_type,width,height:stream_disposition=attached_pic");
        assert!(said.iter().any(|line| line == "video,40,40,1"), "{input}: {said:?}");
        assert!(
            streams("a.ogg", &ogg, "index:stream_tags=title").concat().contains("Name"),
            "{input}: the title is lost"
        );
        // And from there on.
        let back = service.output(("ogg", "mp3"), ogg, json!({})).await;
        assert!(streams("a.mp3", &back, "codec_type").contains(&"video".to_owned()), "{input}");
    }
    let folder = tempfile::tempdir().unwrap();
    make(folder.path(), "cover.png", "-f lavfi -i testsrc2=size=40x40 -frames:v 1");
    let film = "-f lavfi -i testsrc2=duration=1:size=64x48:rate=10 -i cover.png -map 0 -map 1 -c:v:0 libx264 -pix_fmt:v:0 yuv420p -c:v:1 copy -disposition:v:1 attached_pic";
    make(folder.path(), "film.mp4", film);
    let film = std::fs::read(folder.path().join("film.mp4")).unwrap();
    let matroska = service.output(("mp4", "mkv"), film, json!({})).await;
    let said = streams("a.mkv", &matroska, "codec_name:stream_disposition=attached_pic");
    assert_eq!(said, ["h264,0", "png,1"]);
    let back = service.output(("mkv", "mp4"), matroska, json!({})).await;
    assert_eq!(streams("a.mp4", &back, "codec_name:stream_disposition=attached_pic"), ["h264,0", "png,1"]);
}

#[tokio::test]
async fn attached_files_stay_in_matroska_and_are_told_elsewhere() {
    let service = Service::start().await;
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.ttf"), b"a font").unwrap();
    let film = "-f lavfi -i testsrc2=duration=1:size=64x48:rate=10 -c:v libx264 -pix_fmt yuv420p -attach a.ttf -metadata:s:t mimetype=font/ttf";
    make(folder.path(), "film.mkv", film);
    let film = std::fs::read(folder.path().join("film.mkv")).unwrap();
    let again = service.output(("mkv", "mkv"), film.clone(), json!({})).await;
    assert!(streams("a.mkv", &again, "codec_type").contains(&"attachment".to_owned()));
    let status = service.convert(("mkv", "mp4"), film, json!({})).await;
    assert!(status.text().contains("Attached files"), "{}", status.text());
}

#[tokio::test]
async fn a_high_dynamic_range_is_mapped_or_told() {
    let service = Service::start().await;
    let folder = tempfile::tempdir().unwrap();
    let film = "-f lavfi -i testsrc2=duration=1:size=64x48:rate=10 -c:v libx264 -pix_fmt yuv420p10le -color_primaries bt2020 -color_trc smpte2084 -colorspace bt2020nc";
    make(folder.path(), "film.mp4", film);
    let film = std::fs::read(folder.path().join("film.mp4")).unwrap();
    let status = service.convert(("mp4", "mp4"), film.clone(), json!({})).await;
    let told = status["warnings"][0].as_str().unwrap().to_owned();
    let mapped = service.get(status["output"]["url"].as_str().unwrap()).await.body;
    let said = streams("a.mp4", &mapped, "pix_fmt,color_transfer");
    if told.contains("are mapped") {
        assert_eq!(said, ["yuv420p,bt709"], "{told}");
    } else {
        assert!(told.contains("not mapped"), "{told}");
    }
    // Matroska takes it as it is.
    let kept = service.output(("mp4", "mkv"), film, json!({})).await;
    assert_eq!(streams("a.mkv", &kept, "pix_fmt,color_transfer"), ["yuv420p10le,smpte2084"]);
}
