//! Films whose pictures come at uneven times.

use serde_json::json;

use super::{FILM, SOUND, times};
use crate::service::{Service, made, options};

/// Of each five pictures, those are missing.
const MISSING: [&str; 2] = ["select=not(eq(mod(n\\,5)\\,1)+eq(mod(n\\,5)\\,2))", "select=lt(mod(n\\,5)\\,3)"];

#[tokio::test]
async fn uneven_times_are_kept_or_told() {
    let service = Service::start().await;
    for (missing, format) in [(MISSING[0], "mkv"), (MISSING[1], "mp4"), (MISSING[0], "mov")] {
        let film =
            format!("{FILM} {SOUND} -vf {missing} -fps_mode passthrough -c:v libx264 -pix_fmt yuv444p");
        let film = made(&format!("a.{format}"), &film);
        let had = times(&format!("a.{format}"), &film);
        for output in ["mp4", "mov", "webm", "mkv", "avi"] {
            let status = service.convert((format, output), film.clone(), json!({})).await;
            let told = status["warnings"].to_string();
            assert_eq!(told.contains("variable frame rate"), output == "avi", "{output}: {told}");
            let content = service.get(status["output"]["url"].as_str().unwrap()).await.body;
            let has = times(&format!("a.{output}"), &content);
            // An AVI counts pictures, here ten a second, and ffmpeg may show one a picture later.
            let most = if output == "avi" { 0.101 } else { 0.002 };
            let same =
                had.len() == has.len() && had.iter().zip(&has).all(|(had, has)| (had - has).abs() < most);
            assert!(same, "{format} to {output}: {had:?} and {has:?}");
        }
        // Even ones may be asked for.
        let even = options(&json!({"video_fps": 5}));
        let status = service.convert((format, "avi"), film.clone(), even).await;
        assert!(!status.text().contains("variable frame rate"), "{}", status.text());
        let info = service.convert((format, "json"), film, json!({"mode": "info"})).await;
        let picture = info["info"]["streams"].as_array().unwrap().iter().find(|it| it["type"] == "video");
        assert_eq!(picture.unwrap()["variable_frame_rate"], true, "{}", info.text());
    }
}

#[tokio::test]
async fn even_times_are_not_taken_for_others() {
    let service = Service::start().await;
    for rate in ["10", "24000/1001", "25", "30000/1001", "60"] {
        for (format, codec) in [
            ("mp4", "libx264"),
            ("mkv", "libx264"),
            ("webm", "libvpx-vp9"),
            ("avi", "mpeg4"),
            ("mpg", "mpeg2video"),
        ] {
            if format == "mpg" && rate == "10" {
                continue;
            }
            let film = format!(
                "-f lavfi -i testsrc2=duration=2:size=64x48:rate={rate} -c:v {codec} -pix_fmt yuv420p"
            );
            let film = made(&format!("a.{format}"), &film);
            let info = service.convert((format, "json"), film, json!({"mode": "info"})).await;
            let picture = &info["info"]["streams"][0];
            assert_eq!(picture["variable_frame_rate"], false, "{format} at {rate}: {picture}");
        }
    }
}
