//! Handles that can be checked: a token that is never used twice, passed as a pointer.
//!
//! What C holds is not an address. It is a number that is looked up at every call. So a handle that was freed, freed twice, made up, or
//! of another kind is an error code; and an object that one thread frees while another uses it lives until both are done.

use std::collections::BTreeMap;
use std::ptr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::failure::{Code, Failure};

/// The next token, counted over all kinds, so that a handle of another kind is never mistaken.
static NEXT: AtomicUsize = AtomicUsize::new(1);

/// The live objects of one kind. `H` is the opaque type that its handles point to in C, `T` what they stand for.
pub(crate) struct Handles<T> {
    live: Mutex<BTreeMap<usize, Arc<Mutex<T>>>>,
    name: &'static str,
}

impl<T> Handles<T> {
    pub(crate) const fn new(name: &'static str) -> Self {
        Self { live: Mutex::new(BTreeMap::new()), name }
    }

    /// A new handle of this object.
    pub(crate) fn insert<H>(&self, object: T) -> *mut H {
        let token = NEXT.fetch_add(1, Ordering::Relaxed);
        self.live().insert(token, Arc::new(Mutex::new(object)));
        ptr::without_provenance_mut(token)
    }

    /// Lends the object of a handle to `body`, to one thread at a time.
    pub(crate) fn with<H, R>(
        &self,
        handle: *const H,
        body: impl FnOnce(&mut T) -> Result<R, Failure>,
    ) -> Result<R, Failure> {
        let object = self.live().get(&handle.addr()).cloned().ok_or_else(|| self.missing(handle))?;
        // Poisoned by a panic: what it left half done is not touched again.
        let mut object = object.lock().map_err(|_| Failure::internal())?;
        body(&mut object)
    }

    /// Ends a handle. NULL ends nothing.
    pub(crate) fn remove<H>(&self, handle: *const H) -> Result<(), Failure> {
        if handle.is_null() {
            return Ok(());
        }
        let mut live = self.live();
        let object = live.remove(&handle.addr()).ok_or_else(|| self.missing(handle))?;
        if live.is_empty() {
            // Leak checkers have nothing to report then.
            *live = BTreeMap::new();
        }
        drop(live);
        drop(object);
        Ok(())
    }

    fn missing<H>(&self, handle: *const H) -> Failure {
        if handle.is_null() {
            return Failure::null(self.name);
        }
        let message = ["`", self.name, "` is not the handle of an object that lives: was it freed?"].concat();
        Failure::new(Code::DeadHandle, message)
    }

    fn live(&self) -> MutexGuard<'_, BTreeMap<usize, Arc<Mutex<T>>>> {
        // Nothing panics while the table is locked.
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static NUMBERS: Handles<u32> = Handles::new("number");

    fn code(result: Result<(), Failure>) -> Code {
        crate::failure::guard(|| result)
    }

    #[test]
    fn a_handle_ends_once() {
        let handle: *mut u8 = NUMBERS.insert(7);
        assert_eq!(NUMBERS.with(handle, |number| Ok(*number)).unwrap(), 7);
        assert_eq!(code(NUMBERS.remove(handle)), Code::Ok);
        assert_eq!(code(NUMBERS.remove(handle)), Code::DeadHandle);
        assert_eq!(code(NUMBERS.with(handle, |_| Ok(()))), Code::DeadHandle);
        assert_eq!(code(NUMBERS.remove(ptr::null::<u8>())), Code::Ok);
        assert_eq!(code(NUMBERS.with(ptr::null::<u8>(), |_| Ok(()))), Code::NullPointer);
    }

    #[test]
    fn after_a_panic_a_handle_can_only_be_freed() {
        let handle: *mut u8 = NUMBERS.insert(7);
        let panics = || crate::failure::guard(|| NUMBERS.with(handle, |_| panic!("a bug")));
        assert_eq!(panics(), Code::Internal);
        assert_eq!(code(NUMBERS.with(handle, |_| Ok(()))), Code::Internal);
        assert_eq!(code(NUMBERS.remove(handle)), Code::Ok);
    }
}
