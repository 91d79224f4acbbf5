//! What a film or a sound has that a format has not: it is converted and told, or refused in words.

use serde_json::json;

use super::{FILM, SOUND, probed, streams};
use crate::service::{Answer, Service, made, make};

const SOUNDS: [&str; 5] = ["mp3", "m4a", "flac", "ogg", "wav"];

fn told(status: &Answer) -> String {
    assert_eq!(status["step"], "finished", "{}", status.text());
    status["warnings"].to_string()
}

/// What ffprobe says of the tags of a file.
fn tags(name: &str, content: &[u8]) -> Vec<String> {
    probed(name, content, &["-show_entries", "format_tags:stream_tags", "-of", "default=nw=1"])
}

#[tokio::test]
async fn nothing_is_no_sound_and_no_film() {
    let service = Service::start().await;
    let mut wav = super::wav();
    wav.truncate(44);
    wav[4..8].copy_from_slice(&36_u32.to_le_bytes());
    wav[40..44].fill(0);
    let flac = made("a.flac", "-f lavfi -i sine -t 0");
    let film = made("a.avi", "-f lavfi -i testsrc2=size=64x48 -t 0 -c:v mpeg4");
    for (input, content) in [("wav", wav), ("flac", flac)] {
        for output in SOUNDS {
            let failed = service.convert((input, output), content.clone(), json!({})).await;
            failed.assert_error(422, "The input file is empty");
        }
    }
    for output in ["mp4", "mkv", "avi", "webm", "gif"] {
        let failed = service.convert(("avi", output), film.clone(), json!({})).await;
        failed.assert_error(422, "The input file is empty");
    }
    // One sample and one picture are something.
    let mut one = super::wav();
    one.truncate(46);
    one[4..8].copy_from_slice(&38_u32.to_le_bytes());
    one[40..44].copy_from_slice(&2_u32.to_le_bytes());
    for output in SOUNDS {
        let made = service.output(("wav", output), one.clone(), json!({})).await;
        assert_eq!(streams(&format!("a.{output}"), &made, "codec_type"), ["audio"], "{output}");
    }
    let one = made("a.mkv", "-f lavfi -i testsrc2=size=64x48 -frames:v 1 -pix_fmt yuv420p");
    for output in ["mp4", "webm"] {
        let made = service.output(("mkv", output), one.clone(), json!({})).await;
        assert_eq!(streams(&format!("a.{output}"), &made, "codec_type"), ["video"], "{output}");
    }
}

#[tokio::test]
async fn tags_are_kept_or_named() {
    let service = Service::start().await;
    let tagged = "-metadata title=Sea -metadata artist=Kit -metadata composer=Wave -metadata mood=calm";
    // An Ogg has them at its track.
    for input in ["ogg", "flac", "mp3"] {
        let sound = made(&format!("a.{input}"), &format!("{SOUND} {tagged}"));
        for (output, lost) in [
            ("mp3", &[][..]),
            ("flac", &[]),
            ("ogg", &[]),
            // In ID3, ffmpeg writes it by a name of its own.
            ("m4a", if input == "mp3" { &["mood"] } else { &[] }),
            ("wav", &["composer", "mood"]),
        ] {
            let status = service.convert((input, output), sound.clone(), json!({})).await;
            let said = told(&status);
            let made = service.get(status["output"]["url"].as_str().unwrap()).await.body;
            let tags = tags(&format!("a.{output}"), &made).join("\n").to_lowercase();
            for (name, value) in [("title", "sea"), ("artist", "kit"), ("composer", "wave"), ("mood", "calm")]
            {
                let is_lost = lost.contains(&name);
                assert_eq!(
                    !tags.contains(&format!("{name}={value}")),
                    is_lost,
                    "{input} to {output}: {tags}"
                );
                assert_eq!(said.contains(name), is_lost, "{input} to {output}: {said}");
            }
        }
        let info = service.convert((input, "json"), sound, json!({"mode": "info"})).await;
        let tags = info["info"]["tags"].to_string().to_lowercase();
        assert!(tags.contains("sea") && tags.contains("calm"), "{input}: {tags}");
    }
    let film = made("a.mkv", &format!("{FILM} {tagged} -c:v libx264 -pix_fmt yuv420p"));
    for (output, lost) in [("mp4", "mood"), ("mov", "composer, mood"), ("avi", "composer, mood")] {
        let status = service.convert(("mkv", output), film.clone(), json!({})).await;
        assert!(told(&status).contains(&format!("These tags are lost: {lost};")), "{}", status.text());
    }
}

#[tokio::test]
async fn tracks_keep_their_languages_and_titles() {
    let service = Service::start().await;
    let tracks = "-map 0 -map 1 -metadata:s:a:0 language=deu -metadata:s:a:0 title=Comment";
    let film = made("a.mkv", &format!("{FILM} {SOUND} {tracks} -c:v libx264 -pix_fmt yuv420p -c:a aac"));
    for (output, language) in [("mp4", "deu"), ("mov", "ger"), ("mkv", "deu"), ("webm", "deu")] {
        let made = service.output(("mkv", output), film.clone(), json!({})).await;
        let tags = tags(&format!("a.{output}"), &made).join("\n");
        assert!(
            tags.contains(&format!("language={language}")) && tags.contains("=Comment"),
            "{output}: {tags}"
        );
    }
}

#[tokio::test]
async fn channels_opacity_and_half_pictures_are_told() {
    let service = Service::start().await;
    let six = made("a.flac", &format!("{SOUND} -ac 6 -ar 96000"));
    let status = service.convert(("flac", "mp3"), six.clone(), json!({})).await;
    let said = told(&status);
    assert!(said.contains("6 channels") && said.contains("96000 samples"), "{said}");
    let status = service.convert(("flac", "wav"), six, json!({})).await;
    assert_eq!(told(&status), "[]");

    let clear = made(
        "a.mov",
        "-f lavfi -i color=red@0.5:size=64x48:duration=0.3,format=yuva444p10le -c:v prores_ks -profile:v 4",
    );
    for output in ["mp4", "avi", "gif"] {
        let status = service.convert(("mov", output), clear.clone(), json!({})).await;
        assert!(told(&status).contains("transparency of the picture is lost"), "{}", status.text());
    }
    let status = service.convert(("mov", "webm"), clear, json!({})).await;
    assert_eq!(told(&status), "[]");
    let webm = service.get(status["output"]["url"].as_str().unwrap()).await.body;
    assert!(tags("a.webm", &webm).iter().any(|tag| tag.to_lowercase() == "tag:alpha_mode=1"));

    let half = made("a.mpg", &format!("{FILM} -vf interlace -flags +ilme+ildct -c:v mpeg2video -r 25"));
    let status = service.convert(("mpg", "mp4"), half, json!({})).await;
    assert!(told(&status).contains("interlaced"), "{}", status.text());
    let mp4 = service.get(status["output"]["url"].as_str().unwrap()).await.body;
    assert_eq!(streams("a.mp4", &mp4, "field_order"), ["progressive"]);
}

#[tokio::test]
async fn damage_is_told() {
    let service = Service::start().await;
    let whole = made("a.mkv", &format!("{FILM} {SOUND} -c:v libx264 -pix_fmt yuv420p -c:a aac"));
    let status = service.convert(("mkv", "mp4"), whole.clone(), json!({})).await;
    assert_eq!(told(&status), "[]");
    let cut = whole[..whole.len() * 2 / 3].to_vec();
    let status = service.convert(("mkv", "mp4"), cut, json!({})).await;
    assert!(told(&status).contains("The input file is damaged"), "{}", status.text());
}

#[tokio::test]
async fn a_sound_that_breaks_off_is_told() {
    let service = Service::start().await;
    let sine = "-f lavfi -i sine=duration=60";
    for (input, arguments) in [
        ("mp3", "-c:a libmp3lame"),
        ("mp3", "-c:a libmp3lame -q:a 4"),
        ("flac", "-c:a flac"),
        ("wav", "-c:a pcm_s16le"),
        ("m4a", "-c:a aac -movflags +faststart"),
        ("ogg", "-c:a libvorbis"),
    ] {
        let whole = made(&format!("a.{input}"), &format!("{sine} {arguments}"));
        for output in ["wav", "mp3", "flac"] {
            let status = service.convert((input, output), whole.clone(), json!({})).await;
            assert_eq!(told(&status), "[]", "{input} to {output}");
            let cut = whole[..whole.len() / 2].to_vec();
            let status = service.convert((input, output), cut, json!({})).await;
            let said = told(&status);
            assert!(said.contains("broken off") || said.contains("damaged"), "{input} to {output}: {said}");
        }
    }
}

#[tokio::test]
async fn a_film_that_breaks_off_is_told() {
    let service = Service::start().await;
    for (input, arguments) in [
        ("avi", "-c:v mpeg4 -c:a mp3"),
        ("mp4", "-c:v libx264 -pix_fmt yuv420p -c:a aac -movflags +faststart"),
        ("flv", "-c:v flv1 -c:a mp3 -ar 44100"),
        ("mkv", "-c:v libx264 -pix_fmt yuv420p -c:a aac"),
    ] {
        let film = "-f lavfi -i testsrc2=duration=6:size=64x48 -f lavfi -i sine=duration=6";
        let whole = made(&format!("a.{input}"), &format!("{film} {arguments}"));
        let status = service.convert((input, "mp4"), whole.clone(), json!({})).await;
        assert_eq!(told(&status), "[]", "{input}");
        let status = service.convert((input, "mp4"), whole[..whole.len() / 2].to_vec(), json!({})).await;
        let said = told(&status);
        assert!(said.contains("broken off") || said.contains("damaged"), "{input}: {said}");
    }
}

#[tokio::test]
async fn what_tracks_are_marked_as_is_kept_or_told() {
    let service = Service::start().await;
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.srt"), "1\n00:00:00,000 --> 00:00:00,500\nWords\n").unwrap();
    let film = format!("{FILM} {SOUND} {SOUND} -i a.srt -map 0 -map 1 -map 2 -map 3");
    let codecs = "-c:v libx264 -pix_fmt yuv420p -c:a aac -c:s srt";
    for (sound, subtitle) in [("comment", "forced"), ("visual_impaired", "hearing_impaired"), ("0", "0")] {
        let marks = format!("-disposition:a:1 {sound} -disposition:s:0 {subtitle}");
        make(folder.path(), "a.mkv", &format!("{film} {codecs} {marks}"));
        let content = std::fs::read(folder.path().join("a.mkv")).unwrap();
        for output in ["mp4", "mov", "mkv", "webm", "avi", "mp3"] {
            let status = service.convert(("mkv", output), content.clone(), json!({})).await;
            let said = told(&status);
            let made = service.get(status["output"]["url"].as_str().unwrap()).await.body;
            let has = |kind: &str, mark: &str| {
                let name = format!("a.{output}");
                let asked = format!("stream_disposition={mark}");
                let lines = probed(
                    &name,
                    &made,
                    &["-select_streams", kind, "-show_entries", &asked, "-of", "csv=p=0"],
                );
                lines.iter().any(|line| line == "1")
            };
            // An AVI has no subtitles, and sound is one track.
            let marked = match output {
                "avi" => vec![("a", sound)],
                "mp3" => Vec::new(),
                _ => vec![("a", sound), ("s", subtitle)],
            };
            let mut lost = false;
            for (kind, mark) in marked.into_iter().filter(|(_, mark)| *mark != "0") {
                let kept = has(kind, mark);
                lost |= !kept;
                assert_eq!(said.contains(mark), !kept, "{mark} in {output}: {said}");
            }
            assert_eq!(said.contains("What tracks are marked as is lost"), lost, "{output}: {said}");
        }
    }
}

/// Subtitles may go on for longer than the picture, and the picture for longer than the sound.
#[tokio::test]
async fn what_ends_before_another_track_is_not_broken_off() {
    let service = Service::start().await;
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.srt"), "1\n00:00:06,000 --> 00:00:07,000\nWords\n").unwrap();
    let film = format!("{FILM} {SOUND} -i a.srt -map 0 -map 1 -map 2");
    let long = "-f lavfi -i testsrc2=duration=6:size=64x48:rate=10";
    for (input, arguments, outputs) in [
        ("mkv", format!("{film} -c:v libx264 -pix_fmt yuv420p -c:a aac -c:s srt"), ["mkv", "mp4", "webm"]),
        ("webm", format!("{film} -c:s webvtt"), ["webm", "mkv", "mp3"]),
        ("mp4", format!("{long} {SOUND} -c:v libx264 -pix_fmt yuv420p -c:a aac"), ["mp3", "wav", "mp4"]),
        ("mkv", format!("{long} {SOUND} -c:v libx264 -pix_fmt yuv420p -c:a aac"), ["flac", "m4a", "gif"]),
    ] {
        let name = format!("a.{input}");
        make(folder.path(), &name, &arguments);
        let content = std::fs::read(folder.path().join(&name)).unwrap();
        for output in outputs {
            let status = service.convert((input, output), content.clone(), json!({})).await;
            let said = told(&status);
            assert!(!said.contains("broken off"), "{input} to {output}: {said}");
        }
    }
}
