//! Who may convert next. Keys share the engines: of those that wait, the one goes first of which the fewest conversions
//! run, and each may run one even while others hold all engines.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

/// The engines of a service, and who waits for them.
#[derive(Clone)]
pub(super) struct Queue {
    engines: usize,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    /// How many conversions of each key run; none without any.
    running: HashMap<String, usize>,
    /// In the order in which they came.
    waiting: Vec<(String, oneshot::Sender<Slot>)>,
}

/// The right to use an engine, until it is dropped.
pub(super) struct Slot {
    key: String,
    queue: Queue,
}

impl Queue {
    pub(super) fn new(engines: usize) -> Self {
        Self { engines: engines.max(1), state: Arc::default() }
    }

    /// A slot at once, if there is one.
    pub(super) fn try_take(&self, key: &str) -> Option<Slot> {
        let mut state = self.lock();
        let others_first = state.waiting.iter().any(|(waiting, _)| state.runs(waiting) <= state.runs(key));
        if others_first || !self.fits(&state, key) {
            return None;
        }
        Some(self.slot(&mut state, key.to_owned()))
    }

    /// Waits for a slot.
    pub(super) async fn take(&self, key: &str) -> Option<Slot> {
        let (sender, receiver) = oneshot::channel();
        self.lock().waiting.push((key.to_owned(), sender));
        self.serve();
        receiver.await.ok()
    }

    /// Waits until nothing runs.
    pub(super) async fn idle(&self) {
        while !self.lock().running.is_empty() {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    }

    /// Whether one more of this key may run: there is an engine, or it is the key's only one. Of those beyond the engines
    /// there are at most as many again.
    fn fits(&self, state: &State, key: &str) -> bool {
        let all: usize = state.running.values().sum();
        all < self.engines || (state.runs(key) == 0 && all < 2 * self.engines)
    }

    fn slot(&self, state: &mut State, key: String) -> Slot {
        *state.running.entry(key.clone()).or_default() += 1;
        Slot { key, queue: self.clone() }
    }

    /// Gives slots to those that wait, as far as there are any.
    fn serve(&self) {
        loop {
            let mut state = self.lock();
            state.waiting.retain(|(_, sender)| !sender.is_closed());
            let fitting = state.waiting.iter().enumerate().filter(|(_, (key, _))| self.fits(&state, key));
            let next = fitting.min_by_key(|(place, (key, _))| (state.runs(key), *place));
            let Some(next) = next.map(|(place, _)| place) else { return };
            let (key, sender) = state.waiting.remove(next);
            let slot = self.slot(&mut state, key);
            // Who does not wait any more drops it, which takes the lock.
            drop(state);
            drop(sender.send(slot));
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn runs(&self, key: &str) -> usize {
        self.running.get(key).copied().unwrap_or(0)
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut state = self.queue.lock();
        match state.running.get_mut(&self.key) {
            Some(count) if *count > 1 => *count -= 1,
            _ => drop(state.running.remove(&self.key)),
        }
        drop(state);
        self.queue.serve();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A waiting call, once it waits.
    async fn waiting(queue: &Queue, key: &'static str) -> tokio::task::JoinHandle<Slot> {
        let before = queue.lock().waiting.len();
        let task = tokio::spawn({
            let queue = queue.clone();
            async move { queue.take(key).await.unwrap() }
        });
        while queue.lock().waiting.len() == before {
            tokio::task::yield_now().await;
        }
        task
    }

    #[tokio::test]
    async fn a_key_alone_has_all_engines_and_no_more() {
        let queue = Queue::new(2);
        let first = queue.try_take("a").unwrap();
        let _second = queue.try_take("a").unwrap();
        assert!(queue.try_take("a").is_none());
        let third = waiting(&queue, "a").await;
        drop(first);
        let _third = third.await.unwrap();
        assert!(queue.try_take("a").is_none());
    }

    #[tokio::test]
    async fn another_key_is_not_held_up() {
        let queue = Queue::new(2);
        let films = ["a", "a"].map(|key| queue.try_take(key).unwrap());
        let third = waiting(&queue, "a").await;
        let picture = queue.try_take("b").unwrap();
        // It has one, and waits as others do for a second.
        assert!(queue.try_take("b").is_none());
        let second = waiting(&queue, "b").await;
        assert!(queue.try_take("c").is_some());
        drop(films);
        drop(picture);
        // There are two engines again, and nobody has anything that runs.
        let (_third, _second) = (third.await.unwrap(), second.await.unwrap());
    }

    #[tokio::test]
    async fn the_key_with_the_fewest_goes_first() {
        let queue = Queue::new(2);
        let a = ["a", "a"].map(|key| queue.try_take(key).unwrap());
        let b = queue.try_take("b").unwrap();
        let late = [waiting(&queue, "a").await, waiting(&queue, "a").await];
        let own = waiting(&queue, "b").await;
        let [first, second] = a;
        drop(first);
        // Two engines, and two that run.
        assert!(!own.is_finished());
        drop(b);
        let _own = own.await.unwrap();
        assert!(late.iter().all(|task| !task.is_finished()));
        drop(second);
        let [first_late, _] = late;
        first_late.await.unwrap();
    }

    #[tokio::test]
    async fn who_gives_up_waiting_leaves_no_gap() {
        let queue = Queue::new(1);
        let slot = queue.try_take("a").unwrap();
        let gone = waiting(&queue, "a").await;
        let next = waiting(&queue, "a").await;
        gone.abort();
        drop(slot);
        drop(next.await.unwrap());
        assert!(queue.try_take("a").is_some());
        queue.idle().await;
    }

    #[tokio::test]
    async fn strangers_get_twice_the_engines_at_most() {
        let queue = Queue::new(1);
        let _slots = ["a", "b"].map(|key| queue.try_take(key).unwrap());
        assert!(queue.try_take("c").is_none());
    }
}
