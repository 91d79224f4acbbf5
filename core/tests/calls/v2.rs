//! Replays `tests/vectors/v2/calls/*.json`: single calls of version 2, told and answered as values.

use cloudconvert_core::{Api, CallMachine, Error, Native};
use serde_json::{Value, json};

use crate::script::{Script, contains, vectors};

fn run(script: &Script<'_>) -> Result<Value, Error> {
    let wish = script.vector["call"].to_string();
    let none = cloudconvert_core::Value::Null;
    let call = CallMachine::from_value(&script.api, &serde_json::from_str(&wish).unwrap(), &none, 1)?;
    script.drive(call, |told| serde_json::to_value(&told).unwrap())
}

#[test]
fn every_call_is_replayed() {
    for (name, vector) in vectors("v2/calls") {
        let api = Api::at(&Native, vector["base"].as_str(), vector["key"].as_str(), None).unwrap();
        let expected = &vector["outcome"];
        let told = run(&Script { vector: &vector, api }).unwrap_or_else(|error| {
            let part = expected["message"].as_str().unwrap_or_default();
            assert!(error.message.contains(part), "{name}: {error}");
            json!({"error": error.code.as_str(), "status": error.status, "message": expected["message"],
                "isRetryable": error.is_retryable(),
                "after": expected["after"], "retryAfter": error.retry_after().map(|wait| wait.as_secs() * 1_000)})
        });
        assert!(contains(&told, expected), "{name}: {told}");
        assert_eq!(told["error"].is_null(), expected["error"].is_null(), "{name}: {told}");
        let next = expected["next"].is_null() && !told["next"].is_null();
        assert!(!next, "{name}: there is no next page");
    }
}
