//! What a host may want to run, read from one value: for shells whose language knows no types of Rust's.

use crate::api::Api;
use crate::conversion::{Conversion, Saved};
use crate::error::Error;
use crate::job::{InputFile, Job};
use crate::json::Value;
use crate::policy::Policy;
use crate::scope::CONVERTS;

/// What an upload is called that came without a name. The service knows its format already.
const NAMELESS: &str = "input";

impl Conversion {
    /// The run that a value names.
    ///
    /// | `run` | other members |
    /// |---|---|
    /// | `convert`, `prepare` | `job` |
    /// | `upload` | `url`, and `files` with a `name` (left out: `input`) and a `size` each |
    /// | `follow`, `delete` | `url` |
    ///
    /// All may have a `policy`. Members with other names are not read. What was saved goes on by
    /// [`Conversion::resume_from_value`].
    ///
    /// # Errors
    /// As the functions of the same names; `bad_request` for another `run`.
    ///
    /// ```
    /// use cloudconvert_core::{Api, Conversion, Value};
    ///
    /// let mut wish = Value::object();
    /// wish.set("run", "follow");
    /// wish.set("url", "https://srv01.example.com/process/v4cw72hf3");
    /// let api = Api::new("https://api.example.com/v1", None)?;
    /// assert!(Conversion::from_value(&api, &wish, 42).is_ok());
    /// # Ok::<(), cloudconvert_core::Error>(())
    /// ```
    pub fn from_value(api: &Api, wish: &Value<'_>, seed: u64) -> Result<Self, Error> {
        let policy = Policy::from_value(wish.get("policy"))?;
        let url = wish.get("url").text().unwrap_or_default();
        let job = || Job::from_value(wish.get("job"));
        match wish.get("run").text().unwrap_or_default() {
            "convert" if CONVERTS => Self::new(api, job()?, policy, seed),
            "prepare" if CONVERTS => Self::prepare(api, job()?, policy, seed),
            "upload" => {
                let file = |file: &Value<'_>| InputFile {
                    name: file.get("name").text().unwrap_or(NAMELESS).to_owned(),
                    size: file.get("size").unsigned(),
                };
                Self::upload(api, url, wish.get("files").items().iter().map(file).collect(), policy, seed)
            }
            "follow" if CONVERTS => Self::follow(api, url, policy, seed),
            "delete" if CONVERTS => Self::delete(api, url, policy, seed),
            other => Err(Error::bad_request(["there is no run `", other, "`: check its name"].concat())),
        }
    }

    /// Goes on with a saved conversion: `saved` is the text that was saved, and `job` the whole job once more, where its
    /// content or credentials are needed. Apart from [`Conversion::from_value`], so that pages which never resume load nothing
    /// for it.
    ///
    /// # Errors
    /// As [`Saved::from_json`], [`Conversion::restore`] and [`Conversion::supply`].
    pub fn resume_from_value(api: &Api, wish: &Value<'_>) -> Result<Self, Error> {
        let saved = Saved::from_json(api, wish.get("saved").text().unwrap_or_default())?;
        let mut conversion = Self::restore(api, &saved)?;
        if !wish.get("job").is_empty() {
            conversion.supply(Job::from_value(wish.get("job"))?)?;
        }
        Ok(conversion)
    }
}
