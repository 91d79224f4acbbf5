//! Paid once: where creating costs, no conversion is paid twice, and none that was paid is lost.

use std::time::Duration;

use cloudconvert_core::{Api, Code, Conversion, Policy, Watch};
use proptest::prelude::*;

use crate::host::{End, Habits, START, drive, job_of_kind};
use crate::jobs::{Fate, Jobs, OUTPUT, fates};

pub(crate) fn api() -> Api {
    Api::new("https://api.example.com/v2", Some("KEY-s3cret")).unwrap()
}

pub(crate) fn patient(progress: bool) -> Policy {
    let (retries, long) = (200, Duration::from_hours(24));
    let watch = if progress { Watch::Progress } else { Watch::Result };
    Policy::default().retries(retries).throttles(retries).deadline(long).reach(long).watch(watch)
}

/// Converts an upload or the file of a URL; or runs tasks of one's own, which no host that dies has any more.
fn run(service: &mut Jobs, policy: Policy, seed: u64, habits: Habits) -> End {
    let kinds = if habits.dies == 0 { 3 } else { 2 };
    let conversion = Conversion::new(&api(), job_of_kind(seed % kinds), policy, seed).unwrap();
    let end = drive(service, conversion, &api(), habits);
    service.settle();
    end
}

/// What holds however it ends.
fn check(service: &Jobs) {
    assert!(service.violations.is_empty(), "{:#?}", service.violations);
    assert!(service.created.len() <= 1, "it was paid {} times", service.created.len());
}

proptest! {
    #![proptest_config(crate::cases(400))]

    /// With patience enough every fault on the line is survived, and one job was paid.
    #[test]
    fn with_patience_it_is_paid_once_and_works(fates in fates(), polls in 0_u8..4, seed: u64, progress: bool) {
        let mut service = Jobs::new(fates, polls);
        let end = run(&mut service, patient(progress), seed, Habits::default());
        check(&service);
        prop_assert!(!service.looked_in_vain, "it looked for what never left");
        prop_assert!(end.result.is_ok(), "{:?}", end.result);
        prop_assert_eq!(end.files["photo.jpg"].as_slice(), OUTPUT);
        prop_assert_eq!(service.created.len(), 1);
    }

    /// The same for a host that dies with requests out and goes on in another process.
    #[test]
    fn a_host_that_dies_pays_once(fates in fates(), polls in 0_u8..4, seed: u64, dies: u64) {
        let mut service = Jobs::new(fates, polls);
        let end = run(&mut service, patient(true), seed, Habits { dies, ..Habits::default() });
        check(&service);
        prop_assert!(end.result.is_ok(), "{:?}", end.result);
    }

    /// With little patience it may fail, but then the error names what was paid, or nothing was.
    #[test]
    fn nothing_that_was_paid_is_lost(fates in fates(), polls in 0_u8..4, seed: u64, retries in 0_u32..6) {
        let mut service = Jobs::new(fates, polls);
        let policy = patient(true).retries(retries).throttles(retries);
        let end = run(&mut service, policy, seed, Habits::default());
        check(&service);
        if let Err(error) = &end.result {
            let left = service.created.iter().any(|job| !job.deleted);
            prop_assert!(!left || error.process_id.is_some() || error.message.contains("may run"), "{error:?}");
            prop_assert!(service.doubtful || !error.message.contains("may run"), "nothing had left: {error:?}");
            prop_assert!(error.code != Code::Network || service.doubtful || error.is_retryable(), "{error:?}");
        }
    }

    /// Cancelled at any step, nothing runs on, unless the line was too bad to find or to delete it.
    #[test]
    fn cancelled_it_leaves_nothing_behind(polls in 0_u8..4, seed: u64, step in 0_usize..30) {
        let mut service = Jobs::new(Vec::new(), polls);
        let end = run(&mut service, patient(true), seed, Habits { cancels_at: Some(step), ..Habits::default() });
        check(&service);
        if end.result.is_err_and(|error| error.code == Code::Cancelled) {
            prop_assert!(service.created.iter().all(|job| job.deleted), "a job was left behind");
        }
    }

    /// What something on the way repeated is found with it, and removed: nothing but the one that is wanted runs.
    #[test]
    fn what_was_repeated_on_the_way_does_not_run_on(
        polls in 0_u8..4, seed: u64, kind in 0_u64..3, twice in 1_usize..3, before in 0_usize..3, saves: bool, cancels in prop::option::of(2_usize..20), dies in any::<u64>(),
    ) {
        let mut fates = vec![Fate::LostBefore; before];
        fates.extend(vec![Fate::Twice; twice]);
        let mut service = Jobs::new(fates, polls);
        let policy = patient(true).delete(!saves);
        let conversion = Conversion::new(&api(), job_of_kind(kind), policy, seed).unwrap();
        let end = drive(&mut service, conversion, &api(), Habits { cancels_at: cancels, dies: if cancels.is_none() && kind < 2 { dies } else { 0 }, ..Habits::default() });
        service.settle();
        assert!(service.violations.is_empty(), "{:#?}", service.violations);
        let left = service.created.iter().filter(|job| job.costs()).count();
        prop_assert_eq!(left, usize::from(saves && end.result.is_ok()), "{:#?}", service.created);
        prop_assert!(cancels.is_some() || end.result.is_ok(), "{:?}", end.result);
    }

    /// A service that cannot be reached is told as that, and the same may be tried again.
    #[test]
    fn what_never_left_is_simply_repeated(seed: u64, attempts in 1_usize..9, cancels: bool) {
        let mut service = Jobs::new(vec![Fate::Unreached; attempts], 1);
        let habits = Habits { cancels_during: cancels.then_some(attempts), ..Habits::default() };
        let end = run(&mut service, patient(true), seed, habits);
        check(&service);
        prop_assert!(!service.looked_in_vain, "it looked for what never left");
        prop_assert_eq!(end.result.is_ok(), !cancels);
        prop_assert_eq!(service.created.len(), usize::from(!cancels));

        let mut never = Jobs::new(vec![Fate::Unreached; 1_000], 1);
        let end = run(&mut never, Policy::default(), seed, Habits::default());
        let error = end.result.unwrap_err();
        prop_assert!(error.is_retryable() && error.message.contains("cannot be reached"), "{error:?}");
        prop_assert!(!error.message.contains("may"), "{error:?}");
        prop_assert!(!never.looked_in_vain && end.now - START <= Duration::from_secs(21));
    }

    /// Cancelled while the answer to the creation is lost, the job is found and deleted all the same.
    #[test]
    fn what_was_created_unseen_is_found_and_deleted(seed: u64, late in 0_u64..2_000, lost: bool) {
        let fate = if lost { Fate::LostAfter } else { Fate::Late(Duration::from_millis(late)) };
        let mut service = Jobs::new(vec![fate], 1);
        let end = run(&mut service, patient(true), seed, Habits { cancels_at: Some(2), ..Habits::default() });
        check(&service);
        prop_assert_eq!(end.result.unwrap_err().code, Code::Cancelled);
        prop_assert!(service.created.iter().all(|job| job.deleted), "a job was left behind");
    }
}
