//! Version 2: jobs made of tasks.

mod crash;
mod events;
mod faults;
mod formats;
mod jobs;
mod operations;
mod signed;
mod storage;
mod tasks;
mod upload;
mod webhooks;

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
