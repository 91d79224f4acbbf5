//! Many conversions behind one concurrency limit and one throttle.
//!
//! **The one contract**: call [`Batch::poll`] until it says [`BatchAction::Wait`] or [`BatchAction::Idle`], do what it
//! said on the way, tell what happened by [`Batch::handle`], and poll again.
//!
//! All members do what the service asks one of them to do. After a 429 or a 503 no request is sent before `Retry-After` is
//! over. Then all share a pace just below the one at which it came, which grows again while the service does not refuse
//! (`throttle`). Requests are sent in the order in which they became due, so that each member gets its turn. Repeats after
//! failures have a budget in common: when everything fails, everything waits (`budget`).
//!
//! Where the service refuses a creation because too many run at once, that is no matter of pace: what runs goes on as fast as
//! before, and no more members begin than fit (`places`). What was refused waits in line, which costs it neither its time nor
//! its patience.

mod action;
mod budget;
mod concurrency;
mod places;
mod throttle;
mod turns;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, VecDeque};

use crate::callback::Callback;
use crate::conversion::{Conversion, Event, Progress, Throttled};
use crate::time::Timestamp;
pub use action::BatchAction;
use budget::Budget;
pub use concurrency::Concurrency;
use places::{Place, Places};
use throttle::Throttle;

struct Member {
    conversion: Conversion,
    /// The request, or the settling, that is out, and since when.
    out: Option<(u64, Timestamp)>,
    /// When it wants to be polled, if nothing happens before.
    wake: Option<Timestamp>,
    /// Whether its turn has come.
    begun: bool,
    /// Whether it is in one of the queues.
    queued: bool,
    /// Whether its next request repeats one that the service refused only because of its pace.
    throttled: bool,
    /// What it takes of the service.
    place: Place,
}

/// Many conversions. See the [module](self) for the contract.
///
/// ```
/// use cloudconvert_core::{Api, Batch, BatchAction, Concurrency, Conversion, Input, Job, Policy, Timestamp};
///
/// let api = Api::new("https://api.example.com/v1", Some("KEY"))?;
/// let mut batch = Batch::new(Concurrency::new(2)?, 7);
/// for n in 0..5 {
///     let input = Input::Download { urls: vec![format!("https://example.org/{n}.png")] };
///     let job = Job::new(input, "png", "jpg");
///     batch.add(Conversion::new(&api, job, Policy::default(), n)?);
/// }
/// let now = Timestamp::from_millis(0);
/// let sends = |batch: &mut Batch| matches!(batch.poll(now), BatchAction::Send { .. });
/// assert!(sends(&mut batch) && sends(&mut batch), "two at once");
/// assert!(matches!(batch.poll(now), BatchAction::Wait { .. }), "the others wait for their turn");
/// # Ok::<(), cloudconvert_core::Error>(())
/// ```
pub struct Batch {
    concurrency: Concurrency,
    members: BTreeMap<u64, Member>,
    next: u64,
    /// Members whose turn has not come yet.
    new: VecDeque<u64>,
    /// How many have begun and not ended.
    active: usize,
    /// Members to be polled.
    due: VecDeque<u64>,
    /// Members that want to send, in order.
    senders: VecDeque<u64>,
    /// When members want to be polled.
    timers: BinaryHeap<Reverse<(Timestamp, u64)>>,
    /// What was decided and not handed out yet.
    decided: VecDeque<BatchAction>,
    throttle: Throttle,
    budget: Budget,
    places: Places,
}

impl Batch {
    /// A batch in which so many conversions run at once. The seed spreads what its members would do in step.
    pub fn new(concurrency: Concurrency, seed: u64) -> Self {
        Self {
            concurrency,
            members: BTreeMap::new(),
            next: 0,
            new: VecDeque::new(),
            active: 0,
            due: VecDeque::new(),
            senders: VecDeque::new(),
            timers: BinaryHeap::new(),
            decided: VecDeque::new(),
            throttle: Throttle::new(seed),
            budget: Budget::default(),
            places: Places::default(),
        }
    }

    /// Adds a conversion; it begins when its turn comes. Returns the name of the member.
    pub fn add(&mut self, conversion: Conversion) -> u64 {
        let member = self.next;
        self.next += 1;
        let entry = Member {
            conversion,
            out: None,
            wake: None,
            begun: false,
            queued: false,
            throttled: false,
            place: Place::None,
        };
        self.members.insert(member, entry);
        self.new.push_back(member);
        member
    }

    /// How many run at once.
    pub const fn concurrency(&self) -> Concurrency {
        self.concurrency
    }

    /// How many members there are.
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether there are no members.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// The conversion of a member that has not ended: to see its progress, or to save it.
    pub fn get(&self, member: u64) -> Option<&Conversion> {
        self.members.get(&member).map(|entry| &entry.conversion)
    }

    /// How far a member is, if there is something to show, as by [`Conversion::news`].
    pub fn news(&mut self, now: Timestamp, member: u64) -> Option<Progress> {
        self.members.get_mut(&member)?.conversion.news(now)
    }

    #[cfg(feature = "calls")]
    /// As [`Conversion::naming`], of a member that has not ended.
    pub fn naming(&mut self, member: u64, outputs: Vec<(String, String)>) -> Option<String> {
        self.members.get_mut(&member)?.conversion.naming(outputs)
    }

    /// What the host should do now.
    pub fn poll(&mut self, now: Timestamp) -> BatchAction {
        while self.active < self.concurrency.get() && self.places.has_room() {
            let Some(member) = self.new.pop_front() else { break };
            self.begin(member);
        }
        while let Some(Reverse((time, member))) = self.timers.peek().copied() {
            if time > now {
                break;
            }
            self.timers.pop();
            if self.members.get(&member).is_some_and(|entry| entry.wake == Some(time)) {
                self.queue(member);
            }
        }
        while let Some(member) = self.due.pop_front() {
            self.look_at(member, now);
        }
        if let Some(action) = self.decided.pop_front() {
            return action;
        }
        match self.send(now) {
            Ok(action) => action,
            Err(until) => self.wait(until),
        }
    }

    /// Tells what happened to a member.
    pub fn handle(&mut self, now: Timestamp, member: u64, event: Event) {
        let Some(entry) = self.members.get_mut(&member) else { return };
        let ends = match &event {
            Event::Response { id, .. } | Event::Failed { id, .. } | Event::Settled { id } => {
                entry.out.filter(|(out, _)| out == id)
            }
            _ => None,
        };
        let answered = matches!(event, Event::Response { .. });
        entry.conversion.handle(now, event);
        if let Some((_, sent)) = ends {
            entry.out = None;
            let throttled = entry.conversion.take_throttled();
            entry.throttled = throttled.is_some();
            if let Some(Throttled::Pace(wait)) = throttled {
                self.throttle.slow_down(now, sent, wait);
            } else if answered {
                self.throttle.accepted(sent);
                self.budget.earn();
            }
            match entry.conversion.runs() {
                Some(true) => self.places.runs(&mut entry.place, sent),
                Some(false) => self.places.leave(&mut entry.place),
                None if throttled == Some(Throttled::Full) => {
                    self.places.refused(now, sent);
                    return self.put_off(member);
                }
                None => {}
            }
        }
        self.queue(member);
    }

    /// Tells that the service called back. All members are told; those of other processes ignore it.
    pub fn called_back(&mut self, now: Timestamp, callback: &Callback) {
        for member in self.members.keys().copied().collect::<Vec<_>>() {
            self.handle(now, member, Event::Callback(callback.clone()));
        }
    }

    /// Cancels a member: its process is deleted, then it ends with `cancelled`.
    pub fn cancel(&mut self, now: Timestamp, member: u64) {
        let Some(entry) = self.members.get_mut(&member) else { return };
        entry.conversion.cancel(now);
        if let Some(at) = self.new.iter().position(|new| *new == member) {
            self.new.remove(at);
            self.begin(member);
        }
        self.queue(member);
    }
}
