//! Films and sound, by ffmpeg, which these tests need.

use cloudconvert_sandbox::Config;
use serde_json::{Value, json};

use crate::service::{Service, file, long_film, options};

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
