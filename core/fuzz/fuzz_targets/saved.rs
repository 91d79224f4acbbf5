//! Saved states: garbage is refused; what is taken can be saved, restored and driven to an end.
#![no_main]

use cloudconvert_core::{Action, Api, Conversion, Event, Reason, Saved, Timestamp};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|json: &str| {
    let api = Api::new("https://api.example.com/v1", Some("KEY")).unwrap();
    let Ok(saved) = Saved::from_json(&api, json) else { return };
    let Ok(mut conversion) = Conversion::restore(&api, &saved) else { return };
    let again = Saved::from_json(&api, &conversion.save().to_json(&api)).unwrap();
    assert!(Conversion::restore(&api, &again).is_ok(), "what was saved is not restored");
    let mut now = Timestamp::from_millis(1_700_000_000_000);
    for _ in 0..2_000 {
        match conversion.poll(now) {
            Action::Done(_) => return,
            Action::Send(request) => {
                assert!(request.url.starts_with("https://"), "{}", request.url);
                conversion.handle(now, Event::Failed { id: request.id, reason: Reason::Connection });
            }
            Action::Settle { id } => conversion.handle(now, Event::Settled { id }),
            Action::Wait { until } | Action::Busy { deadline: until } => now = until,
        }
        if conversion.progress().attempt > 1_000 {
            return;
        }
    }
});
