//! What holds for a batch, against every service that keeps its word.

use std::collections::BTreeMap;
use std::time::Duration;

use cloudconvert_core::{Batch, BatchAction, Concurrency, Conversion, Event, Policy};
use proptest::prelude::*;

use crate::host::{START, api, job, perform};
use crate::service::{Service, plans};

/// What is known of a member from outside.
#[derive(Default)]
struct Seen {
    files: BTreeMap<String, Vec<u8>>,
    out: bool,
    begun: bool,
}

proptest! {
    #![proptest_config(crate::cases(500))]

    /// Every member ends once; never more at once than the limit; nobody sends before a `Retry-After` is over.
    #[test]
    fn all_of_a_batch_end(plan in plans(), seed: u64, limit in 1_usize..5, members in 1_u64..12, cancelled in 0_u64..20) {
        let mut service = Service::new(&plan);
        let mut batch = Batch::new(Concurrency::new(limit).unwrap(), seed);
        let policy = Policy::default().deadline(Duration::from_hours(24));
        for n in 0..members {
            batch.add(Conversion::new(&api(), job(), policy.clone(), seed ^ n).unwrap());
        }
        let mut seen: BTreeMap<u64, Seen> = (0..members).map(|member| (member, Seen::default())).collect();
        let (mut now, mut quiet_until, mut steps) = (START, START, 0);
        loop {
            steps += 1;
            prop_assert!(steps < 200_000, "it has not ended");
            if steps == 10 {
                batch.cancel(now, cancelled);
            }
            match batch.poll(now) {
                BatchAction::Idle => break,
                BatchAction::Wait { until } => {
                    prop_assert!(until > now, "it wants to be polled again at once");
                    now = until;
                }
                BatchAction::Settle { member, id } => {
                    prop_assert!(!seen[&member].out, "a request is out while outputs get their names");
                    batch.handle(now, member, Event::Settled { id });
                }
                BatchAction::Abort { member } => {
                    prop_assert!(std::mem::take(&mut seen.get_mut(&member).unwrap().out), "there was nothing to abort");
                }
                BatchAction::Done { member, .. } => {
                    let member = seen.remove(&member);
                    prop_assert!(member.is_some_and(|member| !member.out), "a member ended twice, or with a request out");
                }
                BatchAction::Send { member, request } => {
                    prop_assert!(now >= quiet_until, "sent {:?} too early", quiet_until - now);
                    let entry = seen.get_mut(&member).unwrap();
                    prop_assert!(!std::mem::replace(&mut entry.out, true), "two requests of one member at once");
                    entry.begun = true;
                    prop_assert!(seen.values().filter(|member| member.begun).count() <= limit, "more at once than the limit");
                    let entry = seen.get_mut(&member).unwrap();
                    for event in perform(&mut service, &request, &mut entry.files, &mut now) {
                        if let Event::Response { response, .. } = &event
                            && response.status == 429
                        {
                            let wait = response.header("retry-after").and_then(|s| s.parse::<u64>().ok());
                            quiet_until = quiet_until.max(now + Duration::from_secs(wait.unwrap_or(0)));
                        }
                        if !matches!(event, Event::Received { .. }) {
                            entry.out = false;
                        }
                        batch.handle(now, member, event);
                    }
                }
            }
        }
        prop_assert!(seen.is_empty(), "some have not ended");
        prop_assert!(service.violations.is_empty(), "{:?}", service.violations);
    }
}
