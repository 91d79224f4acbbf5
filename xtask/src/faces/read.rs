//! Which names a place declares.

use std::fs;

use anyhow::{Context, Result, ensure};

use super::face::Place;
use crate::paths::root;

impl Place {
    /// Whether it declares this name. Case does not count: constants are written in capitals.
    pub(super) fn declares(&self, name: &str) -> Result<bool> {
        let text = self.text()?.to_lowercase();
        Ok(self.forms.iter().any(|form| {
            let wanted = form.replace('@', name).to_lowercase();
            text.match_indices(&wanted).any(|(at, found)| {
                let before = !text[..at].ends_with(is_part) || !found.starts_with(is_part);
                let after = !text[at + found.len()..].starts_with(is_part) || !found.ends_with(is_part);
                before && after
            })
        }))
    }

    /// Every name that its block declares; none without a block.
    pub(super) fn declared(&self) -> Result<Vec<String>> {
        if self.block.is_none() {
            return Ok(Vec::new());
        }
        let text = self.text()?;
        Ok(text.lines().filter_map(|line| self.forms.iter().find_map(|form| name_in(line, form))).collect())
    }

    /// The text of the block, or of the whole file.
    fn text(&self) -> Result<String> {
        let text = fs::read_to_string(root().join(self.file))
            .with_context(|| format!("{} is missing", self.file))?;
        let Some(head) = self.block else { return Ok(text) };
        let lines = text.lines().skip_while(|line| !line.starts_with(head)).skip(1);
        let block: Vec<_> = lines.take_while(|line| line.is_empty() || line.starts_with(' ')).collect();
        ensure!(
            !block.is_empty(),
            "{} has no block `{head}`: tell xtask/src/faces/face.rs where it is",
            self.file
        );
        Ok(block.join("\n"))
    }
}

/// The name that a line declares in this form.
fn name_in(line: &str, form: &str) -> Option<String> {
    let (before, after) = form.split_once('@')?;
    let rest = line.trim_start().strip_prefix(before)?;
    let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
    let (name, rest) = rest.split_at(end);
    (!name.is_empty() && rest.starts_with(after)).then(|| name.to_owned())
}

fn is_part(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::name_in;

    #[test]
    fn a_declaration_is_told_by_its_form() {
        assert_eq!(name_in("  saveTo?: string;", "@?: ").as_deref(), Some("saveTo"));
        assert_eq!(name_in("    public var delete = true", "public var @ = ").as_deref(), Some("delete"));
        assert_eq!(name_in("  /** How: like this. */", "@: "), None);
    }
}
