//! Large outputs in pieces: each is asked for behind the last one, as much of it as the line brings in a second.

use std::time::Duration;

use cloudconvert_core::{Action, Conversion, Event, Method, Policy, Reason, Request, Response, Timestamp};

use crate::host::{START, api};

const SIZE: u64 = 100 << 20;

/// What a line does with the requests for an output, one after the other.
#[derive(Clone, Copy)]
enum Line {
    /// Brings so many bytes in a millisecond.
    Brings(u64),
    /// Breaks off after half of what was asked for.
    Breaks,
    /// Brings all at once, whatever was asked for.
    Whole,
}

/// Downloads an output by these lines, of which the last one stays; gives the ranges that were asked for, and which of
/// them may be taken at once.
fn ranges(pieces: bool, lines: &[Line]) -> Vec<(String, bool)> {
    let policy = Policy::default().pieces(pieces);
    let mut conversion = Conversion::follow(&api(), "https://api.example.com/process/1", policy, 42).unwrap();
    let (mut now, mut asked) = (START, Vec::new());
    loop {
        match conversion.poll(now) {
            Action::Send(request) if request.url.contains("/download/") => {
                let line = lines.get(asked.len()).or(lines.last()).unwrap();
                let range = request.headers.iter().find(|(name, _)| *name == "range");
                asked.push((range.map(|(_, range)| range.clone()).unwrap_or_default(), request.at_once));
                answer(&mut conversion, &mut now, &request, *line);
            }
            Action::Send(request) => {
                let response = Response { status: 200, body: status().into_bytes(), ..Response::default() };
                assert!(matches!(request.method, Method::Get | Method::Delete));
                conversion.handle(now, Event::Response { id: request.id, response });
            }
            Action::Settle { id } => conversion.handle(now, Event::Settled { id }),
            Action::Wait { until } | Action::Busy { deadline: until } => now = until,
            Action::Done(result) => {
                assert_eq!(result.unwrap().files[0].size, SIZE);
                return asked;
            }
        }
    }
}

fn status() -> String {
    format!(
        r#"{{"id": "1", "step": "finished", "output": {{"url": "//api.example.com/download/1", "filename": "a.zip", "size": {SIZE}}}}}"#
    )
}

fn answer(conversion: &mut Conversion, now: &mut Timestamp, request: &Request, line: Line) {
    let id = request.id;
    let range =
        request.headers.iter().find(|(name, _)| *name == "range").filter(|_| !matches!(line, Line::Whole));
    let (first, last) = range.map_or((0, SIZE - 1), |(_, range)| {
        let (first, last) = range.strip_prefix("bytes=").unwrap().split_once('-').unwrap();
        (first.parse().unwrap(), last.parse().unwrap_or(SIZE - 1))
    });
    let length = last + 1 - first;
    let mut head = Response { status: if range.is_some() { 206 } else { 200 }, ..Response::default() };
    head.headers = vec![
        ("content-length".into(), length.to_string()),
        ("content-range".into(), format!("bytes {first}-{last}/{SIZE}")),
        ("etag".into(), "\"1\"".into()),
    ];
    conversion.handle(*now, Event::Begun { id, response: head.clone() });
    let event = match line {
        Line::Breaks => {
            conversion.handle(*now, Event::Received { id, bytes: first + length / 2 });
            Event::Failed { id, reason: Reason::Connection }
        }
        Line::Brings(speed) => {
            *now += Duration::from_millis(length / speed);
            Event::Response { id, response: Response { received: first + length, ..head } }
        }
        Line::Whole => Event::Response { id, response: Response { received: SIZE, ..head } },
    };
    conversion.handle(*now, event);
}

#[test]
fn a_fast_line_brings_pieces_and_a_slow_one_the_rest() {
    let asked = ranges(true, &[Line::Brings(40_000)]);
    let ranges: Vec<_> = asked.iter().map(|(range, at_once)| (range.as_str(), *at_once)).collect();
    assert_eq!(ranges.len(), 4, "{ranges:?}");
    assert_eq!(ranges[0], ("bytes=0-4194303", false));
    assert!(ranges[1].0.starts_with("bytes=4194304-4"), "about 40 MB more: {ranges:?}");
    assert!(ranges[1..].iter().all(|(_, at_once)| *at_once), "{ranges:?}");
    assert!(ranges[3].0.ends_with(&format!("-{}", SIZE - 1)), "{ranges:?}");

    let slow = self::ranges(true, &[Line::Brings(1_000)]);
    assert_eq!(slow, [("bytes=0-4194303".to_owned(), false), ("bytes=4194304-".to_owned(), false)]);
}

#[test]
fn nobody_else_asks_for_pieces() {
    assert_eq!(ranges(false, &[Line::Brings(40_000)]), [(String::new(), false)]);
}

#[test]
fn what_broke_off_or_came_whole_is_read_as_it_comes() {
    let asked = ranges(true, &[Line::Brings(40_000), Line::Breaks, Line::Brings(40_000)]);
    assert_eq!(asked.len(), 3, "{asked:?}");
    assert!(asked[2].0.ends_with('-') && !asked[2].1, "{asked:?}");
    assert_eq!(ranges(true, &[Line::Whole]), [("bytes=0-4194303".to_owned(), false)]);
}
