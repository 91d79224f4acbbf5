//! Version 2: jobs made of tasks.

mod allowed;
mod attacks;
mod capture;
mod command;
mod crash;
mod errors;
mod events;
mod exact;
mod faults;
mod fields;
mod formats;
mod imports;
mod jobs;
mod kept;
mod needs;
mod operations;
mod papers;
mod refused;
mod signed;
mod stops;
mod storage;
mod tasks;
mod thumbnails;
mod upload;
mod watermark;
mod webhooks;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use crate::service::{Answer, KEY, Service};

impl Service {
    /// A call with the key.
    pub(crate) async fn v2(&self, method: Method, path: &str, body: Value) -> Answer {
        let request = self.request(method, path).bearer_auth(KEY);
        Answer::of(if body.is_null() { request } else { request.json(&body) }).await
    }

    /// A new job of these tasks.
    pub(crate) async fn job(&self, tasks: Value) -> Value {
        let answer = self.v2(Method::POST, "/v2/jobs", json!({ "tasks": tasks })).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        answer["data"].clone()
    }

    /// The job once it has ended.
    pub(crate) async fn ended(&self, job: &Value) -> Value {
        let answer = self.v2(Method::GET, &format!("/sync/v2/jobs/{}", text(&job["id"])), Value::Null).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer["data"].clone()
    }

    /// What a task makes of a file, and the files themselves.
    pub(crate) async fn made(&self, (name, content): (&str, &[u8]), work: Value) -> (Value, Vec<Vec<u8>>) {
        let mut work = work;
        work["input"] = json!("in");
        let content = STANDARD.encode(content);
        self.made_by(json!({
            "in": {"operation": "import/base64", "file": content, "filename": name},
            "work": work,
            "out": {"operation": "export/url", "input": "work"},
        }))
        .await
    }

    /// The end of a job of these tasks, and the files of `out`.
    pub(crate) async fn made_by(&self, tasks: Value) -> (Value, Vec<Vec<u8>>) {
        let ended = self.ended(&self.job(tasks).await).await;
        let mut files = Vec::new();
        for file in task(&ended, "out")["result"]["files"].as_array().into_iter().flatten() {
            files.push(Answer::of(self.http.get(text(&file["url"]))).await.body);
        }
        (ended, files)
    }

    /// The note on an operation, by the engine that does it.
    pub(crate) async fn note(&self, work: &Value, (input, output): (&str, &str)) -> String {
        let place = format!(
            "/v2/operations?filter[operation]={}&filter[input_format]={input}&filter[output_format]={output}&alternatives=true",
            text(&work["operation"])
        );
        let all = self.v2(Method::GET, &place, Value::Null).await;
        let engine = work["engine"].as_str();
        let all = all["data"].as_array().unwrap();
        let entry = all.iter().find(|entry| engine.is_none_or(|engine| entry["engine"] == engine));
        entry.unwrap()["meta"]["note"].as_str().unwrap_or_default().to_owned()
    }

    /// Sends a form as it was handed out, with this file.
    pub(crate) async fn send(&self, form: &Value, name: &str, content: &[u8]) -> Answer {
        let mut fields = Form::new();
        for (name, value) in form["parameters"].as_object().unwrap() {
            fields = fields.text(name.clone(), text(value).to_owned());
        }
        let file = Part::bytes(content.to_vec()).file_name(name.to_owned());
        let request = self.http.post(text(&form["url"])).multipart(fields.part("file", file));
        Answer::of(request).await
    }
}

/// The task of this name.
pub(crate) fn task<'v>(job: &'v Value, name: &str) -> &'v Value {
    let tasks = job["tasks"].as_array().unwrap();
    tasks.iter().find(|task| task["name"] == name).unwrap_or_else(|| panic!("there is no {name} in {job}"))
}

pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is not a text"))
}

/// A text becomes a page.
pub(crate) fn page() -> Value {
    json!({
        "in": {"operation": "import/raw", "file": "# Hello", "filename": "a.md"},
        "work": {"operation": "convert", "input": "in", "output_format": "html"},
        "out": {"operation": "export/url", "input": ["work"]},
    })
}
