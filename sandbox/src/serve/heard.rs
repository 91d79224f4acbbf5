//! The body of a request, which tells its seat when all of it has come: from then on it is not up to the client.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::body::HttpBody;
use hyper::body::{Bytes, Frame, Incoming, SizeHint};

use super::seat::Seat;

pub(super) struct Heard {
    body: Incoming,
    /// None where the client only listens.
    seat: Option<Seat>,
}

impl Heard {
    pub(super) fn new(body: Incoming, seat: Option<Seat>) -> Self {
        let heard = Self { body, seat };
        if heard.body.is_end_stream() {
            heard.tell();
        }
        heard
    }

    fn tell(&self) {
        if let Some(seat) = &self.seat {
            seat.heard();
        }
    }
}

impl HttpBody for Heard {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        if frame.is_none() || self.body.is_end_stream() {
            self.tell();
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
