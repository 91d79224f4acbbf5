//! Many strangers at once cost little, and keep nobody else from working.

use std::time::{Duration, Instant};

use cloudconvert_sandbox::Config;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::program::Program;
use crate::service::{KEY, Service, file, read_all};

/// What strangers may cost in memory here; a body of theirs has 31 MB.
const LITTLE: u64 = 32 << 20;

/// Sends 40 bodies of 31 MB at once; gives by how much the memory of the service rose at most.
async fn bodies(head: &str, beginning: &str, expected: &str) -> u64 {
    const SIZE: usize = 31_000_000;
    let program = Program::start(&["--key", KEY, "--log", "off"], false);
    program.service.get("/conversiontypes").await;
    let before = program.memory().1;
    let mut senders = tokio::task::JoinSet::new();
    for _ in 0..40 {
        let mut stream = TcpStream::connect(&program.service.address).await.unwrap();
        let head = format!("{head}Content-Length: {SIZE}\r\n\r\n{beginning}");
        let rest = SIZE - beginning.len();
        senders.spawn(async move {
            let (mut reader, mut writer) = stream.split();
            let send = async {
                writer.write_all(head.as_bytes()).await?;
                let chunk = vec![b'x'; 1 << 16];
                let mut left = rest;
                while left > 0 {
                    let part = left.min(chunk.len());
                    writer.write_all(&chunk[..part]).await?;
                    left -= part;
                }
                std::future::pending::<std::io::Result<()>>().await
            };
            let mut status = [0; 12];
            tokio::select! {
                answered = reader.read_exact(&mut status) => drop(answered.unwrap()),
                ended = send => panic!("there was no answer: {ended:?}"),
            }
            String::from_utf8_lossy(&status).into_owned()
        });
    }
    let statuses = senders.join_all().await;
    assert!(statuses.iter().all(|status| expected.contains(&status[9..])), "{statuses:?}");
    let rose = program.memory().1 - before;
    println!("40 bodies of 31 MB: {} MB more memory", rose >> 20);
    program.kill();
    rose
}

#[tokio::test]
async fn bodies_with_a_wrong_key_cost_no_memory() {
    let head = "POST /convert HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer wrong\r\n";
    assert!(bodies(head, "{", "401").await < LITTLE);
}

#[tokio::test]
async fn bodies_with_a_wrong_key_in_them_cost_no_memory() {
    let head = "POST /convert HTTP/1.1\r\nHost: x\r\n";
    assert!(bodies(head, "{\"apikey\": \"wrong\", \"file\": \"", "401 503").await < LITTLE);
}

/// Connects so often and sends each time the same.
async fn crowd(service: &Service, count: usize, head: &str) -> Vec<TcpStream> {
    let mut crowd = Vec::new();
    for _ in 0..count {
        crowd.push(service.raw(head).await);
    }
    crowd
}

/// How long a whole conversion takes while others crowd the service.
async fn conversion(service: &Service) -> Duration {
    let begun = Instant::now();
    let done = service.convert(("png", "jpg"), file("input.png"), json!({})).await;
    assert_eq!(done["step"], "finished", "{}", done.text());
    begun.elapsed()
}

#[tokio::test]
async fn half_sent_heads_keep_nobody_out() {
    let program = Program::start(&["--key", KEY, "--log", "off"], false);
    let service = &program.service;
    let before = program.memory().0;
    let crowd = crowd(service, 1100, "GET /conversiontypes HTTP/1.1\r\nHost: x\r\nX-Half:").await;
    let took = conversion(service).await;
    let rose = program.memory().0.saturating_sub(before) >> 20;
    println!("1,100 half-sent heads: a conversion in {took:?}, {rose} MB more memory");
    assert!(took < Duration::from_secs(20), "{took:?}");
    drop(crowd);
    program.kill();
}

#[tokio::test]
async fn long_polls_keep_nobody_out() {
    let program = Program::start(&["--key", KEY, "--log", "off"], false);
    let service = &program.service;
    let before = program.memory().0;
    let (process, upload) = service.started("png", "jpg", json!({})).await;
    let path = process.trim_start_matches("//").trim_start_matches(&service.address);
    let mut crowd =
        crowd(service, 1100, &format!("GET {path}?wait HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
            .await;
    let took = conversion(service).await;
    let rose = program.memory().0.saturating_sub(before) >> 20;
    println!("1,100 long polls: a conversion in {took:?}, {rose} MB more memory");
    assert!(took < Duration::from_secs(20), "{took:?}");
    // What they wait for comes, and all of them learn its end.
    service.put(&format!("{upload}/a.png"), file("input.png")).await;
    for waiting in &mut crowd {
        let answer = read_all(waiting).await;
        assert!(answer.contains("\"step\":\"finished\""), "{answer}");
    }
    program.kill();
}

#[tokio::test]
async fn the_silent_lose_their_places_and_the_slow_do_not() {
    let silence = Duration::from_secs(2);
    let service = Service::with(Config { silence, ..Config::default() }).await;
    let (_, upload) = service.started("md", "html", json!({})).await;
    let place = upload.trim_start_matches("//").trim_start_matches(&service.address);
    let upload = format!("PUT {place}/a.md HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n1");
    let form = format!(
        "POST {place} HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 99\r\n\r\n--b\r\n"
    );
    let call = format!(
        "POST /process HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {KEY}\r\nContent-Length: 100\r\n\r\n{{"
    );
    let mut slow = service.raw(&upload).await;
    let slow = async {
        for byte in b"234567890" {
            tokio::time::sleep(silence / 4).await;
            slow.write_all(&[*byte]).await.unwrap();
        }
        let mut status = [0; 12];
        slow.read_exact(&mut status).await.unwrap();
        String::from_utf8_lossy(&status).into_owned()
    };
    let silent = async |sent: &str| {
        let begun = Instant::now();
        let answer = read_all(&mut service.raw(sent).await).await;
        assert!(
            begun.elapsed() >= silence / 2 && begun.elapsed() < Duration::from_secs(20),
            "{:?}",
            begun.elapsed()
        );
        answer.lines().next().unwrap_or_default().to_owned()
    };
    let (slow, a, b, c, head, idle, never) = tokio::join!(
        slow,
        silent(&upload),
        silent(&form),
        silent(&call),
        silent("GET / HTTP/1.1\r\nHost:"),
        silent("GET / HTTP/1.1\r\nHost: x\r\n\r\n"),
        silent(""),
    );
    assert_eq!(slow, "HTTP/1.1 200");
    for answer in [a, b, c] {
        assert_eq!(answer, "HTTP/1.1 408 Request Timeout");
    }
    assert!(head.is_empty() || head.contains("408"), "{head}");
    assert_eq!((idle.as_str(), never.as_str()), ("HTTP/1.1 404 Not Found", ""));
}

#[tokio::test]
async fn a_download_that_nobody_reads_is_given_up() {
    let service = Service::with(Config { silence: Duration::from_secs(1), ..Config::default() }).await;
    let done = service.large(json!({"save": true})).await;
    let size = done["output"]["size"].as_u64().unwrap();
    let url = done["output"]["url"].as_str().unwrap();
    let place = url.trim_start_matches("//").trim_start_matches(&service.address);
    let mut unread = service.raw(format!("GET {place} HTTP/1.1\r\nHost: x\r\n\r\n")).await;
    tokio::time::sleep(Duration::from_secs(4)).await;
    let mut read = Vec::new();
    let _ = unread.read_to_end(&mut read).await;
    assert!((read.len() as u64) < size, "all {size} bytes came");
    assert_eq!(service.get(done.str("url")).await["output"]["downloads"], 0);
}

/// What the system holds in store must not stand for a client: one that takes little by little is not silent.
#[tokio::test]
async fn a_download_that_is_read_slowly_comes_to_its_end() {
    let silence = Duration::from_secs(2);
    let service = Service::with(Config { silence, ..Config::default() }).await;
    let done = service.large(json!({"save": true})).await;
    let size = usize::try_from(done["output"]["size"].as_u64().unwrap()).unwrap();
    let place = done["output"]["url"].as_str().unwrap().trim_start_matches("//").to_owned();
    let place = place.trim_start_matches(&service.address);
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(16 << 10).unwrap();
    let mut slow = socket.connect(service.address.parse().unwrap()).await.unwrap();
    let request = format!("GET {place} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    slow.write_all(request.as_bytes()).await.unwrap();
    // A second takes 80 KB: more than the system asks for before it takes more, and far less than it could hold.
    let (begun, mut read, mut part) = (Instant::now(), 0, vec![0; 8 << 10]);
    while begun.elapsed() < silence * 3 {
        tokio::time::sleep(silence / 20).await;
        read += slow.read(&mut part).await.unwrap();
    }
    assert!(read < size / 2, "{read} bytes came at once");
    let mut rest = Vec::new();
    slow.read_to_end(&mut rest).await.unwrap();
    assert!(read + rest.len() > size, "{} of {size} bytes came", read + rest.len());
    assert_eq!(service.get(done.str("url")).await["output"]["downloads"], 1);
}

#[tokio::test]
async fn without_a_place_left_the_slowest_makes_room() {
    let service = Service::with(Config { connections: 4, ..Config::default() }).await;
    let crowd = crowd(&service, 20, "GET /conversiontypes HTTP/1.1\r\nHost: x\r\nX-Half:").await;
    let took = conversion(&service).await;
    assert!(took < Duration::from_mins(1), "{took:?}");
    drop(crowd);
}
