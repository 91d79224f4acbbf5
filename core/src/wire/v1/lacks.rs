//! What version 1 of the API does not have is refused, never left out.

use crate::choice::name_of;
use crate::error::Error;
use crate::job::{Destination, Input, Job, MODES, Mode, Storage};

/// Refuses what version 2 has and version 1 lacks.
///
/// # Errors
/// `bad_request`, which names it.
pub(crate) fn check(job: &Job) -> Result<(), Error> {
    #[cfg(feature = "v2")]
    if job.tasks.is_some() {
        return lacks("tasks", "set the base URL to that of version 2");
    }
    if !matches!(job.mode, Mode::Convert | Mode::Info | Mode::Combine | Mode::Archive | Mode::Extract) {
        return lacks(name_of(job.mode, MODES), "set the base URL to that of version 2");
    }
    for (option, value) in [
        ("engine", &job.engine),
        ("engine_version", &job.engine_version),
        ("output_filename", &job.output_filename),
    ] {
        if value.is_some() {
            return lacks(option, "leave it out, or set the base URL to that of version 2");
        }
    }
    let input = if let Input::Storage { storage, .. } = &job.input { Some(storage) } else { None };
    let output = if let Some(Destination::Storage(storage)) = &job.output { Some(storage) } else { None };
    input.into_iter().chain(output).try_for_each(storage)
}

fn storage(storage: &Storage) -> Result<(), Error> {
    if storage.kind() == "sftp" {
        return lacks("sftp", "use ftp, or set the base URL to that of version 2");
    }
    if storage.fields().get("accountkey").is_empty() && storage.kind() == "azure" {
        return lacks("sastoken", "give the `accountkey`, or set the base URL to that of version 2");
    }
    Ok(())
}

fn lacks(what: &str, instead: &str) -> Result<(), Error> {
    Err(Error::bad_request(["version 1 of the API has no `", what, "`: ", instead].concat()))
}

#[cfg(all(test, feature = "v2"))]
mod tests {
    use super::*;

    #[test]
    fn what_this_version_lacks_is_refused_with_words() {
        for (wish, says) in [
            (r#"{"input":"upload","name":"a.pdf","mode":"pdf/ocr"}"#, "`pdf/ocr`"),
            (r#"{"input":"upload","name":"a.png","to":"jpg","engine":"x"}"#, "`engine`"),
            (r#"{"input":"upload","name":"a.png","to":"jpg","engine_version":"1"}"#, "`engine_version`"),
            (
                r#"{"input":"upload","name":"a.png","to":"jpg","output_filename":"b.jpg"}"#,
                "`output_filename`",
            ),
            (r#"{"tasks":{"a":{"operation":"metadata"}}}"#, "`tasks`"),
            (
                r#"{"input":{"sftp":{"host":"h","user":"u","privatekey":"k"}},"file":"a.png","to":"jpg"}"#,
                "`sftp`",
            ),
            (
                r#"{"input":"upload","name":"a.png","to":"jpg","output":{"azure":{"accountname":"a","sastoken":"s","container":"c"}}}"#,
                "`sastoken`",
            ),
        ] {
            let job = Job::from_value(&serde_json::from_str(wish).unwrap()).unwrap();
            let error = check(&job).unwrap_err();
            assert_eq!(error.code, crate::Code::BadRequest);
            assert!(error.message.contains(says), "{}", error.message);
        }
    }
}
