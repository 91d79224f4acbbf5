//! `GET /processes`: "all running, finished and failed processes, which were started with your API Key".

use super::{Call, json};
use crate::api::Api;
use crate::error::Error;
use crate::http::{Method, Request, Response};
use crate::json::Value;

/// Asks for the processes of the key.
///
/// ```
/// use cloudconvert_core::Call;
/// use cloudconvert_core::v1::List;
/// use cloudconvert_core::{Api, Response};
///
/// let api = Api::new("https://api.example.com/v1", Some("KEY"))?;
/// let body = br#"[{"id": "v4cw72hf3", "step": "finished", "url": "//srv01.example.com/process/v4cw72hf3"}]"#;
/// let processes = List.reply(&api, &Response { status: 200, body: body.to_vec(), ..Response::default() })?;
/// assert_eq!(processes[0].step.as_deref(), Some("finished"));
/// # Ok::<(), cloudconvert_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct List;

/// One process of the list.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Listed {
    /// Its ID.
    pub id: String,
    /// Its URL, absolute and trusted; none where the service names another host.
    pub url: Option<String>,
    /// Its step.
    pub step: Option<String>,
    /// When it was started, as the service writes it: `2013-01-07 23:03:53`.
    pub started: Option<String>,
    /// When it ended.
    pub ended: Option<String>,
    /// The whole entry, as the service wrote it.
    pub entry: Value<'static>,
}

impl Listed {
    /// The same for hosts that pass it on, under the names of its members.
    pub fn into_value(self) -> Value<'static> {
        let mut listed = Value::object();
        listed.set("id", self.id);
        listed.set("url", self.url);
        listed.set("step", self.step);
        listed.set("started", self.started);
        listed.set("ended", self.ended);
        listed.set("entry", self.entry);
        listed
    }
}

impl Call for List {
    type Reply = Vec<Listed>;

    fn request(&self, api: &Api) -> Result<Request, Error> {
        api.keyed(Method::Get, &["/processes"])
    }

    fn reply(&self, api: &Api, response: &Response) -> Result<Vec<Listed>, Error> {
        let value = json(api, response)?;
        let processes = value.items().iter().filter_map(|entry| {
            let field = |name| entry.get(name).label();
            Some(Listed {
                id: field("id")?,
                url: entry.get("url").text().and_then(|url| api.resolve(url).ok()),
                step: field("step"),
                started: field("starttime"),
                ended: field("endtime"),
                entry: entry.owned(),
            })
        });
        Ok(processes.collect())
    }

    fn is_repeatable(&self) -> bool {
        true
    }
}
