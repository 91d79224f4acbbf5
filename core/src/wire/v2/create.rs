//! `POST /jobs`: one job of import, work and export tasks. It starts, and costs, at once.
//!
//! API documentation: <https://cloudconvert.com/api/v2/jobs#jobs-create>.

use super::{Mark, exports, graph, imports, lacks, post, work};
use crate::api::Api;
use crate::error::Error;
use crate::http::Request;
use crate::job::{Job, Mode};
use crate::json::Value;
use crate::policy::DownloadMode;

/// The request that creates the job, of a wish that was checked.
///
/// # Errors
/// `unauthorized` without a key.
pub(crate) fn create(api: &Api, job: &Job, download: DownloadMode, mark: Mark<'_>) -> Result<Request, Error> {
    post(api, "/jobs", &body(api, job, download, mark)?)
}

/// The body of that request.
pub(super) fn body(
    api: &Api,
    job: &Job,
    download: DownloadMode,
    mark: Mark<'_>,
) -> Result<Value<'static>, Error> {
    let tasks = match &job.tasks {
        Some(own) => graph::tasks(own, mark),
        None => tasks(job, download, mark)?,
    };
    let mut body = Value::object();
    body.set("tasks", tasks);
    body.set_some("tag", tag(api, &job.tag));
    body.set_some("webhook_url", job.callback.clone());
    Ok(body)
}

/// The import, work and export tasks of a conversion.
fn tasks(job: &Job, download: DownloadMode, mark: Mark<'_>) -> Result<Value<'static>, Error> {
    let mut tasks = Value::object();
    let mut names = Vec::with_capacity(job.input.count());
    if job.mode != Mode::CaptureWebsite {
        for import in imports::tasks(job)? {
            let name = mark.name(&imports::name(names.len()));
            tasks.set(name.clone(), import);
            names.push(name);
        }
    }
    let worked = mark.name(work::NAME);
    let export = exports::task(job, download, &worked)?;
    tasks.set(worked, work::task(job, names));
    if let Some(export) = export {
        tasks.set(mark.name(exports::NAME), export);
    }
    Ok(tasks)
}

/// A tag is a text here, so an object is written as JSON.
pub(super) fn tag(api: &Api, tag: &Value<'static>) -> Option<String> {
    match tag {
        tag if tag.is_empty() => None,
        Value::String(text) => Some(text.as_ref().to_owned()),
        tag => Some(api.platform().write(tag)),
    }
}

/// Refuses what version 1 has and version 2 lacks, and what would cost and come to nothing.
///
/// # Errors
/// `bad_request`, which names it.
pub(super) fn check(job: &Job, download: DownloadMode) -> Result<(), Error> {
    if let Some(own) = &job.tasks {
        return graph::check(own, download);
    }
    if job.preset.is_some() {
        return Err(lacks("`preset`", "write its options out as `options`"));
    }
    if job.email {
        return Err(lacks("`email`", "switch notifications on in the account's settings"));
    }
    imports::check(job)?;
    work::check(job)?;
    exports::check(job)
}

#[cfg(all(test, feature = "native"))]
mod tests {
    use super::*;
    use crate::backoff::Random;
    use crate::http::Body;

    /// The tasks of a wish, with `*` for the mark.
    fn tasks(wish: &str, download: DownloadMode) -> Result<serde_json::Value, Error> {
        let job = Job::from_value(&serde_json::from_str(wish).unwrap())?;
        let api = Api::new("https://api.example.com/v2", Some("KEY"))?;
        check(&job, download)?;
        let mark = Mark::draw(&mut Random(1));
        let request = create(&api, &job, download, Mark(&mark))?;
        assert_eq!((request.url.as_str(), request.carries_key()), ("https://api.example.com/v2/jobs", true));
        let Body::Bytes(bytes) = request.body else { panic!("JSON") };
        let text = String::from_utf8(bytes).unwrap().replace(&mark, "*");
        Ok(serde_json::from_str(&text).unwrap())
    }

    fn whole(wish: &str) -> serde_json::Value {
        tasks(wish, DownloadMode::Whole).unwrap()
    }

    #[test]
    fn a_plain_conversion_is_three_tasks() {
        let body = whole(
            r#"{"input":"upload","name":"a.png","to":"jpg","options":{"quality":51},"timeout":60,"tag":"t"}"#,
        );
        let expected = serde_json::json!({
            "tasks": {
                "import-1-*": {"operation": "import/upload"},
                "work-*": {
                    "operation": "convert", "input": ["import-1-*"], "input_format": "png",
                    "output_format": "jpg", "timeout": 60, "quality": 51
                },
                "export-*": {"operation": "export/url", "input": ["work-*"], "archive_multiple_files": true}
            },
            "tag": "t"
        });
        assert_eq!(body, expected);
    }

    #[test]
    fn modes_are_operations() {
        let two = r#""input":"upload","files":[{"name":"a.png"},{"name":"b.png"}]"#;
        let operation = |rest: &str| whole(&["{", rest, "}"].concat())["tasks"]["work-*"].clone();
        let merge = operation(&[two, r#","to":"pdf","mode":"combine""#].concat());
        assert_eq!((&merge["operation"], &merge["output_format"]), (&"merge".into(), &"pdf".into()));
        assert_eq!(merge["input"], serde_json::json!(["import-1-*", "import-2-*"]));
        let archive = operation(&[two, r#","to":"zip","mode":"archive""#].concat());
        assert_eq!((&archive["operation"], &archive["output_format"]), (&"archive".into(), &"zip".into()));
        let extract = operation(
            r#""input":"upload","name":"a.zip","to":"*","mode":"extract""#.replace('*', "png").as_str(),
        );
        assert_eq!(extract["operation"], "archive/extract");
        let info = whole(r#"{"input":"upload","name":"a.png","to":"png","mode":"info"}"#);
        assert_eq!(info["tasks"]["work-*"]["operation"], "metadata");
        assert!(info["tasks"].get("export-*").is_none(), "facts are in the result of the task");
    }

    #[test]
    fn each_output_of_many_is_a_file_of_its_own() {
        let wish = r#"{"input":"upload","name":"a.pdf","to":"png"}"#;
        let export =
            |download| tasks(wish, download).unwrap()["tasks"]["export-*"]["archive_multiple_files"].clone();
        assert_eq!(export(DownloadMode::Each), serde_json::Value::Null);
        assert_eq!(export(DownloadMode::Whole), true);
    }

    #[test]
    fn what_this_version_lacks_is_refused_with_words() {
        for (wish, says) in [
            (r#"{"input":"upload","name":"a.png","to":"jpg","preset":"p"}"#.to_owned(), "`preset`"),
            (r#"{"input":"upload","name":"a.png","to":"jpg","email":true}"#.to_owned(), "`email`"),
            (r#"{"input":"upload","name":"a.png","to":"jpg","output":"dropbox"}"#.to_owned(), "Dropbox"),
            (
                r#"{"input":{"ftp":{"host":"h","user":"u","password":"p"}},"file":"a.png","to":"jpg"}"#
                    .to_owned(),
                "FTP",
            ),
        ] {
            let error = tasks(&wish, DownloadMode::Whole).unwrap_err();
            assert_eq!(error.code, crate::Code::BadRequest);
            assert!(error.message.contains("version 2") && error.message.contains(says), "{}", error.message);
        }
    }

    #[test]
    fn operations_of_this_version_are_modes_too() {
        let task = |rest: &str| {
            whole(&["{\"input\":\"upload\",\"name\":\"a.pdf\",", rest, "}"].concat())["tasks"]["work-*"]
                .clone()
        };
        let expected = serde_json::json!({
            "operation": "optimize", "input": ["import-1-*"], "input_format": "pdf", "profile": "web",
            "engine": "x", "engine_version": "7.1", "filename": "b.pdf"
        });
        let told = r#""mode":"optimize","options":{"profile":"web"},"engine":"x","engine_version":7.1,"output_filename":"b.pdf""#;
        assert_eq!(task(told.replace("7.1", "\"7.1\"").as_str()), expected);
        let ocr = task(r#""mode":"pdf/ocr","options":{"language":["eng"]}"#);
        assert_eq!((&ocr["operation"], &ocr["output_format"]), (&"pdf/ocr".into(), &serde_json::Value::Null));
        let page = whole(
            r#"{"input":"download","url":"https://e.com/","mode":"capture-website","to":"png","options":{"zoom":2}}"#,
        );
        let expected = serde_json::json!({
            "work-*": {"operation": "capture-website", "url": "https://e.com/", "output_format": "png", "zoom": 2},
            "export-*": {"operation": "export/url", "input": ["work-*"], "archive_multiple_files": true}
        });
        assert_eq!(page["tasks"], expected);
    }

    #[test]
    fn a_job_of_ones_own_is_sent_with_the_mark() {
        let wish = r#"{"tasks":{"a":{"operation":"import/upload"},"b":{"operation":"export/url","input":"a"}},
            "files":[{"task":"a","name":"a.png"}],"tag":"t","callback":"https://e.com/called"}"#;
        let expected = serde_json::json!({
            "tasks": {"a-1-*": {"operation": "import/upload"}, "b-*": {"operation": "export/url", "input": "a-1-*"}},
            "tag": "t", "webhook_url": "https://e.com/called"
        });
        assert_eq!(whole(wish), expected);
    }

    #[test]
    fn an_object_is_a_tag_as_json() {
        let body = whole(r#"{"input":"upload","name":"a.png","to":"jpg","tag":{"order":7}}"#);
        assert_eq!(body["tag"], r#"{"order":7}"#);
    }
}
