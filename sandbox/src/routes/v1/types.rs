//! `GET /conversiontypes`: what this machine converts. Needs no key.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use serde_json::{Value, json};

use super::words::for_client;
use crate::app::App;
use crate::engine::Mode;
use crate::error::json_answer;
use crate::routes::caller::Query;

pub(super) async fn types(State(app): State<Arc<App>>, Query(params): Query) -> Response {
    let wanted =
        |name: &str, have: &str| params.text(name).is_none_or(|wanted| wanted.eq_ignore_ascii_case(have));
    let types = app.jobs.engines.types().iter().filter(|t| {
        Mode::named(t.mode.as_str()).is_some()
            && wanted("inputformat", &t.input_format)
            && wanted("outputformat", &t.output_format)
            && wanted("mode", t.mode.as_str())
    });
    let entries = types.map(|t| {
        json!({
            "inputformat": t.input_format, "outputformat": t.output_format, "converter": t.converter,
            "mode": t.mode.as_str(), "group": t.group, "converteroptions": for_client(t.options.as_object().into_iter().flatten()), "note": t.note,
        })
    });
    json_answer(200, &Value::Array(entries.collect()), None)
}
