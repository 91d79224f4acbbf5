//! What version 1 calls otherwise than engines do: options, and what is said of wrong ones.

use serde_json::{Map, Value};

use crate::engine::{Engines, Mode, Takes};
use crate::error::ApiError;
use crate::jobs::TaskFailure;

/// Options as engines call them, and as this version does.
const OPTIONS: [(&str, &str); 1] = [("pages", "page_range")];

/// Options of a client as engines call them; an error where the engine for a pair does not have one.
pub(super) fn for_engine(
    engines: &Engines,
    (input, output, mode): (&str, &str, Mode),
    options: Map<String, Value>,
) -> Result<Map<String, Value>, ApiError> {
    let engine = engines.find(input, output, mode);
    let known = engine.map(|engine| for_client(engine.options.as_object().into_iter().flatten()));
    let known = known.unwrap_or_default();
    if let Some(unknown) = options.keys().find(|name| !known.contains_key(*name)) {
        let names: Vec<&str> = known.keys().map(String::as_str).collect();
        let names = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        return Err(ApiError::bad_request(format!(
            "converteroptions: there is no {unknown} from {input} to {output}; the options are {names}"
        )));
    }
    let name =
        |name: String| OPTIONS.iter().find(|pair| pair.1 == name).map_or(name, |pair| pair.0.to_owned());
    let options: Map<_, _> = options.into_iter().map(|(option, value)| (name(option), value)).collect();
    let is_wrong = |(name, takes): &(&str, Takes)| options.get(*name).is_some_and(|value| !takes.fits(value));
    match engine.and_then(|engine| engine.takes().find(is_wrong)) {
        None => Ok(options),
        Some((name, takes)) => Err(ApiError::bad_request(of_option(&format!("{name} {}", takes.wanted())))),
    }
}

/// Options of an engine as clients call them.
pub(super) fn for_client<'o>(
    options: impl IntoIterator<Item = (&'o String, &'o Value)>,
) -> Map<String, Value> {
    let name = |name: &String| {
        OPTIONS.iter().find(|pair| pair.0 == name).map_or(name.as_str(), |pair| pair.1).to_owned()
    };
    options.into_iter().map(|(option, value)| (name(option), value.clone())).collect()
}

/// What a client is told of a failure.
pub(super) fn error(failure: TaskFailure) -> ApiError {
    if !failure.of_option {
        return failure.error;
    }
    ApiError { message: of_option(&failure.error.message), ..failure.error }
}

/// What is said of an option, whose name is its first word.
fn of_option(said: &str) -> String {
    let (first, rest) = said.split_once(' ').unwrap_or((said, ""));
    let first = OPTIONS.iter().find(|pair| pair.0 == first).map_or(first, |pair| pair.1);
    format!("converteroptions: {first} {rest}")
}
