//! Replays `tests/vectors/calls/*.json`: single calls of version 1, each a request and how its answer is read.

use cloudconvert_core::v1::{Answer, Convert, Delete, Download, List, Start, Status, StatusReply, Types};
use cloudconvert_core::{AnyCall, Api, CallMachine, Code, Error, Job, Native};
use serde_json::{Value, json};

use crate::script::{Script, contains, vectors};

impl Script<'_> {
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
                // A whole job has a format, which a start does not tell.
                let mut wish = vector["job"].clone();
                wish.as_object_mut().unwrap().entry("from").or_insert("any".into());
                let job = job(&wish)?;
                self.play(Start { url, job: &job, save: job.save, answer }, |status| told(&status))
            }
            "status" => self.play(Status { url, wait: false }, |status| told(&status)),
            "wait" => self.play(Status { url, wait: true }, |status| told(&status)),
            "download" => {
                let inline = answer == Answer::Output { inline: true };
                let download = Download {
                    url,
                    file: text("file"),
                    name: text("file").unwrap_or("photo.jpg"),
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

#[test]
fn every_call_is_replayed() {
    for (name, vector) in vectors("calls") {
        let api = Api::at(&Native, vector["base"].as_str(), vector["key"].as_str(), vector["url"].as_str())
            .unwrap();
        let expected = &vector["outcome"];
        let script = Script { vector: &vector, api };
        // Typed calls take URLs that are resolved already.
        let typed = vector.get("expect").map(|_| script.run());
        for told in typed.into_iter().chain([script.run_any()]) {
            let told = told.unwrap_or_else(|error| {
                let part = expected["message"].as_str().unwrap_or_default();
                assert!(error.message.contains(part), "{name}: {error}");
                json!({"error": error.code.as_str(), "status": error.status, "message": expected["message"],
                    "isRetryable": error.is_retryable(),
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
