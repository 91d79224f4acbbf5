//! Options that the package's types describe: each says what it does, what holds without it (`Default:`), and when somebody sets
//! it (`When:`).

use std::fs;

use anyhow::{Context, Result, ensure};

use crate::paths::root;

/// A member of an interface.
#[derive(Debug)]
pub(super) struct Described {
    pub(super) name: String,
    pub(super) does: String,
    pub(super) default: String,
    pub(super) when: String,
}

/// The members of an interface in a file.
pub(super) fn of(file: &str, interface: &str) -> Result<Vec<Described>> {
    let text = fs::read_to_string(root().join(file)).with_context(|| format!("{file} is missing"))?;
    let members =
        members(&text, interface).with_context(|| format!("{file} has no interface {interface}"))?;
    ensure!(!members.is_empty(), "{interface} in {file} has no members");
    members
        .into_iter()
        .map(|(name, is_optional, comment)| {
            described(name, is_optional, &comment)
                .with_context(|| format!("{file}: {interface}.{name} has to say `Default:` and `When:`"))
        })
        .collect()
}

/// The name of each, whether it may be left out, and its documentation as one line.
fn members<'t>(text: &'t str, interface: &str) -> Option<Vec<(&'t str, bool, String)>> {
    let head = ["interface ", interface, " "].concat();
    let inside = text.split_once(&head)?.1.split_once("{\n")?.1.split_once("\n}")?.0;
    let mut members = Vec::new();
    let mut comment = Vec::new();
    for line in inside.lines().map(str::trim) {
        if let Some(words) = ["/**", "*/", "*"].iter().find_map(|mark| line.strip_prefix(mark)) {
            comment.push(words.trim_end_matches("*/").trim());
        } else if let Some((name, _)) = line.trim_start_matches("readonly ").split_once(':') {
            let words = comment.drain(..).filter(|words| !words.is_empty()).collect::<Vec<_>>();
            members.push((name.trim_end_matches('?'), name.ends_with('?'), words.join(" ")));
        }
    }
    Some(members)
}

fn described(name: &str, is_optional: bool, comment: &str) -> Option<Described> {
    let (rest, when) = comment.split_once(" When: ")?;
    let (does, default) = match rest.split_once(" Default: ") {
        Some((does, default)) => (does, default.trim_end_matches('.')),
        None if is_optional => return None,
        None => (rest, "(needed)"),
    };
    Some(Described {
        name: name.to_owned(),
        // Within a table, a bar would end the cell.
        does: does.replace('|', "\\|"),
        default: default.to_owned(),
        when: when.trim_end_matches('.').to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::{described, members};

    const TEXT: &str = "
/** How. */
export interface How extends Other {
  /** Where it is. When: always. */
  readonly place: string;
  /**
   * How long it
   * takes, at most. Default: a minute, with `slow` two. When: the line is slow.
   */
  time?: number | undefined;
  /** It says too little. */
  little?: string;
}
";

    #[test]
    fn members_say_what_holds_without_them_and_when_they_are_set() {
        let members = members(TEXT, "How").unwrap();
        let read: Vec<_> =
            members.iter().map(|(name, optional, text)| described(name, *optional, text)).collect();
        let [Some(place), Some(time), None] = &read[..] else { panic!("{read:?}") };
        assert_eq!((place.default.as_str(), place.when.as_str()), ("(needed)", "always"));
        assert_eq!(time.does, "How long it takes, at most.");
        assert_eq!(
            (time.default.as_str(), time.when.as_str()),
            ("a minute, with `slow` two", "the line is slow")
        );
    }
}
