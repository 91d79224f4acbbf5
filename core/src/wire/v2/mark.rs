//! What tells one creation from all others, since the API has no idempotency key.

use crate::backoff::Random;

/// A mark at the end of every task's name: there, the user has nothing of their own (`tag` is theirs). None where it is
/// empty: for jobs that are not looked for again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mark<'m>(pub(crate) &'m str);

impl Mark<'_> {
    /// No mark.
    pub(crate) const NONE: Self = Self("");

    /// 80 random bits, in letters that a task's name may have (`[A-Za-z0-9_-]`).
    pub(crate) fn draw(random: &mut Random) -> String {
        random.letters("ck", 8)
    }

    /// The name of a task: what it is, and the mark.
    pub(crate) fn name(self, what: &str) -> String {
        if self.0.is_empty() { what.to_owned() } else { [what, "-", self.0].concat() }
    }

    /// What a task's name says before the mark; nothing where the task has another mark.
    pub(crate) fn what(self, name: &str) -> Option<&str> {
        if self.0.is_empty() {
            return None;
        }
        name.strip_suffix(self.0)?.strip_suffix('-')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_read_back_from_a_name_and_no_other_mark_is() {
        let mut random = Random(7);
        let (mine, other) = (Mark::draw(&mut random), Mark::draw(&mut random));
        let (mine, other) = (Mark(&mine), Mark(&other));
        let name = mine.name("import-1");
        assert!(name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'), "{name}");
        assert_eq!(mine.what(&name), Some("import-1"));
        assert_eq!((other.what(&name), mine.what("import-1")), (None, None));
        assert_eq!((Mark::NONE.name("work").as_str(), Mark::NONE.what("work")), ("work", None));
    }
}
