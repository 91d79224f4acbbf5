//! Views all around (360°), one for each eye (3D), and Dolby Vision, as boxes of an MP4.

use serde_json::json;

use super::{FILM, probed};
use crate::service::{Service, made, options};
use crate::v2::task;

fn boxed(name: &[u8], content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len() + 8).unwrap().to_be_bytes();
    [&length[..], name, content].concat()
}

/// Puts boxes at the end of what an MP4 says of its picture, which is in boxes itself.
fn with_boxes(mut film: Vec<u8>, codec: &[u8], boxes: &[u8]) -> Vec<u8> {
    let length = |film: &[u8], at: usize| u32::from_be_bytes(film[at - 4..at].try_into().unwrap());
    let mut at = film.windows(4).rposition(|name| name == b"moov").unwrap();
    let mut around = vec![at];
    for name in [&b"trak"[..], b"mdia", b"minf", b"stbl", b"stsd", codec] {
        at += film[at..].windows(4).position(|found| found == name).unwrap();
        around.push(at);
    }
    let end = at - 4 + length(&film, at) as usize;
    for at in around {
        let longer = length(&film, at) + u32::try_from(boxes.len()).unwrap();
        film[at - 4..at].copy_from_slice(&longer.to_be_bytes());
    }
    film.splice(end..end, boxes.iter().copied());
    film
}

/// The same film (H.264) as a view all around, side by side for each eye.
pub(super) fn around(film: Vec<u8>) -> Vec<u8> {
    let eyes = boxed(b"st3d", &[0, 0, 0, 0, 2]);
    let made_by = boxed(b"svhd", b"\0\0\0\0hand\0");
    let turned = boxed(b"prhd", &[0; 16]);
    let whole = boxed(b"equi", &[0; 20]);
    let projection = boxed(b"proj", &[turned, whole].concat());
    let sphere = boxed(b"sv3d", &[made_by, projection].concat());
    with_boxes(film, b"avc1", &[eyes, sphere].concat())
}

/// The same film as Dolby Vision of this profile; `compatible` is what it is to others.
fn vision(film: Vec<u8>, codec: &[u8], profile: u16, compatible: u8) -> Vec<u8> {
    // Its version, then profile, level, and that there are pictures and what is added to them.
    let profile = (profile << 9 | 1 << 3 | 0b101).to_be_bytes();
    let content = [&[1, 0][..], &profile, &[compatible << 4], &[0; 19]].concat();
    with_boxes(film, codec, &boxed(if profile[0] >> 1 > 7 { b"dvvC" } else { &b"dvcC"[..] }, &content))
}

fn data(name: &str, content: &[u8]) -> String {
    probed(name, content, &["-show_entries", "stream_side_data", "-of", "json"]).concat()
}

const H264: &str = "-c:v libx264 -pix_fmt yuv420p";

#[tokio::test]
async fn a_view_all_around_stays_one_or_is_told() {
    let service = Service::start().await;
    // One that is copied, and one that is coded anew.
    for pixels in ["yuv420p", "yuv444p"] {
        let film = around(made("a.mp4", &format!("{FILM} -c:v libx264 -pix_fmt {pixels}")));
        let info = service.convert(("mp4", "json"), film.clone(), json!({"mode": "info"})).await;
        let picture = &info["info"]["streams"][0];
        assert_eq!(
            (&picture["projection"], &picture["views"]),
            (&json!("equirectangular"), &json!("side by side"))
        );
        for output in ["mp4", "mov", "mkv", "webm", "avi", "gif"] {
            let status = service.convert(("mp4", output), film.clone(), json!({})).await;
            let told = status["warnings"].to_string();
            let content = service.get(status["output"]["url"].as_str().unwrap()).await.body;
            let has = data(&format!("a.{output}"), &content);
            for (kept, sentence) in [
                ("equirectangular", "(360°, equirectangular) is lost"),
                ("side by side", "(3D, side by side) is lost"),
            ] {
                let what = format!("{pixels} to {output}: {told} {has}");
                assert_ne!(has.contains(kept), told.contains(sentence), "{what}");
                assert_eq!(has.contains(kept), !matches!(output, "mov" | "avi" | "gif"), "{what}");
            }
        }
    }
    let plain = made("a.mp4", &format!("{FILM} {H264}"));
    let info = service.convert(("mp4", "json"), plain, json!({"mode": "info"})).await;
    assert_eq!(info["info"]["streams"][0].get("projection"), None);
}

#[tokio::test]
async fn dolby_vision_is_kept_with_its_picture_or_told() {
    let service = Service::start().await;
    let film = vision(made("a.mp4", &format!("{FILM} {H264}")), b"avc1", 9, 2);
    for (output, is_kept) in [("mp4", true), ("mov", false), ("mkv", true), ("webm", false), ("avi", false)] {
        let status = service.convert(("mp4", output), film.clone(), json!({})).await;
        let told = status["warnings"].to_string();
        let content = service.get(status["output"]["url"].as_str().unwrap()).await.body;
        let has = data(&format!("a.{output}"), &content).contains("DOVI configuration record");
        assert_eq!((has, told.contains("Dolby Vision (profile 9)")), (is_kept, !is_kept), "{output}: {told}");
        assert!(!told.contains("colours are wrong"), "{told}");
    }
    let info = service.convert(("mp4", "json"), film, json!({"mode": "info"})).await;
    assert_eq!(info["info"]["streams"][0]["dolby_vision"], 9, "{}", info.text());
    // A picture that is nothing without it.
    let hevc = "-c:v libx265 -x265-params log-level=error -tag:v hvc1 -pix_fmt yuv420p10le";
    let film = vision(made("a.mp4", &format!("{FILM} {hevc}")), b"hvc1", 5, 0);
    let status = service.convert(("mp4", "mp4"), film, json!({})).await;
    assert!(status["warnings"].to_string().contains("colours are wrong"), "{}", status.text());
    let content = service.get(status["output"]["url"].as_str().unwrap()).await.body;
    assert!(!data("a.mp4", &content).contains("DOVI"));
    // What it added is lost where the picture is coded anew, also in a format that has a place for it.
    let anew = options(&json!({"video_bitrate": 100}));
    let status = service
        .convert(("mp4", "mkv"), vision(made("a.mp4", &format!("{FILM} {H264}")), b"avc1", 9, 2), anew)
        .await;
    assert!(status["warnings"].to_string().contains("Dolby Vision (profile 9)"), "{}", status.text());
    // ffmpeg would say of the new picture what was said of the old.
    let content = service.get(status["output"]["url"].as_str().unwrap()).await.body;
    assert!(!data("a.mkv", &content).contains("DOVI"), "{}", data("a.mkv", &content));
    let mark = json!({"operation": "watermark", "text": "x"});
    let film = vision(made("a.mp4", &format!("{FILM} {H264}")), b"avc1", 9, 2);
    let film = service.output(("mp4", "mkv"), film, json!({})).await;
    assert!(data("a.mkv", &film).contains("DOVI"));
    let (ended, files) = service.made(("a.mkv", &film), mark).await;
    assert!(task(&ended, "work")["warnings"].to_string().contains("Dolby Vision (profile 9)"), "{ended}");
    assert!(!data("a.mkv", &files[0]).contains("DOVI"), "{ended}");
}
