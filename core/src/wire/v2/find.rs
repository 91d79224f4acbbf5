//! `GET /jobs`: whether a creation whose answer was lost took place. The job with our mark is looked for among the latest.
//!
//! API documentation: <https://cloudconvert.com/api/v2/jobs#jobs-list>.

use super::{Mark, Scope, data, job};
use crate::api::Api;
use crate::error::Error;
use crate::http::{Method, Request, Response};
use crate::json::Value;
use crate::names::encode;
use crate::text::digits;
use crate::wire::report::Found;

/// How many jobs a page has.
const PER_PAGE: usize = 100;

/// Asks for one page, from 1, of the jobs; of those with the user's tag, where there is one.
///
/// # Errors
/// `unauthorized` without a key.
pub(crate) fn find(api: &Api, tag: Option<&str>, page: u32) -> Result<Request, Error> {
    let mut path =
        ["/jobs?include=tasks&per_page=", &digits(PER_PAGE as u64), "&page=", &digits(page.into())].concat();
    if let Some(tag) = tag {
        path.push_str("&filter[tag]=");
        path.push_str(&encode(tag));
    }
    api.keyed(Method::Get, &[&path])
}

/// Looks for the job of this mark.
///
/// # Errors
/// What the service says, or `invalid_response` for what is not a list.
pub(crate) fn found(api: &Api, response: &Response, mark: Mark<'_>) -> Result<Found, Error> {
    let body = api.read(response);
    let jobs = data(api, response, Scope::TaskRead)?;
    let Value::Array(jobs) = jobs else {
        return Err(Error::invalid("the answer is not a list of jobs: check the base URL"));
    };
    if jobs.iter().any(|job| !matches!(job.get("tasks"), Value::Array(_))) {
        // The job may be one of them.
        return Err(Error::invalid(
            "the list of jobs does not show whether it was created: give jobs a `tag`",
        ));
    }
    let named = |task: &Value<'_>| task.get("name").text().is_some_and(|name| mark.what(name).is_some());
    let mut ours = jobs.iter().filter(|job| job.get("tasks").items().iter().any(named));
    if let Some(found) = ours.next() {
        let twin = ours.next();
        let told = Box::new(job::read_new(api, twin.unwrap_or(found), mark)?);
        return Ok(if twin.is_some() { Found::Twin(told) } else { Found::Here(told) });
    }
    let next = body.is_some_and(|body| !body.get("links").get("next").is_empty());
    let more = jobs.len() >= PER_PAGE || next && !jobs.is_empty();
    Ok(if more { Found::Perhaps } else { Found::NotHere })
}

#[cfg(all(test, feature = "native"))]
mod tests {
    use super::*;
    use crate::backoff::Random;

    #[test]
    fn the_job_with_the_mark_is_found_on_any_page() {
        let api = Api::new("https://api.example.com/v2", Some("KEY")).unwrap();
        let drawn = Mark::draw(&mut Random(1));
        let mark = Mark(&drawn);
        let look = |body: String| {
            found(&api, &Response { status: 200, body: body.into_bytes(), ..Response::default() }, mark)
        };
        let job = |name: &str| format!(r#"{{"id":"j","status":"processing","tasks":[{{"name":"{name}"}}]}}"#);
        let (mine, other) = (job(&mark.name("work")), job("work"));
        assert!(
            matches!(look(format!(r#"{{"data":[{other},{mine}]}}"#)), Ok(Found::Here(told)) if told.remote.id.as_deref() == Some("j"))
        );
        let more =
            format!(r#"{{"data":[{other}],"links":{{"next":"https://api.example.com/v2/jobs?page=2"}}}}"#);
        assert_eq!(look(more), Ok(Found::Perhaps));
        assert_eq!(look(format!(r#"{{"data":[{other}],"links":{{"next":null}}}}"#)), Ok(Found::NotHere));
        assert!(look(r#"{"data":{}}"#.to_owned()).is_err());
        assert!(
            look(r#"{"data":[{"id":"j","status":"processing"}]}"#.to_owned()).is_err(),
            "it may be that one"
        );
        let full = vec![other.as_str(); 100].join(",");
        assert_eq!(look(format!(r#"{{"data":[{full}]}}"#)), Ok(Found::Perhaps), "a full page without links");
        let url = find(&api, Some("my tag"), 2).unwrap().url;
        assert_eq!(
            url,
            "https://api.example.com/v2/jobs?include=tasks&per_page=100&page=2&filter[tag]=my%20tag"
        );
    }
}
