//! Mode `info` tells of what is cut, as a conversion does.

use serde_json::json;

use super::FILM;
use crate::service::{Service, made};

const H264: &str = "-c:v libx264 -pix_fmt yuv420p";

#[tokio::test]
async fn facts_of_what_is_cut_say_so() {
    let service = Service::start().await;
    let sound = "-f lavfi -i sine=duration=6";
    for (input, arguments) in [
        ("mp3", sound.to_owned()),
        ("flac", sound.to_owned()),
        ("ogg", sound.to_owned()),
        ("wav", sound.to_owned()),
        ("mp4", format!("{FILM} {H264} -movflags +faststart")),
        ("mkv", format!("{FILM} {H264}")),
        ("avi", format!("{FILM} -c:v mpeg4")),
        ("flv", format!("{FILM} -c:v flv1")),
    ] {
        let whole = made(&format!("a.{input}"), &arguments);
        for rest in [whole.len(), whole.len() * 6 / 10, whole.len() * 9 / 10] {
            let content = whole[..rest].to_vec();
            let said = service.convert((input, "json"), content, json!({"mode": "info"})).await;
            // Without what stands at its end, nothing is known of some.
            let told = match said.str("step") {
                "finished" => said["warnings"].to_string(),
                _ => said.str("message").to_owned(),
            };
            let is_told = told.contains("broken off") || told.contains("damaged");
            assert_eq!(is_told, rest < whole.len(), "{input}: {rest} of {}: {told}", whole.len());
        }
    }
}
