//! What became of a download: files that are offered once go after it.

use std::sync::Arc;
use std::time::Duration;

use super::served::Pieces;
use super::{Job, Operation, Served, Task};

impl Task {
    /// Notes that a part of one of its files was sent. All of its bytes, by one answer or by several, are a download;
    /// what is offered once is deleted then, but not at once: what was sent may not have arrived. Meanwhile a download
    /// that broke off can go on.
    pub(crate) fn sent(&self, job: &Arc<Job>, file: &Served, from: u64, to: u64, resumable: Duration) {
        let Operation::Export(asked) = &self.operation else { return };
        let (mut gone, mut all_gone) = (None, false);
        self.edit(|state| {
            let files = &mut state.result.served;
            // The last of several is the bundle of all.
            let whole = files.last().is_some_and(|last| last.path == file.path);
            let Some(served) = files.iter_mut().find(|served| served.path == file.path) else { return false };
            served.sent.add(from, to);
            if served.downloaded || !served.sent.are_all_of(served.size) {
                return true;
            }
            state.downloads += 1;
            if !asked.once {
                // The next download counts anew.
                served.sent = Pieces::default();
                return true;
            }
            served.downloaded = true;
            let parts = files.len().saturating_sub(1);
            all_gone = whole || files[..parts].iter().all(|file| file.downloaded);
            if all_gone {
                for file in files {
                    file.downloaded = true;
                }
            }
            gone = Some(file.path.clone());
            true
        });
        let Some(path) = gone else { return };
        let job = job.clone();
        tokio::spawn(async move {
            tokio::select! {
                () = job.removed.cancelled() => {}
                () = tokio::time::sleep(resumable) => {
                    if all_gone { job.delete_files() } else { drop(std::fs::remove_file(path)) }
                }
            }
        });
    }
}
