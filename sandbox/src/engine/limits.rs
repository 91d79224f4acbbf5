//! What one conversion may take of this machine.

use std::collections::HashSet;
use std::fs::Metadata;
use std::path::Path;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// The memory and the disk of a conversion, in bytes.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Limits {
    /// Of each process.
    pub(crate) memory: u64,
    /// Of all files that it writes together.
    pub(crate) output: u64,
}

impl Limits {
    /// Whether this machine gives less memory than that.
    #[cfg(unix)]
    pub(super) fn lacks_memory(&self) -> bool {
        use rustix::process::{Resource, getrlimit};
        getrlimit(Resource::As).maximum.is_some_and(|most| most < self.memory)
    }

    #[cfg(not(unix))]
    pub(super) const fn lacks_memory(&self) -> bool {
        false
    }
}

/// How long an engine of this group may take for inputs of so many bytes, unless less is asked for: what is honest ends
/// long before, even on a slow machine.
pub(crate) fn time(group: &str, bytes: u64) -> Duration {
    let (least, per_megabyte) = match group {
        "video" | "audio" => (600, 20),
        "document" => (300, 20),
        "archive" => (60, 10),
        _ => (60, 2),
    };
    Duration::from_secs(least + bytes.saturating_mul(per_megabyte) / 1_000_000)
}

/// How many bytes there are below a folder, as far as they can be seen. What has several names counts once.
pub(super) fn size(folder: &Path) -> u64 {
    let (mut sum, mut seen) = (0, HashSet::new());
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            match entry.metadata() {
                Ok(data) if data.is_dir() => folders.push(entry.path()),
                Ok(data) if is_first(&data, &mut seen) => sum += data.len(),
                _ => {}
            }
        }
    }
    sum
}

#[cfg(unix)]
fn is_first(data: &Metadata, seen: &mut HashSet<u64>) -> bool {
    use std::os::unix::fs::MetadataExt;
    data.nlink() < 2 || seen.insert(data.ino())
}

#[cfg(not(unix))]
const fn is_first(_: &Metadata, _: &mut HashSet<u64>) -> bool {
    true
}

/// Whether the disk of a folder is full. A conversion that fails then does not fail for its input.
#[cfg(unix)]
pub(super) fn full(folder: &Path) -> bool {
    const LEAST: u64 = 1 << 20;
    rustix::fs::statvfs(folder).is_ok_and(|disk| disk.f_bavail.saturating_mul(disk.f_frsize) < LEAST)
}

#[cfg(not(unix))]
pub(super) const fn full(_: &Path) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_grows_with_the_input() {
        assert_eq!(time("image", 249), Duration::from_mins(1));
        assert_eq!(time("image", 100_000_000), Duration::from_secs(260));
        assert_eq!(time("video", 700_000_000), Duration::from_secs(14_600));
        assert!(time("archive", u64::MAX) > Duration::from_hours(24));
    }

    #[test]
    fn sizes_of_folders() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(size(folder.path()), 0);
        std::fs::write(folder.path().join("a"), [0; 10]).unwrap();
        std::fs::create_dir(folder.path().join("b")).unwrap();
        std::fs::write(folder.path().join("b/c"), [0; 5]).unwrap();
        assert_eq!(size(folder.path()), 15);
        std::fs::hard_link(folder.path().join("a"), folder.path().join("b/a")).unwrap();
        assert_eq!(size(folder.path()), 15);
        assert_eq!(size(&folder.path().join("missing")), 0);
        assert!(!full(folder.path()));
    }
}
