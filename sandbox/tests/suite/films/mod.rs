//! Films and sound, by ffmpeg, which these tests need.

mod covers;
mod kept;
mod losses;
mod marked;
mod named;
mod pace;
mod pairs;
mod said;
mod space;
mod table;
mod unusual;
mod whole;

use cloudconvert_sandbox::Config;
use serde_json::{Value, json};

use crate::service::{Service, file, long_film, made, make, options};

#[tokio::test]
async fn a_film_becomes_others_and_sound() {
    let service = Service::start().await;
    for (output, magic) in
        [("mp4", (4, &b"ftyp"[..])), ("mkv", (0, b"\x1aE\xdf\xa3")), ("gif", (0, b"GIF89a"))]
    {
        let status = service.convert(("flv", output), file("input.flv"), json!({})).await;
        assert_eq!(status["converter"]["type"], "ffmpeg", "{}", status.text());
        let made = service.get(status["output"]["url"].as_str().unwrap()).await.body;
        assert_eq!(&made[magic.0..magic.0 + magic.1.len()], magic.1, "{output}");
    }
    let flac = options(&json!({"audio_codec": "FLAC"}));
    let wav = wav();
    assert!(service.output(("wav", "flac"), wav.clone(), flac).await.starts_with(b"fLaC"));
    assert!(service.output(("wav", "ogg"), wav.clone(), json!({})).await.starts_with(b"OggS"));
    let refused = service.convert(("wav", "mp3"), wav, options(&json!({"audio_codec": "best"}))).await;
    refused.assert_error(400, "codecs");
    service.convert(("flv", "mp4"), "no film", json!({})).await.assert_error(422, "cannot be converted");
}

/// A tenth of a second of silence.
fn wav() -> Vec<u8> {
    let samples = vec![0_u8; 1600];
    let mut wav = b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0".to_vec();
    wav.extend([8000_u32.to_le_bytes(), 16_000_u32.to_le_bytes()].concat());
    wav.extend(b"\x02\0\x10\0data");
    wav.extend(1600_u32.to_le_bytes());
    wav.extend(samples);
    let length = u32::try_from(wav.len() - 8).unwrap();
    wav[4..8].copy_from_slice(&length.to_le_bytes());
    wav
}

#[tokio::test]
async fn playlists_do_not_open_other_files() {
    let service = Service::start().await;
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("secret.wav");
    std::fs::write(&secret, wav()).unwrap();
    let secret = secret.to_str().unwrap();
    for playlist in [
        format!("ffconcat version 1.0\nfile '{secret}'\n"),
        format!("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{secret}\n#EXT-X-ENDLIST\n"),
        format!("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile://{secret}\n#EXT-X-ENDLIST\n"),
    ] {
        for input in ["flv", "mp4", "wav"] {
            service.convert((input, "mp3"), playlist.clone(), json!({})).await.assert_error(422, "");
        }
    }
}

#[tokio::test]
async fn percent_moves_and_deleting_stops_the_program_at_once() {
    let service = Service::with(Config { engines: 1, ..Config::default() }).await;
    let (process, upload) = service.started("flv", "webm", json!({})).await;
    service.put(&format!("{upload}/film.flv"), long_film()).await;
    let percent = |status: &Value| status["percent"].as_f64().unwrap_or_default();
    let first = service.until(&process, |status| percent(status.json()) > 0.0).await;
    assert_eq!((&first["step"], &first["message"]), (&json!("convert"), &json!("Converting to webm...")));
    let later = service.until(&process, |status| percent(status.json()) > percent(first.json())).await;
    assert!(percent(later.json()) < 100.0);
    // There is one engine: the next waits until it is free.
    let (next, upload) = service.started("md", "html", json!({})).await;
    service.put(&format!("{upload}/a.md"), "x").await;
    let waiting = service.until(&next, |status| status["step"] != "input").await;
    assert_eq!((&waiting["step"], &waiting["percent"]), (&json!("wait"), &json!(0)));
    assert_eq!(service.delete(&process).await.status, 200);
    assert_eq!(service.wait(&next).await["step"], "finished");
}

#[tokio::test]
async fn a_timeout_cancels() {
    let service = Service::with(Config { engines: 1, ..Config::default() }).await;
    let (process, upload) = service.started("flv", "webm", json!({"timeout": 1})).await;
    service.put(&format!("{upload}/film.flv"), long_film()).await;
    let failed = service.wait(&process).await;
    failed.assert_error(422, "timeout");
    // The engine is free again.
    assert_eq!(service.convert(("md", "html"), "x", json!({})).await["step"], "finished");
}

/// What ffprobe says of a file: entries of its streams, one line for each.
pub(crate) fn streams(name: &str, content: &[u8], entries: &str) -> Vec<String> {
    probed(name, content, &["-show_entries", &format!("stream={entries}"), "-of", "csv=p=0"])
}

/// When each picture of a film is shown, in seconds after the first.
fn times(name: &str, content: &[u8]) -> Vec<f64> {
    let asked = ["-select_streams", "V:0", "-show_entries", "packet=pts_time", "-of", "csv=p=0"];
    let lines = probed(name, content, &asked);
    let mut times: Vec<f64> =
        lines.iter().filter_map(|line| line.trim_end_matches(',').parse().ok()).collect();
    times.sort_by(f64::total_cmp);
    let first = times.first().copied().unwrap_or_default();
    times.iter().map(|time| time - first).collect()
}

fn probed(name: &str, content: &[u8], arguments: &[&str]) -> Vec<String> {
    let said = ffprobe(name, content, arguments);
    said.lines().map(|line| line.trim_end_matches(',').to_owned()).filter(|line| !line.is_empty()).collect()
}

fn ffprobe(name: &str, content: &[u8], arguments: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(name);
    std::fs::write(&file, content).unwrap();
    let mut ffprobe = std::process::Command::new("ffprobe");
    let said = ffprobe.args(["-v", "error"]).args(arguments).arg(file).output().unwrap();
    String::from_utf8(said.stdout).unwrap()
}

/// Hashes of what is in a file, packet by packet, sorted; of these streams alone.
fn packets(name: &str, content: &[u8], streams: &[&str]) -> Vec<String> {
    let hashes = ["-show_data_hash", "md5", "-show_entries", "packet=data_hash", "-of", "csv=p=0"];
    let mut packets = probed(name, content, &[&hashes, streams].concat());
    packets.sort();
    packets
}

const SOUND: &str = "-f lavfi -i sine=duration=1";
const FILM: &str = "-f lavfi -i testsrc2=duration=1:size=64x48:rate=10";

/// A sound file with a title and a cover, which is a JPEG.
pub(crate) fn covered(name: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    make(folder.path(), "cover.jpg", "-f lavfi -i testsrc2=size=40x40 -frames:v 1");
    let cover = "-i cover.jpg -map 0 -map 1 -c:v copy -disposition:v attached_pic -metadata title=Name";
    make(folder.path(), name, &format!("{SOUND} {cover}"));
    std::fs::read(folder.path().join(name)).unwrap()
}

#[tokio::test]
async fn a_cover_is_no_film() {
    let service = Service::start().await;
    for input in ["flac", "m4a", "mp3"] {
        let content = covered(&format!("a.{input}"));
        for (output, cover) in [("mp3", true), ("m4a", true), ("flac", true), ("ogg", true), ("wav", false)] {
            let status = service.convert((input, output), content.clone(), json!({})).await;
            assert_eq!(status["step"], "finished", "{input} to {output}: {}", status.text());
            let told = status["warnings"].to_string().contains("cover picture is lost");
            let made = service.get(status["output"]["url"].as_str().unwrap()).await.body;
            let name = format!("a.{output}");
            let kinds = streams(&name, &made, "codec_type:stream_disposition=attached_pic");
            let kept = kinds == ["audio,0", "video,1"];
            assert_eq!((kept, told), (cover, !cover), "{input} to {output}: {kinds:?}");
            let title = ["-show_entries", "format_tags=title:stream_tags=title", "-of", "csv=p=0"];
            assert!(probed(&name, &made, &title).contains(&"Name".to_owned()), "{input} to {output}");
        }
    }
}

#[tokio::test]
async fn the_sound_of_a_film_is_sound() {
    let service = Service::start().await;
    let film = |name: &str| made(name, &format!("{FILM} {SOUND}"));
    for input in ["mov", "mkv"] {
        let content = film(&format!("a.{input}"));
        for output in ["mp3", "m4a", "flac", "ogg", "wav"] {
            let made = service.output((input, output), content.clone(), json!({})).await;
            assert_eq!(
                streams(&format!("a.{output}"), &made, "codec_type"),
                ["audio"],
                "{input} to {output}"
            );
        }
    }
    for input in ["avi", "webm"] {
        let silent = made(&format!("a.{input}"), FILM);
        for output in ["mp3", "m4a", "flac", "ogg", "wav"] {
            let failed = service.convert((input, output), silent.clone(), json!({})).await;
            failed.assert_error(422, "The input file has no sound");
        }
    }
    let sound = made("a.mkv", SOUND);
    service.convert(("mkv", "gif"), sound, json!({})).await.assert_error(422, "no moving picture");
}

#[tokio::test]
async fn films_play_everywhere() {
    let service = Service::start().await;
    let odd = "-f lavfi -i testsrc2=duration=1:rate=10:size";
    for (input, content) in [
        ("webm", made("a.webm", &format!("{odd}=65x49"))),
        ("avi", made("a.avi", &format!("{odd}=33x17"))),
        ("mkv", made("a.mkv", &format!("{odd}=65x50 -c:v libx264 -pix_fmt yuv444p10le"))),
        ("mov", made("a.mov", &format!("{odd}=64x48 -c:v libx264 -pix_fmt yuv422p10le"))),
    ] {
        for output in ["mp4", "mov"] {
            let made = service.output((input, output), content.clone(), json!({})).await;
            let said = streams(&format!("a.{output}"), &made, "codec_name,width,height,pix_fmt");
            let parts: Vec<&str> = said[0].split(',').collect();
            let even = parts[1..3].iter().all(|side| side.parse::<u32>().unwrap() % 2 == 0);
            assert!(even && parts[0] == "h264" && parts[3] == "yuv420p", "{input} to {output}: {said:?}");
            let place = |name: &[u8]| made.windows(4).position(|bytes| bytes == name).unwrap();
            assert!(place(b"moov") < place(b"mdat"), "{output} plays while it loads");
        }
    }
    // Pixels that are not square stay so.
    let wide = made("a.avi", &format!("{FILM} -vf setsar=4/3"));
    let made = service.output(("avi", "mp4"), wide, json!({})).await;
    assert_eq!(streams("a.mp4", &made, "sample_aspect_ratio"), ["4:3"]);
}
