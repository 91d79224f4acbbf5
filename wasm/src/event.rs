//! What happened, as JavaScript tells it.

#[cfg(feature = "whole")]
use cloudconvert_core::Callback;
use cloudconvert_core::{Event, Reason, Response, Value};

/// An event as `npm/src/machine.ts` declares it.
pub(crate) fn read(event: &Value<'_>) -> Event {
    let id = event.get("id").unsigned().unwrap_or_default();
    let told = |name| Some(event.get(name)).filter(|value| **value != Value::Null);
    let count = |name| told(name).and_then(Value::unsigned);
    if let Some(bytes) = count("sent") {
        return Event::Sent { id, bytes };
    }
    if let Some(bytes) = count("received") {
        return Event::Received { id, bytes };
    }
    if let Some(head) = told("begun") {
        return Event::Begun { id, response: response(head) };
    }
    if let Some(answer) = told("answer") {
        return Event::Response { id, response: response(answer) };
    }
    #[cfg(feature = "whole")]
    if let Some(called) = told("called") {
        let text = |name| called.get(name).text().map(str::to_owned);
        return Event::Callback(Callback { id: text("id"), url: text("url"), step: text("step") });
    }
    #[cfg(feature = "conversions")]
    if told("settled").is_some() {
        return Event::Settled { id };
    }
    #[cfg(feature = "whole")]
    if let Some(output) = told("output") {
        let text = |value: &Value<'_>| value.text().unwrap_or_default().to_owned();
        return Event::Named { id, output: text(output), name: text(event.get("name")) };
    }
    #[cfg(feature = "whole")]
    if told("held").is_some() {
        return Event::Held { id };
    }
    if told("uncounted").is_some() {
        return Event::Uncounted { id };
    }
    if let Some(online) = told("online") {
        return if online.flag() { Event::Online } else { Event::Offline };
    }
    Event::Failed { id, reason: reason(event.get("failed")) }
}

/// The head of an answer, with as much as there is of the rest.
pub(crate) fn response(answer: &Value<'_>) -> Response {
    let text = |value: &Value<'_>| value.text().unwrap_or_default().to_owned();
    let header = |pair: &Value<'_>| match pair.items() {
        [name, value] => Some((text(name), text(value))),
        _ => None,
    };
    let number = |name| answer.get(name).unsigned().unwrap_or_default();
    Response {
        status: u16::try_from(number("status")).unwrap_or_default(),
        headers: answer.get("headers").items().iter().filter_map(header).collect(),
        body: text(answer.get("text")).into_bytes(),
        received: number("received"),
        url: answer.get("url").text().map(str::to_owned),
    }
}

fn reason(failed: &Value<'_>) -> Reason {
    let told = |name| failed.get(name).text().map(str::to_owned);
    if let Some(why) = told("input") {
        return Reason::Input(why);
    }
    if let Some(why) = told("sink") {
        return Reason::Sink(why);
    }
    // Servers alone know these.
    #[cfg(any(feature = "whole", not(feature = "conversions")))]
    if let Some(why) = told("permanent") {
        return Reason::Permanent(why);
    }
    #[cfg(any(feature = "whole", not(feature = "conversions")))]
    if failed.get("unreached").flag() {
        return Reason::Unreached;
    }
    if failed.get("redirect").flag() { Reason::Redirect } else { Reason::Connection }
}
