//! A service that keeps its word, on a line that does not: it never lies about what it did, but answers get lost, come
//! late, or are somebody else's.

use cloudconvert_core::{Method, Request, Response, Sink, Timestamp};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::host::Serve;

/// What becomes of one request.
#[derive(Clone, Debug)]
pub(crate) enum Fate {
    Fine,
    /// It never leaves, which the client knows.
    Unreached,
    /// It never arrives.
    LostBefore,
    /// It arrives, its answer does not. Of a download so many bytes arrive.
    LostAfter(u8),
    /// It arrives, and nothing more happens.
    Silence,
    /// The service does nothing and says so.
    Refused(u16, Option<u8>),
    /// It arrives, but a proxy answers.
    Proxy(u16),
    /// It arrives, and half of the answer's JSON comes back.
    Truncated,
    /// It never arrives: something on the way answers with a page of its own.
    Page,
    /// It arrives, and what comes back of a file begins so many bytes beside what was asked for.
    Beside(i8),
}

/// How conversions end.
#[derive(Clone, Debug)]
pub(crate) enum Outcome {
    Files(Vec<u16>),
    Failed(u16),
}

/// What a test draws by lot.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) fates: Vec<Fate>,
    /// How each process ends; the last one stands for all later ones.
    pub(crate) outcomes: Vec<Outcome>,
    /// How many polls find a process at work.
    pub(crate) polls: u8,
    /// Whether downloads can be resumed.
    pub(crate) ranges: bool,
    /// Whether downloads say which version they are.
    pub(crate) versions: bool,
}

pub(crate) fn plans() -> impl Strategy<Value = Plan> {
    let fate = prop_oneof![
        4 => Just(Fate::Fine),
        2 => Just(Fate::Unreached),
        2 => Just(Fate::LostBefore),
        2 => any::<u8>().prop_map(Fate::LostAfter),
        1 => Just(Fate::Silence),
        2 => (prop_oneof![Just(429), Just(503)], proptest::option::of(0_u8..40)).prop_map(|(s, r)| Fate::Refused(s, r)),
        1 => prop_oneof![Just(500_u16), Just(502), Just(504), Just(408)].prop_map(Fate::Proxy),
        1 => Just(Fate::Truncated),
        1 => Just(Fate::Page),
        1 => any::<i8>().prop_map(Fate::Beside),
    ];
    let outcome = prop_oneof![
        4 => prop::collection::vec(0_u16..2_000, 1..4).prop_map(Outcome::Files),
        1 => prop_oneof![Just(400_u16), Just(422), Just(503)].prop_map(Outcome::Failed),
    ];
    let fates = prop::collection::vec(fate, 0..40);
    (fates, prop::collection::vec(outcome, 1..3), 0_u8..4, any::<bool>(), any::<bool>()).prop_map(
        |(fates, outcomes, polls, ranges, versions)| Plan { fates, outcomes, polls, ranges, versions },
    )
}

#[derive(Default)]
struct Process {
    started: bool,
    uploaded: bool,
    polls: u8,
    deleted: bool,
}

pub(crate) struct Service {
    plan: Plan,
    next_fate: usize,
    /// How far parts of files lie beside what is asked for.
    beside: i8,
    processes: Vec<Process>,
    /// What a client must never do.
    pub(crate) violations: Vec<String>,
    pub(crate) requests: usize,
    /// How many requests did not go as they should.
    pub(crate) failures: usize,
}

/// What the client sees.
pub(crate) enum Seen {
    Answer(Response),
    /// An answer that goes into a file from this byte on, and breaks off after these bytes.
    Broken(Response),
    Lost,
    Unreached,
    Silence,
}

impl Serve for Service {
    fn handle(&mut self, _: Timestamp, request: &Request) -> Seen {
        self.answer(request)
    }

    fn requests(&self) -> usize {
        self.requests
    }
}

impl Service {
    pub(crate) fn new(plan: &Plan) -> Self {
        Self {
            plan: plan.clone(),
            next_fate: 0,
            beside: 0,
            processes: Vec::new(),
            violations: Vec::new(),
            requests: 0,
            failures: 0,
        }
    }

    /// The content of a file of a process.
    pub(crate) fn content(process: usize, file: usize, size: u16) -> Vec<u8> {
        (0..size).map(|at| (usize::from(at) * 7 + file * 31 + process).to_le_bytes()[0]).collect()
    }

    /// Whether all processes are deleted.
    pub(crate) fn is_clean(&self) -> bool {
        self.processes.iter().all(|process| process.deleted)
    }

    fn answer(&mut self, request: &Request) -> Seen {
        self.requests += 1;
        if request.carries_key() && !request.url.starts_with("https://api.example.com/v1/") {
            self.violations.push(format!("the key went to {}", request.url));
        }
        let fate = self.plan.fates.get(self.next_fate).cloned().unwrap_or(Fate::Fine);
        self.next_fate += 1;
        self.failures += usize::from(!matches!(fate, Fate::Fine));
        match fate {
            Fate::Fine => Seen::Answer(self.perform(request)),
            Fate::Page => Seen::Answer(Response {
                status: 200,
                headers: vec![("Content-Type".into(), "text/html; charset=utf-8".into())],
                body: b"<html>Welcome to our hotel</html>".to_vec(),
                ..Response::default()
            }),
            Fate::Beside(by) => {
                self.beside = by;
                let response = self.perform(request);
                self.beside = 0;
                Seen::Answer(response)
            }
            Fate::Unreached => Seen::Unreached,
            Fate::LostBefore => Seen::Lost,
            Fate::Silence => {
                self.perform(request);
                Seen::Silence
            }
            Fate::LostAfter(bytes) => {
                let mut response = self.perform(request);
                if !matches!(request.sink, Sink::File { .. }) || response.status >= 300 {
                    return Seen::Lost;
                }
                response.body.truncate(usize::from(bytes));
                Seen::Broken(response)
            }
            Fate::Refused(status, retry_after) => {
                let headers = retry_after
                    .map(|seconds| ("Retry-After".to_owned(), seconds.to_string()))
                    .into_iter()
                    .collect();
                Seen::Answer(Response { status, headers, ..Response::default() })
            }
            Fate::Proxy(status) => {
                self.perform(request);
                Seen::Answer(Response {
                    status,
                    body: b"<html>Bad gateway</html>".to_vec(),
                    ..Response::default()
                })
            }
            Fate::Truncated => {
                let mut response = self.perform(request);
                if matches!(request.sink, Sink::File { .. }) {
                    return Seen::Answer(response);
                }
                response.body.truncate(response.body.len() / 2);
                Seen::Answer(response)
            }
        }
    }

    /// Does what a request asks.
    fn perform(&mut self, request: &Request) -> Response {
        let path = request.url.trim_start_matches("https://").split_once('/').map_or("", |(_, path)| path);
        let path = path.split('?').next().unwrap_or_default();
        match (request.method, path.split('/').collect::<Vec<_>>().as_slice()) {
            (Method::Post, ["v1", "process"]) => {
                self.processes.push(Process::default());
                let id = self.processes.len() - 1;
                reply(
                    200,
                    &json!({"id": format!("p{id}"), "url": format!("//srv01.example.com/process/p{id}")}),
                )
            }
            (Method::Post, ["process", id]) => self.start(number(id)),
            (Method::Post | Method::Put, ["upload", id, ..]) => self.upload(number(id)),
            (Method::Get, ["process", id]) => self.status(number(id)),
            (Method::Get, ["download", id, name @ ..]) => self.download(number(id), name, request),
            (Method::Delete, ["process", id]) => {
                let process = &mut self.processes[number(id)];
                let gone = std::mem::replace(&mut process.deleted, true);
                reply(if gone { 404 } else { 200 }, &json!({"message": "Deleted."}))
            }
            _ => {
                self.violations.push(format!("there is no {request:?}"));
                reply(404, &json!({}))
            }
        }
    }

    fn start(&mut self, id: usize) -> Response {
        let process = &mut self.processes[id];
        if process.deleted {
            return gone();
        }
        if process.started {
            self.violations.push(format!("process {id} was started twice"));
            return reply(400, &json!({"message": "The process was started already"}));
        }
        process.started = true;
        self.status(id)
    }

    fn upload(&mut self, id: usize) -> Response {
        let process = &mut self.processes[id];
        if process.deleted {
            return gone();
        }
        if process.uploaded || !process.started {
            self.violations.push(format!("an upload to process {id}, which does not wait for one"));
            return reply(400, &json!({"message": "The process does not wait for an upload"}));
        }
        process.uploaded = true;
        reply(200, &json!({"message": "File saved."}))
    }

    fn status(&mut self, id: usize) -> Response {
        let polls = self.plan.polls;
        let outcome = self.outcome(id);
        let process = &mut self.processes[id];
        if process.deleted {
            return gone();
        }
        let mut status = json!({"id": format!("p{id}"), "url": format!("//srv01.example.com/process/p{id}")});
        if !process.started {
            status["message"] = "Waiting for the start".into();
            return reply(200, &status);
        }
        if !process.uploaded {
            status["step"] = "input".into();
            status["upload"] = json!({"url": format!("//srv01.example.com/upload/p{id}")});
            return reply(200, &status);
        }
        process.polls += 1;
        if process.polls <= polls {
            status["step"] = "convert".into();
            status["percent"] = (u32::from(process.polls) * 100 / (u32::from(polls) + 1)).into();
            return reply(200, &status);
        }
        match outcome {
            Outcome::Failed(code) => {
                status["step"] = "error".into();
                status["message"] = "It failed.".into();
                let mut response = reply(code, &status);
                if code == 503 {
                    response.headers.push(("Retry-After".into(), "3".into()));
                }
                response
            }
            Outcome::Files(sizes) => {
                status["step"] = "finished".into();
                let names: Vec<_> = (0..sizes.len()).map(|file| format!("photo-{file}.jpg")).collect();
                let mut output =
                    json!({"url": format!("//srv01.example.com/download/p{id}"), "filename": "photo.jpg"});
                output["size"] = sizes[0].into();
                if sizes.len() > 1 {
                    output["files"] = names.into();
                }
                status["output"] = output;
                reply(200, &status)
            }
        }
    }

    fn download(&mut self, id: usize, name: &[&str], request: &Request) -> Response {
        if self.processes[id].deleted {
            return gone();
        }
        let Outcome::Files(sizes) = self.outcome(id) else { return gone() };
        let file =
            name.first().and_then(|name| name.strip_prefix("photo-")?.strip_suffix(".jpg")?.parse().ok());
        let file: usize = file.unwrap_or(0);
        let mut body = Self::content(id, file, sizes[file]);
        let (mut status, mut range_sent) = (200, None);
        let range =
            request.headers.iter().find(|(name, _)| *name == "range").map(|(_, value)| value.as_str());
        if let Some(from) = range.filter(|_| self.plan.ranges).and_then(|range| range.strip_prefix("bytes="))
        {
            let from: usize = from.trim_end_matches('-').parse().unwrap();
            let from = from.saturating_add_signed(isize::from(self.beside));
            if from >= body.len() {
                let length = format!("bytes */{}", body.len());
                return Response {
                    headers: vec![("Content-Range".into(), length)],
                    ..reply(416, &json!({}))
                };
            }
            range_sent = Some(format!("bytes {from}-{}/{}", body.len() - 1, body.len()));
            body.drain(..from);
            status = 206;
        }
        let mut headers = vec![("Content-Length".to_owned(), body.len().to_string())];
        headers.extend(range_sent.map(|range| ("Content-Range".to_owned(), range)));
        if self.plan.versions {
            headers.push(("ETag".to_owned(), format!("\"{id}-{file}\"")));
        }
        Response { status, headers, body, ..Response::default() }
    }

    fn outcome(&self, id: usize) -> Outcome {
        self.plan.outcomes[id.min(self.plan.outcomes.len() - 1)].clone()
    }
}

fn number(id: &str) -> usize {
    id.trim_start_matches('p').parse().unwrap()
}

fn reply(status: u16, body: &Value) -> Response {
    Response { status, body: body.to_string().into_bytes(), ..Response::default() }
}

fn gone() -> Response {
    reply(404, &json!({"message": "Process not found"}))
}
