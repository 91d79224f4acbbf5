//! What the service asks for itself, inputs and callbacks, stays away from this machine and its networks.

use std::net::TcpListener;

use cloudconvert_sandbox::{Config, Network};
use serde_json::json;

use crate::service::{Answer, Service, file, http, serve};

/// A service that may ask only the public internet.
async fn strict() -> Service {
    Service::exactly(Config::default()).await
}

async fn fetch(service: &Service, url: &str) -> Answer {
    let process = service.create("png", "jpg").await;
    let started = service.post(&process, json!({"input": "download", "file": url})).await;
    assert_eq!(started.status, 200, "{}", started.text());
    service.wait(&process).await
}

#[tokio::test]
async fn this_machine_is_out_of_reach_however_it_is_written() {
    let service = strict().await;
    let listener = TcpListener::bind("0.0.0.0:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let port = listener.local_addr().unwrap().port();
    let own = if_addrs::get_if_addrs().unwrap();
    let own =
        own.iter().map(if_addrs::Interface::ip).filter(std::net::IpAddr::is_ipv4).map(|ip| ip.to_string());
    let machine = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default().trim().to_owned();
    let written = [
        "127.0.0.1",
        "127.1",
        "127.0.0.1.",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "0x7f.1",
        "0",
        "0.0.0.0",
        "127.8.8.8",
        "localhost",
        "LOCALHOST.",
        "a.localhost",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "169.254.169.254",
        "10.0.0.1",
        "192.168.0.1",
        "[fe80::1]",
        "[fd00::1]",
        "%31%32%37.0.0.1",
        "①②⑦.0.0.1",
    ];
    for host in written.map(str::to_owned).into_iter().chain(own).chain([machine]) {
        let refused = fetch(&service, &format!("http://{host}:{port}/x.png")).await;
        refused.assert_error(422, "no web server answers there that this service may ask");
    }
    assert!(listener.accept().is_err(), "nobody has connected");
}

#[tokio::test]
async fn redirects_are_judged_each() {
    let inside = serve(|_| panic!("nobody asks for this")).await;
    let to = inside.clone();
    // From an address that is allowed to one that is not.
    let outside = serve(move |_| http("302 Found", &format!("Location: {to}/x.png\r\n"), b"")).await;
    let port = outside.rsplit(':').next().unwrap().to_owned();
    let allowed = vec!["127.0.0.2".parse::<Network>().unwrap()];
    let listener = tokio::net::TcpListener::bind(format!("127.0.0.2:{port}")).await.unwrap();
    tokio::spawn(async move {
        while let Ok((mut here, _)) = listener.accept().await {
            let mut there = tokio::net::TcpStream::connect(format!("127.0.0.1:{port}")).await.unwrap();
            let _ = tokio::io::copy_bidirectional(&mut here, &mut there).await;
        }
    });
    let service = Service::exactly(Config { allow_fetch: allowed, ..Config::default() }).await;
    let refused = fetch(&service, &outside.replace("127.0.0.1", "127.0.0.2")).await;
    refused.assert_error(422, "may ask");
}

#[tokio::test]
async fn open_and_closed_ports_look_the_same() {
    let answers = serve(|_| http("200 OK", "", &file("input.png"))).await;
    let mute = serve(|_| Vec::new()).await;
    let closed = { format!("http://{}", TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()) };
    let strict = strict().await;
    let mut said = Vec::new();
    for url in [&answers, &mute, &closed] {
        said.push(fetch(&strict, &format!("{url}/x.png")).await.str("message").to_owned());
    }
    // Where it may ask, it still does not tell a closed port from one behind which there is no web server.
    let open = Service::start().await;
    for url in [&mute, &closed] {
        said.push(fetch(&open, &format!("{url}/x.png")).await.str("message").to_owned());
    }
    said.dedup();
    assert_eq!(said.len(), 1, "{said:?}");
    assert_eq!(fetch(&open, &format!("{answers}/x.png")).await["step"], "finished");
}

#[tokio::test]
async fn callbacks_go_nowhere_else_either() {
    let called = TcpListener::bind("127.0.0.1:0").unwrap();
    called.set_nonblocking(true).unwrap();
    let port = called.local_addr().unwrap().port();
    let service = strict().await;
    let process = service.create("md", "html").await;
    let start =
        |callback: String| json!({"input": "raw", "file": "x", "filename": "a.md", "callback": callback});
    // What can be told without a look-up, is told at once.
    service.post(&process, start(format!("http://127.0.0.1:{port}/"))).await.assert_error(400, "callback");
    let machine = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap();
    let process = service.create("md", "html").await;
    service.post(&process, start(format!("http://{}:{port}/", machine.trim()))).await;
    assert_eq!(service.wait(&process).await["step"], "finished");
    assert!(called.accept().is_err(), "nobody has connected");
}
