//! `GET /operations` and `GET /convert/formats`: what this machine can do. They need no key.
//!
//! API documentation: <https://cloudconvert.com/api/v2/operations>.

use std::collections::HashSet;
use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::answer::{Refusal, data};
use super::extract::Query;
use super::work::works;
use crate::app::App;
use crate::engine::{ConversionType, Mode, Takes, URL, version};
use crate::error::ApiError;

/// As engines call it, where a format may be any.
const ANY: &str = "*";

/// All operations that engines do.
pub(super) async fn operations(State(app): State<Arc<App>>, query: Query) -> Response {
    listed(app, query, works().collect()).await
}

/// The pairs of formats of `convert`.
pub(super) async fn formats(State(app): State<Arc<App>>, query: Query) -> Response {
    listed(app, query, vec![("convert", Mode::Convert)]).await
}

/// What engines do in these operations, as far as it is asked for.
async fn listed(app: Arc<App>, query: Query, operations: Vec<(&'static str, Mode)>) -> Response {
    let list = move || {
        let all = operations.iter().flat_map(|&(name, mode)| {
            let types = app.jobs.engines.types().iter().filter(move |pair| pair.mode == mode);
            types.map(move |pair| (name, pair))
        });
        entries(all, &query)
    };
    // Programs may be asked for their versions.
    match tokio::task::spawn_blocking(list).await {
        Ok(entries) => data(200, &entries),
        Err(error) => Refusal::from(ApiError::task(error)).into_response(),
    }
}

fn entries<'a>(all: impl Iterator<Item = (&'static str, &'a ConversionType)>, query: &Query) -> Value {
    let alternatives = query.text("alternatives").is_some_and(|flag| flag == "true" || flag == "1")
        || query.filter("engine").is_some();
    let is = |name: &str, value: &str| query.filter(name).is_none_or(|wanted| wanted == value);
    let is_format = |name: &str, format: &str| format == ANY || is(name, format);
    let of_version = query.filter("engine_version");
    let mut seen = HashSet::new();
    let wanted = all.filter(|(operation, pair)| {
        // Of the engines for a pair, the one that is taken where none is named.
        let first = seen.insert((*operation, &pair.input_format, &pair.output_format));
        (first || alternatives)
            && is("operation", operation)
            && is_format("input_format", &pair.input_format)
            && is_format("output_format", &pair.output_format)
            && is("engine", pair.converter)
            && (of_version.is_none() || version(pair.converter) == of_version)
    });
    let entry = |(operation, pair): (&str, &ConversionType)| {
        let mut entry = json!({
            "operation": operation,
            "input_format": format(&pair.input_format), "output_format": format(&pair.output_format),
            "engine": pair.converter, "credits": 0, "meta": {"group": pair.group, "note": pair.note},
            "deprecated": false, "experimental": false,
        });
        if query.includes("options") {
            entry["options"] = options(pair);
        }
        if query.includes("engine_versions") {
            // There is one of each.
            let version = version(pair.converter);
            let versions =
                version.map(|version| json!({"version": version, "default": true, "latest": true}));
            entry["engine_versions"] = versions.into_iter().collect();
        }
        entry
    };
    wanted.map(entry).collect()
}

/// Null where it may be any, or where there is no file.
fn format(format: &str) -> Option<&str> {
    Some(format).filter(|format| ![ANY, URL].contains(format))
}

/// Options with what they take, and what they are when left out.
fn options(pair: &ConversionType) -> Value {
    let option = |(name, default): (&String, &Value)| {
        let takes = Takes::of(pair.mode, name, default);
        let kind = match takes {
            Takes::Text | Takes::Texts => "string",
            Takes::Flag => "boolean",
            Takes::Integer => "integer",
            Takes::Number => "float",
            Takes::One(_) => "enum",
            Takes::Dictionary => "dictionary",
        };
        let possible_values = if let Takes::One(words) = takes { json!(words) } else { Value::Null };
        json!({"name": name, "type": kind, "default": default, "possible_values": possible_values})
    };
    pair.options.as_object().into_iter().flatten().map(option).collect()
}
