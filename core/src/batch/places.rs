//! How many members may have a conversion at the service at once, where the service has a limit of its own.
//!
//! It tells that limit only by refusing a creation. Then as many fit as run at that moment, and what is too many waits in
//! line. A limit may be lifted, and other programs of the account take and leave places, so one more is tried when some
//! have ended: soon after a try that was accepted, ever later after each that was refused.

use crate::time::Timestamp;

/// After how many rounds one more is tried, at most.
const ROUNDS: usize = 16;

/// What a member takes of the service.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Place {
    /// Nothing: it has not begun, or its conversion has ended.
    #[default]
    None,
    /// It is about to create one, or has.
    Taken,
    /// Its conversion runs, as far as is known.
    Running,
}

#[derive(Debug, Default)]
pub(super) struct Places {
    /// How many were accepted at once, and when that was found; none as long as nothing was refused.
    proven: Option<(usize, Timestamp)>,
    /// Whether one more is tried.
    tries: bool,
    taken: usize,
    running: usize,
    /// How many have to end before one more is tried.
    pause: usize,
    /// How many rounds that is after the next refusal.
    rounds: usize,
}

impl Places {
    /// How many fit.
    fn room(&self) -> usize {
        self.proven.map_or(usize::MAX, |(proven, _)| proven + usize::from(self.tries))
    }

    /// Whether one more fits.
    pub(super) fn has_room(&self) -> bool {
        self.taken < self.room()
    }

    /// Whether there are more than fit.
    pub(super) fn is_crowded(&self) -> bool {
        self.taken > self.room()
    }

    pub(super) fn take(&mut self, place: &mut Place) {
        if *place == Place::None {
            *place = Place::Taken;
            self.taken += 1;
        }
    }

    pub(super) fn leave(&mut self, place: &mut Place) {
        match std::mem::take(place) {
            Place::None => return,
            Place::Taken => {}
            Place::Running => {
                self.running -= 1;
                self.pause = self.pause.saturating_sub(1);
                self.tries |= self.proven.is_some() && self.pause == 0;
            }
        }
        self.taken -= 1;
    }

    /// The conversion of this place runs; the request that told it had been sent then.
    pub(super) fn runs(&mut self, place: &mut Place, sent: Timestamp) {
        if *place != Place::Taken {
            return;
        }
        *place = Place::Running;
        self.running += 1;
        if let Some((proven, since)) = &mut self.proven
            && self.running > *proven
        {
            *proven = self.running;
            if sent > *since {
                (self.tries, self.rounds, self.pause) = (false, 1, 1);
            }
        }
    }

    /// A creation that had been sent then was refused, because no more fit. What was sent before that was known says nothing
    /// new.
    pub(super) fn refused(&mut self, now: Timestamp, sent: Timestamp) {
        if self.proven.is_some_and(|(_, since)| sent <= since) {
            return;
        }
        let fits = self.running.max(1);
        self.rounds = if self.proven.is_some() { (self.rounds * 2).clamp(1, ROUNDS) } else { 1 };
        self.proven = Some((fits, now));
        self.tries = false;
        self.pause = fits * self.rounds;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    #[test]
    fn the_limit_is_what_ran_when_one_was_refused_and_grows_carefully() {
        let (mut places, mut members) = (Places::default(), [Place::None; 8]);
        for place in &mut members {
            places.take(place);
        }
        places.runs(&mut members[0], at(1));
        places.refused(at(2), at(1));
        places.runs(&mut members[1], at(1));
        places.refused(at(3), at(1));
        assert_eq!(places.proven.map(|(proven, _)| proven), Some(2), "what had been sent before counts too");
        for place in &mut members[2..] {
            places.leave(place);
        }
        assert!(!places.has_room() && !places.is_crowded());

        let mut change = |places: &mut Places, sent| {
            places.leave(&mut members[0]);
            places.take(&mut members[0]);
            places.runs(&mut members[0], sent);
        };
        change(&mut places, at(4));
        assert!(places.has_room(), "one more is tried");
        let mut more = Place::None;
        places.take(&mut more);
        places.refused(at(6), at(5));
        places.leave(&mut more);
        for _ in 0..3 {
            change(&mut places, at(7));
            assert!(!places.has_room(), "later than before");
        }
        change(&mut places, at(8));
        places.take(&mut more);
        places.runs(&mut more, at(9));
        assert!(!places.has_room());
        change(&mut places, at(10));
        assert!(places.has_room(), "what was accepted is followed by another try");
    }

    #[test]
    fn one_always_fits() {
        let (mut places, mut place) = (Places::default(), Place::None);
        places.take(&mut place);
        places.refused(at(2), at(1));
        assert!(!places.is_crowded(), "it asks again");
    }
}
