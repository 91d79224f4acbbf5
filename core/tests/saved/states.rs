//! Golden files: every state that was ever written is understood for ever.
//!
//! `states/` has saved conversions as they were written (`v1-…` in the first format, `v2-…` in the second), when they are
//! taken up again (`at`), and what they want then (`next`). In the second format `jobs-…` are of version 2 of the API.

use std::path::Path;

use cloudconvert_core::{Action, Api, Conversion, Saved, Timestamp};
use serde_json::{Value, json};

/// What a conversion wants, as a golden file tells it.
fn wanted(action: Action) -> Value {
    match action {
        Action::Send(request) => json!({"send": format!("{} {}", request.method.as_str(), request.url)}),
        Action::Wait { until } => json!({"wait": until.as_millis()}),
        Action::Settle { .. } => panic!("nothing was downloaded"),
        Action::Busy { .. } => panic!("no request is out"),
        Action::Done(Ok(output)) => json!({"output": serde_json::to_value(output.to_value()).unwrap()}),
        Action::Done(Err(error)) => {
            let mut told = serde_json::to_value(error.to_value()).unwrap();
            // It follows from the code.
            told.as_object_mut().unwrap().remove("isRetryable");
            json!({"error": told})
        }
    }
}

fn states() -> Vec<(String, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/saved/states");
    let paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let states = paths.map(|path| {
        let state = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        (path.file_stem().unwrap().display().to_string(), state)
    });
    states.collect()
}

fn restored(saved: &str) -> (Api, Conversion) {
    let version = if saved.contains("\"wire\":\"v2\"") { "v2" } else { "v1" };
    let api = Api::new(&["https://api.example.com/", version].concat(), Some("KEY-s3cret")).unwrap();
    let conversion = Saved::from_json(&api, saved).and_then(|saved| Conversion::restore(&api, &saved));
    (api, conversion.unwrap_or_else(|error| panic!("{error}: {saved}")))
}

#[test]
fn what_was_ever_saved_goes_on() {
    let states = states();
    assert!(states.len() >= 65, "golden files are missing");
    for (name, state) in states {
        let (api, mut conversion) = restored(&state["saved"].to_string());
        let at = Timestamp::from_millis(state["at"].as_u64().unwrap());
        // Saved again, it is written as it is today, and means the same.
        let (_, mut again) = restored(&conversion.save().to_json(&api));
        assert_eq!(wanted(conversion.poll(at)), state["next"], "{name}");
        assert_eq!(wanted(again.poll(at)), state["next"], "{name}, saved again");
    }
}
