//! Uploads: which of the targets is next, and how much of all files has gone.

use crate::job::InputFile;
use crate::wire::report::UploadTarget;

#[derive(Clone, Debug, Default)]
pub(super) struct Uploads {
    /// What the service wants, as it said last.
    targets: Vec<UploadTarget>,
    /// The keys of those that were taken.
    taken: Vec<String>,
}

impl Uploads {
    pub(super) const fn of(targets: Vec<UploadTarget>) -> Self {
        Self { targets, taken: Vec::new() }
    }

    pub(super) const fn restored(targets: Vec<UploadTarget>, taken: Vec<String>) -> Self {
        Self { targets, taken }
    }

    pub(super) fn targets(&self) -> &[UploadTarget] {
        &self.targets
    }

    pub(super) fn taken(&self) -> &[String] {
        &self.taken
    }

    /// The service says what it wants. It may name the targets only once.
    pub(super) fn wanted(&mut self, targets: Vec<UploadTarget>) {
        if !targets.is_empty() {
            self.targets = targets;
        }
    }

    /// The target that is uploaded to now, or next.
    pub(super) fn present(&self) -> Option<&UploadTarget> {
        self.targets.iter().find(|target| !self.taken.contains(&target.key))
    }

    /// The present target has its files.
    pub(super) fn took(&mut self) {
        if let Some(key) = self.present().map(|target| target.key.clone()) {
            self.taken.reserve_exact(1);
            self.taken.push(key);
        }
    }

    /// How many bytes the files have that were uploaded before, and how many those that come after the present target.
    pub(super) fn around(&self, files: &[InputFile]) -> (u64, u64) {
        let mut open = self.targets.iter().filter(|target| !self.taken.contains(&target.key));
        let Some(present) = open.next() else { return (0, 0) };
        let open: Vec<_> = open.map(|target| target.files.clone()).collect();
        let (mut before, mut behind) = (0_u64, 0_u64);
        for (index, file) in files.iter().enumerate().filter(|(index, _)| !present.files.contains(index)) {
            let side =
                if open.iter().any(|files| files.contains(&index)) { &mut behind } else { &mut before };
            *side = side.saturating_add(file.size.unwrap_or(0));
        }
        (before, behind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_target_after_another_and_all_bytes_count() {
        let target = |at: usize| UploadTarget {
            key: at.to_string(),
            url: String::new(),
            fields: Vec::new(),
            files: at..at + 1,
        };
        let files = [10, 200, 3_000].map(|size| InputFile { name: "a".into(), size: Some(size) });
        let mut uploads = Uploads::of((0..3).map(target).collect());
        let present = |uploads: &Uploads| uploads.present().map(|target| target.files.start);
        assert_eq!((present(&uploads), uploads.around(&files)), (Some(0), (0, 3_200)));
        uploads.took();
        assert_eq!((present(&uploads), uploads.around(&files)), (Some(1), (10, 3_000)));
        uploads.wanted(vec![target(0), target(2)]);
        assert_eq!(
            (present(&uploads), uploads.around(&files)),
            (Some(2), (210, 0)),
            "what was taken is not sent twice"
        );
        uploads.took();
        assert_eq!((present(&uploads), uploads.around(&files)), (None, (0, 0)));
    }
}
