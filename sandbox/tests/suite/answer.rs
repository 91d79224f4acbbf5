//! What a service answers.

use std::ops::Index;

use reqwest::RequestBuilder;
use reqwest::header::HeaderMap;
use serde_json::Value;

/// What a request was answered.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    json: Value,
}

impl Answer {
    pub(crate) async fn of(request: RequestBuilder) -> Self {
        Self::try_of(request).await.unwrap()
    }

    pub(crate) async fn try_of(request: RequestBuilder) -> reqwest::Result<Self> {
        let response = request.send().await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = response.bytes().await?.to_vec();
        let json = serde_json::from_slice(&body).unwrap_or_default();
        Ok(Self { status, headers, body, json })
    }

    pub(crate) fn json(&self) -> &Value {
        &self.json
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// A text of the JSON body.
    pub(crate) fn str(&self, name: &str) -> &str {
        self.json[name].as_str().unwrap_or_else(|| panic!("there is no {name} in {}", self.text()))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        let value =
            self.headers.get(name).unwrap_or_else(|| panic!("there is no {name}: {:?}", self.headers));
        value.to_str().unwrap()
    }

    /// Asserts that it is an error as documented: this status, and JSON with a message.
    pub(crate) fn assert_error(&self, status: u16, message: &str) {
        assert_eq!(self.status, status, "{}", self.text());
        assert!(self.header("content-type").starts_with("application/json"));
        assert!(self.str("message").contains(message), "{message:?} is not in {}", self.text());
    }
}

impl Index<&str> for Answer {
    type Output = Value;

    fn index(&self, name: &str) -> &Value {
        &self.json[name]
    }
}
