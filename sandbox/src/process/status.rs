//! The status of a process as JSON.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use tokio::time::Instant;

use super::{Process, State, Step};
use crate::engine::Mode;
use crate::names::split;

impl Process {
    pub(crate) fn url(&self, host: &str) -> String {
        format!("//{host}/process/{}", self.id)
    }

    pub(crate) fn download_url(&self, host: &str) -> String {
        format!("//{host}/download/~{}", self.download_token)
    }

    /// The status, with URLs on the host under which the client knows the service.
    pub(crate) fn status(&self, host: &str) -> Value {
        let state = self.state.borrow().clone();
        let mut status = json!({
            "id": self.id, "url": self.url(host), "host": host, "message": state.message,
            "expire": unix(state.expire),
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
        if state.awaits_upload().is_ok() {
            status["upload"] = json!({"url": format!("//{host}/upload/~{}", self.upload_token)});
        }
        status["warnings"] = self.progress.warnings().into();
        status["input"] = input(&state);
        let converter = state.job.converter;
        // Whoever has the URL of a process is not told the password of its input.
        let mut options = state.job.options.clone();
        options.remove("password");
        status["converter"] =
            json!({"format": state.job.output_format, "type": converter, "options": options});
        // A download may begin before the output is there, and blocks until then.
        if state.job.mode != Mode::Info && step != Step::Error {
            status["output"] = self.output(&state, host);
        }
        let more = [("tag", state.job.tag.clone()), ("info", state.info.clone())];
        for (name, value) in more.into_iter().filter_map(|(name, value)| Some((name, value?))) {
            status[name] = value;
        }
        if state.ended() {
            status["endtime"] = state.endtime.into();
        }
        if let Some(failure) = &state.failure {
            status["code"] = failure.status.into();
            status["error"] = status["message"].clone();
        }
        status
    }

    fn output(&self, state: &State, host: &str) -> Value {
        let mut output = json!({"url": self.download_url(host)});
        if let Some(made) = &state.output {
            output["filename"] = made.whole.name.clone().into();
            output["ext"] = split(&made.whole.name).1.into();
            output["size"] = made.whole.size.into();
            output["downloads"] = state.downloads.into();
            if !made.files.is_empty() {
                output["files"] = made.files.iter().map(|file| file.name.clone()).collect::<Vec<_>>().into();
            }
        }
        output
    }
}

fn input(state: &State) -> Value {
    let mut input = json!({"type": state.job.input});
    if let Some(first) = state.inputs.first() {
        let (name, ext) = split(&first.name);
        input["filename"] = first.name.clone().into();
        input["size"] = state.input_size().into();
        input["name"] = name.into();
        input["ext"] = ext.into();
        if state.inputs.len() > 1 {
            input["files"] = state.inputs.iter().map(|file| file.name.clone()).collect::<Vec<_>>().into();
        }
    }
    input
}

/// Unix time in seconds.
pub(crate) fn now(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs())
}

/// A moment of the future in Unix seconds.
fn unix(moment: Instant) -> u64 {
    now(SystemTime::now() + moment.saturating_duration_since(Instant::now()))
}

/// Unix seconds as the process list and the answer to create write them: `2013-01-07 23:03:53`.
pub(crate) fn date(seconds: u64) -> String {
    let text = humantime::format_rfc3339_seconds(UNIX_EPOCH + Duration::from_secs(seconds)).to_string();
    text.replace('T', " ").replace('Z', "")
}

#[cfg(test)]
mod tests {
    #[test]
    fn dates_are_written_as_the_documentation_shows() {
        assert_eq!(super::date(1_357_599_833), "2013-01-07 23:03:53");
    }
}
