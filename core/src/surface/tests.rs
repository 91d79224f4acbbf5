use super::{CALL_OPTIONS, CALLS, CODES, CallOption, MODES, OPTIONS, Owner, STORAGES, Versions};
use crate::error::Code;
use crate::job::{FIELDS, Job};
use crate::json::Value;
use crate::policy::Policy;
use crate::{AnyCall, Api, Concurrency, Error};

/// What a wish says of its input: every language has types of its own for that.
const INPUT: &[&str] = &["input", "size", "url", "content", "file", "files"];
/// What only hosts and tests set.
const TUNING: &[&str] = &["reach", "idle_timeout", "long_poll", "backoff_base", "backoff_cap"];

fn described(owner: Owner) -> Vec<&'static str> {
    OPTIONS.iter().filter(|option| option.owner == owner).map(|option| option.name).collect()
}

fn sorted(mut names: Vec<&str>) -> Vec<&str> {
    names.sort_unstable();
    names
}

#[test]
fn every_option_of_a_wish_is_described() {
    let known = FIELDS.iter().copied().filter(|name| !INPUT.contains(name)).collect();
    assert_eq!(sorted(described(Owner::Job)), sorted(known));
}

#[test]
fn every_option_of_the_policy_is_described_with_its_default() {
    let policy = Policy::default().to_value();
    let members = policy.members().iter().map(|(name, _)| name.as_ref());
    let known = members.filter(|name| !TUNING.contains(name)).collect();
    assert_eq!(sorted(described(Owner::Policy)), sorted(known));

    for option in OPTIONS.iter().filter(|option| option.owner == Owner::Policy && option.name != "watch") {
        let value = policy.get(option.name);
        let default = match (option.takes, value.unsigned()) {
            ("a duration", Some(milliseconds)) if milliseconds % 3_600_000 == 0 => {
                format!("{} h", milliseconds / 3_600_000)
            }
            ("a duration", Some(milliseconds)) => format!("{} s", milliseconds / 1_000),
            ("yes or no", _) => if value.flag() { "yes" } else { "no" }.to_owned(),
            (_, Some(number)) => number.to_string(),
            _ => value.text().unwrap_or_default().to_owned(),
        };
        assert_eq!(option.default, default, "{}", option.name);
    }
}

#[test]
fn what_many_have_together_is_described_with_its_default() {
    let batch: Vec<_> = OPTIONS.iter().filter(|option| option.owner == Owner::Batch).collect();
    assert_eq!(batch.iter().map(|option| option.name).collect::<Vec<_>>(), ["concurrency"]);
    assert_eq!(batch[0].default, Concurrency::default().get().to_string());
}

#[test]
fn every_mode_is_described() {
    let known: Vec<_> = crate::job::MODES.iter().map(|(name, _)| *name).collect();
    assert_eq!(MODES.iter().map(|mode| mode.name).collect::<Vec<_>>(), known);
}

#[test]
fn a_mode_needs_a_format_and_takes_inputs_as_described() {
    let accepts = |mode: &str, urls: &[&str], to: Option<&str>| {
        let mut wish = Value::object();
        wish.set("input", "download");
        wish.set("files", urls.iter().map(|url| (*url).into()).collect::<Vec<Value<'_>>>());
        wish.set("mode", mode.to_owned());
        wish.set_some("to", to.map(str::to_owned));
        Job::from_value(&wish).is_ok()
    };
    let two = ["https://example.org/a.pdf", "https://example.org/b.pdf"];
    for mode in MODES {
        // Only several files are combined.
        let few = if mode.takes_many { &two[..] } else { &two[..1] };
        assert!(accepts(mode.name, few, Some("pdf")), "{}", mode.name);
        assert_eq!(accepts(mode.name, few, None), !mode.needs_to, "{}", mode.name);
        assert_eq!(accepts(mode.name, &two, Some("pdf")), mode.takes_many, "{}", mode.name);
    }
}

#[test]
fn every_code_is_described() {
    let known: Vec<_> = Code::ALL.iter().map(|(name, _)| *name).collect();
    assert_eq!(CODES.iter().map(|code| code.name).collect::<Vec<_>>(), known);
}

/// A wish for the conversion of a file in this storage, opened by these fields.
fn wish(storage: &str, fields: &[&str]) -> Result<Job, Error> {
    let mut credentials = Value::object();
    credentials.set("type", "service_account");
    let mut members = Value::object();
    for field in fields {
        let value = if *field == "credentials" { credentials.clone() } else { "x".into() };
        members.set((*field).to_owned(), value);
    }
    let mut input = Value::object();
    input.set(storage.to_owned(), members);
    let mut wish = Value::object();
    wish.set("input", input);
    wish.set("file", "a.png");
    wish.set("to", "jpg");
    Job::from_value(&wish)
}

#[test]
fn a_storage_needs_the_fields_that_are_needed_and_no_others() {
    for storage in STORAGES {
        let needed: Vec<_> =
            storage.fields.iter().filter(|field| field.is_needed).map(|field| field.name).collect();
        assert!(wish(storage.name, &needed).is_ok(), "{}", storage.name);
        for missing in &needed {
            let others: Vec<_> = needed.iter().copied().filter(|field| field != missing).collect();
            assert!(wish(storage.name, &others).is_err(), "{} without {missing}", storage.name);
        }
    }
    let error = wish("tape", &[]).unwrap_err();
    assert!(STORAGES.iter().all(|storage| error.message.contains(storage.name)), "{}", error.message);
}

#[test]
fn every_single_call_is_described() -> Result<(), Error> {
    for (base, lacks) in [("v1", Versions::V2), ("v2", Versions::V1)] {
        let api = Api::new(&["https://api.example.com/", base].concat(), Some("KEY"))?;
        for call in CALLS {
            let mut wish = Value::object();
            let name = match call.name {
                "processes" => "list",
                "formats" => "types",
                name => name,
            };
            wish.set("call", name);
            let message =
                AnyCall::from_value(&api, &wish).err().map(|error| error.message.clone()).unwrap_or_default();
            let unknown = message == format!("there is no call `{name}`: check its name");
            let lacking = message.contains("of the API has no call");
            let is_run =
                ["convert_many", "resume", "called_back", "prepare", "upload", "follow", "launch", "run"]
                    .contains(&call.name);
            let lacked = call.versions == lacks && !is_run;
            assert_eq!((unknown, lacking), (is_run, lacked), "{base} {}", call.name);
        }
    }
    Ok(())
}

/// The call with this option, as the core is told it.
fn told(option: &CallOption) -> Value<'static> {
    let mut wish = Value::object();
    let call = match (option.call, option.name) {
        ("status", "wait") => "wait",
        ("launch", _) => "convert",
        ("processes", _) => "list",
        ("formats", _) => "types",
        (call, _) => call,
    };
    wish.set("call", call);
    match call {
        "task" => wish.set("id", "1"),
        "create_webhook" => wish.set("url", "https://example.org/called"),
        "wait" | "start" | "download" => wish.set("url", "https://api.cloudconvert.com/jobs/1"),
        _ => {}
    }
    if let "convert" | "start" = call {
        let mut job = Value::object();
        job.set("input", "download");
        job.set("url", "https://example.org/a.png");
        job.set("to", "jpg");
        wish.set("job", job);
    }
    match (option.call, option.name) {
        ("status", "wait") => {}
        ("launch" | "start", _) => wish.set("answered", "ended"),
        ("download", "inline") => wish.set("answered", "inline"),
        ("tasks", "job") => wish.set("id", "1"),
        (_, name @ ("page" | "per_page")) => wish.set(name, 1_u64),
        (_, name @ ("wait" | "alternatives")) => wish.set(name, true),
        (_, "include") => wish.set("include", vec![Value::from("options")]),
        (_, "events") => wish.set("events", vec![Value::from("job.finished")]),
        (_, name) => wish.set(name, "x"),
    }
    wish
}

#[test]
fn every_option_of_a_single_call_is_the_core_s() -> Result<(), Error> {
    for (base, lacks) in [("v1", Versions::V2), ("v2", Versions::V1)] {
        // The address of version 2 that waits is known where the service is known.
        let api = Api::new(&["https://api.cloudconvert.com/", base].concat(), Some("KEY"))?
            .trust("api.example.com");
        for option in CALL_OPTIONS {
            let read = AnyCall::from_value(&api, &told(option));
            let is_lacked = option.versions == lacks;
            assert_eq!(read.is_err(), is_lacked, "{base} {} {}: {:?}", option.call, option.name, read.err());
        }
    }
    Ok(())
}
