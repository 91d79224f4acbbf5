//! What a file may cost: time, memory, disk, and whatever else is on the machine.

use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use cloudconvert_sandbox::Config;
use reqwest::Method;
use serde_json::json;

use crate::program::{Program, command, workers};
use crate::service::{Answer, KEY, Service, below, client, file, long_film, made};
use crate::stop::converting;

/// A small drawing that takes hours.
const SLOW_DRAWING: &str = r#"<svg xmlns="http://www.w3.org/2000/svg" width="9999" height="9999"><filter id="f"><feTurbulence baseFrequency=".01" numOctaves="99999"/></filter><rect width="9999" height="9999" filter="url(#f)"/></svg>"#;
const SMALL_DRAWING: &str = r#"<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"/>"#;

/// A service whose files lie in a folder of the test's.
async fn service_in(folder: &Path, config: Config) -> Service {
    Service::with(Config { data: Some(folder.to_owned()), engines: 2, ..config }).await
}

/// What lies in the folder of a process, wherever it is.
fn left(folder: &Path, process: &str) -> Vec<std::path::PathBuf> {
    let id = process.rsplit('/').next().unwrap();
    below(folder).into_iter().filter(|path| path.to_str().unwrap().contains(id)).collect()
}

#[tokio::test]
async fn drawings_that_take_hours_are_ended_in_time() {
    // A tenth of a minute.
    let config = Config { engines: 2, time_factor: 0.02, ..Config::default() };
    let service = Service::with(config).await;
    let drawing = || service.convert(("svg", "png"), SLOW_DRAWING, json!({}));
    let (one, two) = tokio::join!(drawing(), drawing());
    for ended in [one, two] {
        ended.assert_error(422, "took longer than a file of this size may take here: 1 s");
    }
    assert_eq!(service.convert(("svg", "png"), SMALL_DRAWING, json!({})).await["step"], "finished");
}

#[tokio::test]
async fn the_films_of_one_key_do_not_hold_up_the_picture_of_another() {
    let keys = vec!["another".to_owned()];
    let service = Service::with(Config { engines: 2, keys, ..Config::default() }).await;
    let mut films = Vec::new();
    for _ in 0..4 {
        let (film, upload) = service.started("flv", "webm", json!({})).await;
        service.put(&format!("{upload}/film.flv"), long_film()).await;
        films.push(film);
    }
    service.until(&films[3], |status| status["step"] == "wait").await;
    let start = json!({"input": "raw", "file": "# x", "filename": "a.md", "wait": true});
    let create = json!({"inputformat": "md", "outputformat": "html"});
    let other = service.request(Method::POST, "/process").bearer_auth("another").json(&create);
    let process = Answer::of(other).await.str("url").to_owned();
    assert_eq!(service.post(&process, start).await["step"], "finished");
    let steps = [service.get(&films[0]).await, service.get(&films[3]).await];
    assert_eq!([&steps[0]["step"], &steps[1]["step"]], ["convert", "wait"]);
}

#[tokio::test]
async fn programs_have_a_limit_of_memory() {
    let folder = tempfile::tempdir().unwrap();
    let service = service_in(folder.path(), Config { max_memory: 600 << 20, ..Config::default() }).await;
    // A picture of it takes 24 MB, and the encoder keeps many.
    let film = made("a.mkv", "-f lavfi -i color=size=4000x4000:duration=1:rate=5 -c:v ffv1");
    let failed = service.convert(("mkv", "mp4"), film, json!({})).await;
    failed.assert_error(422, "more memory than 600 MiB");
    assert_eq!(left(folder.path(), failed.str("id")), Vec::<std::path::PathBuf>::new());
    let flv = service.convert(("flv", "mp4"), file("input.flv"), json!({})).await;
    assert_eq!(flv["step"], "finished", "{}", flv.text());
}

#[tokio::test]
async fn outputs_have_a_limit_and_nothing_of_them_stays() {
    let folder = tempfile::tempdir().unwrap();
    let service = service_in(folder.path(), Config { max_output: 1 << 20, ..Config::default() }).await;
    let silence = made("a.flac", "-f lavfi -i anullsrc=r=44100:cl=stereo -t 600");
    assert!(silence.len() < 500_000);
    let zeros = zip_of_zeros(50 << 20);
    for (pair, content) in [(("flac", "wav"), silence), (("zip", "tar.gz"), zeros.clone())] {
        let failed = service.convert(pair, content, json!({})).await;
        failed.assert_error(422, "output is larger than 1 MiB");
        assert_eq!(left(folder.path(), failed.str("id")), Vec::<std::path::PathBuf>::new());
    }
    // Also where no single file is too large.
    let extract = json!({"mode": "extract"});
    let many = service.convert(("zip", "txt"), zip_of_many(40, 100 << 10), extract).await;
    many.assert_error(422, "output is larger than 1 MiB");
    assert_eq!(left(folder.path(), many.str("id")), Vec::<std::path::PathBuf>::new());
}

fn zip_of_zeros(size: usize) -> Vec<u8> {
    zip_of_many(1, size)
}

fn zip_of_many(count: usize, size: usize) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for number in 0..count {
        zip.start_file(format!("{number}.txt"), zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(&vec![b'0'; size]).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// The program as this line of a shell starts it; `exec "$@"` is the program.
fn within(line: &str, data: &Path, arguments: &[&str]) -> Command {
    let program = command(&[]);
    let mut shell = Command::new("unshare");
    shell.args(["--user", "--map-root-user", "--mount", "sh", "-c", line, "sh"]);
    shell
        .arg(program.get_program())
        .args(["--key", KEY, "--data"])
        .arg(data)
        .args(arguments)
        .env("DATA", data);
    shell
}

#[tokio::test]
async fn a_full_disk_is_no_fault_of_the_input() {
    let data = tempfile::tempdir().unwrap();
    let line = r#"mount -t tmpfs -o size=8m none "$DATA" && exec "$@""#;
    let command = within(line, data.path(), &["--engines", "1"]);
    let mut program = Program::of(command, data);
    let service = &program.service;
    let silence = made("a.flac", "-f lavfi -i anullsrc=r=44100:cl=stereo -t 600");
    for (pair, content) in [
        (("flac", "wav"), silence),
        (("zip", "tar.gz"), zip_of_zeros(50 << 20)),
        (("png", "bmp"), made("a.png", "-f lavfi -i color=size=4000x4000 -frames:v 1")),
    ] {
        let failed = service.convert(pair, content, json!({})).await;
        failed.assert_error(503, "disk");
    }
    // Uploads do not fit either, and leave nothing.
    let (process, upload) = service.started("bmp", "png", json!({})).await;
    // By a connection of its own, which the service may close when it refuses.
    let put = client().put(service.url(&upload)).body(vec![0; 20 << 20]);
    Answer::of(put).await.assert_error(503, "disk");
    service.delete(&process).await;
    for _ in 0..3 {
        let small = service.convert(("png", "jpg"), file("input.png"), json!({})).await;
        assert_eq!(small["step"], "finished", "{}", small.text());
    }
    program.child.kill().unwrap();
    program.child.wait().unwrap();
}

#[tokio::test]
async fn a_machine_without_memory_is_no_fault_of_the_input() {
    let line = r#"ulimit -v 1200000 && exec "$@""#;
    let mut program = Program::of(within(line, Path::new("/tmp"), &[]), tempfile::tempdir().unwrap());
    let service = &program.service;
    // Layers of 400 MB each.
    let nested = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="10000" height="10000">{}<rect width="10000" height="10000"/>{}</svg>"#,
        r#"<g opacity=".9">"#.repeat(9),
        "</g>".repeat(9)
    );
    service.convert(("svg", "png"), nested, json!({})).await.assert_error(503, "memory");
    assert_eq!(service.convert(("svg", "png"), SMALL_DRAWING, json!({})).await["step"], "finished");
    program.child.kill().unwrap();
    program.child.wait().unwrap();
}

#[tokio::test]
async fn engines_end_with_a_service_that_is_killed() {
    let data = tempfile::tempdir().unwrap();
    let mut command = command(&["--key", KEY, "--data"]);
    command.arg(data.path());
    let mut program = Program::of(command, data);
    let folders = [program.data.path().to_owned()];
    for (pair, content) in [(("flv", "webm"), long_film()), (("svg", "png"), SLOW_DRAWING.into())] {
        let (process, upload) = program.service.started(pair.0, pair.1, json!({})).await;
        program.service.put(&upload, content).await;
        program.service.until(&process, |status| status["step"] == "convert").await;
    }
    while converting(&folders) == 0 || workers(&folders[0]).len() < 2 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    program.child.kill().unwrap();
    program.child.wait().unwrap();
    let ended = async {
        while converting(&folders) + workers(&folders[0]).len() > 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), ended).await.unwrap();
}
