//! What goes on with a process and must not be cut off, by its expiry or by the end of the service.

use std::sync::Arc;

use super::Process;

/// As long as it is there, something goes on.
pub(crate) struct Hold(Arc<Process>);

impl Process {
    pub(crate) fn hold(self: &Arc<Self>) -> Hold {
        self.busy.send_modify(|count| *count += 1);
        Hold(self.clone())
    }

    pub(crate) fn is_idle(&self) -> bool {
        *self.busy.borrow() == 0
    }

    /// Waits until nothing goes on.
    pub(crate) async fn idle(&self) {
        let _ = self.busy.subscribe().wait_for(|count| *count == 0).await;
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.0.busy.send_modify(|count| *count -= 1);
    }
}
