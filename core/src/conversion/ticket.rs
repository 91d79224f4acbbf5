//! Tickets: what `prepare` hands out, and what `upload`, `follow` and `delete` take.
//!
//! A ticket is the URL of the remote conversion with a fragment that says where its files go, and by which form. Whatever
//! takes such a URL takes a ticket.

use crate::api::Api;
use crate::error::Error;
use crate::http::Fields;
use crate::job::{InputFile, Job};
use crate::json::Value;
use crate::names::{decode, encode};
use crate::scope::CONVERTS;
use crate::text::{before, cut};
use crate::wire::report::{Remote, UploadTarget};
use crate::wire::step::Step;

/// How the fragment of a ticket begins.
const MARK: &str = "ticket=";

/// Writes a ticket. Nothing is in it of a remote conversion without a URL.
pub(super) fn write(api: &Api, remote: &Remote, targets: &[UploadTarget], job: Option<&Job>) -> String {
    let mut ticket = Value::object();
    ticket.set("wire", api.wire().name());
    ticket.set("targets", targets.iter().map(to_value).collect::<Vec<_>>());
    if let Some(job) = job.filter(|_| api.wire().signs()) {
        // The program that uploads names the files, and knows no more than this.
        ticket.set_some("name", job.filename.clone());
        ticket.set("from", job.from.clone());
    }
    [remote.url.as_deref().unwrap_or_default(), "#", MARK, &encode(&api.platform().write(&ticket))].concat()
}

/// Where the remote conversion is that a ticket or a URL names.
pub(super) fn remote(api: &Api, ticket: &str) -> Result<Remote, Error> {
    api.wire().remote(api, before(ticket, b"#"))
}

/// Where these files go, by a ticket, which may name them, or all to one upload URL; and what whoever has the ticket may ask
/// without a key whether they arrived.
pub(super) fn targets(
    api: &Api,
    ticket: &str,
    files: &mut [InputFile],
) -> Result<(Vec<UploadTarget>, Remote), Error> {
    let Some(rest) = cut(ticket, b"#").and_then(|(_, rest)| rest.strip_prefix(MARK)) else {
        if api.wire().signs() {
            return Err(Error::bad_request(
                "an upload to this version of the API needs the `ticket` of the prepared conversion",
            ));
        }
        let url = api.wire().trusted(api, Step::Upload, "", ticket)?;
        let target =
            UploadTarget { key: String::new(), url, fields: Fields::default(), files: 0..usize::MAX };
        return Ok((vec![target], Remote::default()));
    };
    let text = decode(rest).ok_or_else(broken)?;
    let value = api.platform().parse(&text).ok_or_else(broken)?;
    if value.get("wire").text() != Some(api.wire().name()) {
        return Err(Error::bad_request(
            "this ticket is for another version of the API: use the base URL it was made with",
        ));
    }
    api.wire().name_files(files, value.get("name").text(), value.get("from").text().unwrap_or_default());
    let targets = value.get("targets").items().iter().map(|target| from_value(api, target));
    let targets = targets.collect::<Option<Vec<_>>>().filter(|targets| !targets.is_empty());
    let asked = if CONVERTS && !api.wire().signs() { remote(api, ticket)? } else { Remote::default() };
    Ok((targets.ok_or_else(broken)?, asked))
}

/// A target as tickets and saved states write it.
pub(super) fn to_value(target: &UploadTarget) -> Value<'static> {
    let mut value = Value::object();
    value.set("url", target.url.clone());
    if !target.key.is_empty() {
        value.set("key", target.key.clone());
    }
    if target.files.end != usize::MAX {
        value.set("first", target.files.start as u64);
        value.set("count", target.files.len() as u64);
    }
    if !target.fields.is_empty() {
        let pair =
            |(name, text): (&str, &str)| Value::from(vec![name.to_owned().into(), text.to_owned().into()]);
        value.set("fields", target.fields.iter().map(pair).collect::<Vec<_>>());
    }
    value
}

/// A field of a form, as a pair of texts.
fn field<'v>(pair: &'v Value<'_>) -> Option<(&'v str, &'v str)> {
    match pair.items() {
        [Value::String(name), Value::String(text)] => Some((name, text)),
        _ => None,
    }
}

pub(super) fn from_value(api: &Api, value: &Value<'_>) -> Option<UploadTarget> {
    let url = api.wire().trusted(api, Step::Upload, "", value.get("url").text()?).ok()?;
    let whole = |name: &str| value.get(name).unsigned().and_then(|number| usize::try_from(number).ok());
    let files = match (whole("first"), whole("count")) {
        (Some(first), Some(count)) => first..first.checked_add(count)?,
        _ => 0..usize::MAX,
    };
    let fields = value.get("fields").items().iter().map(field).collect::<Option<Fields>>()?;
    Some(UploadTarget { key: value.get("key").text().unwrap_or_default().to_owned(), url, fields, files })
}

fn broken() -> Error {
    Error::bad_request("this is not a whole ticket: pass it on as it was handed out")
}
