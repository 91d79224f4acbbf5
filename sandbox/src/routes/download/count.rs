//! What leaves of a download.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use futures_util::StreamExt;

use super::content::Piece;
use crate::jobs::{Hold, Job, Served, Task};

/// The task that offers a file, and its job.
pub(super) type Offer<'a> = (&'a Arc<Job>, &'a Arc<Task>);

/// Parts of a file on their way to the client.
#[derive(Clone)]
pub(super) struct Sending {
    job: Arc<Job>,
    task: Arc<Task>,
    _going_on: Arc<Hold>,
    file: Served,
    pieces: Vec<Piece>,
}

impl Sending {
    pub(super) fn new((job, task): Offer<'_>, file: &Served, pieces: Vec<Piece>) -> Self {
        let going_on = Arc::new(job.hold());
        Self { job: job.clone(), task: task.clone(), _going_on: going_on, file: file.clone(), pieces }
    }
}

/// Counts what leaves of a download. Lies around the faults, so what they cut off does not count.
pub(crate) async fn count(resumable: Duration, mut response: Response) -> Response {
    let Some(sending) = response.extensions_mut().remove::<Sending>() else { return response };
    response.map(|body| {
        let total = sending.pieces.iter().map(|piece| piece.length).sum();
        let mut counter = Counter { sending: Some(sending), sent: 0, total, resumable };
        counter.count(0);
        Body::from_stream(body.into_data_stream().map(move |chunk| {
            counter.count(chunk.as_ref().map_or(0, Bytes::len));
            chunk
        }))
    })
}

/// Notes a download when its last byte was handed out, or when it breaks off before.
struct Counter {
    sending: Option<Sending>,
    sent: u64,
    total: u64,
    resumable: Duration,
}

impl Counter {
    fn count(&mut self, bytes: usize) {
        self.sent += bytes as u64;
        if self.sent >= self.total {
            self.note();
        }
    }

    fn note(&mut self) {
        let Some(Sending { job, task, file, pieces, .. }) = self.sending.take() else { return };
        let mut left = self.sent;
        for piece in pieces {
            let length = piece.length.min(left);
            left -= length;
            if let Some(from) = piece.from
                && (length > 0 || piece.length == 0)
            {
                task.sent(&job, &file, from, from + length, self.resumable);
            }
        }
    }
}

impl Drop for Counter {
    fn drop(&mut self) {
        self.note();
    }
}
