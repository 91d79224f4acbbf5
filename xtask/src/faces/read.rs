//! Which names a place declares, and what stands beside them.

use std::fs;

use anyhow::{Context, Result, ensure};

use super::face::Place;
use crate::paths::root;

impl Place {
    /// Whether it declares this name. Case does not count: constants are written in capitals.
    pub(super) fn declares(&self, name: &str) -> Result<bool> {
        let text = self.text()?.to_lowercase();
        Ok(self.forms.iter().any(|form| {
            let wanted = form.trim_start_matches('*').replace('@', name).to_lowercase();
            text.match_indices(&wanted).any(|(at, found)| {
                let before = !text[..at].ends_with(is_part) || !found.starts_with(is_part);
                let after = !text[at + found.len()..].starts_with(is_part) || !found.ends_with(is_part);
                before && after
            })
        }))
    }

    /// Every name that its block declares; none without a block.
    pub(super) fn declared(&self) -> Result<Vec<String>> {
        if self.block.is_none() { Ok(Vec::new()) } else { self.named() }
    }

    /// Every name that stands in one of its forms.
    pub(super) fn named(&self) -> Result<Vec<String>> {
        let text = self.text()?;
        Ok(self.forms.iter().flat_map(|form| names_in(&text, form)).collect())
    }

    /// The documentation of a name and its declaration, with that of the block. Documentation stands above.
    pub(super) fn said(&self, name: &str) -> Result<Option<String>> {
        let text = self.text()?;
        let lines: Vec<_> = text.lines().collect();
        let at = lines.iter().position(|line| self.forms.iter().any(|form| names_in(line, form) == [name]));
        let Some(at) = at else { return Ok(None) };
        let above = lines[..at].iter().rev().take_while(|line| is_comment(line)).count();
        Ok(Some([self.head()?, lines[at - above..=at].join("\n")].concat().to_lowercase().replace('`', "")))
    }

    /// The documentation of the call of this name: the comment above it, and the text in quotes below.
    pub(super) fn explained(&self, name: &str) -> Result<String> {
        let text = self.text()?;
        let lines: Vec<_> = text.lines().collect();
        let mut told = String::new();
        for (at, line) in lines.iter().enumerate() {
            if !self.forms.iter().any(|form| names_in(line, form) == [name]) {
                continue;
            }
            let above = lines[..at].iter().rev().take_while(|line| is_comment(line)).count();
            let below = lines[at + 1..].iter().take_while(|line| !line.trim_start().starts_with("return "));
            told += &[&lines[at - above..at], &below.copied().collect::<Vec<_>>()].concat().join("\n");
        }
        Ok(told)
    }

    /// The comment above the block.
    fn head(&self) -> Result<String> {
        let text = self.file()?;
        let before = text.lines().take_while(|line| !self.block.is_some_and(|head| line.starts_with(head)));
        let before: Vec<_> = before.collect();
        let above: Vec<_> = before.iter().rev().take_while(|line| is_comment(line)).copied().collect();
        Ok(above.join("\n"))
    }

    fn file(&self) -> Result<String> {
        fs::read_to_string(root().join(self.file)).with_context(|| format!("{} is missing", self.file))
    }

    /// The text of the block, or of the whole file.
    fn text(&self) -> Result<String> {
        let text = self.file()?;
        let Some(head) = self.block else { return Ok(text) };
        let depth = indentation(head);
        let lines = text.lines().skip_while(|line| !line.starts_with(head)).skip(1);
        let block: Vec<_> = lines.take_while(|line| line.is_empty() || indentation(line) > depth).collect();
        ensure!(
            !block.is_empty(),
            "{} has no block `{head}`: tell xtask/src/faces/languages where it is",
            self.file
        );
        Ok(block.join("\n"))
    }
}

fn indentation(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

fn is_comment(line: &&str) -> bool {
    ["/", "*", "#"].iter().any(|mark| line.trim_start().starts_with(mark))
}

/// The names that a text declares in this form: anywhere, or where it begins a line, with or without what indents it.
pub(super) fn names_in(text: &str, form: &str) -> Vec<String> {
    let (form, anywhere) = form.strip_prefix('*').map_or((form, false), |form| (form, true));
    let Some((before, after)) = form.split_once('@') else { return Vec::new() };
    let name = |rest: &str| {
        let end = rest.find(|c| !is_part(c) && c != '-').unwrap_or(rest.len());
        let (name, rest) = rest.split_at(end);
        (!name.is_empty() && rest.starts_with(after)).then(|| name.to_owned())
    };
    if anywhere {
        let starts = text.char_indices().map(|(at, _)| at).filter(|at| !text[..*at].ends_with(is_part));
        return starts.filter_map(|at| name(text[at..].strip_prefix(before)?)).collect();
    }
    let indented = before.starts_with(' ');
    let line = |line: &str| name((if indented { line } else { line.trim_start() }).strip_prefix(before)?);
    text.lines().filter_map(line).collect()
}

fn is_part(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::names_in;

    #[test]
    fn a_declaration_is_told_by_its_form() {
        assert_eq!(names_in("  saveTo?: string;", "@?: "), ["saveTo"]);
        assert_eq!(names_in("    public var delete = true", "public var @ = "), ["delete"]);
        assert!(names_in("  /** How: like this. */", "@: ").is_empty());
        assert_eq!(names_in("        a: String, bB: Int", "*@: "), ["a", "bB"]);
        assert_eq!(names_in("    def a(\n        def b(", "    def @("), ["a"]);
    }
}
