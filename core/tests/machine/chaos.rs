//! What holds against anything at all: any status, any headers, any body, any event at any time.

use std::time::Duration;

use cloudconvert_core::{Action, Callback, Conversion, Event, Policy, Reason, Response, Timestamp, Watch};
use proptest::prelude::*;

use crate::host::{START, api, job, restored};

#[derive(Clone, Debug)]
enum Stroke {
    Answer(Response),
    Begun(Response),
    Fail(u8),
    Sent(u64),
    Received(u64),
    Called(String),
    Wait(u32),
    Back(u32),
    Stray(u64),
    Network(bool),
    Settled,
    Cancel,
    Restore,
}

fn bodies() -> impl Strategy<Value = Vec<u8>> {
    let texts = prop_oneof![
        Just(r#"{"id":"p1","url":"//srv01.example.com/process/p1"}"#.to_owned()),
        Just(r#"{"id":7,"url":"https://srv01.example.com/process/p1","step":"input","upload":{"url":"//srv01.example.com/upload/x"}}"#.to_owned()),
        Just(r#"{"step":"input","upload":[],"percent":null,"output":[],"message":""}"#.to_owned()),
        Just(r#"{"step":"convert","percent":"55.12","code":"x"}"#.to_owned()),
        Just(r#"{"step":"moonwalk","percent":-1e308,"expire":1e400}"#.to_owned()),
        Just(r#"{"step":"finished","output":{"url":"//srv01.example.com/download/x","filename":"../../x","size":"5"}}"#.to_owned()),
        Just(r#"{"step":"finished","output":{"url":"//srv01.example.com/download/x","files":["a/../b","b",7,"..",""]}}"#.to_owned()),
        Just(r#"{"step":"finished","output":{"url":"//evil.example.org/x","size":18446744073709551615}}"#.to_owned()),
        Just(r#"{"step":"finished"}"#.to_owned()),
        Just(r#"{"step":"error","message":"x","code":503}"#.to_owned()),
        Just(r#"{"url":"//evil.example.org/process/1"}"#.to_owned()),
        Just(r#"{"error":{"a":[1]},"message":7,"step":[]}"#.to_owned()),
        Just("[".repeat(5_000)),
        Just("<html>".to_owned()),
        ".{0,40}",
    ];
    prop_oneof![8 => texts.prop_map(String::into_bytes), 1 => prop::collection::vec(any::<u8>(), 0..60)]
}

fn responses() -> impl Strategy<Value = Response> {
    let status = prop_oneof![3 => Just(200_u16), 1 => 100_u16..600, 1 => Just(303), 1 => Just(429), 1 => Just(206), 1 => Just(416)];
    let header = prop_oneof![
        "[0-9]{1,25}".prop_map(|n| ("Retry-After".to_owned(), n)),
        "\\PC{0,20}".prop_map(|n| ("Retry-After".to_owned(), n)),
        Just(("Retry-After".to_owned(), "Tue, 14 Nov 2023 22:13:50 GMT".to_owned())),
        Just(("Location".to_owned(), "/process/p1".to_owned())),
        Just(("Location".to_owned(), "//evil.example.org/".to_owned())),
        "\\PC{0,20}".prop_map(|n| ("Location".to_owned(), n)),
        any::<u64>().prop_map(|n| ("Content-Length".to_owned(), n.to_string())),
        "bytes [0-9]{1,3}-[0-9]{1,21}/([0-9]{1,3}|\\*)".prop_map(|range| ("Content-Range".to_owned(), range)),
        "(W/)?\"[ab]\"".prop_map(|tag| ("ETag".to_owned(), tag)),
        "text/html|image/jpeg".prop_map(|kind| ("Content-Type".to_owned(), kind)),
        Just(("Content-Encoding".to_owned(), "gzip".to_owned())),
    ];
    let url = prop_oneof![
        8 => Just(None),
        1 => Just(Some("https://srv01.example.com/download/x".to_owned())),
        1 => Just(Some("https://evil.example.org/".to_owned())),
        1 => "\\PC{0,20}".prop_map(Some),
    ];
    (status, prop::collection::vec(header, 0..3), bodies(), any::<u64>(), url)
        .prop_map(|(status, headers, body, received, url)| Response { status, headers, body, received, url })
}

fn strokes() -> impl Strategy<Value = Vec<Stroke>> {
    let stroke = prop_oneof![
        10 => responses().prop_map(Stroke::Answer),
        3 => responses().prop_map(Stroke::Begun),
        2 => any::<u8>().prop_map(Stroke::Fail),
        1 => any::<u64>().prop_map(Stroke::Sent),
        1 => any::<u64>().prop_map(Stroke::Received),
        1 => "(id=p1|id=p2|url=//srv01.example.com/process/p1|step=finished|&){0,5}".prop_map(Stroke::Called),
        2 => any::<u32>().prop_map(Stroke::Wait),
        1 => any::<u32>().prop_map(Stroke::Back),
        1 => any::<u64>().prop_map(Stroke::Stray),
        1 => any::<bool>().prop_map(Stroke::Network),
        2 => Just(Stroke::Settled),
        1 => Just(Stroke::Cancel),
        1 => Just(Stroke::Restore),
    ];
    prop::collection::vec(stroke, 0..200)
}

/// Plays the strokes; then nothing is answered any more, and it has to end by itself.
fn play(policy: &Policy, seed: u64, strokes: Vec<Stroke>) {
    let mut job = job();
    job.callback = Some("https://me.example.org/done".into());
    let mut conversion = Conversion::new(&api(), job, policy.clone(), seed).unwrap();
    let (mut now, mut out, mut requests) = (START, 0, 0_u32);
    let mut fraction = 0.0;
    let mut strokes = strokes.into_iter();
    for _ in 0..20_000 {
        let action = conversion.poll(now);
        let shown = conversion.progress().fraction;
        assert!((fraction..=1.0).contains(&shown), "it goes from {fraction} to {shown}");
        let ended_well = matches!(action, Action::Done(Ok(_)));
        assert!((shown >= 1.0) == ended_well, "{shown} is not how it stands: {action:?}");
        fraction = shown;
        match action {
            Action::Done(_) => {
                assert!(matches!(conversion.poll(Timestamp::MAX), Action::Done(_)), "the end does not stay");
                return;
            }
            Action::Send(request) => {
                out = request.id;
                requests += 1;
                let own = request.url.starts_with("https://")
                    && request.url[8..]
                        .split(['/', '?', '#'])
                        .next()
                        .is_some_and(|host| host.ends_with(".example.com"));
                assert!(own, "a request to {}", request.url);
                assert!(
                    !request.carries_key() || request.url.starts_with("https://api.example.com/v1/"),
                    "the key went out"
                );
                assert!(
                    !format!("{request:?}{:?}{:?}", conversion.progress(), conversion).contains("s3cret")
                );
            }
            Action::Settle { id } => {
                assert!(conversion.verified().count() > 0, "there is nothing to name");
                out = id;
            }
            Action::Wait { until } | Action::Busy { deadline: until } => {
                let Some(stroke) = strokes.next() else {
                    now = now.max(until);
                    conversion.handle(now, Event::Online);
                    continue;
                };
                match stroke {
                    Stroke::Answer(response) => conversion.handle(now, Event::Response { id: out, response }),
                    Stroke::Begun(response) => conversion.handle(now, Event::Begun { id: out, response }),
                    Stroke::Fail(n) => conversion.handle(now, Event::Failed { id: out, reason: reason(n) }),
                    Stroke::Sent(bytes) => conversion.handle(now, Event::Sent { id: out, bytes }),
                    Stroke::Received(bytes) => conversion.handle(now, Event::Received { id: out, bytes }),
                    Stroke::Called(query) => {
                        if let Ok(callback) = Callback::read(&api(), &query) {
                            conversion.handle(now, Event::Callback(callback));
                        }
                    }
                    Stroke::Settled => conversion.handle(now, Event::Settled { id: out }),
                    Stroke::Wait(pause) => now += Duration::from_millis(pause.into()),
                    Stroke::Back(pause) => now = now - Duration::from_millis(pause.into()),
                    Stroke::Stray(id) if id != out => {
                        conversion.handle(now, Event::Response { id, response: Response::default() });
                    }
                    Stroke::Stray(_) => {}
                    Stroke::Network(true) => conversion.handle(now, Event::Online),
                    Stroke::Network(false) => conversion.handle(now, Event::Offline),
                    Stroke::Cancel => conversion.cancel(now),
                    Stroke::Restore => conversion = restored(&conversion),
                }
            }
        }
    }
    panic!("it has not ended after {requests} requests");
}

fn reason(n: u8) -> Reason {
    match n % 8 {
        0 => Reason::Connection,
        1 => Reason::Timeout,
        2 | 3 => Reason::Redirect,
        4 => Reason::Input("why".into()),
        5 => Reason::Permanent("why".into()),
        6 => Reason::Unreached,
        _ => Reason::Sink("why".into()),
    }
}

proptest! {
    #![proptest_config(crate::cases(1500))]

    /// No panic, an end in time, no request to a host that is not the service's, and the key nowhere else.
    #[test]
    fn nothing_breaks_it(strokes in strokes(), seed: u64, watch in 0_u8..3) {
        let watch = [Watch::Progress, Watch::Result, Watch::Callback][usize::from(watch)];
        play(&Policy::default().watch(watch), seed, strokes);
    }
}
