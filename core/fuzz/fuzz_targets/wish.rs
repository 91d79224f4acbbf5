//! Wishes and policies as JSON: what is taken contradicts nothing and begins with a request.
#![no_main]

use cloudconvert_core::{Action, Api, Conversion, Job, Native, Platform, Policy, Timestamp};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (&str, &str)| {
    let (Some(wish), Some(policy)) = (Native.parse(input.0), Native.parse(input.1)) else { return };
    let Ok(policy) = Policy::from_value(&policy) else { return };
    assert_eq!(Policy::from_value(&policy.to_value()).as_ref(), Ok(&policy));
    let Ok(job) = Job::from_value(&wish) else { return };
    assert!(job.check().is_ok());
    let api = Api::new("https://api.example.com/v1", Some("KEY")).unwrap();
    if let Ok(mut conversion) = Conversion::new(&api, job, policy, 0) {
        assert!(matches!(conversion.poll(Timestamp::default()), Action::Send(_) | Action::Done(_)));
    }
});
