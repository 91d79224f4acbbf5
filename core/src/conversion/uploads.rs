//! Uploads: which of the targets is next, and how much of all files has gone.

use crate::job::InputFile;
use crate::wire::report::UploadTarget;

/// In a box, because a conversion that rests has nothing to upload.
#[derive(Clone, Debug, Default)]
pub(super) struct Uploads(Option<Box<List>>);

#[derive(Clone, Debug, Default)]
struct List {
    /// What the service wants, as it said last.
    targets: Vec<UploadTarget>,
    /// The keys of those that were taken.
    taken: Vec<String>,
    /// The key of the one whose fate is asked for.
    asked: Option<String>,
}

impl Uploads {
    pub(super) fn of(targets: Vec<UploadTarget>) -> Self {
        Self::restored(targets, Vec::new(), None)
    }

    pub(super) fn restored(targets: Vec<UploadTarget>, taken: Vec<String>, asked: Option<String>) -> Self {
        let is_empty = targets.is_empty() && taken.is_empty() && asked.is_none();
        Self((!is_empty).then(|| Box::new(List { targets, taken, asked })))
    }

    pub(super) fn targets(&self) -> &[UploadTarget] {
        self.0.as_ref().map_or(&[], |list| &list.targets)
    }

    pub(super) fn taken(&self) -> &[String] {
        self.0.as_ref().map_or(&[], |list| &list.taken)
    }

    /// The key of the target whose fate is asked for.
    pub(super) fn asked(&self) -> Option<&str> {
        self.0.as_ref()?.asked.as_deref()
    }

    /// The fate of the present target is asked for.
    pub(super) fn ask(&mut self) {
        let present = self.present().map(|target| target.key.clone());
        if let Some(list) = &mut self.0 {
            list.asked = present;
        }
    }

    /// The service says what it wants. It may name the targets only once.
    pub(super) fn wanted(&mut self, targets: Vec<UploadTarget>) {
        if !targets.is_empty() {
            self.0.get_or_insert_default().targets = targets;
        }
    }

    /// The target that is uploaded to now, or next.
    pub(super) fn present(&self) -> Option<&UploadTarget> {
        self.open().next()
    }

    /// The targets that have not been taken.
    fn open(&self) -> impl Iterator<Item = &UploadTarget> {
        self.targets().iter().filter(|target| !self.taken().contains(&target.key))
    }

    /// The present target has its files.
    pub(super) fn took(&mut self) {
        let present = self.present().map(|target| target.key.clone());
        if let Some(list) = &mut self.0 {
            list.taken.extend(present);
        }
    }

    /// How many bytes the files have that were uploaded before, and how many those that come after the present target.
    pub(super) fn around(&self, files: &[InputFile]) -> (u64, u64) {
        let (mut before, mut behind) = (0_u64, 0_u64);
        for (index, file) in files.iter().enumerate() {
            let side = match self.open().position(|target| target.files.contains(&index)) {
                Some(0) => continue,
                Some(_) => &mut behind,
                // All has gone where nothing is open any more.
                None if self.present().is_none() => continue,
                None => &mut before,
            };
            *side = side.saturating_add(file.size.unwrap_or(0));
        }
        (before, behind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::Fields;

    #[test]
    fn one_target_after_another_and_all_bytes_count() {
        let target = |at: usize| UploadTarget {
            key: at.to_string(),
            url: String::new(),
            fields: Fields::default(),
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
