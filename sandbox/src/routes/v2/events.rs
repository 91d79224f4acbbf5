//! Live events over socket.io: a client subscribes to channels with its key, and hears what happens from then on. Nothing
//! that has happened before is told.
//!
//! Source: what the official client for Node subscribes to.

use std::convert::Infallible;
use std::sync::{Arc, Once};

use axum::extract::Request;
use axum::response::IntoResponse;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use socketioxide::SocketIo;
use socketioxide::extract::{Data, HttpExtension, SocketRef};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tower_service::Service;

use super::extract::{TASK_READ, may};
use super::shape::{self, Include};
use crate::app::App;
use crate::jobs::{Change, Event, Job, Shape, Task};
use crate::serve::{Peer, Seat};

/// How many channels a connection may listen to.
const MAX_CHANNELS: usize = 1000;

/// What a client asks for.
#[derive(Deserialize)]
struct Subscribe {
    channel: String,
    #[serde(default)]
    auth: Auth,
}

#[derive(Default, Deserialize)]
struct Auth {
    #[serde(default)]
    headers: Map<String, Value>,
}

/// The service behind `/socket.io/`. It ends with the service.
pub(super) fn service(
    app: &Arc<App>,
) -> impl Service<Request, Response: IntoResponse, Error = Infallible, Future: Send> + Clone + Send + Sync + use<>
{
    let (service, io) = SocketIo::builder().build_svc();
    let (subscribing, begun) = (app.clone(), Arc::new(Once::new()));
    io.ns("/", async move |socket: SocketRef, io: SocketIo| {
        let (app, forwarding) = (subscribing.clone(), begun.clone());
        socket.on(
            "subscribe",
            async move |socket: SocketRef,
                        HttpExtension(peer): HttpExtension<Peer>,
                        HttpExtension(seat): HttpExtension<Seat>,
                        Data(wish): Data<Subscribe>| {
                // As long as nobody has listened, nobody is told anything.
                forwarding
                    .call_once(|| drop(tokio::spawn(forward(app.clone(), io.clone(), app.jobs.changes()))));
                subscribe(&app, &socket, (peer, &seat), wish).await;
            },
        );
    });
    let stopping = app.stopping.clone();
    tokio::spawn(async move {
        stopping.cancelled().await;
        io.close().await;
    });
    service
}

/// Lets a client listen to a channel that is its key's. Others are told nothing, not even that there is such a channel.
async fn subscribe(app: &App, socket: &SocketRef, (peer, seat): (Peer, &Seat), wish: Subscribe) {
    let header = wish.auth.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("authorization"));
    let given = header.and_then(|(_, value)| value.as_str()?.strip_prefix("Bearer ")).map(str::to_owned);
    let Ok(key) = app.keys.check(given) else {
        match app.keys.pause(peer.0) {
            Ok(pause) => tokio::time::sleep(pause).await,
            Err(_) => drop(socket.clone().disconnect()),
        }
        return;
    };
    let is_its = may(app, &key, TASK_READ) && is_of(app, &wish.channel, &key);
    if is_its && socket.rooms().len() < MAX_CHANNELS && seat.listen() {
        socket.join(room(&wish.channel, &key));
    }
}

/// Whether a channel is about something of this key.
fn is_of(app: &App, channel: &str, key: &str) -> bool {
    if let Some(id) = channel.strip_prefix("private-job.") {
        let id = id.trim_end_matches(".tasks");
        return app.jobs.job(id).is_some_and(|job| job.key == key);
    }
    if let Some(id) = channel.strip_prefix("private-task.") {
        return app.jobs.task(id).is_some_and(|(job, _)| job.key == key);
    }
    ["private-user.1.jobs", "private-user.1.tasks"].contains(&channel)
}

/// Where those listen who named this channel with this key: accounts of several keys have the same number.
fn room(channel: &str, key: &str) -> String {
    format!("{channel} {}", hex::encode(Sha256::digest(key)))
}

/// Hands on what happens to those who listen.
async fn forward(app: Arc<App>, io: SocketIo, mut changes: Receiver<Change>) {
    loop {
        tokio::select! {
            () = app.stopping.cancelled() => return,
            change = changes.recv() => match change {
                Ok(change) => tell(&app, &io, &change).await,
                // Who misses some events, asks for the status.
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return,
            }
        }
    }
}

async fn tell(app: &App, io: &SocketIo, change: &Change) {
    let Some(job) = app.jobs.job(&change.job).filter(|job| job.shape != Shape::Process) else { return };
    if let Some(id) = &change.task {
        let Some(task) = job.tasks().iter().find(|task| task.id == *id) else { return };
        tell_of_task(app, io, &job, task, change.event).await;
    }
    // To a job, each step of a task is one of its own; that there is a task, is none.
    let event = match (&change.task, change.event) {
        (Some(_), Event::Created) => return,
        (Some(_), _) => Event::Updated,
        (None, event) => event,
    };
    if job.shape == Shape::Graph {
        let shown = || json!({"job": shape::job(app, &job, Include::default())});
        let channels = [format!("private-job.{}", job.id), "private-user.1.jobs".to_owned()];
        send(io, &job.key, &channels, &format!("job.{}", event.as_str()), shown).await;
    }
}

async fn tell_of_task(app: &App, io: &SocketIo, job: &Job, task: &Task, event: Event) {
    let mut channels = vec![format!("private-task.{}", task.id), "private-user.1.tasks".to_owned()];
    if job.shape == Shape::Graph {
        channels.push(format!("private-job.{}.tasks", job.id));
    }
    let shown = || json!({"task": shape::task(app, job, task, job.base(), Include::default())});
    send(io, &job.key, &channels, &format!("task.{}", event.as_str()), shown).await;
}

/// Sends an event to channels; what it shows is made only where somebody listens.
async fn send(io: &SocketIo, key: &str, channels: &[String], event: &str, shown: impl Fn() -> Value) {
    for channel in channels {
        let room = room(channel, key);
        if io.within(room.clone()).sockets().is_empty() {
            continue;
        }
        let _ = io.within(room).emit(event.to_owned(), &(channel, shown())).await;
    }
}
