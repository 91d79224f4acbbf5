//! Answers on their way in.

use std::time::{Duration, Instant};

use bytes::Bytes;
use cloudconvert_core::{Reason, Response};
use tokio::runtime::Builder;
use tokio::sync::oneshot;

use crate::exchange::Exchange;
use crate::runtime::blocking;
use crate::upload::{ask, broken};

/// How many bytes of an answer are gathered before they are written.
const BATCH: usize = 512 << 10;
/// How often a long download tells how far it is.
const TELL: Duration = Duration::from_millis(50);

/// Makes a long download in a thread of its own, which may wait for the disk: to hand every piece to another thread takes
/// longer than all the rest.
pub(crate) async fn apart(client: reqwest::Client, exchange: Exchange) -> Result<Response, Reason> {
    let (tell, told) = oneshot::channel();
    // Dropped when nothing waits any more.
    let (_wanted, given_up) = oneshot::channel::<()>();
    let download = move || {
        let runtime = Builder::new_current_thread().enable_all().build().map_err(|_| Reason::Connection)?;
        let answer = runtime.block_on(async {
            tokio::select! {
                answer = download(&client, &exchange) => answer,
                _ = given_up => Err(Reason::Connection),
            }
        });
        runtime.shutdown_background();
        answer
    };
    let thread = std::thread::Builder::new().name("cloudconvert-kit-download".to_owned());
    let started = thread.spawn(move || {
        let _ = tell.send(download());
    });
    started.map_err(|_| Reason::Connection)?;
    told.await.unwrap_or(Err(Reason::Connection))
}

async fn download(client: &reqwest::Client, exchange: &Exchange) -> Result<Response, Reason> {
    let mut answer = ask(client, exchange).await?;
    let (status, headers) = head_of(&answer);
    let mut receiver = exchange.receive(status, headers)?;
    let mut told = Instant::now();
    while let Some(piece) = answer.chunk().await.transpose() {
        let piece = piece.map_err(|error| {
            receiver.tell();
            broken(exchange, &error)
        })?;
        receiver.push(&[piece])?;
        if receiver.is_full() {
            break;
        }
        if told.elapsed() >= TELL {
            receiver.tell();
            told = Instant::now();
        }
    }
    receiver.tell();
    Ok(receiver.finish())
}

fn head_of(answer: &reqwest::Response) -> (u16, Vec<(String, String)>) {
    let headers = answer.headers().iter().map(|(name, value)| {
        (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    });
    (answer.status().as_u16(), headers.collect())
}

pub(crate) async fn receive(exchange: &Exchange, mut answer: reqwest::Response) -> Result<Response, Reason> {
    let (status, headers) = head_of(&answer);
    if exchange.writes_to_disk() {
        return write(exchange, status, headers, answer).await;
    }
    let mut receiver = exchange.receive(status, headers)?;
    while let Some(piece) = answer.chunk().await.map_err(|error| broken(exchange, &error))? {
        receiver.push(&[piece])?;
        receiver.tell();
        if receiver.is_full() {
            break;
        }
    }
    Ok(receiver.finish())
}

/// Receives what goes to a disk, in turns: gathers some, and writes it. To do both at once is slower: a loop that only
/// reads is woken for every packet.
async fn write(
    exchange: &Exchange,
    status: u16,
    headers: Vec<(String, String)>,
    mut answer: reqwest::Response,
) -> Result<Response, Reason> {
    let begun = exchange.clone();
    let opened = blocking(move || begun.receive(status, headers)).await;
    let mut receiver = opened.unwrap_or(Err(Reason::Connection))?;
    loop {
        let (pieces, rest) = gather(&mut answer).await;
        let pushed = blocking(move || receiver.push(&pieces).map(|()| receiver)).await;
        receiver = pushed.unwrap_or(Err(Reason::Connection))?;
        receiver.tell();
        match rest {
            Rest::More if receiver.is_full() => return Ok(receiver.finish()),
            Rest::More => {}
            Rest::Nothing => return Ok(receiver.finish()),
            // What has come counts: what is missing can be asked for.
            Rest::Lost(error) => return Err(broken(exchange, &error)),
        }
    }
}

/// What follows the pieces that have come.
enum Rest {
    More,
    Nothing,
    Lost(reqwest::Error),
}

/// The next pieces of an answer.
async fn gather(answer: &mut reqwest::Response) -> (Vec<Bytes>, Rest) {
    let (mut pieces, mut size) = (Vec::new(), 0);
    while size < BATCH {
        match answer.chunk().await {
            Ok(Some(piece)) => {
                size += piece.len();
                pieces.push(piece);
            }
            Ok(None) => return (pieces, Rest::Nothing),
            Err(error) => return (pieces, Rest::Lost(error)),
        }
    }
    (pieces, Rest::More)
}
