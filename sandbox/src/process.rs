//! A process and its status, as the API shows it.

use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Map, Value, json};
use tokio::sync::watch;

use crate::engine::{Mode, Progress};

/// One process. What changes is in `state`, which can be awaited.
pub(crate) struct Process {
    pub(crate) id: String,
    /// The token of the upload URL, which tells nothing about the process.
    pub(crate) upload_token: String,
    pub(crate) download_token: String,
    pub(crate) key: String,
    pub(crate) input_format: String,
    pub(crate) output_format: String,
    pub(crate) mode: Mode,
    /// Everything of the process is in this folder.
    pub(crate) folder: PathBuf,
    pub(crate) progress: Progress,
    pub(crate) state: watch::Sender<State>,
}

/// Where the API says that a process is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Input,
    Wait,
    Convert,
    Output,
    Finished,
    Error,
}

impl Step {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Input => "input",
            Self::Wait => "wait",
            Self::Convert => "convert",
            Self::Output => "output",
            Self::Finished => "finished",
            Self::Error => "error",
        }
    }
}

/// What changes during the life of a process.
#[derive(Clone, Debug, Default)]
pub(crate) struct State {
    /// None before the start.
    pub(crate) step: Option<Step>,
    pub(crate) message: String,
    /// What the start asked for.
    pub(crate) start: Start,
    pub(crate) input: Option<InputFile>,
    pub(crate) output: Option<OutputFile>,
    pub(crate) info: Option<Value>,
    pub(crate) converter: &'static str,
    pub(crate) failure: Option<(u16, Option<u64>)>,
    /// Whether an upload is under way or done.
    pub(crate) uploading: bool,
    pub(crate) starttime: u64,
    pub(crate) endtime: u64,
    pub(crate) downloads: u32,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Start {
    /// The name under which the client reached the service.
    pub(crate) host: String,
    pub(crate) input: String,
    pub(crate) filename: Option<String>,
    pub(crate) options: Map<String, Value>,
    pub(crate) tag: Option<Value>,
    pub(crate) callback: Option<String>,
    pub(crate) timeout: Option<u64>,
    pub(crate) save: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct InputFile {
    pub(crate) paths: Vec<PathBuf>,
    pub(crate) filename: String,
    pub(crate) size: u64,
}

#[derive(Clone, Debug)]
pub(crate) struct OutputFile {
    /// The file that `output.url` serves.
    pub(crate) path: PathBuf,
    pub(crate) filename: String,
    pub(crate) ext: String,
    pub(crate) size: u64,
    /// The single files, where there are several.
    pub(crate) files: Vec<PathBuf>,
}

impl State {
    pub(crate) fn ended(&self) -> bool {
        matches!(self.step, Some(Step::Finished | Step::Error))
    }

    /// The HTTP status of a status answer: a failed conversion shows why.
    pub(crate) fn http_status(&self) -> u16 {
        self.failure.map_or(200, |(status, _)| status)
    }
}

impl Process {
    pub(crate) fn url(&self, host: &str) -> String {
        format!("//{host}/process/{}", self.id)
    }

    /// The status as JSON, with URLs on the host under which the client knows the service.
    pub(crate) fn status(&self, host: &str) -> Value {
        let state = self.state.borrow().clone();
        let mut status = json!({
            "id": self.id, "url": self.url(host), "host": host, "message": state.message,
        });
        let Some(step) = state.step else { return status };
        let (percent, said) = self.progress.get();
        status["step"] = step.as_str().into();
        status["percent"] = match step {
            Step::Input | Step::Wait => json!(0),
            Step::Finished => json!(100),
            _ => json!((percent * 100.0).round() / 100.0),
        };
        if step == Step::Convert && !said.is_empty() {
            status["message"] = said.into();
        }
        status["starttime"] = state.starttime.into();
        status["expire"] = (state.starttime + 24 * 3600).into();
        if step == Step::Input && state.start.input == "upload" && !state.uploading {
            status["upload"] = json!({"url": format!("//{host}/upload/~{}", self.upload_token)});
        }
        let mut input = json!({"type": state.start.input});
        if let Some(file) = &state.input {
            let (name, ext) = crate::store::split_name(&file.filename);
            input = json!({"type": state.start.input, "filename": file.filename, "size": file.size, "name": name, "ext": ext});
        }
        status["input"] = input;
        status["converter"] =
            json!({"format": self.output_format, "type": state.converter, "options": state.start.options});
        if let Some(tag) = &state.start.tag {
            status["tag"] = tag.clone();
        }
        if let Some(file) = &state.output {
            let mut output = json!({
                "filename": file.filename, "ext": file.ext, "size": file.size, "downloads": state.downloads,
                "url": format!("//{host}/download/~{}", self.download_token),
            });
            if !file.files.is_empty() {
                let names =
                    file.files.iter().filter_map(|path| path.file_name()?.to_str().map(str::to_owned));
                output["files"] = names.collect::<Vec<_>>().into();
            }
            status["output"] = output;
        }
        if let Some(info) = &state.info {
            status["info"] = info.clone();
        }
        if state.ended() {
            status["endtime"] = state.endtime.into();
        }
        if let Some((code, _)) = state.failure {
            status["code"] = code.into();
            status["error"] = status["message"].clone();
        }
        status
    }
}

/// Unix time in seconds.
pub(crate) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs())
}

/// Unix seconds as the process list and the expiry write them: `2013-01-07 23:03:53`.
#[allow(clippy::many_single_char_names)]
pub(crate) fn date(seconds: u64) -> String {
    // Days since the epoch to a civil date (Howard Hinnant, "chrono-compatible low-level date algorithms").
    let days = seconds / 86_400 + 719_468;
    let era = days / 146_097;
    let doe = days % 146_097;
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let day = doy - (153 * mp + 2) / 5 + 1;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    let year = yoe + era * 400 + u64::from(month <= 2);
    let (h, m, s) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    format!("{year:04}-{month:02}-{day:02} {h:02}:{m:02}:{s:02}")
}

#[cfg(test)]
mod tests {
    #[test]
    fn dates_are_written_as_the_documentation_shows() {
        assert_eq!(super::date(1_357_599_833), "2013-01-07 23:03:53");
        assert_eq!(super::date(951_782_400), "2000-02-29 00:00:00");
    }
}
