//! When the status is asked for.
//!
//! By polls alone the end of a conversion is found from its percent: two reports tell the pace, and the next poll goes
//! where the end should be. Without a percent the polls grow apart with the time that has passed.

use std::time::Duration;

use super::Conversion;
use super::flight::Turn;
use crate::callback::Callback;
use crate::json::Value;
use crate::policy::Watch;
use crate::time::Timestamp;
use crate::wire::step::Step;

/// A long poll that stayed open for this long was cut by something on the way, not refused. In milliseconds, as
/// the other times here.
const IDLED: u64 = 5_000;
/// The first poll: short conversions have ended by then.
const FIRST: u64 = 250;
/// The shortest time between two polls.
const SHORTEST: u64 = 150;
/// The longest one while the percent moves, because a person looks at it.
const LONGEST_SEEN: u64 = 5_150;
/// The longest one while nothing is known.
const LONGEST: u64 = 15_000;
/// How far behind the expected end a poll goes.
const MARGIN: u64 = 120;
/// Between polls while a callback is expected: the first time and the last.
const UNCALLED: (u64, u64) = (30_000, 300_000);
/// How long before its deadline a conversion asks for the last time that waits for a callback.
const LAST_ASKED: Duration = Duration::from_secs(1);

/// What is known about the pace of the process.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Watched {
    /// When following began.
    since: Option<Timestamp>,
    /// The last two reports of a percent that moved: when and how much.
    reports: [Option<(Timestamp, f64)>; 2],
    /// How many callbacks have come that turned out to be early.
    calls: u32,
    /// Whether a callback has come that no question has followed yet.
    called: bool,
}

impl Watched {
    /// Notes a percent down.
    fn report(&mut self, now: Timestamp, percent: Option<f64>) {
        let Some(percent) = percent else { return };
        if self.reports[1].is_none_or(|(then, last)| now > then && percent > last) {
            self.reports = [self.reports[1], Some((now, percent))];
        }
    }

    /// When the process will have ended at the pace of its last reports.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
    fn end(&self) -> Option<Timestamp> {
        let (then, percent) = self.reports[1]?;
        let (before, start) = self.reports[0].or_else(|| Some((self.since?, 0.0)))?;
        let pace = (percent - start) / then.since(before) as f64;
        (pace > 0.0).then(|| then.later(((100.0 - percent) / pace) as u64))
    }

    /// How long the conversion still takes at that pace.
    pub(super) fn left(&self, now: Timestamp) -> Option<Duration> {
        self.end().map(|end| end - now)
    }

    /// For how long it has been followed.
    pub(super) fn elapsed(&self, now: Timestamp) -> u64 {
        now.since(self.since.unwrap_or(now))
    }

    /// How long to wait before the next poll.
    fn pause(&self, now: Timestamp) -> u64 {
        let elapsed = self.elapsed(now);
        let Some(end) = self.end() else { return (elapsed / 8).clamp(SHORTEST * 2, LONGEST) };
        let left = end.since(now);
        if end <= now {
            // It should have ended: look again soon, the later the less often.
            let late = now.since(end);
            return (late / 2).clamp(SHORTEST, LONGEST_SEEN);
        }
        if left / 2 > elapsed {
            // Little is known yet about the pace of so long a way.
            return (left / 5 * 3).clamp(SHORTEST, LONGEST_SEEN);
        }
        (left + MARGIN + left / 50).clamp(SHORTEST, LONGEST_SEEN)
    }

    pub(super) fn to_value(&self) -> Value<'static> {
        let report =
            |report: &(Timestamp, f64)| Value::from(vec![report.0.as_millis().into(), report.1.into()]);
        let mut value = Value::object();
        value.set_some("since", self.since.map(Timestamp::as_millis));
        value.set("reports", self.reports.iter().flatten().map(report).collect::<Vec<_>>());
        value.set_some("calls", (self.calls > 0).then_some(u64::from(self.calls)));
        value
    }

    pub(super) fn from_value(value: &Value<'_>) -> Self {
        let report = |value: &Value<'_>| match value.items() {
            [then, percent] => Some((Timestamp::from_value(then)?, percent.number()?)),
            _ => None,
        };
        let mut reports = value.get("reports").items().iter().rev().map(report);
        let last = reports.next().flatten();
        Self {
            since: Timestamp::from_value(value.get("since")),
            reports: [reports.next().flatten(), last],
            calls: value.get("calls").unsigned().and_then(|calls| u32::try_from(calls).ok()).unwrap_or(0),
            called: false,
        }
    }
}

impl Conversion {
    /// Begins to follow the process.
    pub(super) fn follow_on(&mut self, now: Timestamp) {
        if self.at.step() == Step::Follow {
            self.patience.backoff.begin();
            self.flight.settle();
        } else {
            self.enter(Step::Follow);
        }
        self.watched.report(now, self.report.percent);
        self.next_poll(now);
    }

    /// Plans the next request for the status.
    pub(super) fn next_poll(&mut self, now: Timestamp) {
        let first = self.watched.since.is_none();
        self.watched.since.get_or_insert(now);
        let (from, pause) = match self.setup.watch() {
            Watch::Result if first => return,
            // A service that does not hold a long poll open is not asked more often for it.
            Watch::Result => (self.flight.sent_at, self.watched.pause(now)),
            Watch::Progress if first => (now, FIRST),
            Watch::Progress => (now, self.watched.pause(now)),
            Watch::Callback if self.watched.called => return self.ask_soon(now, Timestamp::MAX),
            Watch::Callback => (now, self.uncalled(now)),
        };
        let jittered = pause - pause / 16 + self.patience.backoff.random.below(pause / 16);
        self.flight.turn = Turn::Waiting { until: from.later(jittered).max(now) };
    }

    /// How long to wait for the callback before asking all the same: ever longer, and not beyond the last moment in which
    /// an answer still counts.
    fn uncalled(&self, now: Timestamp) -> u64 {
        let elapsed = self.watched.elapsed(now);
        let pause = (elapsed / 2).clamp(UNCALLED.0, UNCALLED.1);
        match (self.patience.deadline - LAST_ASKED).since(now) {
            0 => pause,
            left => pause.min(left),
        }
    }

    /// The service called back, or another program that pretends to be it: ask for the status. Where that is being asked for,
    /// the answer may be older than the callback, so it is asked for once more.
    pub(super) fn called_back(&mut self, now: Timestamp, callback: &Callback) {
        let same = |said: &Option<String>, known: &Option<String>| {
            said.is_none() || known.is_none() || said == known
        };
        if !same(&callback.id, &self.remote.id) || !same(&callback.url, &self.remote.url) {
            return;
        }
        match self.flight.turn {
            Turn::Waiting { until }
                if self.at.step() == Step::Follow && self.patience.backoff.attempt == 0 =>
            {
                self.ask_soon(now, until);
            }
            // As long as it is not known which one it is, every callback may be another's.
            _ => self.watched.called |= self.remote.url.is_some(),
        }
    }

    /// Plans the question that follows a callback, at this time at the latest: the later the more callbacks have led to
    /// nothing.
    fn ask_soon(&mut self, now: Timestamp, latest: Timestamp) {
        let pause = 1_000 * ((1 << self.watched.calls.min(10)) - 1);
        self.watched.calls = self.watched.calls.saturating_add(1);
        self.watched.called = false;
        let soon = now.max(self.flight.sent_at.later(pause));
        self.flight.turn = Turn::Waiting { until: soon.min(latest) };
    }

    /// Whether a long poll was open for so long that its end means nothing but an idle timeout on the way.
    pub(super) fn idled_out(&self, now: Timestamp) -> bool {
        self.waits() && now.since(self.flight.sent_at) >= IDLED.min(self.setup.policy.long_poll)
    }
}
