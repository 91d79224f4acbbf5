//! The host of one call: a clock, and a script for a network.

use std::path::Path;
use std::time::Duration;

use cloudconvert_core::{
    Action, Api, Body, Call, CallMachine, Error, Event, Place, Policy, Reason, Request, Response, Sink,
    Timestamp,
};
use serde_json::Value;

/// When every call begins.
const START: Timestamp = Timestamp::from_millis(1_700_000_000_000);

/// Makes a call whose requests the script answers, and tells what came of it.
pub(crate) struct Script<'v> {
    pub(crate) vector: &'v Value,
    pub(crate) api: Api,
}

impl Script<'_> {
    pub(crate) fn play<C: Call>(&self, call: C, tell: impl Fn(C::Reply) -> Value) -> Result<Value, Error>
    where
        C::Reply: Clone,
    {
        self.drive(CallMachine::new(&self.api, call, Policy::brief(), 1)?, tell)
    }

    pub(crate) fn drive<C: Call>(
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
                    now += Duration::from_millis(10);
                    if let Some(event) = self.event(&request) {
                        call.handle(now, event);
                    }
                }
                Action::Settle { id } => call.handle(now, Event::Settled { id }),
                Action::Wait { until } | Action::Busy { deadline: until } => {
                    assert!(until > now, "time goes on");
                    now = until;
                }
                Action::Done(result) => break result,
            }
        };
        if let Some([least, most]) = self.vector["outcome"]["after"].as_array().map(Vec::as_slice) {
            let took = (now - START).as_millis();
            let bounds = least.as_u64().unwrap().into()..=most.as_u64().unwrap().into();
            assert!(bounds.contains(&took), "it took {took} ms");
        }
        result.map(tell)
    }

    /// What the script says to a request; nothing where it is never answered.
    fn event(&self, request: &Request) -> Option<Event> {
        let id = request.id;
        match self.vector["fail"].as_str() {
            Some("timeout") => None,
            Some("certificate") => {
                Some(Event::Failed { id, reason: Reason::Permanent("the certificate has expired".into()) })
            }
            Some("unreached") => Some(Event::Failed { id, reason: Reason::Unreached }),
            Some(_) => Some(Event::Failed { id, reason: Reason::Connection }),
            None => Some(Event::Response { id, response: self.response(request) }),
        }
    }

    /// The answer, with its body where the request wants it.
    fn response(&self, request: &Request) -> Response {
        let answer = &self.vector["answer"];
        let body = match &answer["json"] {
            Value::Null => answer["text"].as_str().unwrap_or_default().to_owned(),
            json => json.to_string(),
        };
        let headers = answer["headers"].as_object().into_iter().flatten();
        let mut response = Response {
            status: answer["status"].as_u64().unwrap_or(200).try_into().unwrap(),
            headers: headers
                .map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()))
                .collect(),
            url: answer["url"].as_str().map(str::to_owned),
            ..Response::default()
        };
        if matches!(request.sink, Sink::File { .. }) {
            let length = answer["length"].as_u64().unwrap_or(body.len() as u64);
            response.headers.push(("Content-Length".into(), length.to_string()));
        }
        match request.sink.place(&response) {
            Place::File { offset } => response.received = offset + body.len() as u64,
            Place::Memory { .. } => response.body = body.into_bytes(),
        }
        response
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
}

/// Whether all that is expected was told; what else was told does not matter.
pub(crate) fn contains(told: &Value, expected: &Value) -> bool {
    match (told, expected) {
        (Value::Object(told), Value::Object(expected)) => {
            expected.iter().all(|(name, value)| contains(told.get(name).unwrap_or(&Value::Null), value))
        }
        (Value::Array(told), Value::Array(expected)) => {
            told.len() == expected.len()
                && told.iter().zip(expected).all(|(told, value)| contains(told, value))
        }
        (Value::Number(told), Value::Number(expected)) => told.as_f64() == expected.as_f64(),
        (told, expected) => told == expected,
    }
}

/// Every vector of a folder, with its name.
pub(crate) fn vectors(folder: &str) -> Vec<(String, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors").join(folder);
    let paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let read = |path: std::path::PathBuf| {
        let vector = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        (path.file_stem().unwrap().display().to_string(), vector)
    };
    let vectors: Vec<_> = paths.map(read).collect();
    assert!(!vectors.is_empty(), "there are no vectors");
    vectors
}
