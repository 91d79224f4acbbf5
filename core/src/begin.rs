//! What a host may want to run, read from one value: for shells whose language knows no types of Rust's.

use crate::api::Api;
use crate::conversion::Conversion;
#[cfg(feature = "calls")]
use crate::conversion::Saved;
use crate::error::Error;
use crate::job::{InputFile, Job};
use crate::json::Value;
use crate::policy::Policy;
#[cfg(feature = "calls")]
use crate::save_to::SaveTo;
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
    /// All may have a `policy`, and `save_to`, where outputs are written and what is there: `{"path", "present", "has_parent"}` as
    /// [`SaveTo::of`](crate::SaveTo::of) takes them. A job whose output becomes a file may leave `to` out: the name of the file tells
    /// it. Members with other names are not read. What was saved goes on by [`Conversion::resume_from_value`].
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
        #[cfg(feature = "calls")]
        let save_to = SaveTo::from_value(wish.get("save_to"), policy.downloads_each())?;
        #[cfg(feature = "calls")]
        let file = wish.get("save_to").get("path").text().filter(|_| save_to.is_some_and(SaveTo::takes_one));
        #[cfg(not(feature = "calls"))]
        let file = None;
        let job = || Job::for_file(wish.get("job"), file);
        let conversion = match wish.get("run").text().unwrap_or_default() {
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
        };
        #[cfg(feature = "calls")]
        return conversion.map(|conversion| conversion.writing_to(save_to));
        #[cfg(not(feature = "calls"))]
        conversion
    }

    /// Goes on with a saved conversion: `saved` is the text that was saved, and `job` the whole job once more, where its
    /// content or credentials are needed. A `job` that tells what is wanted (`to`, `mode` or `tasks`) is the whole one; any
    /// other one only names the input, whose bytes the host has. `policy` has what is another than it was: see
    /// [`Conversion::change`]. `save_to` is as [`Conversion::from_value`] reads it. Apart from that, so that pages which never
    /// resume load nothing for it.
    ///
    /// # Errors
    /// As [`Saved::from_json`], [`Conversion::restore`], [`Conversion::change`] and [`Conversion::supply`].
    ///
    /// ```
    /// use cloudconvert_core::{Api, Conversion, Policy, Value};
    ///
    /// let api = Api::new("https://api.example.com/v1", None)?;
    /// let follow = Conversion::follow(&api, "https://api.example.com/process/1", Policy::default(), 1)?;
    /// let mut wish = Value::object();
    /// wish.set("saved", follow.save().to_json(&api));
    /// assert!(Conversion::resume_from_value(&api, &wish).is_ok());
    /// # Ok::<(), cloudconvert_core::Error>(())
    /// ```
    #[cfg(feature = "calls")]
    pub fn resume_from_value(api: &Api, wish: &Value<'_>) -> Result<Self, Error> {
        let saved = Saved::from_json(api, wish.get("saved").text().unwrap_or_default())?;
        let mut conversion = Self::restore(api, &saved)?;
        conversion.change(wish.get("policy"))?;
        conversion.write_to(wish.get("save_to"))?;
        let job = wish.get("job");
        if ["to", "mode", "tasks"].iter().any(|name| !job.get(name).is_empty()) {
            conversion.supply(Job::from_value(job)?)?;
        }
        Ok(conversion)
    }
}

#[cfg(all(test, feature = "native", feature = "v2"))]
mod tests {
    use super::*;

    fn job(members: &[(&'static str, &'static str)]) -> Value<'static> {
        let mut job = Value::object();
        job.set("input", "raw");
        job.set("content", "<svg/>");
        job.set("filename", "drawing.svg");
        for (name, value) in members {
            job.set(*name, *value);
        }
        job
    }

    /// Goes on with this job, from a state that was saved before anything was sent. What is taken for the whole job has to be the
    /// same.
    fn resume(wanted: &[(&'static str, &'static str)], given: Value<'static>) -> Result<Conversion, Error> {
        let api = Api::new("https://api.example.com/v2", Some("KEY"))?;
        let begun = Conversion::new(&api, Job::from_value(&job(wanted))?, Policy::default(), 1)?;
        let mut wish = Value::object();
        wish.set("saved", begun.save().to_json(&api));
        wish.set("job", given);
        Conversion::resume_from_value(&api, &wish)
    }

    #[test]
    fn a_job_is_the_whole_one_where_it_tells_what_is_wanted() {
        let (to, mode) = (&[("to", "png")], &[("mode", "optimize")]);
        assert!(resume(to, job(to)).is_ok());
        assert!(resume(to, job(&[("to", "jpg")])).is_err());
        // Without a format: the mode tells what is wanted.
        assert!(resume(mode, job(mode)).is_ok());
        assert!(resume(mode, job(&[("mode", "watermark")])).is_err());
        assert!(resume(to, job(mode)).is_err());
    }

    #[test]
    fn any_other_job_only_names_the_input() {
        for given in [Value::Null, job(&[]), job(&[("tag", "mine"), ("from", "html")])] {
            assert!(resume(&[("to", "png")], given).is_ok());
        }
    }
}
