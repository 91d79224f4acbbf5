//! Replays `tests/vectors/calls/*.json`: single calls, each a request and how its answer is read.

use std::path::Path;

use cloudconvert_core::Call;
use cloudconvert_core::v1::{Answer, Convert, Delete, Download, List, Start, Status, StatusReply, Types};
use cloudconvert_core::{
    Action, AnyCall, Api, Body, CallMachine, Code, Error, Event, Job, Native, Policy, Reason, Request,
    Response,
};
use serde_json::{Value, json};

/// When every call begins.
const START: u64 = 1_700_000_000_000;

/// Makes a call whose requests the script answers, and tells what came of it.
struct Script<'v> {
    vector: &'v Value,
    api: Api,
}

impl Script<'_> {
    fn play<C: Call>(&self, call: C, tell: impl Fn(C::Reply) -> Value) -> Result<Value, Error>
    where
        C::Reply: Clone,
    {
        self.drive(CallMachine::new(&self.api, call, Policy::brief(), 1)?, tell)
    }

    fn drive<C: Call>(
        &self,
        mut call: CallMachine<C>,
        tell: impl Fn(C::Reply) -> Value,
    ) -> Result<Value, Error>
    where
        C::Reply: Clone,
    {
        let mut now = START;
        let result = loop {
            match call.poll(now) {
                Action::Send(request) => {
                    self.check(&request);
                    now += 10;
                    if let Some(event) = self.event(request.id) {
                        call.handle(now, event);
                    }
                }
                Action::Wait { until } | Action::Busy { deadline: until } => {
                    assert!(until > now, "time goes on");
                    now = until;
                }
                Action::Done(result) => break result,
            }
        };
        if let Some([least, most]) = self.vector["outcome"]["after"].as_array().map(Vec::as_slice) {
            let took = now - START;
            assert!((least.as_u64().unwrap()..=most.as_u64().unwrap()).contains(&took), "it took {took} ms");
        }
        result.map(tell)
    }

    /// What the script says to a request; nothing where it is never answered.
    fn event(&self, id: u64) -> Option<Event> {
        match self.vector["fail"].as_str() {
            Some("timeout") => None,
            Some("certificate") => {
                Some(Event::Failed { id, reason: Reason::Permanent("the certificate has expired".into()) })
            }
            Some(_) => Some(Event::Failed { id, reason: Reason::Connection }),
            None => Some(Event::Response { id, response: self.response() }),
        }
    }

    fn response(&self) -> Response {
        let answer = &self.vector["answer"];
        let body = match &answer["json"] {
            Value::Null => answer["text"].as_str().unwrap_or_default().to_owned(),
            json => json.to_string(),
        };
        let headers = answer["headers"].as_object().into_iter().flatten();
        Response {
            status: answer["status"].as_u64().unwrap_or(200).try_into().unwrap(),
            headers: headers
                .map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()))
                .collect(),
            body: body.into_bytes(),
            ..Response::default()
        }
    }

    fn check(&self, request: &Request) {
        let expect = &self.vector["expect"];
        assert_eq!(format!("{} {}", request.method.as_str(), request.url), expect["call"].as_str().unwrap());
        assert_eq!(request.carries_key(), expect["key"] == true, "the key");
        match &request.body {
            Body::Bytes(bytes) => assert_eq!(serde_json::from_slice::<Value>(bytes).unwrap(), expect["json"]),
            Body::Empty => assert!(expect["json"].is_null()),
            Body::Stream { .. } => panic!("no call here uploads"),
        }
    }

    fn run(&self) -> Result<Value, Error> {
        let vector = self.vector;
        let url = vector["url"].as_str().unwrap_or_default();
        let text = |name: &str| vector[name].as_str();
        let answer = match text("answered") {
            None => Answer::Started,
            Some("ended") => Answer::Ended,
            Some("output") => Answer::Output { inline: false },
            Some("inline") => Answer::Output { inline: true },
            Some(other) => panic!("unknown answer {other}"),
        };
        match text("call").unwrap() {
            "list" => self.play(List, |processes| {
                let told = processes.iter().map(|process| {
                    json!({"id": process.id, "url": process.url, "step": process.step,
                        "started": process.started, "ended": process.ended})
                });
                json!({"processes": told.collect::<Vec<_>>()})
            }),
            "convert" => {
                let job = job(&vector["job"])?;
                self.play(Convert { job: &job, save: job.save, answer }, |url| json!({"url": url}))
            }
            "start" => {
                let job = job(&vector["job"])?;
                self.play(Start { url, job: &job, save: job.save, answer }, |status| told(&status))
            }
            "status" => self.play(Status { url, wait: false }, |status| told(&status)),
            "wait" => self.play(Status { url, wait: true }, |status| told(&status)),
            "download" => {
                let inline = answer == Answer::Output { inline: true };
                let download = Download {
                    url,
                    file: text("file"),
                    name: "x",
                    size: None,
                    offset: 0,
                    version: None,
                    inline,
                };
                self.play(download, |()| json!({}))
            }
            "delete" => self.play(Delete { url }, |()| json!({})),
            "types" => self.play(
                Types { from: text("from"), to: text("to") },
                |types| json!({"types": types.iter().map(|t| json!([t.from, t.to])).collect::<Vec<_>>()}),
            ),
            call => panic!("unknown call {call}"),
        }
    }

    /// The same by way of values.
    fn run_any(&self) -> Result<Value, Error> {
        let mut wish = self.vector.clone();
        wish.as_object_mut().unwrap().retain(|name, _| {
            ["call", "url", "job", "answered", "file", "from", "to"].contains(&name.as_str())
        });
        let wish = wish.to_string();
        let wish = serde_json::from_str(&wish).unwrap();
        let call = CallMachine::from_value(&self.api, &wish, &cloudconvert_core::Value::Null, 1)?;
        let mut told =
            self.drive(call, |told| serde_json::from_str(&serde_json::to_string(&told).unwrap()).unwrap())?;
        if let Some(types) = told["types"].as_array_mut() {
            for pair in types {
                *pair = json!([pair["from"], pair["to"]]);
            }
        }
        Ok(told)
    }
}

fn told(status: &StatusReply) -> Value {
    json!({"step": status.step, "percent": status.percent, "message": status.message})
}

fn job(wish: &Value) -> Result<Job, Error> {
    Job::from_value(&serde_json::from_str(&wish.to_string()).unwrap())
}

/// Whether all that is expected was told; what else was told does not matter.
fn contains(told: &Value, expected: &Value) -> bool {
    match (told, expected) {
        (Value::Object(told), Value::Object(expected)) => {
            expected.iter().all(|(name, value)| contains(told.get(name).unwrap_or(&Value::Null), value))
        }
        (Value::Array(told), Value::Array(expected)) => {
            told.len() == expected.len()
                && told.iter().zip(expected).all(|(told, value)| contains(told, value))
        }
        (told, expected) => told == expected,
    }
}

#[test]
fn every_call_is_replayed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/calls");
    let paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(!paths.is_empty(), "there are no vectors");
    for path in paths {
        let vector: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let api = Api::at(&Native, vector["base"].as_str(), vector["key"].as_str(), vector["url"].as_str())
            .unwrap();
        let (name, expected) = (path.file_stem().unwrap().display(), &vector["outcome"]);
        let script = Script { vector: &vector, api };
        // Typed calls take URLs that are resolved already.
        let typed = vector.get("expect").map(|_| script.run());
        for told in typed.into_iter().chain([script.run_any()]) {
            let told = told.unwrap_or_else(|error| {
                let part = expected["message"].as_str().unwrap_or_default();
                assert!(error.message.contains(part), "{name}: {error}");
                json!({"error": error.code.as_str(), "status": error.status, "message": expected["message"],
                    "after": expected["after"]})
            });
            assert!(contains(&told, expected), "{name}: {told}");
        }
    }
}

#[test]
fn a_call_that_makes_no_sense_is_refused() {
    let api = Api::new("https://api.example.com/v1", Some("KEY")).unwrap();
    for (wish, code) in [
        (json!({}), Code::BadRequest),
        (json!({"call": "hope"}), Code::BadRequest),
        (json!({"call": "status"}), Code::BadRequest),
        (json!({"call": "status", "url": "https://evil.example.org/1"}), Code::UntrustedUrl),
        (json!({"call": "start", "url": "https://srv01.example.com/1"}), Code::BadRequest),
        (json!({"call": "list", "colour": "red"}), Code::BadRequest),
        (
            json!({"call": "convert", "job": {"input": "download", "url": "https://example.org/a.b", "to": "c"},
            "answered": "soon"}),
            Code::BadRequest,
        ),
    ] {
        let refused = AnyCall::from_value(&api, &serde_json::from_str(&wish.to_string()).unwrap());
        assert_eq!(refused.map(drop).map_err(|error| error.code), Err(code), "{wish}");
    }
}
