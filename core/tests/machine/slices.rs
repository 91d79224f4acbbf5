//! A server that sends less than was asked for: what comes on is no failure, and everything ends.

use std::time::Duration;

use cloudconvert_core::{
    Action, Code, Conversion, Error, Event, Policy, Reason, Request, Response, Timestamp,
};

use crate::host::{START, api};

const SIZE: u64 = 1 << 30;

/// What a server sends of an output.
#[derive(Clone, Copy)]
struct Slices {
    /// Whether it tells how long the whole is.
    tells_size: bool,
    /// The most bytes of one answer.
    most: u64,
    /// Whether answers break off there, instead of ending.
    breaks: bool,
    takes: Duration,
}

impl Slices {
    /// How many requests there were for the output, how long they took, and how it ended.
    fn load(self, policy: Policy) -> (usize, Duration, Result<(), Error>) {
        let url = "https://api.example.com/process/1";
        let mut conversion = Conversion::follow(&api(), url, policy, 42).unwrap();
        let (mut now, mut asked) = (START, 0);
        loop {
            match conversion.poll(now) {
                Action::Send(request) if request.url.contains("/download/") => {
                    asked += 1;
                    now += self.takes;
                    self.answer(&mut conversion, now, &request);
                }
                Action::Send(request) => {
                    let body = self.status().into_bytes();
                    let response = Response { status: 200, body, ..Response::default() };
                    conversion.handle(now, Event::Response { id: request.id, response });
                }
                Action::Settle { id } => conversion.handle(now, Event::Settled { id }),
                Action::Wait { until } | Action::Busy { deadline: until } => now = until,
                Action::Done(result) => return (asked, now - START, result.map(drop)),
            }
        }
    }

    fn status(self) -> String {
        let size = if self.tells_size { format!(r#", "size": {SIZE}"#) } else { String::new() };
        format!(
            r#"{{"id": "1", "step": "finished", "output": {{"url": "//api.example.com/download/1", "filename": "a.zip"{size}}}}}"#
        )
    }

    fn answer(self, conversion: &mut Conversion, now: Timestamp, request: &Request) {
        let range = request.headers.iter().find(|(name, _)| *name == "range");
        let first: u64 = range.map_or(0, |(_, range)| {
            range.trim_start_matches("bytes=").trim_end_matches('-').parse().unwrap()
        });
        let size = if self.tells_size { SIZE } else { u64::MAX };
        let (received, id) = (first.saturating_add(self.most).min(size), request.id);
        let mut head = Response { status: 200, ..Response::default() };
        if range.is_some() {
            head.status = 206;
            let total = if self.tells_size { SIZE.to_string() } else { "*".to_owned() };
            let range = format!("bytes {first}-{}/{total}", received.saturating_sub(1).max(first));
            head.headers.push(("content-range".into(), range));
        }
        conversion.handle(now, Event::Begun { id, response: head.clone() });
        conversion.handle(now, Event::Received { id, bytes: received });
        // A first answer that is not all of it broke off.
        let breaks = self.breaks || range.is_none() && received < size;
        conversion.handle(
            now,
            if breaks {
                Event::Failed { id, reason: Reason::Connection }
            } else {
                Event::Response { id, response: Response { received, ..head } }
            },
        );
    }
}

const FAST: Slices = Slices { tells_size: true, most: SIZE / 500, breaks: false, takes: Duration::ZERO };

#[test]
fn what_comes_on_is_asked_for_at_once() {
    let (asked, took, result) = FAST.load(Policy::default().retries(1));
    assert!(result.is_ok(), "{result:?}");
    assert!(asked > 500 && took < Duration::from_secs(1), "{asked} requests in {took:?}");
}

#[test]
fn what_breaks_off_and_comes_on_has_its_retries_anew() {
    let (asked, _, result) = Slices { breaks: true, ..FAST }.load(Policy::default().retries(1));
    assert!(result.is_err(), "what always breaks off is never whole");
    assert!(asked > 500, "{asked}");
}

#[test]
fn what_hardly_comes_on_ends_with_its_retries() {
    for (most, tells_size) in [(0, true), (1, true), (SIZE / 1_000_000, true), (1, false)] {
        let slices = Slices { tells_size, most, ..FAST };
        let (asked, _, result) = slices.load(Policy::default().retries(20));
        assert!(asked == 21 && result.is_err(), "{most} {tells_size}: {asked} requests, {result:?}");
    }
}

#[test]
fn what_never_ends_has_the_deadline() {
    let endless = Slices { tells_size: false, most: 1 << 20, breaks: false, takes: Duration::from_secs(1) };
    let (asked, took, result) = endless.load(Policy::default().deadline(Duration::from_mins(10)));
    assert_eq!(result.unwrap_err().code, Code::Timeout);
    assert!(asked > 500 && took <= Duration::from_secs(611), "{asked} requests in {took:?}");
}
