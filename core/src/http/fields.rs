//! The text fields of a form.

use std::sync::Arc;

/// Names and texts, in their order. Cheap to clone.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Fields(Arc<Packed>);

/// All of them in one piece of memory: a form has many short ones.
#[derive(Default, PartialEq, Eq)]
struct Packed {
    texts: String,
    /// Where each name ends, and the text that follows it.
    ends: Vec<(usize, usize)>,
}

/// How long a name and its text are together, about.
const ROOM: usize = 64;

impl Fields {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.ends.is_empty()
    }

    /// Each name with its text.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let mut start = 0;
        self.0.ends.iter().map(move |&(name, text)| {
            let part = |from, to| self.0.texts.get(from..to).unwrap_or_default();
            let field = (part(start, name), part(name, text));
            start = text;
            field
        })
    }
}

impl<N: AsRef<str>, T: AsRef<str>> FromIterator<(N, T)> for Fields {
    fn from_iter<I: IntoIterator<Item = (N, T)>>(fields: I) -> Self {
        let fields = fields.into_iter();
        let count = fields.size_hint().1.unwrap_or(0);
        let mut texts = String::with_capacity(count.saturating_mul(ROOM));
        let mut ends = Vec::with_capacity(count);
        for (name, text) in fields {
            texts.push_str(name.as_ref());
            let end = texts.len();
            texts.push_str(text.as_ref());
            ends.push((end, texts.len()));
        }
        Self(Arc::new(Packed { texts, ends }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_put_in_comes_out_in_its_order() {
        let given = [("key", "x/${filename}"), ("", ""), ("acl", ""), ("ä", "ö")];
        let fields: Fields = given.into_iter().collect();
        assert_eq!(fields.iter().collect::<Vec<_>>(), given);
        assert!(
            !fields.is_empty() && Fields::default().is_empty() && Fields::default().iter().next().is_none()
        );
    }
}
