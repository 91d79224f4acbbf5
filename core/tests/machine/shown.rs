//! What is shown of an upload: how far it is, how fast it goes, and no more often than somebody can read.

use std::time::Duration;

use cloudconvert_core::{
    Action, Batch, BatchAction, Concurrency, Conversion, Event, InputFile, Policy, Response, Stage,
};

use crate::host::{START, api};

const MEGABYTE: u64 = 1_000_000;

/// An upload of two megabytes whose body takes a second for each, told in packets of a kilobyte.
#[test]
fn an_upload_is_shown_ten_times_a_second() {
    let files = vec![InputFile { name: "photo.png".into(), size: Some(2 * MEGABYTE) }];
    let url = "https://api.example.com/upload/1";
    let mut upload = Conversion::upload(&api(), url, files, Policy::default(), 42).unwrap();
    let Action::Send(request) = upload.poll(START) else { panic!("it uploads") };
    let first = upload.news(START).expect("it has begun");
    assert_eq!((first.stage, first.fraction, first.speed), (Stage::Upload, 0.0, None));

    let (id, mut told) = (request.id, Vec::new());
    for packet in 1..=1_999 {
        let now = START + Duration::from_millis(packet);
        upload.handle(now, Event::Sent { id, bytes: packet * 1_000 });
        told.extend(upload.news(now));
        assert_eq!(upload.news(now), None, "it has been told");
    }
    assert!((19..=20).contains(&told.len()), "{} reports in two seconds", told.len());
    let last = told.last().unwrap();
    assert!((0.9..1.0).contains(&last.fraction), "{}", last.fraction);
    assert_eq!(last.speed, Some(MEGABYTE));
    assert!(last.time_left.is_some_and(|left| left <= Duration::from_millis(200)), "{:?}", last.time_left);

    let (total, end) = (last.total.unwrap(), START + Duration::from_secs(2));
    upload.handle(end, Event::Sent { id, bytes: total });
    assert_eq!(upload.news(end).expect("the last byte is told at once").sent, total);
    assert_eq!(upload.news(end), None, "it has been told");

    let response = Response { status: 200, body: br#"{"file":"photo.png"}"#.to_vec(), ..Response::default() };
    upload.handle(end, Event::Response { id, response });
    let last = upload.news(end).expect("the end is told at once");
    assert_eq!((last.stage, last.fraction), (Stage::Done, 1.0));
    assert_eq!(upload.news(end + Duration::from_secs(7)), None);
}

#[test]
fn the_end_of_a_member_is_told_once() {
    for asks in [true, false] {
        let files = vec![InputFile { name: "photo.png".into(), size: Some(MEGABYTE) }];
        let url = "https://api.example.com/upload/1";
        let mut batch = Batch::new(Concurrency::default(), 1);
        let member = batch.add(Conversion::upload(&api(), url, files, Policy::default(), 42).unwrap());
        let BatchAction::Send { request, .. } = batch.poll(START) else { panic!("it uploads") };
        let body = br#"{"file":"photo.png"}"#.to_vec();
        let response = Response { status: 200, body, ..Response::default() };
        batch.handle(START, member, Event::Response { id: request.id, response });
        let told = if asks { batch.news(START, member) } else { None };
        let BatchAction::Done { result, progress, .. } = batch.poll(START) else { panic!("it ends") };
        assert!(result.is_ok() && told.is_some() == asks);
        assert_eq!(told.xor(progress).expect("once").stage, Stage::Done);
    }
}
