//! The bytes of an answer: a file, a part of it, or several parts (`multipart/byteranges`).

use std::fs::File;
use std::io::SeekFrom;
use std::sync::Arc;

use axum::body::Body;
use bytes::Bytes;
use futures_util::stream::{self, BoxStream};
use futures_util::{StreamExt, TryStreamExt};
use tokio::io::{AsyncReadExt, AsyncSeekExt};
use tokio_util::io::ReaderStream;

use super::range::Part;
use crate::jobs::Served;
use crate::names::random_id;

/// How much is read at once.
const CHUNK: usize = 64 << 10;

type Chunks = BoxStream<'static, std::io::Result<Bytes>>;

/// An answer's body, and what its bytes are.
pub(super) struct Content {
    /// `Content-Type`, where it is not the file's own.
    pub(super) kind: Option<String>,
    pub(super) body: Body,
    pub(super) pieces: Vec<Piece>,
}

/// So many bytes of an answer, and where they stand in the file, if they do.
#[derive(Clone, Copy)]
pub(super) struct Piece {
    pub(super) length: u64,
    pub(super) from: Option<u64>,
}

impl Content {
    pub(super) fn part(opened: &Arc<File>, part: Part) -> Self {
        let pieces = vec![Piece { length: part.len(), from: Some(part.from) }];
        Self { kind: None, body: Body::from_stream(read(opened.clone(), part)), pieces }
    }

    /// One part as it is, several each with a head of its own.
    pub(super) fn parts(file: &Served, opened: &Arc<File>, kind: &str, parts: &[Part]) -> Self {
        if let [part] = parts {
            return Self::part(opened, *part);
        }
        let boundary = random_id();
        let (mut chunks, mut pieces): (Vec<Chunks>, _) = (Vec::new(), Vec::new());
        let text = |chunks: &mut Vec<Chunks>, pieces: &mut Vec<Piece>, text: String| {
            pieces.push(Piece { length: text.len() as u64, from: None });
            chunks.push(stream::iter([Ok(text.into())]).boxed());
        };
        for (at, part) in parts.iter().enumerate() {
            let start = if at == 0 { "" } else { "\r\n" };
            let range = part.of(file.size);
            let head =
                format!("{start}--{boundary}\r\nContent-Type: {kind}\r\nContent-Range: {range}\r\n\r\n");
            text(&mut chunks, &mut pieces, head);
            pieces.push(Piece { length: part.len(), from: Some(part.from) });
            chunks.push(read(opened.clone(), *part));
        }
        text(&mut chunks, &mut pieces, format!("\r\n--{boundary}--\r\n"));
        let body = Body::from_stream(stream::iter(chunks).flatten());
        Self { kind: Some(format!("multipart/byteranges; boundary={boundary}")), body, pieces }
    }

    pub(super) fn length(&self) -> u64 {
        self.pieces.iter().map(|piece| piece.length).sum()
    }
}

/// The bytes of a part. The parts of an answer are read one after the other, so that they share a file that is open.
fn read(opened: Arc<File>, part: Part) -> Chunks {
    let begun = async move {
        let mut file = tokio::fs::File::from_std(opened.try_clone()?);
        file.seek(SeekFrom::Start(part.from)).await?;
        Ok::<_, std::io::Error>(ReaderStream::with_capacity(file.take(part.len()), CHUNK))
    };
    stream::once(begun).try_flatten().boxed()
}
