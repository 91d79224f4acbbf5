//! An upload whose progress nobody is told is waited for by its length; one whose progress is told, by its silence.

use std::time::Duration;

use cloudconvert_core::{Action, Conversion, Event, InputFile, Policy};

use crate::host::{START, api};

const MEGABYTE: u64 = 1_000_000;

/// How long an upload of a megabyte is waited for, after these events.
fn patience(events: impl Fn(u64) -> Vec<Event>) -> Duration {
    let files = vec![InputFile { name: "photo.png".into(), size: Some(MEGABYTE) }];
    let url = "https://api.example.com/upload/1";
    let mut conversion = Conversion::upload(&api(), url, files, Policy::default(), 42).unwrap();
    let Action::Send(request) = conversion.poll(START) else { panic!("it uploads") };
    for event in events(request.id) {
        conversion.handle(START, event);
    }
    let Action::Busy { deadline } = conversion.poll(START) else { panic!("the upload is out") };
    deadline - START
}

#[test]
fn what_nobody_can_count_takes_as_long_as_its_length_needs() {
    let idle = Duration::from_mins(1);
    assert_eq!(patience(|_| vec![]), idle);
    let uncounted = patience(|id| vec![Event::Uncounted { id }]);
    assert!(uncounted > idle + Duration::from_secs(100), "{uncounted:?}");
    assert_eq!(patience(|id| vec![Event::Uncounted { id: id + 1 }]), idle, "another request");
    let counted = patience(|id| vec![Event::Uncounted { id }, Event::Sent { id, bytes: 1 }]);
    assert_eq!(counted, idle, "after all it is counted");
}
