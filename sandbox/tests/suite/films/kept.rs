//! What stays of a film: its packets where they fit, how it is turned, its chapters and subtitles.

use serde_json::json;

use super::{FILM, SOUND, packets, probed, streams};
use crate::service::{Service, made, make, options};

#[tokio::test]
async fn what_fits_is_copied() {
    let service = Service::start().await;
    let film = made("a.mkv", &format!("{FILM} {SOUND} -c:v libx264 -pix_fmt yuv420p -c:a aac"));
    for output in ["mp4", "mov"] {
        let copied = service.output(("mkv", output), film.clone(), json!({})).await;
        assert_eq!(packets(&format!("a.{output}"), &copied, &[]), packets("a.mkv", &film, &[]), "{output}");
    }
    let sound = made("a.mp4", &format!("{FILM} {SOUND} -c:a aac"));
    let copied = service.output(("mp4", "m4a"), sound.clone(), json!({})).await;
    let sound = packets("a.mp4", &sound, &[]);
    assert!(packets("a.m4a", &copied, &[]).iter().all(|packet| sound.contains(packet)));
    // What is asked for is done.
    let slow = options(&json!({"audio_bitrate": 32, "video_fps": 5}));
    let coded = service.output(("mkv", "mp4"), film, slow).await;
    assert_eq!(streams("a.mp4", &coded, "avg_frame_rate")[0], "5/1");
}

#[tokio::test]
async fn rotation_chapters_and_subtitles() {
    let service = Service::start().await;
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let read = |name: &str| std::fs::read(here.join(name)).unwrap();
    std::fs::write(here.join("a.srt"), "1\n00:00:00,000 --> 00:00:00,500\nWords\n").unwrap();
    let chapter = |start, end| format!("[CHAPTER]\nTIMEBASE=1/1000\nSTART={start}\nEND={end}\ntitle=Part\n");
    let chapters = format!(";FFMETADATA1\n{}{}", chapter(0, 500), chapter(500, 1000));
    std::fs::write(here.join("a.txt"), chapters).unwrap();
    make(here, "upright.mp4", &format!("{FILM} -c:v libx264 -pix_fmt yuv420p"));
    make(here, "turned.mp4", "-i upright.mp4 -c copy -metadata:s:v rotate=90");
    let inputs = format!("{FILM} -i a.srt -f ffmetadata -i a.txt -map 0 -map 1 -map_chapters 2");
    make(here, "a.mkv", &format!("{inputs} -c:v libx264 -pix_fmt yuv420p"));

    let turned = service.output(("mp4", "mkv"), read("turned.mp4"), json!({})).await;
    assert_eq!(streams("a.mkv", &turned, "width,height"), ["48,64"]);
    let asked = json!({"mode": "info"});
    let info = service.convert(("mp4", "json"), read("turned.mp4"), asked.clone()).await;
    let film = &info["info"]["streams"][0];
    let said = ["type", "codec", "width", "height", "frame_rate"].map(|name| film[name].clone());
    assert_eq!(json!(said), json!(["video", "h264", 64, 48, 10.0]), "{}", info.text());
    assert!(matches!(film["rotation"].as_u64(), Some(90 | 270)), "{film}");

    for (output, codec) in [("mp4", "mov_text"), ("webm", "webvtt"), ("mkv", "ass")] {
        let made = service.output(("mkv", output), read("a.mkv"), json!({})).await;
        let name = format!("a.{output}");
        assert!(streams(&name, &made, "codec_name").contains(&codec.to_owned()), "{output}");
        let parts = probed(&name, &made, &["-show_chapters", "-of", "csv=p=0"]);
        assert_eq!(parts.len(), 2, "{output}: {parts:?}");
    }
    let avi = service.convert(("mkv", "avi"), read("a.mkv"), json!({})).await;
    let told = avi["warnings"].to_string();
    assert!(told.contains("Subtitles are lost") && told.contains("chapters are lost"), "{}", avi.text());
    let info = service.convert(("mkv", "json"), read("a.mkv"), asked).await;
    assert_eq!(info["info"]["chapters"][1], json!({"start": 0.5, "end": 1.0, "title": "Part"}));
    let duration = info["info"]["duration"].as_f64().unwrap();
    assert!((0.9..1.2).contains(&duration), "{duration}");
}

/// In an MP3 the sound begins at once, also where it was later than the picture.
#[tokio::test]
async fn chapters_stay_with_their_sound() {
    let service = Service::start().await;
    let folder = tempfile::tempdir().unwrap();
    let chapter = |start, end| format!("[CHAPTER]\nTIMEBASE=1/1000\nSTART={start}\nEND={end}\ntitle=Part\n");
    let early = [chapter(0, 3000), chapter(3000, 5000)];
    let over = [chapter(0, 1000), chapter(1000, 4000), chapter(4000, 5000)];
    for (input, late, chapters, wanted) in [
        ("mkv", "2", &early[..], &[0.0, 1.0][..]),
        ("mp4", "2", &early, &[0.0, 1.0]),
        ("mkv", "2", &over, &[0.0, 2.0]),
        ("mp4", "0", &over, &[0.0, 1.0, 4.0]),
    ] {
        std::fs::write(folder.path().join("a.txt"), format!(";FFMETADATA1\n{}", chapters.concat())).unwrap();
        let name = format!("a.{input}");
        let film = "-f lavfi -i testsrc2=duration=5:size=64x48:rate=10";
        let sound = format!("-itsoffset {late} -f lavfi -i sine=duration=3 -f ffmetadata -i a.txt");
        let codecs = "-c:v libx264 -pix_fmt yuv420p -c:a aac";
        make(folder.path(), &name, &format!("{film} {sound} -map 0 -map 1 -map_chapters 2 {codecs}"));
        let content = std::fs::read(folder.path().join(&name)).unwrap();
        for output in ["mp3", "m4a", "mkv"] {
            let status = service.convert((input, output), content.clone(), json!({})).await;
            assert_eq!(status["step"], "finished", "{}", status.text());
            let made = service.get(status["output"]["url"].as_str().unwrap()).await.body;
            let asked = ["-show_entries", "chapter=start_time", "-of", "csv=p=0"];
            let said = probed(&format!("a.{output}"), &made, &asked);
            let starts: Vec<f64> = said.iter().map(|line| line.parse().unwrap()).collect();
            let all: &[f64] = if chapters.len() == 2 { &[0.0, 3.0] } else { &[0.0, 1.0, 4.0] };
            // Others have the time before the sound.
            let wanted = if output == "mp3" { wanted } else { all };
            let near = |(have, wanted): (&f64, &f64)| (have - wanted).abs() < 0.1;
            let same = starts.len() == wanted.len() && starts.iter().zip(wanted).all(near);
            assert!(same, "{input}, {late} s, to {output}: {starts:?}");
            let told = status["warnings"].to_string().contains("chapters that end before the sound begins");
            assert_eq!(told, wanted.len() < chapters.len(), "{input} to {output}: {}", status.text());
        }
    }
}
