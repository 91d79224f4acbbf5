//! Live events over socket.io.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::{SinkExt, StreamExt};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use super::{task, text};
use crate::service::{KEY, Service};

/// A client of socket.io 4, as far as it is needed.
pub(super) struct Listener(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Listener {
    pub(super) async fn connect(service: &Service) -> Self {
        let url = format!("ws://{}/socket.io/?EIO=4&transport=websocket", service.address);
        let mut listener = Self(connect_async(url).await.unwrap().0);
        assert!(listener.packet().await.starts_with("0{"));
        listener.send("40").await;
        assert!(listener.packet().await.starts_with("40{"));
        listener
    }

    async fn send(&mut self, packet: &str) {
        self.0.send(Message::text(packet)).await.unwrap();
    }

    async fn packet(&mut self) -> String {
        loop {
            let packet = self.0.next().await.unwrap().unwrap().into_text().unwrap().to_string();
            match packet.as_str() {
                "2" => self.send("3").await,
                _ => return packet,
            }
        }
    }

    pub(super) async fn subscribe(&mut self, channel: &str, key: &str) {
        let wish =
            json!({"channel": channel, "auth": {"headers": {"Authorization": format!("Bearer {key}")}}});
        self.send(&format!("42{}", json!(["subscribe", wish]))).await;
    }

    /// The next event: its name, its channel and what it shows.
    async fn next(&mut self) -> (String, String, Value) {
        loop {
            let packet = self.packet().await;
            let Some(json) = packet.strip_prefix("42") else { continue };
            let event: Value = serde_json::from_str(json).unwrap();
            return (text(&event[0]).to_owned(), text(&event[1]).to_owned(), event[2].clone());
        }
    }

    /// The next event of this name: its channel and what it shows.
    async fn event(&mut self, name: &str) -> (String, Value) {
        loop {
            let (heard, channel, shown) = self.next().await;
            if heard == name {
                return (channel, shown);
            }
        }
    }
}

/// A job that waits for its file; gives the job and its upload form.
async fn waiting(service: &Service) -> (Value, Value) {
    let job = service
        .job(json!({
            "in": {"operation": "import/upload"},
            "work": {"operation": "convert", "input": "in", "output_format": "html"},
            "out": {"operation": "export/url", "input": "work"},
        }))
        .await;
    let form = task(&job, "in")["result"]["form"].clone();
    (job, form)
}

#[tokio::test]
async fn who_listens_hears_of_tasks_and_of_the_end() {
    let service = Service::start().await;
    let (job, form) = waiting(&service).await;
    let id = text(&job["id"]);
    let mut listener = Listener::connect(&service).await;
    let channels =
        [format!("private-job.{id}"), format!("private-job.{id}.tasks"), "private-user.1.jobs".to_owned()];
    for channel in &channels {
        listener.subscribe(channel, KEY).await;
    }
    // Its key opens; another hears nothing, and neither does a channel of nobody's.
    let mut stranger = Listener::connect(&service).await;
    stranger.subscribe(&channels[0], "wrong").await;
    stranger.subscribe("private-job.unknown", KEY).await;
    until_subscribed(&service, &mut listener).await;
    assert_eq!(service.send(&form, "a.md", b"# Hello").await.status, 201);
    loop {
        let (channel, shown) = listener.event("task.finished").await;
        assert_eq!(shown["task"]["job_id"], job["id"]);
        if channel == channels[1] && shown["task"]["operation"] == "export/url" {
            break;
        }
    }
    let (channel, shown) = listener.event("job.finished").await;
    assert!(channels.contains(&channel));
    assert_eq!((&shown["job"]["id"], text(&shown["job"]["status"])), (&job["id"], "finished"));
    assert!(text(&task(&shown["job"], "out")["result"]["files"][0]["url"]).starts_with("http://"));
    // What the stranger hears next is of a channel that it may hear.
    stranger.subscribe("private-user.1.tasks", KEY).await;
    until_subscribed(&service, &mut stranger).await;
}

/// A subscription is not answered, so tasks are cancelled until one is heard of.
async fn until_subscribed(service: &Service, listener: &mut Listener) {
    listener.subscribe("private-user.1.tasks", KEY).await;
    loop {
        let task = service.v2(Method::POST, "/v2/import/upload", json!({})).await["data"].clone();
        service.v2(Method::POST, &format!("/v2/tasks/{}/cancel", text(&task["id"])), Value::Null).await;
        let heard =
            tokio::time::timeout(std::time::Duration::from_millis(200), listener.event("task.failed"));
        if let Ok((channel, shown)) = heard.await {
            assert_eq!(
                (channel.as_str(), text(&shown["task"]["code"])),
                ("private-user.1.tasks", "CANCELLED")
            );
            return;
        }
    }
}

#[tokio::test]
async fn a_failure_is_an_event_of_its_own() {
    let service = Service::start().await;
    let (job, form) = waiting(&service).await;
    let mut listener = Listener::connect(&service).await;
    listener.subscribe(&format!("private-job.{}", text(&job["id"])), KEY).await;
    until_subscribed(&service, &mut listener).await;
    service.send(&form, "a.xyz", b"nothing").await;
    let (_, shown) = listener.event("job.failed").await;
    assert_eq!(task(&shown["job"], "work")["code"], "INVALID_CONVERSION_TYPE");
}

/// Who listens for the account hears of the beginning too, each task once.
#[tokio::test]
async fn every_event_has_its_name_and_its_channel() {
    let service = Service::start().await;
    let mut listener = Listener::connect(&service).await;
    listener.subscribe("private-user.1.jobs", KEY).await;
    until_subscribed(&service, &mut listener).await;
    let (works, form) = waiting(&service).await;
    let (fails, _) = waiting(&service).await;
    let cancel = format!("/v2/tasks/{}/cancel", text(&task(&fails, "in")["id"]));
    assert_eq!(service.v2(Method::POST, &cancel, Value::Null).await.status, 200);
    assert_eq!(service.send(&form, "a.md", b"# Hello").await.status, 201);
    let mut heard: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    let ends = ["job.finished", "job.failed"];
    while !ends.iter().all(|end| heard.contains_key(*end)) {
        let (name, channel, shown) = listener.next().await;
        let (what, kind) = name.split_once('.').unwrap();
        assert_eq!(channel, format!("private-user.1.{what}s"), "{name}");
        assert!(["created", "updated", "finished", "failed"].contains(&kind), "{name}");
        let job = if what == "job" { &shown["job"]["id"] } else { &shown["task"]["job_id"] };
        if [&works["id"], &fails["id"]].contains(&job) {
            let about = (text(job).to_owned(), text(&shown[what]["id"]).to_owned());
            heard.entry(name).or_default().push(about);
        }
    }
    let names: Vec<&str> = heard.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "job.created",
            "job.failed",
            "job.finished",
            "job.updated",
            "task.created",
            "task.failed",
            "task.finished",
            "task.updated"
        ]
    );
    let all: BTreeSet<(String, String)> = [&works, &fails]
        .into_iter()
        .flat_map(|job| {
            let tasks = job["tasks"].as_array().unwrap().iter();
            tasks.map(|task| (text(&job["id"]).to_owned(), text(&task["id"]).to_owned()))
        })
        .collect();
    assert_eq!(heard["task.created"].len(), all.len());
    assert_eq!(heard["task.created"].iter().cloned().collect::<BTreeSet<_>>(), all);
    assert_eq!(heard["job.created"].len(), 2);
}
