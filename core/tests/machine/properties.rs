//! What holds against every service that keeps its word, whatever happens on the line.

use std::time::Duration;

use cloudconvert_core::{Code, DownloadMode, Policy, UploadMethod, Watch};
use proptest::prelude::*;

use crate::host::{End, Habits, START, run};
use crate::service::{Fate, Outcome, Plan, Service, plans};

const DEADLINE: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

fn policies() -> impl Strategy<Value = Policy> {
    let watch = prop_oneof![Just(Watch::Progress), Just(Watch::Result)];
    let download = prop_oneof![Just(DownloadMode::Whole), Just(DownloadMode::Each), Just(DownloadMode::None)];
    let upload = prop_oneof![Just(UploadMethod::Multipart), Just(UploadMethod::Put)];
    (watch, download, upload, 0_u32..30, 0_u32..30).prop_map(
        |(watch, download, upload, retries, throttles)| {
            let policy = Policy::default().watch(watch).download(download).upload(upload).deadline(DEADLINE);
            policy.retries(retries).throttles(throttles)
        },
    )
}

/// An option of a policy, as hosts write it.
fn told(policy: &Policy, name: &str) -> String {
    let value = policy.to_value();
    value.get(name).label().unwrap_or_default()
}

/// What holds at the end, however it came.
fn check(plan: &Plan, policy: &Policy, service: &Service, end: &End, forgotten: u32) {
    assert!(service.violations.is_empty(), "{:?}", service.violations);
    let took = end.now - START;
    let deadline = Duration::from_millis(told(policy, "deadline").parse().unwrap());
    assert!(took <= deadline + Duration::from_mins(1), "it ended {took:?} after its beginning");
    // Every failure costs a repeat, the last one ends it, and cleaning up has a few of its own. What a host died with is
    // known to nobody.
    let repeats = ["retries", "throttles"].map(|name| told(policy, name).parse::<u32>().unwrap());
    let budget = repeats.iter().sum::<u32>() + 1 + 6 + forgotten;
    assert!(
        service.failures.min(service.requests) <= budget as usize || end.result.is_ok(),
        "more repeats than the budget"
    );
    let Ok(output) = &end.result else { return };
    for file in &output.files {
        let content = &end.files[&file.name];
        assert_eq!(content.len() as u64, file.size, "{} is not whole", file.name);
        let known = plan.outcomes.iter().enumerate().any(|(process, outcome)| match outcome {
            Outcome::Files(sizes) => sizes.iter().enumerate().any(|(at, size)| {
                *content == Service::content(process, at, *size)
                    || process + 1 == plan.outcomes.len()
                        && (process..60).any(|process| *content == Service::content(process, at, *size))
            }),
            Outcome::Failed(_) => false,
        });
        assert!(known, "{} has another content", file.name);
    }
    let wanted = match told(policy, "download").as_str() {
        "none" => 0,
        "each" => output.files.len().max(1),
        _ => 1,
    };
    assert_eq!(output.files.len(), wanted);
}

proptest! {
    #![proptest_config(crate::cases(1500))]

    /// It ends; never two starts, never an upload to a process that has one; never the key outside the base origin; never
    /// more repeats than the budget; an output counts only when whole.
    #[test]
    fn it_ends_well_or_with_an_error(plan in plans(), policy in policies(), seed: u64) {
        let mut service = Service::new(&plan);
        let end = run(&mut service, &policy, seed, Habits::default());
        check(&plan, &policy, &service, &end, 0);
    }

    /// Saving and restoring after every step changes nothing. (Half-loaded outputs are the host's, so none break off here.)
    #[test]
    fn another_process_goes_on(mut plan in plans(), policy in policies(), seed: u64) {
        plan.fates.retain(|fate| !matches!(fate, Fate::LostAfter(_)));
        let (mut one, mut other) = (Service::new(&plan), Service::new(&plan));
        let end = run(&mut one, &policy, seed, Habits::default());
        let resumed = run(&mut other, &policy, seed, Habits { restores: true, ..Habits::default() });
        check(&plan, &policy, &other, &resumed, 0);
        assert_eq!(end.result, resumed.result);
        assert_eq!((end.now, one.requests), (resumed.now, other.requests));
    }

    /// All that holds, holds too for a host that dies with requests out.
    #[test]
    fn a_host_may_die_at_any_time(plan in plans(), policy in policies(), seed: u64, dies: u64) {
        let mut service = Service::new(&plan);
        let end = run(&mut service, &policy, seed, Habits { dies, ..Habits::default() });
        check(&plan, &policy, &service, &end, dies.count_ones());
    }

    /// Cancelled at any step it ends as cancelled, unless it had ended before; then nothing is left on the service.
    #[test]
    fn cancelled_it_leaves_nothing_behind(plan in plans(), policy in policies(), seed: u64, step in 0_usize..40) {
        let mut service = Service::new(&plan);
        let end = run(&mut service, &policy, seed, Habits { cancels_at: Some(step), ..Habits::default() });
        check(&plan, &policy, &service, &end, 0);
        if let Err(error) = &end.result
            && error.code == Code::Cancelled
            && plan.fates.is_empty()
        {
            assert!(service.is_clean(), "a process was left behind");
        }
    }

    /// The same for a host that cancels while a request is out, and aborts it.
    #[test]
    fn cancelled_during_a_request_it_leaves_nothing_behind(
        mut plan in plans(), policy in policies(), seed: u64, request in 1_usize..10,
    ) {
        plan.fates.clear();
        let mut service = Service::new(&plan);
        let end = run(&mut service, &policy, seed, Habits { cancels_during: Some(request), ..Habits::default() });
        check(&plan, &policy, &service, &end, 0);
        if end.result.is_err_and(|error| error.code == Code::Cancelled) {
            assert!(service.is_clean(), "a process was left behind");
        }
    }

    /// Where nothing fails, everything works, with the fewest requests.
    #[test]
    fn without_failures_all_is_well(mut plan in plans(), policy in policies(), seed: u64) {
        plan.fates.clear();
        plan.outcomes = vec![Outcome::Files(vec![5, 6])];
        let mut service = Service::new(&plan);
        let end = run(&mut service, &policy, seed, Habits::default());
        check(&plan, &policy, &service, &end, 0);
        assert!(end.result.is_ok());
        let loads = match told(&policy, "download").as_str() {
            "none" => 0,
            "each" => 3,
            _ => 2,
        };
        // Create, start, upload, polls, then the downloads and the deletion.
        assert_eq!(service.requests, 3 + usize::from(plan.polls) + 1 + loads);
    }

    /// With patience enough, every fault on the line is survived.
    #[test]
    fn with_patience_every_fault_is_survived(mut plan in plans(), seed: u64) {
        plan.outcomes = vec![Outcome::Files(vec![500, 600])];
        let policy = Policy::default().retries(200).throttles(200).deadline(DAY).reach(DAY);
        let mut service = Service::new(&plan);
        let end = run(&mut service, &policy, seed, Habits::default());
        check(&plan, &policy, &service, &end, 0);
        assert!(end.result.is_ok(), "{:?}", end.result);
    }
}
