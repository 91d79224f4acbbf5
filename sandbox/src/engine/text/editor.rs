//! The encoding that a text names for editors: Emacs and Vim, and those that read Python.

/// How many lines at both ends of a text Vim looks at.
const LINES: usize = 5;
/// How much at both ends is looked at.
const ENDS: usize = 4 << 10;

/// The label of the encoding that a line of the text names. What is UTF-8 is so, whatever it says.
pub(super) fn declared(text: &[u8]) -> Option<String> {
    if std::str::from_utf8(text).is_ok() {
        return None;
    }
    let latin = |bytes: &[u8]| bytes.iter().map(|byte| char::from(*byte)).collect::<String>();
    let (first, last) =
        (latin(&text[..text.len().min(ENDS)]), latin(&text[text.len().saturating_sub(ENDS)..]));
    let top: Vec<&str> = first.lines().take(LINES).collect();
    let bottom: Vec<&str> = last.lines().rev().take(LINES).collect();
    let by_line = top.iter().take(2).find_map(|line| emacs(line).or_else(|| python(line)));
    by_line.or_else(|| top.iter().chain(&bottom).find_map(|line| vim(line))).or_else(|| variable(&last))
}

/// `-*- mode: text; coding: koi8-r -*-`.
fn emacs(line: &str) -> Option<String> {
    let inner = line.split_once("-*-")?.1.split_once("-*-")?.0;
    inner.split(';').find_map(|pair| {
        let (name, value) = pair.split_once(':')?;
        name.trim().eq_ignore_ascii_case("coding").then(|| bare(value))
    })
}

/// `# coding: koi8-r` (PEP 263).
fn python(line: &str) -> Option<String> {
    let comment = line.trim_start().strip_prefix('#')?;
    let value = comment.split_once("coding")?.1.strip_prefix([':', '='])?;
    Some(bare(value)).filter(|label| !label.is_empty())
}

/// `vim: set fileencoding=koi8-r :`.
fn vim(line: &str) -> Option<String> {
    let (_, said) = ["vim:", "vi:", "ex:"].iter().find_map(|name| line.split_once(name))?;
    let mut words = said.split([' ', '\t', ':']);
    words.find_map(|word| {
        let (name, value) = word.split_once('=')?;
        matches!(name, "fileencoding" | "fenc" | "encoding" | "enc").then(|| bare(value))
    })
}

/// `coding: koi8-r` among the variables that Emacs reads at the end.
fn variable(end: &str) -> Option<String> {
    let (_, variables) = end.rsplit_once("Local Variables:")?;
    Some(bare(variables.split_once("coding:")?.1))
}

/// A label, without what Emacs says of the ends of lines.
fn bare(value: &str) -> String {
    let value = value.trim_start();
    let end = value.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_' | '.'));
    let label = &value[..end.unwrap_or(value.len())];
    let label = ["-unix", "-dos", "-mac"].iter().find_map(|end| label.strip_suffix(end)).unwrap_or(label);
    label.to_owned()
}

#[cfg(test)]
mod tests {
    use super::declared;

    #[test]
    fn lines_for_editors() {
        for (line, label) in [
            ("-*- coding: koi8-r -*-", Some("koi8-r")),
            (";; -*- mode: lisp; Coding: shift_jis-unix; -*-", Some("shift_jis")),
            ("#!/bin/sh\n# -*- coding: latin-1 -*-", Some("latin-1")),
            ("# coding=euc-kr", Some("euc-kr")),
            ("/* vim: set ts=4 fileencoding=cp1250 : */", Some("cp1250")),
            ("x\n# vim: fenc=big5", Some("big5")),
            ("x\n\n;; Local Variables:\n;; coding: gbk\n;; End:", Some("gbk")),
            ("The coding: is simple", None),
            ("x\ny\nz\n# coding: gbk", None),
            ("encoding=gbk", None),
        ] {
            let text = [line.as_bytes(), b"\n\xff\n"].concat();
            assert_eq!(declared(&text).as_deref(), label, "{line}");
        }
        assert_eq!(declared("# coding: gbk\nä".as_bytes()), None);
    }
}
