//! What the protocol costs: one whole conversion, from the wish to the verified output, with everything built and parsed.
//!
//! `cargo xtask bench core` counts its instructions under callgrind; run alone it counts allocations and bytes.

use std::hint::black_box;

use cloudconvert_core::{Action, Api, Conversion, Event, Job, Policy, Response, Sink, Value};

/// What the service answers, in order: create, start, upload, two polls, download, delete.
const ANSWERS: [&str; 7] = [
    r#"{"url":"//srv01.example.com/process/v4cw72hf3","id":"v4cw72hf3","host":"srv01.example.com","expires":"2014-09-12 13:13:00","maxtime":18000}"#,
    r#"{"id":"v4cw72hf3","url":"//srv01.example.com/process/v4cw72hf3","message":"Waiting for the upload of input files","step":"input","upload":{"url":"//srv01.example.com/upload/~Gl47wdgf6"}}"#,
    r#"{"file":"Cloud Atlas Extended Trailer #1 (2012) HD.flv","size":14558739,"message":"File saved."}"#,
    r#"{"id":"v4cw72hf3","url":"//srv01.example.com/process/v4cw72hf3","percent":55.12,"message":"Converting to mp4...","step":"convert","starttime":1357588277,"expire":1357595479,"input":{"type":"upload","filename":"Cloud Atlas Extended Trailer #1 (2012) HD.flv","size":14558739,"name":"Cloud Atlas Extended Trailer #1 (2012) HD","ext":"flv"},"converter":{"format":"mp4","type":"ffmpeg","options":{"audio_codec":"FLAC"}}}"#,
    r#"{"id":"v4cw72hf3","url":"//srv01.example.com/process/v4cw72hf3","percent":100,"message":"Conversion finished!","step":"finished","starttime":1357588277,"expire":1357595479,"input":{"type":"upload","filename":"Cloud Atlas Extended Trailer #1 (2012) HD.flv","size":14558739,"name":"Cloud Atlas Extended Trailer #1 (2012) HD","ext":"flv"},"converter":{"format":"mp4","type":"ffmpeg","options":{"audio_codec":"FLAC"}},"output":{"filename":"Cloud Atlas Extended Trailer #1 (2012) HD.mp4","ext":"mp4","size":10920297,"url":"//srv01.example.com/download/~ugl5vnrpfO","downloads":0},"endtime":1357588279}"#,
    "",
    r#"{"message":"Process deleted."}"#,
];

fn main() {
    let api = Api::new("https://api.example.com/v1", Some("KEY")).expect("a base URL and a key");
    black_box(conversion(&api, answers()));
    measured(&api, answers());

    let answers = answers();
    let info = allocation_counter::measure(|| {
        black_box(conversion(&api, answers));
    });
    println!(
        "allocations of a whole conversion: {} ({} bytes in all, {} at most at once)",
        info.count_total, info.bytes_total, info.bytes_max
    );
    assert!(info.count_total < 200, "more allocations than promised");

    let mut resting = None;
    let heap = allocation_counter::measure(|| resting = Some(at_rest(&api)));
    let bytes = heap.bytes_current + i64::try_from(size_of::<Conversion>()).unwrap_or(i64::MAX);
    println!(
        "a conversion at rest, while it waits for its next poll: {bytes} bytes ({} in place)",
        size_of::<Conversion>()
    );
    assert!(bytes < 2_048, "more bytes than promised");
}

/// The name by which callgrind finds what is counted.
#[inline(never)]
fn measured(api: &Api, answers: Vec<Response>) {
    black_box(conversion(api, answers));
}

/// A whole conversion; every request is polled for and its answer handled, as a host does it.
fn conversion(api: &Api, answers: Vec<Response>) -> Conversion {
    let mut conversion = begin(api);
    let mut answers = answers.into_iter();
    let mut now = 1_700_000_000_000;
    loop {
        match conversion.poll(now) {
            Action::Send(request) => {
                now += 50;
                let mut response = answers.next().expect("an answer for every request");
                if let Sink::File { size: Some(size), .. } = request.sink {
                    response.received = size;
                }
                conversion.handle(now, Event::Response { id: request.id, response });
            }
            Action::Wait { until } | Action::Busy { deadline: until } => now = until,
            Action::Done(result) => {
                assert!(result.is_ok() && answers.next().is_none(), "{result:?}");
                return conversion;
            }
        }
    }
}

fn begin(api: &Api) -> Conversion {
    let mut wish = Value::object();
    wish.set("input", "upload");
    wish.set("name", "Cloud Atlas Extended Trailer #1 (2012) HD.flv");
    wish.set("size", 14_558_739);
    wish.set("to", "mp4");
    let job = Job::from_value(&wish).expect("a job without contradictions");
    Conversion::new(api, job, Policy::default(), 7).expect("a policy without contradictions")
}

/// A conversion that waits for its next poll.
fn at_rest(api: &Api) -> Conversion {
    let mut conversion = begin(api);
    let mut answers = answers().into_iter().take(4);
    let mut now = 1_700_000_000_000;
    loop {
        match conversion.poll(now) {
            Action::Send(request) => {
                let Some(response) = answers.next() else { return conversion };
                conversion.handle(now, Event::Response { id: request.id, response });
            }
            Action::Wait { until } if answers.len() == 0 => {
                black_box(until);
                return conversion;
            }
            Action::Wait { until } | Action::Busy { deadline: until } => now = until,
            Action::Done(result) => panic!("{result:?}"),
        }
    }
}

fn answers() -> Vec<Response> {
    let answer =
        |body: &&str| Response { status: 200, body: body.as_bytes().to_vec(), ..Response::default() };
    ANSWERS.iter().map(answer).collect()
}
