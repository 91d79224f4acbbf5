//! Lists: pages of `per_page` items, without a total. `links.next` is null on the last one.

use axum::response::Response;
use serde_json::{Value, json};

use super::answer::{self, Refusal};
use super::extract::Query;
use crate::jobs::Status;
use crate::params::{MOST_KEPT, weight};

/// How many items a page has unless it is said, and at most.
const PER_PAGE: usize = 100;
/// How many bytes the payloads on a page have at most. They are in memory for as long as a client reads.
const MOST_PAYLOADS: usize = 4 * MOST_KEPT;

/// `filter[status]`.
pub(super) fn status(query: &Query) -> Result<Option<Status>, Refusal> {
    let Some(wanted) = query.filter("status") else { return Ok(None) };
    let known = Status::ALL.into_iter().find(|status| status.as_str() == wanted);
    known.map(Some).ok_or_else(|| Refusal::invalid("filter.status", "The selected filter.status is invalid."))
}

/// The page that was asked for.
pub(super) fn page<T>(
    query: &Query,
    path: &str,
    items: &[T],
    show: impl Fn(&T) -> Value,
) -> Result<Response, Refusal> {
    let per_page = query.number("per_page")?.unwrap_or(PER_PAGE).min(PER_PAGE);
    let current = query.number("page")?.unwrap_or(1);
    let start = (current - 1).saturating_mul(per_page).min(items.len());
    let end = start.saturating_add(per_page).min(items.len());
    let mut shown = Vec::with_capacity(end - start);
    let mut payloads = 0;
    for item in items[start..end].iter().map(show) {
        payloads += item.get("payload").and_then(Value::as_object).map_or(0, weight);
        if payloads > MOST_PAYLOADS {
            return Err(Refusal::invalid(
                "include",
                &format!(
                    "The payloads on this page have more than {MOST_PAYLOADS} bytes: ask for fewer tasks by per_page, or for each one by its id."
                ),
            ));
        }
        shown.push(item);
    }
    let link = |page: usize| format!("{path}?{}", query.for_page(page));
    let (from, to) =
        if shown.is_empty() { (Value::Null, Value::Null) } else { ((start + 1).into(), end.into()) };
    let body = json!({
        "data": shown,
        "links": {
            "first": link(1), "last": null,
            "prev": (current > 1).then(|| link(current - 1)),
            "next": (end < items.len()).then(|| link(current + 1)),
        },
        "meta": {"current_page": current, "from": from, "path": path, "per_page": per_page, "to": to},
    });
    Ok(answer::json(200, &body))
}
