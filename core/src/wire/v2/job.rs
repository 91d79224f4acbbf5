//! `GET /jobs/{id}`: how far the job is, read from its tasks.
//!
//! API documentation: <https://cloudconvert.com/api/v2/jobs#jobs-show>.

use super::task::{Task, failure};
use super::{Mark, Scope, data, imports, job_url};
use crate::api::Api;
use crate::error::Error;
use crate::http::{Method, Request, Response};
use crate::json::Value;
use crate::wire::answers::limited;
use crate::wire::report::{Artifact, Failure, Outcome, Remote, Report, State, Told};

/// Asks how far the job is; with `wait`, the answer comes when the job has ended.
///
/// # Errors
/// `unauthorized` without a key.
pub(crate) fn ask(api: &Api, id: &str, wait: bool) -> Result<Request, Error> {
    let path = ["/jobs/", &crate::names::encode(id)];
    if wait { api.waiting(Method::Get, &path) } else { api.keyed(Method::Get, &path) }
}

/// Reads a job: the answer to a question.
///
/// # Errors
/// What the service says, or `invalid_response` for what is not a job.
pub(crate) fn asked(api: &Api, response: &Response, mark: Mark<'_>) -> Result<Told, Error> {
    let job = data(api, response, Scope::TaskRead)?;
    let report = read(api, &job, mark)?;
    Ok(Told { remote: Remote { id: job.get("id").label(), ..Remote::default() }, report })
}

/// Reads a job: the answer to its creation.
///
/// # Errors
/// As [`asked`].
pub(crate) fn created(api: &Api, response: &Response, mark: Mark<'_>) -> Result<Told, Error> {
    read_new(api, &data(api, response, Scope::TaskWrite)?, mark)
}

/// Reads a job that was not known: with its ID and its URL.
pub(super) fn read_new(api: &Api, job: &Value<'_>, mark: Mark<'_>) -> Result<Told, Error> {
    let report = read(api, job, mark)?;
    let id = job.get("id").label().ok_or_else(not_a_job)?;
    Ok(Told { remote: Remote { url: Some(job_url(api, &id)), id: Some(id), mark: None }, report })
}

/// Reads a job that is known.
fn read(api: &Api, job: &Value<'_>, mark: Mark<'_>) -> Result<Report, Error> {
    let status = job.get("status").text();
    let Some(status) = status.filter(|_| !job.get("id").is_empty()) else {
        return Err(not_a_job());
    };
    let tasks: Vec<Task> = job.get("tasks").items().iter().map(Task::of).collect();
    let state = match status {
        "finished" => State::Finished(Box::new(outcome(&tasks))),
        "error" => State::Failed(failure(&tasks)),
        _ => match imports::wanted(api, &tasks, mark) {
            Ok(targets) if targets.is_empty() => State::Running,
            Ok(targets) => State::Wants(targets),
            // The job is there all the same, and waits.
            Err(error) => State::Failed(Failure {
                code: error.code,
                status: None,
                message: error.message.clone(),
                try_anew: false,
            }),
        },
    };
    let running = tasks.iter().find(|task| task.is("processing"));
    let active = running
        .or_else(|| tasks.iter().find(|task| !task.has_ended() && !task.value.get("message").is_empty()));
    let live = tasks.iter().filter(|task| !task.has_ended());
    let live = live.filter_map(|task| task.value.get("id").label());
    Ok(Report {
        live: live.collect(),
        percent: percent(&tasks),
        label: Some(label(status, &state, running).into()),
        message: active.and_then(|task| task.value.get("message").text()).map(limited).unwrap_or_default(),
        info: tasks.iter().find_map(|task| task.facts()),
        state,
    })
}

fn not_a_job() -> Error {
    Error::invalid("the answer is not a job: check the base URL")
}

/// The percent of the whole, made of those of the tasks.
fn percent(tasks: &[Task<'_>]) -> Option<f64> {
    let all: f64 = tasks.iter().map(|task| task.weight()).sum();
    let done: f64 = tasks.iter().map(|task| task.weight() * task.share()).sum();
    (all > 0.0).then(|| 100.0 * done / all)
}

/// Where the job is, in the words that version 1 has for it.
fn label(status: &str, state: &State, running: Option<&Task<'_>>) -> &'static str {
    match (status, running.map(|task| task.operation)) {
        ("finished", _) => "finished",
        ("error", _) => "error",
        // The service lists tasks in any order, so one that only waits tells nothing.
        _ if matches!(state, State::Wants(_)) => "input",
        (_, Some(operation)) if operation.starts_with("import/") => "input",
        (_, Some(operation)) if operation.starts_with("export/") => "output",
        (_, Some(_)) => "convert",
        (_, None) => "wait",
    }
}

/// What the exports offer or stored.
fn outcome(tasks: &[Task<'_>]) -> Outcome {
    let mut outcome = Outcome::default();
    let exports = || tasks.iter().filter(|task| task.operation.starts_with("export/"));
    let offers = |task: &Task<'_>| task.operation == "export/url";
    for (task, file) in exports().flat_map(|task| task.files().iter().map(move |file| (task, file))) {
        let field = |name: &str| file.get(name).text().map(str::to_owned);
        let url = field("url");
        // A file that was to be downloaded and has no URL is not there, which is no success.
        if url.is_some() || offers(task) {
            let size = file.get("size").unsigned();
            outcome.each.push(Artifact { url, file: None, name: field("filename"), size });
        } else {
            outcome.stored.extend(
                field("filename").map(|name| [file.get("dir").text().unwrap_or_default(), &name].concat()),
            );
        }
    }
    // Without any export it is not known where the output is.
    outcome.elsewhere = exports().next().is_some() && !exports().any(offers);
    match (outcome.each.len(), outcome.stored.as_slice()) {
        (1, []) => outcome.whole = outcome.each.remove(0),
        (0, [only]) => outcome.whole.name = Some(only.clone()),
        _ => {}
    }
    outcome
}

#[cfg(all(test, feature = "native"))]
mod tests {
    use super::*;
    use crate::backoff::Random;
    use crate::error::Code;

    fn mark() -> String {
        Mark::draw(&mut Random(1))
    }

    /// Reads a job; `*` stands for the mark.
    fn told(job: &str) -> Result<Report, Error> {
        created_as(job).map(|told| told.report)
    }

    fn created_as(job: &str) -> Result<Told, Error> {
        let api = Api::new("https://api.example.com/v2", Some("KEY")).unwrap();
        let body = ["{\"data\":", &job.replace('*', &mark()), "}"].concat().into_bytes();
        created(&api, &Response { status: 200, body, ..Response::default() }, Mark(&mark()))
    }

    const FORM: &str = r#"{"form":{"url":"https://storage.example.net/t","parameters":
        {"acl":"private","key":"x/${filename}","max":10000000000,"policy":""}}}"#;

    #[test]
    fn forms_come_in_the_order_of_the_files_with_their_fields_in_order() {
        let task = |name: &str| {
            format!(
                r#"{{"name":"{name}","operation":"import/upload","status":"waiting","percent":100,"result":{FORM}}}"#
            )
        };
        let (first, second) = (task("import-1-*"), task("import-2-*"));
        let job = format!(r#"{{"id":"j","status":"waiting","tasks":[{second},{first}]}}"#);
        let report = told(&job).unwrap();
        let State::Wants(targets) = report.state else { panic!("{:?}", report.state) };
        assert_eq!(targets.iter().map(|target| target.files.clone()).collect::<Vec<_>>(), [0..1, 1..2]);
        let fields: Vec<_> = targets[0].fields.iter().collect();
        assert_eq!(
            fields,
            [("acl", "private"), ("key", "x/${filename}"), ("max", "10000000000"), ("policy", "")]
        );
        assert_eq!((report.percent, report.label.as_deref()), (Some(0.0), Some("input")));
        let export = r#"{"operation":"export/url","status":"waiting","percent":100}"#;
        let report = told(&format!(r#"{{"id":"j","status":"waiting","tasks":[{export},{first}]}}"#)).unwrap();
        assert_eq!(report.label.as_deref(), Some("input"), "an export that is listed first waits too");
    }

    #[test]
    fn waiting_tasks_are_not_at_100_percent() {
        let report = told(
            r#"{"id":"j","status":"processing","tasks":[
              {"operation":"export/url","status":"waiting","percent":100},
              {"operation":"convert","status":"processing","percent":50,"message":"Converting"},
              {"operation":"import/url","status":"finished","percent":100}]}"#,
        )
        .unwrap();
        assert_eq!(report.state, State::Running);
        assert_eq!(
            (report.percent, report.label.as_deref(), report.message.as_str()),
            (Some(50.0), Some("convert"), "Converting")
        );
    }

    #[test]
    fn the_cause_is_the_task_that_did_not_follow_another() {
        let report = told(
            r#"{"id":"j","status":"error","tasks":[
              {"operation":"export/url","status":"error","code":"INPUT_TASK_FAILED","message":"Input task has failed"},
              {"operation":"import/url","status":"error","code":"SANDBOX_FILE_NOT_ALLOWED","message":"Not this file"}]}"#,
        )
        .unwrap();
        let State::Failed(failure) = report.state else { panic!("it failed") };
        assert_eq!(
            (failure.code, failure.message.as_str()),
            (Code::BadRequest, "Not this file (SANDBOX_FILE_NOT_ALLOWED)")
        );
    }

    #[test]
    fn outputs_facts_and_what_was_stored_are_read() {
        let report = told(
            r#"{"id":"j","status":"finished","tasks":[
              {"operation":"export/url","status":"finished","result":{"files":[
                {"filename":"a.pdf","size":7,"url":"https://storage.example.net/a.pdf?X=1"},
                {"filename":"b.pdf","url":"https://storage.example.net/b.pdf"}]}},
              {"operation":"export/s3","status":"finished","result":{"files":[{"filename":"c.pdf","dir":"out/"}]}},
              {"operation":"metadata","status":"finished","result":{"metadata":{"PageCount":3}}}]}"#,
        )
        .unwrap();
        let State::Finished(outcome) = report.state else { panic!("it finished") };
        assert_eq!(
            outcome.each.iter().map(|a| (a.name.as_deref(), a.size)).collect::<Vec<_>>(),
            [(Some("a.pdf"), Some(7)), (Some("b.pdf"), None)]
        );
        assert_eq!(outcome.stored, ["out/c.pdf"]);
        assert_eq!(report.info.unwrap().get("PageCount").unsigned(), Some(3));
    }

    #[test]
    fn unknown_statuses_absent_fields_and_nulls_are_no_error() {
        let Told { remote, report } = created_as(
            r#"{"id":7,"status":"queued","tag":null,"tasks":[{"status":"later","result":null},{}]}"#,
        )
        .unwrap();
        assert_eq!((report.state, remote.id.as_deref()), (State::Running, Some("7")));
        assert_eq!(told(r#"{"id":"j","status":"processing"}"#).unwrap().percent, None);
        for nonsense in ["[]", "7", "{}", r#"{"id":"j"}"#, r#"{"status":"finished"}"#] {
            assert_eq!(told(nonsense).unwrap_err().code, Code::InvalidResponse, "{nonsense}");
        }
    }
}
