//! What the protocol costs: one whole conversion, from the wish to the verified output, with everything built and parsed.
//!
//! `cargo xtask bench core` counts its instructions under callgrind; run alone it counts allocations and bytes.

use std::hint::black_box;
use std::time::Duration;

use cloudconvert_core::{Action, Api, Conversion, Event, Job, Policy, Response, Sink, Timestamp, Value};

/// When every conversion begins.
const START: Timestamp = Timestamp::from_millis(1_700_000_000_000);

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

/// The same of version 2, in order: create, upload, two polls, download, delete.
const JOB: [&str; 6] = [
    r#"{"data":{"id":"6f0e0000-0000-4000-8000-000000000001","tag":null,"status":"waiting","created_at":"2025-03-01T10:00:00+00:00","started_at":null,"ended_at":null,"tasks":[{"id":"6f0e0000-0000-4000-8000-0000000000b3","name":"export","job_id":"6f0e0000-0000-4000-8000-000000000001","status":"waiting","credits":null,"code":null,"message":null,"percent":100,"operation":"export/url","result":null,"user_id":7,"priority":-10},{"id":"6f0e0000-0000-4000-8000-0000000000b2","name":"work","status":"waiting","credits":null,"code":null,"message":null,"percent":100,"operation":"convert","engine":null,"result":null},{"id":"6f0e0000-0000-4000-8000-0000000000b1","name":"import-1","status":"waiting","message":"Waiting for file upload","percent":100,"operation":"import/upload","result":{"form":{"url":"https://storage.example.net/tasks","parameters":{"acl":"private","key":"6f0e/${filename}","success_action_status":"201","X-Amz-Credential":"id/20250301/r/s3/aws4_request","X-Amz-Algorithm":"AWS4-HMAC-SHA256","X-Amz-Date":"20250301T100000Z","Policy":"e30=","X-Amz-Signature":"00ff"}}}}],"links":{"self":"https://api.example.com/v2/jobs/6f0e0000-0000-4000-8000-000000000001"}}}"#,
    "",
    r#"{"data":{"id":"6f0e0000-0000-4000-8000-000000000001","tag":null,"status":"processing","tasks":[{"id":"6f0e0000-0000-4000-8000-0000000000b3","name":"export","status":"waiting","percent":100,"operation":"export/url","result":null},{"id":"6f0e0000-0000-4000-8000-0000000000b2","name":"work","status":"processing","message":"Converting","percent":55,"operation":"convert","result":null},{"id":"6f0e0000-0000-4000-8000-0000000000b1","name":"import-1","status":"finished","percent":100,"operation":"import/upload","result":{"files":[{"filename":"film.flv","size":14558739}]}}]}}"#,
    r#"{"data":{"id":"6f0e0000-0000-4000-8000-000000000001","tag":null,"status":"finished","tasks":[{"id":"6f0e0000-0000-4000-8000-0000000000b3","name":"export","status":"finished","percent":100,"operation":"export/url","result":{"files":[{"filename":"film.mp4","size":10920297,"url":"https://eu-central.storage.example.net/tasks/6f0e/film.mp4?X-Amz-Expires=86400&X-Amz-Signature=00ff"}]}},{"id":"6f0e0000-0000-4000-8000-0000000000b2","name":"work","status":"finished","percent":100,"operation":"convert","result":null},{"id":"6f0e0000-0000-4000-8000-0000000000b1","name":"import-1","status":"finished","percent":100,"operation":"import/upload","result":null}]}}"#,
    "",
    "",
];

/// A version of the API, and what a conversion by it may cost.
struct Version {
    name: &'static str,
    base: &'static str,
    answers: &'static [&'static str],
    allocations: u64,
    /// At rest.
    bytes: i64,
}

const VERSIONS: [Version; 2] = [
    Version {
        name: "v1",
        base: "https://api.example.com/v1",
        answers: &ANSWERS,
        allocations: 131,
        bytes: 1_370,
    },
    Version { name: "v2", base: "https://api.example.com/v2", answers: &JOB, allocations: 200, bytes: 1_660 },
];

/// With the name of a version, only the conversion is made that callgrind counts.
fn main() {
    let asked = std::env::args().nth(1).unwrap_or_default();
    let mut passed = Vec::new();
    for version in &VERSIONS {
        let api = Api::new(version.base, Some("KEY")).expect("a base URL and a key");
        if asked == version.name {
            black_box(conversion(&api, answers(version.answers)));
            return measured(&api, answers(version.answers));
        }
        let given = answers(version.answers);
        let whole = allocation_counter::measure(|| drop(black_box(conversion(&api, given))));
        let mut resting = None;
        let heap = allocation_counter::measure(|| resting = Some(at_rest(&api, version.answers)));
        let place = i64::try_from(size_of::<Conversion>()).unwrap_or(i64::MAX);
        let bytes = heap.bytes_current + place;
        let (count, in_all) = (whole.count_total, whole.bytes_total);
        println!("by {}:", version.name);
        println!(
            "  {count:>6} allocations of a whole conversion, {in_all} bytes in all; at most {}",
            version.allocations
        );
        println!("  {bytes:>6} bytes at rest, {place} of them in place; at most {}", version.bytes);
        if count > version.allocations || bytes > version.bytes {
            passed.push(version.name);
        }
    }
    assert!(passed.is_empty(), "more than was promised by {}", passed.join(" and "));
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
    let mut now = START;
    loop {
        match conversion.poll(now) {
            Action::Send(request) => {
                now += Duration::from_millis(50);
                let mut response = answers.next().expect("an answer for every request");
                if let Sink::File { size: Some(size), .. } = request.sink {
                    response.received = size;
                }
                conversion.handle(now, Event::Response { id: request.id, response });
            }
            Action::Settle { id } => conversion.handle(now, Event::Settled { id }),
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

/// A conversion that waits for its next poll: the service has told that it converts.
fn at_rest(api: &Api, bodies: &[&str]) -> Conversion {
    let mut conversion = begin(api);
    let mut answers = answers(bodies).into_iter().take(bodies.len() - 3);
    let mut now = START;
    loop {
        match conversion.poll(now) {
            Action::Send(request) => {
                let response = answers.next().expect("an answer for every request");
                conversion.handle(now, Event::Response { id: request.id, response });
            }
            Action::Wait { .. } if answers.len() == 0 => return conversion,
            Action::Settle { id } => conversion.handle(now, Event::Settled { id }),
            Action::Wait { until } | Action::Busy { deadline: until } => now = until,
            Action::Done(result) => panic!("{result:?}"),
        }
    }
}

fn answers(bodies: &[&str]) -> Vec<Response> {
    let answer =
        |body: &&str| Response { status: 200, body: body.as_bytes().to_vec(), ..Response::default() };
    bodies.iter().map(answer).collect()
}
