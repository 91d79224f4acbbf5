//! A host with a clock of its own, which performs requests against a [`Service`] and keeps files.

use std::collections::BTreeMap;
use std::time::Duration;

use cloudconvert_core::{
    Action, Api, Conversion, Error, Event, Input, InputFile, Job, Output, Place, Policy, Reason, Request,
    Response, Saved, Sink, Stage, Timestamp,
};

use crate::service::Seen;

pub(crate) const START: Timestamp = Timestamp::from_millis(1_700_000_000_000);
/// More steps than any conversion of these tests can need.
const STEPS: usize = 20_000;

pub(crate) fn api() -> Api {
    Api::new("https://api.example.com/v1", Some("KEY-s3cret")).unwrap()
}

pub(crate) fn job() -> Job {
    let file = InputFile { name: "photo.png".into(), size: Some(10) };
    Job::new(Input::Upload { files: vec![file] }, "png", "jpg")
}

/// An upload, the file of a URL, and tasks of one's own.
pub(crate) fn job_of_kind(kind: u64) -> Job {
    let wish = match kind % 3 {
        0 => return job(),
        1 => r#"{"input": "download", "url": "https://example.org/photo.png", "to": "jpg"}"#,
        _ => {
            r#"{"tasks": {"a": {"operation": "import/url", "url": "https://example.org/photo.png"},
                "b": {"operation": "convert", "input": "a", "output_format": "jpg"},
                "c": {"operation": "export/url", "input": "b"}}}"#
        }
    };
    Job::from_value(&serde_json::from_str(wish).unwrap()).unwrap()
}

/// What a host does beside its loop.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Habits {
    /// Goes on in another process after every step at which no request is out.
    pub(crate) restores: bool,
    /// Dies with these requests out, counted from the lowest bit, and goes on in another process.
    pub(crate) dies: u64,
    /// Cancels before this step.
    pub(crate) cancels_at: Option<usize>,
    /// Cancels while this request is out, counted from 1.
    pub(crate) cancels_during: Option<usize>,
}

/// What a conversion led to.
pub(crate) struct End {
    pub(crate) result: Result<Output, Error>,
    pub(crate) files: BTreeMap<String, Vec<u8>>,
    pub(crate) now: Timestamp,
}

/// What answers requests.
pub(crate) trait Serve {
    fn handle(&mut self, now: Timestamp, request: &Request) -> Seen;
    /// How many requests there were.
    fn requests(&self) -> usize;
}

pub(crate) fn run(service: &mut impl Serve, policy: &Policy, seed: u64, habits: Habits) -> End {
    drive(service, Conversion::new(&api(), job(), policy.clone(), seed).unwrap(), &api(), habits)
}

/// Drives a conversion to its end.
pub(crate) fn drive(service: &mut impl Serve, mut conversion: Conversion, api: &Api, habits: Habits) -> End {
    let (mut now, mut files) = (START, BTreeMap::new());
    let mut out = false;
    for step in 0..STEPS {
        if habits.cancels_at == Some(step) {
            conversion.cancel(now);
        }
        match conversion.poll(now) {
            Action::Done(result) => return End { result, files, now },
            Action::Wait { until } => (now, out) = (until, false),
            Action::Busy { deadline } => now = deadline,
            Action::Settle { id } => conversion.handle(now, Event::Settled { id }),
            Action::Send(request) => {
                let events = perform(service, &request, &mut files, &mut now);
                out = events.is_empty();
                let requests = service.requests();
                if requests <= 64 && habits.dies >> (requests - 1) & 1 == 1 {
                    // The request may have arrived or not; nobody will hear of it.
                    conversion = restored_at(&conversion, api);
                    out = false;
                }
                if habits.cancels_during == Some(requests) {
                    conversion.cancel(now);
                    if !matches!(conversion.clone().poll(now), Action::Busy { .. }) {
                        continue; // The request is aborted, which the service knows nothing of.
                    }
                }
                for event in events {
                    conversion.handle(now, event);
                }
            }
        }
        // What has no name yet is lost with its process.
        let holds = conversion.verified().count() > 0 && conversion.progress().stage == Stage::Download;
        if habits.restores && !out && !holds {
            conversion = same(&conversion, now);
        }
    }
    panic!("it has not ended after {STEPS} steps");
}

/// Performs a request; gives what the machine is told.
pub(crate) fn perform(
    service: &mut impl Serve,
    request: &Request,
    files: &mut BTreeMap<String, Vec<u8>>,
    now: &mut Timestamp,
) -> Vec<Event> {
    *now += Duration::from_millis(20);
    let id = request.id;
    let (mut response, broken) = match service.handle(*now, request) {
        Seen::Answer(response) => (response, false),
        Seen::Broken(response) => (response, true),
        Seen::Lost => return vec![Event::Failed { id, reason: Reason::Connection }],
        Seen::Unreached => return vec![Event::Failed { id, reason: Reason::Unreached }],
        Seen::Silence => return Vec::new(),
    };
    let mut events = Vec::new();
    if matches!(request.sink, Sink::File { .. }) {
        let head = Response { body: Vec::new(), ..response.clone() };
        events.push(Event::Begun { id, response: head });
    }
    if let (Place::File { offset }, Sink::File { name, .. }) = (request.sink.place(&response), &request.sink)
    {
        let file = files.entry(name.clone()).or_default();
        file.truncate(usize::try_from(offset).unwrap());
        file.append(&mut response.body);
        response.received = file.len() as u64;
        events.push(Event::Received { id, bytes: response.received });
    }
    events.push(if broken {
        Event::Failed { id, reason: Reason::Connection }
    } else {
        Event::Response { id, response }
    });
    events
}

/// The same conversion in another process, by way of JSON.
pub(crate) fn restored(conversion: &Conversion) -> Conversion {
    restored_at(conversion, &api())
}

pub(crate) fn restored_at(conversion: &Conversion, api: &Api) -> Conversion {
    let saved = conversion.save().to_json(api);
    assert!(!saved.contains("s3cret"), "the key, a form or a signed URL was saved");
    Conversion::restore(api, &Saved::from_json(api, &saved).unwrap()).unwrap()
}

/// The same conversion in another process, which has to want the same.
fn same(conversion: &Conversion, now: Timestamp) -> Conversion {
    // Requests are numbered anew.
    let plain = |action| match action {
        Action::Send(mut request) => {
            request.id = 0;
            Action::Send(request)
        }
        action => action,
    };
    let (before, again) = (conversion.clone().poll(now), restored(conversion));
    assert_eq!(plain(before), plain(again.clone().poll(now)), "restored it wants something else");
    again
}
