//! What tells one creation from all others, since the API has no idempotency key.

use crate::backoff::Random;

/// A mark at the end of every task's name: there, the user has nothing of their own (`tag` is theirs).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mark(String);

impl Mark {
    /// 80 random bits, in letters that a task's name may have (`[A-Za-z0-9_-]`).
    pub(crate) fn new(random: &mut Random) -> Self {
        const DIGITS: &[u8; 32] = b"0123456789abcdefghijklmnopqrstuv";
        let (mut high, mut low) = (random.next(), random.next());
        let mut mark = String::from("ck");
        for bits in [&mut high, &mut low] {
            for _ in 0..8 {
                mark.push(char::from(DIGITS[(*bits & 31) as usize]));
                *bits >>= 5;
            }
        }
        Self(mark)
    }

    /// No mark, for jobs that nobody looks for again.
    pub(crate) const fn none() -> Self {
        Self(String::new())
    }

    /// A mark that was saved.
    pub(crate) fn restore(text: &str) -> Self {
        Self(text.to_owned())
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The name of a task: what it is, and the mark.
    pub(crate) fn name(&self, what: &str) -> String {
        if self.0.is_empty() { what.to_owned() } else { [what, "-", &self.0].concat() }
    }

    /// What a task's name says before the mark; nothing where the task has another mark.
    pub(crate) fn what<'n>(&self, name: &'n str) -> Option<&'n str> {
        if self.0.is_empty() {
            return None;
        }
        name.strip_suffix(self.0.as_str())?.strip_suffix('-')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_read_back_from_a_name_and_no_other_mark_is() {
        let mut random = Random(7);
        let (mine, other) = (Mark::new(&mut random), Mark::new(&mut random));
        let name = mine.name("import-1");
        assert!(name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'), "{name}");
        assert_eq!(mine.what(&name), Some("import-1"));
        assert_eq!((other.what(&name), mine.what("import-1")), (None, None));
        assert_eq!((Mark::none().name("work").as_str(), Mark::none().what("work")), ("work", None));
        assert_eq!(Mark::restore(mine.as_str()), mine);
    }
}
