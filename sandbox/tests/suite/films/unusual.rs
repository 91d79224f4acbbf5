//! What few films and sounds have, and what ffmpeg by itself leaves out without a word.

use serde_json::json;

use super::{FILM, SOUND, probed, streams};
use crate::service::{Answer, Service, made, make};

const H264: &str = "-c:v libx264 -pix_fmt yuv420p";

fn told(status: &Answer) -> String {
    assert_eq!(status["step"], "finished", "{}", status.text());
    status["warnings"].to_string()
}

async fn converted(service: &Service, pair: (&str, &str), content: &[u8]) -> (Vec<u8>, String) {
    let status = service.convert(pair, content.to_vec(), json!({})).await;
    let told = told(&status);
    (service.get(status["output"]["url"].as_str().unwrap()).await.body, told)
}

#[tokio::test]
async fn when_it_was_recorded() {
    let service = Service::start().await;
    let time = "-metadata creation_time=2020-01-02T03:04:05Z";
    let film = made("a.mp4", &format!("{FILM} {SOUND} {H264} -c:a aac {time}"));
    for (output, kept) in [
        ("mp4", true),
        ("mov", true),
        ("mkv", true),
        ("webm", true),
        ("m4a", true),
        ("mp3", true),
        ("avi", false),
        ("wav", false),
    ] {
        let (made, told) = converted(&service, ("mp4", output), &film).await;
        let tags = probed(&format!("a.{output}"), &made, &["-show_entries", "format_tags", "-of", "csv=p=0"]);
        assert_eq!(tags.concat().contains("2020-01-02T03:04:05"), kept, "{output}: {tags:?}");
        assert_eq!(told.contains("creation_time"), !kept, "{output}: {told}");
    }
}

/// A film whose head says that it is seen as in a mirror.
#[tokio::test]
async fn a_mirrored_film() {
    let service = Service::start().await;
    let halves = "-f lavfi -i color=red:size=32x32:duration=0.3,pad=64:32:0:0:blue";
    let mut film = made("a.mp4", &format!("{halves} {H264}"));
    let head = film.windows(4).position(|name| name == b"tkhd").unwrap();
    let matrix = [-65_536, 0, 0, 0, 65_536, 0, 64 * 65_536, 0, 1 << 30].map(i32::to_be_bytes).concat();
    film[head + 44..head + 80].copy_from_slice(&matrix);
    let info = service.convert(("mp4", "json"), film.clone(), json!({"mode": "info"})).await;
    assert_eq!(info["info"]["streams"][0]["mirrored"], true, "{}", info.text());
    for output in ["mkv", "webm", "avi", "mp4", "mov"] {
        let (made, _) = converted(&service, ("mp4", output), &film).await;
        // Players and this program turn it as it says.
        let folder = tempfile::tempdir().unwrap();
        let name = format!("a.{output}");
        std::fs::write(folder.path().join(&name), made).unwrap();
        make(folder.path(), "a.png", &format!("-i {name} -frames:v 1"));
        let shown = image::open(folder.path().join("a.png")).unwrap().into_rgb8();
        let [red, _, blue] = shown.get_pixel(8, 16).0;
        assert!(red < 60 && blue > 180, "{output}: {red} {blue}");
    }
}

/// What was cut off by the list of edits does not come back.
#[tokio::test]
async fn what_is_hidden_stays_hidden() {
    let service = Service::start().await;
    let folder = tempfile::tempdir().unwrap();
    let film = "-f lavfi -i testsrc2=duration=4:size=64x48:rate=10 -f lavfi -i sine=duration=4";
    make(folder.path(), "long.mp4", &format!("{film} {H264} -g 20 -c:a aac"));
    make(folder.path(), "a.mp4", "-ss 1.3 -i long.mp4 -c copy");
    let film = std::fs::read(folder.path().join("a.mp4")).unwrap();
    for output in ["mkv", "mp4", "webm", "avi"] {
        let (made, _) = converted(&service, ("mp4", output), &film).await;
        let length = ["-show_entries", "format=duration", "-of", "csv=p=0"];
        let seconds: f64 = probed(&format!("a.{output}"), &made, &length)[0].parse().unwrap();
        assert!((seconds - 2.7).abs() < 0.3, "{output}: {seconds}");
    }
}

#[tokio::test]
async fn sound_from_all_around_goes_everywhere() {
    let service = Service::start().await;
    for (layout, count) in [("5.1(side)", 6), ("5.1", 6), ("4.0", 4), ("2.1", 3), ("7.1", 8)] {
        let around = format!("-f lavfi -i sine=duration=1,pan={layout}|c0=c0|c1=c0|c2=c0");
        let film = made("a.mkv", &format!("{FILM} {around} {H264} -c:a flac"));
        for output in ["webm", "mp4", "mkv", "ogg"] {
            let (made, _) = converted(&service, ("mkv", output), &film).await;
            let said = streams(&format!("a.{output}"), &made, "channels");
            assert!(said.contains(&count.to_string()), "{layout} to {output}: {said:?}");
        }
    }
}

#[tokio::test]
async fn deep_sound_stays_deep() {
    let service = Service::start().await;
    for (input, codec, output, wanted) in [
        ("wav", "pcm_s32le", "wav", "pcm_s32le"),
        ("wav", "pcm_f64le", "wav", "pcm_f64le"),
        ("wav", "pcm_mulaw", "wav", "pcm_mulaw"),
        ("mov", "pcm_s24be", "wav", "pcm_s24le"),
        ("mov", "pcm_s32be", "wav", "pcm_s32le"),
        ("mov", "pcm_f32be", "wav", "pcm_f32le"),
        ("mov", "pcm_s16be", "wav", "pcm_s16le"),
        ("mkv", "pcm_s24le", "mkv", "pcm_s24le"),
    ] {
        let sound = made(&format!("a.{input}"), &format!("{SOUND} -c:a {codec}"));
        let (made, told) = converted(&service, (input, output), &sound).await;
        assert_eq!(streams(&format!("a.{output}"), &made, "codec_name"), [wanted], "{codec}");
        assert_eq!(told, "[]", "{codec}");
    }
}

#[tokio::test]
async fn what_flac_has_no_bits_for_is_told() {
    let service = Service::start().await;
    for (codec, depth) in [("pcm_s16le", 16), ("pcm_s24le", 24), ("pcm_s32le", 32)] {
        let sound = made("a.wav", &format!("{SOUND} -c:a {codec}"));
        let (made, told) = converted(&service, ("wav", "flac"), &sound).await;
        // Newer encoders have all bits.
        let has: u32 = streams("a.flac", &made, "bits_per_raw_sample")[0].parse().unwrap();
        assert!(has == depth || (has, depth) == (24, 32), "{codec}: {has}");
        assert_eq!(
            told.contains("The sound has 32 bits a sample, and in flac"),
            has < depth,
            "{codec}: {told}"
        );
        assert!(!told.contains("clipped"), "{codec}: {told}");
    }
    for (codec, loud, fractions) in [
        ("pcm_f32le", "-3dB", "fractions of 32 bits"),
        ("pcm_f64le", "-3dB", "fractions of 64 bits"),
        ("pcm_f32le", "30dB", "fractions of 32 bits"),
        ("pcm_f64le", "30dB", "fractions of 64 bits"),
    ] {
        let volume = format!("-af volume={loud}:precision=double -c:a {codec}");
        let sound = made("a.wav", &format!("{SOUND} {volume}"));
        let (_, told) = converted(&service, ("wav", "flac"), &sound).await;
        assert!(told.contains(fractions), "{codec} {loud}: {told}");
        assert_eq!(told.contains("its peaks are clipped"), loud == "30dB", "{codec} {loud}: {told}");
        let (_, told) = converted(&service, ("wav", "wav"), &sound).await;
        assert_eq!(told, "[]", "{codec} {loud}");
    }
}

#[tokio::test]
async fn how_subtitles_look_is_told() {
    let service = Service::start().await;
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.srt"), "1\n00:00:00,000 --> 00:00:00,500\nWords\n").unwrap();
    for (codec, is_told) in [("ass", true), ("srt", false)] {
        let film = format!("{FILM} -i a.srt -map 0 -map 1 {H264} -c:s {codec}");
        make(folder.path(), "a.mkv", &film);
        let film = std::fs::read(folder.path().join("a.mkv")).unwrap();
        for (output, changes) in [("mp4", true), ("webm", true), ("mkv", false)] {
            let (_, told) = converted(&service, ("mkv", output), &film).await;
            assert_eq!(
                told.contains("How subtitles look"),
                is_told && changes,
                "{codec} to {output}: {told}"
            );
        }
    }
}

#[tokio::test]
async fn parts_that_nothing_reads_are_named() {
    let service = Service::start().await;
    let frame = |name: &str, content: &[u8]| {
        let size = u32::try_from(content.len()).unwrap().to_be_bytes();
        [name.as_bytes(), &size, &[0, 0], content].concat()
    };
    let frames =
        [frame("TIT2", b"\0Name"), frame("POPM", b"a\0\xc4\0"), frame("WOAR", b"http://example.org")];
    let frames = frames.concat();
    let size = u8::try_from(frames.len()).unwrap();
    let bare = made("a.mp3", &format!("{SOUND} -write_id3v2 0 -id3v2_version 0"));
    let mp3 = [&b"ID3\x03\0\0\0\0\0"[..], &[size], &frames, &bare].concat();

    let mut wav = super::wav();
    wav.extend(b"iXML\x04\0\0\0<x/>LIST\x04\0\0\0adtlsmpl\0\0\0\0");
    let length = u32::try_from(wav.len() - 8).unwrap();
    wav[4..8].copy_from_slice(&length.to_le_bytes());

    let mut flac = made("a.flac", SOUND);
    flac.splice(42..42, *b"\x02\0\0\x08riffdata");
    // At the end: APEv2, Lyrics3, and the first version of ID3.
    let item = |name: &str, value: &str| {
        let length = u32::try_from(value.len()).unwrap().to_le_bytes();
        [&length[..], &[0; 4], name.as_bytes(), b"\0", value.as_bytes()].concat()
    };
    let items = [item("Title", "Name"), item("MP3GAIN_MINMAX", "089,179")].concat();
    let edge = |flags: u32| {
        let length = u32::try_from(items.len() + 32).unwrap();
        let numbers = [2000, length, 2, flags, 0, 0].map(u32::to_le_bytes).concat();
        [&b"APETAGEX"[..], &numbers].concat()
    };
    let with_head = [edge(0xa000_0000), items.clone(), edge(0x8000_0000)].concat();
    let without = [items.clone(), edge(0)].concat();
    let lyrics = b"LYRICSBEGININD00002000LYR00002La000032LYRICS200";
    let id3 = [&b"TAGName"[..], &[0; 121]].concat();
    let ends = [
        ([&bare[..], &with_head, &id3].concat(), "MP3GAIN_MINMAX (APE)"),
        ([&bare[..], &without].concat(), "MP3GAIN_MINMAX (APE)"),
        ([&bare[..], lyrics, &id3].concat(), "Lyrics3 (MP3)"),
        ([&bare[..], &with_head, lyrics].concat(), "Lyrics3 (MP3), MP3GAIN_MINMAX (APE)"),
    ];
    for (content, parts) in ends {
        let (_, told) = converted(&service, ("mp3", "mp3"), &content).await;
        assert!(told.contains(&format!("These parts of the file are lost: {parts}\"")), "{parts}: {told}");
    }

    let xmp = [&b"\xbe\x7a\xcf\xcb\x97\xa9\x42\xe8\x9c\x71\x99\x94\x91\xe3\xaf\xac"[..], b"<x/>"].concat();
    let mut film = made("a.mp4", &format!("{FILM} {H264}"));
    film.extend([&28_u32.to_be_bytes()[..], b"uuid", &xmp].concat());
    let (_, told) = converted(&service, ("mp4", "mkv"), &film).await;
    assert!(told.contains("These parts of the file are lost: XMP (MP4)"), "{told}");

    for (input, content, parts) in [
        ("mp3", mp3, "POPM (ID3), WOAR (ID3)"),
        ("wav", wav, "iXML (WAV), smpl (WAV)"),
        ("flac", flac, "riff (FLAC)"),
    ] {
        for output in [input, "m4a"] {
            let (_, told) = converted(&service, (input, output), &content).await;
            let sentence = format!("These parts of the file are lost: {parts}");
            assert!(told.contains(&sentence), "{input} to {output}: {told}");
        }
    }
    for input in ["mp3", "wav", "flac"] {
        let sound = made(&format!("a.{input}"), &format!("{SOUND} -metadata title=Name"));
        assert_eq!(converted(&service, (input, "m4a"), &sound).await.1, "[]", "{input}");
    }
}

/// Wherever it is cut.
#[tokio::test]
async fn what_is_cut_is_told() {
    let service = Service::start().await;
    let film = "-f lavfi -i testsrc2=duration=6:size=64x48:rate=25 -f lavfi -i sine=duration=6";
    for (input, arguments) in [
        ("mpg", "-c:v mpeg2video -c:a mp2"),
        ("mpg", "-c:v mpeg1video -c:a mp2"),
        ("mpg", "-c:v mpeg2video -c:a ac3 -f vob"),
        ("mpg", "-c:v libx264 -pix_fmt yuv420p -c:a aac -f mpegts"),
        ("mp4", "-c:v libx264 -pix_fmt yuv420p -c:a aac -g 10 -movflags frag_keyframe+empty_moov"),
        ("mkv", "-c:v libx264 -pix_fmt yuv420p -c:a aac"),
        ("flv", "-c:v flv1 -c:a mp3 -ar 44100"),
    ] {
        let whole = made(&format!("a.{input}"), &format!("{film} {arguments}"));
        let (_, told) = converted(&service, (input, "mp4"), &whole).await;
        assert_eq!(told, "[]", "{input}: {arguments}");
        // A packet of them has 188 or 2048 bytes.
        for rest in [whole.len() / 2, whole.len()].map(|rest| rest / 2048 * 2048 - 301) {
            let (_, told) = converted(&service, (input, "mp4"), &whole[..rest]).await;
            let is_told = told.contains("broken off") || told.contains("damaged");
            assert!(is_told, "{input}: {arguments}: {rest} of {}: {told}", whole.len());
        }
    }
}
