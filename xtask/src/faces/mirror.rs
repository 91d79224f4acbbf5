//! Python has its client twice, for threads and for asyncio: the calls of both take the same.

use std::fs;

use anyhow::{Context, Result, ensure};

use crate::paths::root;

const FILES: &[&str] = &["_account.py", "_conversions.py", "_processes.py"];

/// Checks that every call of one client is one of the other, with the same parameters, and gives the same.
pub(super) fn check() -> Result<()> {
    for file in FILES {
        let [threads, asyncio] = ["client", "aio"].map(|folder| calls_of(folder, file));
        let (threads, asyncio) = (threads?, asyncio?);
        ensure!(
            !threads.is_empty(),
            "client/{file} has no calls: tell xtask/src/faces/mirror.rs where they are"
        );
        for (calls, folder, mirrors, other) in
            [(&threads, "client", &asyncio, "aio"), (&asyncio, "aio", &threads, "client")]
        {
            for call in calls {
                ensure!(
                    mirrors.contains(call),
                    "{other}/{file} has nothing that mirrors this of {folder}/{file}: {call}"
                );
            }
        }
    }
    Ok(())
}

/// The head of every public method: its name, its parameters, and what it gives.
fn calls_of(folder: &str, file: &str) -> Result<Vec<String>> {
    let path = root().join("python/src/cloudconvert_kit").join(folder).join(file);
    let text = fs::read_to_string(&path).with_context(|| format!("{} is missing", path.display()))?;
    let heads = text.split("    def ").skip(1).chain(text.split("    async def ").skip(1));
    let heads = heads.filter(|head| !head.starts_with('_') && head.contains("self"));
    let heads = heads.filter_map(|head| head.split_once(":\n").or_else(|| head.split_once(": ...\n")));
    Ok(heads.map(|(head, _)| plain(head)).collect())
}

/// Without what differs between threads and asyncio, and without line breaks.
fn plain(head: &str) -> String {
    let line = head.split_whitespace().collect::<Vec<_>>().join(" ").replace("( ", "(").replace(", )", ")");
    line.replace("Async", "")
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn a_head_is_the_same_in_one_line_and_in_many() {
        assert_eq!(
            plain("tasks(\n        self,\n        *,\n        job: str,\n    ) -> AsyncIterator[Task]"),
            "tasks(self, *, job: str) -> Iterator[Task]"
        );
    }
}
