//! A service of jobs that keeps its word, on a line that does not: creations cost, and may arrive late.

use std::collections::BTreeSet;
use std::time::Duration;

use cloudconvert_core::{Body, Method, Piece, Request, Response, Timestamp};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::host::Serve;
use crate::service::Seen;

/// What the outputs hold.
pub(crate) const OUTPUT: &[u8] = b"JPEG of a photo";
const HOST: &str = "https://api.example.com/v2";
const STORAGE: &str = "https://storage.example.net";

/// What becomes of one request.
#[derive(Clone, Debug)]
pub(crate) enum Fate {
    Fine,
    /// It never leaves, which the client knows.
    Unreached,
    /// It never arrives.
    LostBefore,
    /// It arrives, its answer does not.
    LostAfter,
    /// Something on the way repeats it, and its answer does not arrive.
    Twice,
    /// The line breaks, and it arrives so many milliseconds later.
    Late(Duration),
    /// It arrives, and nothing more happens.
    Silence,
    /// The service does nothing and says so.
    Refused(u16, Option<u8>),
    /// Too many jobs run at once; only creations are told so.
    TooMany,
    /// It arrives, but a gateway or an internal error answers.
    Broken(u16),
    /// It arrives, and half of the answer comes back.
    Truncated,
    /// It never arrives: something on the way answers with a page of its own.
    Page,
}

pub(crate) fn fates() -> impl Strategy<Value = Vec<Fate>> {
    let fate = prop_oneof![
        4 => Just(Fate::Fine),
        2 => Just(Fate::Unreached),
        2 => Just(Fate::LostBefore),
        2 => Just(Fate::LostAfter),
        2 => (0_u64..9_000).prop_map(|by| Fate::Late(Duration::from_millis(by))),
        1 => Just(Fate::Silence),
        1 => (prop_oneof![Just(429), Just(503)], 1_u8..40).prop_map(|(status, wait)| Fate::Refused(status, Some(wait))),
        1 => Just(Fate::Refused(429, None)),
        1 => Just(Fate::TooMany),
        2 => prop_oneof![Just(500_u16), Just(502), Just(503), Just(504), Just(408)].prop_map(Fate::Broken),
        1 => Just(Fate::Truncated),
        1 => Just(Fate::Page),
    ];
    prop::collection::vec(fate, 0..30)
}

#[derive(Debug)]
pub(crate) struct Job {
    /// The names of its tasks: import, work, export.
    names: [String; 3],
    /// Whether its input comes from a client.
    uploads: bool,
    uploaded_at: Option<Timestamp>,
    pub(crate) deleted: bool,
    cancelled: bool,
    polls: u8,
}

impl Job {
    fn has_input(&self, now: Timestamp) -> bool {
        self.uploaded_at.is_some_and(|when| now >= when + ENDS_LATER)
    }

    /// Whether it is there, and costs.
    pub(crate) fn costs(&self) -> bool {
        !(self.deleted || self.cancelled || self.uploads && self.uploaded_at.is_none())
    }

    fn runs(&self, now: Timestamp, polls: u8) -> bool {
        let is_done = self.has_input(now) && self.polls >= polls;
        !(self.deleted || self.cancelled || is_done)
    }

    /// What the client tells it by.
    pub(crate) fn mark(&self) -> &str {
        self.names[0].rsplit('-').next().unwrap()
    }
}

/// How long after its upload a task ends, in milliseconds.
const ENDS_LATER: Duration = Duration::from_secs(6);

pub(crate) struct Jobs {
    fates: std::vec::IntoIter<Fate>,
    /// Requests that arrive later.
    late: Vec<(Timestamp, Request)>,
    pub(crate) created: Vec<Job>,
    polls: u8,
    /// Uploads that were answered as taken.
    told: BTreeSet<usize>,
    /// How many jobs run at once.
    room: usize,
    /// After how many jobs there is how much more room.
    grows: Option<(usize, usize)>,
    /// The most that ran at once.
    pub(crate) most: usize,
    /// How many creations found no room.
    pub(crate) refused: usize,
    /// Whether a creation left whose fate is open for the client.
    pub(crate) doubtful: bool,
    /// Whether a creation was looked for although none had left, or each was answered.
    pub(crate) looked_in_vain: bool,
    /// What a client must never do.
    pub(crate) violations: Vec<String>,
    requests: usize,
}

impl Serve for Jobs {
    fn handle(&mut self, now: Timestamp, request: &Request) -> Seen {
        self.requests += 1;
        for (when, request) in self.arrived(now) {
            self.perform(when, &request);
        }
        if request.carries_key() && !request.url.starts_with(HOST) {
            self.violations.push(format!("the key went to {}", request.url));
        }
        let fate = self.fates.next().unwrap_or(Fate::Fine);
        let clear = matches!(fate, Fate::Fine | Fate::Unreached | Fate::Refused(..) | Fate::TooMany);
        self.doubtful |= !clear && request.url == format!("{HOST}/jobs");
        self.looked_in_vain |= !self.doubtful && request.url.starts_with(&format!("{HOST}/jobs?"));
        match fate {
            Fate::Fine => Seen::Answer(self.answered(now, request)),
            Fate::TooMany if request.url == format!("{HOST}/jobs") => Seen::Answer(too_many()),
            Fate::TooMany => Seen::Answer(self.answered(now, request)),
            Fate::Unreached => Seen::Unreached,
            Fate::LostBefore => Seen::Lost,
            Fate::LostAfter => {
                self.perform(now, request);
                Seen::Lost
            }
            Fate::Twice => {
                self.perform(now, request);
                self.perform(now, request);
                Seen::Lost
            }
            Fate::Late(by) => {
                self.late.push((now + by, request.clone()));
                Seen::Lost
            }
            Fate::Silence => {
                self.perform(now, request);
                Seen::Silence
            }
            Fate::Refused(status, wait) => {
                let mut response = reply(status, &json!({"message": "Later."}));
                response.headers.extend(wait.map(|wait| ("Retry-After".to_owned(), wait.to_string())));
                Seen::Answer(response)
            }
            Fate::Broken(status) => {
                self.perform(now, request);
                Seen::Answer(Response { status, body: b"<html>".to_vec(), ..Response::default() })
            }
            Fate::Truncated => {
                let mut response = self.perform(now, request);
                // What refuses is short enough to come in one piece.
                if response.status < 400 {
                    response.body.truncate(response.body.len() / 2);
                }
                Seen::Answer(response)
            }
            Fate::Page => {
                Seen::Answer(Response { status: 200, body: b"<html>".to_vec(), ..Response::default() })
            }
        }
    }

    fn requests(&self) -> usize {
        self.requests
    }
}

impl Jobs {
    pub(crate) fn new(fates: Vec<Fate>, polls: u8) -> Self {
        Self {
            fates: fates.into_iter(),
            late: Vec::new(),
            created: Vec::new(),
            polls,
            told: BTreeSet::new(),
            room: usize::MAX,
            grows: None,
            most: 0,
            refused: 0,
            doubtful: false,
            looked_in_vain: false,
            violations: Vec::new(),
            requests: 0,
        }
    }

    /// Only so many jobs run at once.
    pub(crate) fn with_room_for(self, room: usize) -> Self {
        Self { room, ..self }
    }

    /// After so many jobs there is room for so many.
    pub(crate) fn with_more_room_after(self, jobs: usize, room: usize) -> Self {
        Self { grows: Some((jobs, room)), ..self }
    }

    /// Lets everything arrive that is still on its way.
    pub(crate) fn settle(&mut self) {
        for (when, request) in self.arrived(Timestamp::MAX) {
            self.perform(when, &request);
        }
    }

    fn arrived(&mut self, now: Timestamp) -> Vec<(Timestamp, Request)> {
        let (arrived, late) = std::mem::take(&mut self.late).into_iter().partition(|(when, _)| *when <= now);
        self.late = late;
        arrived
    }

    /// Does what a request asks, and the client hears of it.
    fn answered(&mut self, now: Timestamp, request: &Request) -> Response {
        let response = self.perform(now, request);
        if request.url.starts_with(STORAGE) && request.method == Method::Post && response.status == 201 {
            self.told.insert(number(&request.url));
        }
        response
    }

    fn perform(&mut self, now: Timestamp, request: &Request) -> Response {
        let path = request.url.strip_prefix(HOST).unwrap_or(&request.url);
        let path = path.split('?').next().unwrap_or_default();
        match (request.method, path.split('/').collect::<Vec<_>>().as_slice()) {
            (Method::Post, ["", "jobs"]) => self.create(now, request),
            (Method::Get, ["", "jobs"]) => {
                let jobs: Vec<_> =
                    (0..self.created.len()).rev().filter(|at| !self.created[*at].deleted).collect();
                let jobs: Vec<_> = jobs.into_iter().map(|at| self.told(now, at, false)).collect();
                reply(200, &json!({"data": jobs, "links": {"next": null}}))
            }
            (Method::Get, ["", "jobs", id]) => match self.known(id) {
                Some(at) => reply(200, &json!({"data": self.told(now, at, true)})),
                None => gone(),
            },
            (Method::Delete, ["", "jobs", id]) => match self.known(id) {
                Some(at) => {
                    self.created[at].deleted = true;
                    Response { status: 204, ..Response::default() }
                }
                None => gone(),
            },
            (Method::Post, ["", "tasks", id, "cancel"]) => {
                if let Some(job) = self.created.get_mut(number(id)) {
                    job.cancelled = true;
                }
                reply(200, &json!({"data": {"status": "error", "code": "CANCELLED"}}))
            }
            (Method::Post, ["https:", "", "storage.example.net", "form", id]) => {
                self.upload(now, number(id), request)
            }
            (Method::Get, ["https:", "", "storage.example.net", "file", id]) => match self.known(id) {
                Some(_) => {
                    let length = ("Content-Length".to_owned(), OUTPUT.len().to_string());
                    Response {
                        status: 200,
                        headers: vec![length],
                        body: OUTPUT.to_vec(),
                        ..Response::default()
                    }
                }
                None => gone(),
            },
            _ => {
                self.violations.push(format!("there is no {request:?}"));
                gone()
            }
        }
    }

    fn known(&self, id: &str) -> Option<usize> {
        Some(number(id)).filter(|at| self.created.get(*at).is_some_and(|job| !job.deleted))
    }

    fn create(&mut self, now: Timestamp, request: &Request) -> Response {
        if let Some((_, room)) = self.grows.filter(|(jobs, _)| self.created.len() >= *jobs) {
            self.room = room;
        }
        let running = self.created.iter().filter(|job| job.runs(now, self.polls)).count();
        if running >= self.room {
            self.refused += 1;
            return too_many();
        }
        self.most = self.most.max(running + 1);
        let Body::Bytes(body) = &request.body else { panic!("a creation is JSON") };
        let body: Value = serde_json::from_slice(body).unwrap();
        let tasks = body["tasks"].as_object().unwrap();
        let names: Vec<_> = tasks.keys().cloned().collect();
        let uploads = tasks[&names[0]]["operation"] == "import/upload";
        self.created.push(Job {
            names: names.try_into().unwrap(),
            uploads,
            uploaded_at: (!uploads).then_some(now),
            deleted: false,
            cancelled: false,
            polls: 0,
        });
        reply(201, &json!({"data": self.told(now, self.created.len() - 1, false)}))
    }

    fn upload(&mut self, now: Timestamp, at: usize, request: &Request) -> Response {
        let Body::Stream { pieces, .. } = &request.body else { panic!("an upload is a form") };
        let head = match pieces.first() {
            Some(Piece::Bytes(bytes)) => String::from_utf8(bytes.clone()).unwrap(),
            _ => String::new(),
        };
        if !head.contains("name=\"signature\"\r\n\r\ns3cret-form\r\n") {
            self.violations.push("an upload without the fields of its form".to_owned());
        }
        if self.told.contains(&at) {
            self.violations.push(format!("job {at} got its file again, after it was told that it had it"));
        }
        let job = &mut self.created[at];
        if job.deleted {
            return gone();
        }
        if job.uploaded_at.is_some() {
            return Response {
                status: 403,
                body: b"<Message>used</Message>".to_vec(),
                ..Response::default()
            };
        }
        job.uploaded_at = Some(now);
        Response { status: 201, body: b"<PostResponse/>".to_vec(), ..Response::default() }
    }

    /// A job as it is now.
    fn told(&mut self, now: Timestamp, at: usize, counts: bool) -> Value {
        let polls = self.polls;
        let job = &mut self.created[at];
        let imported = job.has_input(now);
        job.polls += u8::from(imported && counts && job.polls < polls);
        let done = imported && job.polls >= polls;
        let [import, work, export] = &job.names;
        let status = |done: bool| if done { "finished" } else { "waiting" };
        let form = json!({"form": {"url": format!("{STORAGE}/form/{at}"), "parameters": {
            "key": "x/${filename}", "signature": "s3cret-form"
        }}});
        let file = json!({"files": [{
            "filename": "photo.jpg", "size": OUTPUT.len(), "url": format!("{STORAGE}/file/{at}?s3cret")
        }]});
        let tasks = json!([
            {"id": at.to_string(), "name": export, "operation": "export/url", "status": status(done), "percent": 100,
             "result": if done { file } else { Value::Null }},
            {"id": at.to_string(), "name": work, "operation": "convert", "status": status(done), "percent": 100},
            {"id": at.to_string(), "name": import, "status": status(imported),
             "operation": if job.uploads { "import/upload" } else { "import/url" },
             "result": if job.uploads && !imported { form } else { Value::Null }},
        ]);
        let state = match (job.cancelled, done) {
            (true, _) => "error",
            (_, true) => "finished",
            _ => "processing",
        };
        json!({"id": at.to_string(), "status": state, "tasks": tasks})
    }
}

/// The number at the end of a path.
fn number(path: &str) -> usize {
    path.rsplit('/').next().and_then(|id| id.parse().ok()).unwrap_or(usize::MAX)
}

fn reply(status: u16, body: &Value) -> Response {
    Response { status, body: body.to_string().into_bytes(), ..Response::default() }
}

fn too_many() -> Response {
    reply(402, &json!({"message": "Wait.", "code": "PARALLEL_JOB_LIMIT_EXCEEDED"}))
}

fn gone() -> Response {
    reply(404, &json!({"message": "No query results."}))
}
