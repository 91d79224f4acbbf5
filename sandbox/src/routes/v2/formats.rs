//! `GET /operations` and `GET /convert/formats`: what this machine can do. They need no key.
//!
//! API documentation: <https://cloudconvert.com/api/v2/operations>.

use std::collections::HashSet;
use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use serde_json::{Value, json};

use super::answer::data;
use super::extract::Query;
use super::work::works;
use crate::app::App;
use crate::engine::{ConversionType, Mode};

/// All operations that engines do.
pub(super) async fn operations(State(app): State<Arc<App>>, query: Query) -> Response {
    let all = works().flat_map(|(name, mode)| {
        let types = app.jobs.engines.types().iter().filter(move |pair| pair.mode == mode);
        types.map(move |pair| (name, pair))
    });
    data(200, &entries(all, &query))
}

/// The pairs of formats of `convert`.
pub(super) async fn formats(State(app): State<Arc<App>>, query: Query) -> Response {
    let pairs = app.jobs.engines.types().iter().filter(|pair| pair.mode == Mode::Convert);
    data(200, &entries(pairs.map(|pair| ("convert", pair)), &query))
}

fn entries<'a>(all: impl Iterator<Item = (&'static str, &'a ConversionType)>, query: &Query) -> Value {
    let alternatives = query.text("alternatives").is_some_and(|flag| flag == "true" || flag == "1")
        || query.filter("engine").is_some();
    let is = |name: &str, value: &str| query.filter(name).is_none_or(|wanted| wanted == value);
    let mut seen = HashSet::new();
    let wanted = all.filter(|(operation, pair)| {
        // Of the engines for a pair, the one that is taken where none is named.
        let first = seen.insert((*operation, &pair.input_format, &pair.output_format));
        (first || alternatives)
            && is("operation", operation)
            && is("input_format", &pair.input_format)
            && is("output_format", &pair.output_format)
            && is("engine", pair.converter)
    });
    let entry = |(operation, pair): (&str, &ConversionType)| {
        let mut entry = json!({
            "operation": operation, "input_format": pair.input_format, "output_format": pair.output_format,
            "engine": pair.converter, "credits": 0, "meta": {"group": pair.group, "note": pair.note},
            "deprecated": false, "experimental": false,
        });
        if query.includes("options") {
            entry["options"] = options(&pair.options);
        }
        if query.includes("engine_versions") {
            entry["engine_versions"] = json!([]);
        }
        entry
    };
    wanted.map(entry).collect()
}

/// Options with the types of their defaults.
fn options(options: &Value) -> Value {
    let option = |(name, default): (&String, &Value)| {
        let kind = match default {
            Value::Bool(_) => "boolean",
            Value::Number(number) if number.is_f64() => "float",
            Value::Number(_) => "integer",
            Value::Object(_) => "dictionary",
            _ => "string",
        };
        json!({"name": name, "type": kind, "default": default, "possible_values": null})
    };
    options.as_object().into_iter().flatten().map(option).collect()
}
