//! A batch before a service that runs only so many jobs at once: it learns that limit.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use cloudconvert_core::{Batch, BatchAction, Concurrency, Conversion, Error, Event, Policy, Timestamp};
use proptest::prelude::*;

use crate::host::{START, job_of_kind, perform};
use crate::jobs::{Fate, Job, Jobs, OUTPUT, fates};
use crate::paid::{api, patient};

/// What a batch led to.
struct Ends {
    errors: Vec<Error>,
    files: Vec<BTreeMap<String, Vec<u8>>>,
    took: Duration,
}

/// Drives so many conversions at once, whose requests are out side by side: all uploads, or of several kinds.
fn drive(service: &mut Jobs, members: u64, at_once: usize, policy: &Policy, seed: u64, kinds: u64) -> Ends {
    let mut batch = Batch::new(Concurrency::new(at_once).unwrap(), seed);
    for n in 0..members {
        batch.add(Conversion::new(&api(), job_of_kind(kinds * n), policy.clone(), seed ^ n << 32).unwrap());
    }
    let mut files = vec![BTreeMap::new(); usize::try_from(members).unwrap()];
    let (mut errors, mut now) = (Vec::new(), START);
    let mut answers: BTreeSet<(Timestamp, u64)> = BTreeSet::new();
    let mut events: BTreeMap<u64, Vec<Event>> = BTreeMap::new();
    for _ in 0..1_000_000 {
        match batch.poll(now) {
            BatchAction::Idle => return Ends { errors, files, took: now - START },
            BatchAction::Wait { until } => {
                match answers.first().copied().filter(|(when, _)| *when <= until) {
                    Some((when, member)) => {
                        answers.remove(&(when, member));
                        now = now.max(when);
                        for event in events.remove(&member).unwrap() {
                            batch.handle(now, member, event);
                        }
                    }
                    None => now = until,
                }
            }
            BatchAction::Settle { member, id } => batch.handle(now, member, Event::Settled { id }),
            BatchAction::Abort { member } => {
                events.remove(&member);
                answers.retain(|(_, other)| *other != member);
            }
            BatchAction::Done { result, .. } => errors.extend(result.err()),
            BatchAction::Send { member, request } => {
                let mut then = now;
                let told =
                    perform(service, &request, &mut files[usize::try_from(member).unwrap()], &mut then);
                if !told.is_empty() {
                    answers.insert((then, member));
                    events.insert(member, told);
                }
            }
        }
    }
    panic!("it has not ended");
}

/// What holds for every batch: no job has a twin.
fn check(service: &Jobs, members: u64) {
    assert!(service.violations.is_empty(), "{:#?}", service.violations);
    let marks: BTreeSet<_> = service.created.iter().map(Job::mark).collect();
    assert_eq!(marks.len(), service.created.len(), "one was paid twice");
    assert!(service.created.len() <= usize::try_from(members).unwrap());
}

#[test]
fn what_is_too_many_waits_in_line_without_using_up_its_patience() {
    for (members, at_once, parallel) in [(100, 32, 5), (100, 32, 1), (60, 8, 7), (300, 100, 20)] {
        let run = |parallel, at_once| {
            let mut service = Jobs::new(Vec::new(), 3).with_room_for(parallel);
            // One refusal each is more than a member has, if those in line count.
            let policy = patient(true).throttles(1);
            let ends = drive(&mut service, members, at_once, &policy, 7, 0);
            check(&service, members);
            assert!(ends.errors.is_empty(), "{:?}", ends.errors);
            assert!(ends.files.iter().all(|files| files["photo.jpg"] == OUTPUT));
            (service.refused, ends.took)
        };
        let (refused, took) = run(parallel, at_once);
        let (none, best) = run(usize::MAX, parallel);
        println!("{members} by {at_once} before {parallel}: {refused} refused, {took:?} for {best:?}");
        assert_eq!(none, 0);
        // All that were out when the first was refused, and a try now and then.
        let rounds = usize::try_from(members).unwrap() / parallel;
        let tries = usize::try_from(rounds.ilog2()).unwrap() + rounds / 16 + 1;
        assert!(
            refused <= at_once - parallel + tries,
            "{refused} of {members} by {at_once} before {parallel}"
        );
        assert!(took <= best.mul_f64(1.15), "{took:?} instead of {best:?}");
    }
}

#[test]
fn a_limit_that_is_lifted_is_found() {
    let mut service = Jobs::new(Vec::new(), 3).with_room_for(4).with_more_room_after(20, 16);
    let ends = drive(&mut service, 200, 32, &patient(true).throttles(1), 7, 0);
    check(&service, 200);
    assert!(ends.errors.is_empty(), "{:?}", ends.errors);
    assert_eq!(service.most, 16, "of 16 that fit");
}

#[test]
fn where_others_take_all_places_it_is_asked_again() {
    let mut service = Jobs::new(vec![Fate::TooMany; 12], 1);
    let ends = drive(&mut service, 6, 4, &patient(true).throttles(20), 7, 0);
    check(&service, 6);
    assert!(ends.errors.is_empty(), "{:?}", ends.errors);
    let mut service = Jobs::new(vec![Fate::TooMany; 1_000], 1);
    let ends = drive(&mut service, 6, 4, &Policy::default().throttles(5), 7, 0);
    assert_eq!(ends.errors.len(), 6, "without an end it is one");
}

proptest! {
    #![proptest_config(crate::cases(200))]

    /// Whatever happens on the line: all end, none is paid twice, and with patience enough all work.
    #[test]
    fn a_batch_pays_once(
        fates in fates(), polls in 0_u8..4, seed: u64, at_once in 1_usize..9, parallel in 1_usize..5, members in 1_u64..12,
    ) {
        let mut service = Jobs::new(fates, polls).with_room_for(parallel);
        let ends = drive(&mut service, members, at_once, &patient(true), seed, 1);
        service.settle();
        check(&service, members);
        prop_assert!(ends.errors.is_empty(), "{:?}", ends.errors);
        prop_assert_eq!(service.created.len() as u64, members);
        prop_assert!(ends.files.iter().all(|files| files["photo.jpg"] == OUTPUT));
    }

    /// What something on the way repeats, for one or for many of them, runs on for none: of uploads, URLs and jobs of one's own.
    #[test]
    fn a_batch_leaves_no_twin(
        fates in prop::collection::vec(repeated(), 0..40), polls in 0_u8..4, seed: u64, at_once in 1_usize..9, members in 1_u64..12,
        saves: bool,
    ) {
        let mut service = Jobs::new(fates, polls);
        let ends = drive(&mut service, members, at_once, &patient(true).delete(!saves), seed, 1);
        service.settle();
        assert!(service.violations.is_empty(), "{:#?}", service.violations);
        prop_assert!(ends.errors.is_empty(), "{:?}", ends.errors);
        prop_assert!(ends.files.iter().all(|files| files["photo.jpg"] == OUTPUT));
        let left: Vec<_> = service.created.iter().filter(|job| job.costs()).map(Job::mark).collect();
        prop_assert_eq!(left.len() as u64, if saves { members } else { 0 }, "{:#?}", &service.created);
        prop_assert_eq!(left.iter().collect::<BTreeSet<_>>().len(), left.len(), "one was paid twice");
    }
}

/// A line on which much is repeated on the way.
fn repeated() -> impl Strategy<Value = Fate> {
    prop_oneof![
        4 => Just(Fate::Fine),
        3 => Just(Fate::Twice),
        1 => Just(Fate::LostBefore),
        1 => Just(Fate::LostAfter),
        1 => (0_u64..9_000).prop_map(|by| Fate::Late(Duration::from_millis(by))),
    ]
}
