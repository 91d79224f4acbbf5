//! The page as the browser gets it.

use crate::escape::escaped;

/// Nothing is loaded, also from this machine, and nothing runs. What a page brings along in `data:` is there.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline' data:; img-src data:; font-src data:; media-src data:; frame-src data:; object-src data:";
/// Nobody opens on paper what is closed, and nothing takes time to become as it is to be.
const STYLE: &str = "details:not([open])::details-content{content-visibility:visible!important;display:block!important}\
    *,::before,::after{transition:none!important}";

/// The page in UTF-8, with the policy and a title where it has none. They stand behind the type of document, so that the
/// page is set as it would be without them.
pub(super) fn guarded(source: &str, title: Option<&str>) -> String {
    let (kind, rest) = source.split_at(kind_of_document(source));
    let title = title.map(|title| format!("<title>{}</title>", escaped(title))).unwrap_or_default();
    let rest = without_scripts(rest);
    format!(
        "\u{feff}{kind}<meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\"><style>{STYLE}</style>{title}{rest}"
    )
}

/// Where the type of document ends, which stands behind nothing but comments and the declaration of XML.
fn kind_of_document(source: &str) -> usize {
    let mut at = 0;
    loop {
        let rest = &source[at..];
        let next = rest.trim_start();
        at += rest.len() - next.len();
        let end = match next {
            next if next.starts_with("<!--") => next.find("-->").map(|end| end + 3),
            next if next.starts_with("<?") => next.find('>').map(|end| end + 1),
            next => {
                let begins = next.get(..9).is_some_and(|start| start.eq_ignore_ascii_case("<!doctype"));
                return next.find('>').filter(|_| begins).map_or(0, |end| at + end + 1);
            }
        };
        match end {
            Some(end) => at += end,
            None => return 0,
        }
    }
}

/// Shows what is there for readers in which scripts do not run. The browser could run them, so it would not show it. What
/// leads to another page stays as it is.
fn without_scripts(page: &str) -> String {
    let lower = page.to_ascii_lowercase();
    let (mut made, mut done) = (String::with_capacity(page.len()), 0);
    while let Some(start) = lower[done..].find("<noscript").map(|start| done + start) {
        let Some(begin) = lower[start..].find('>').map(|end| start + end + 1) else { break };
        let Some(end) = lower[begin..].find("</noscript").map(|end| begin + end) else { break };
        let after = lower[end..].find('>').map_or(lower.len(), |close| end + close + 1);
        let leads_away = lower[begin..end].contains("http-equiv");
        made.push_str(&page[done..start]);
        made.push_str(if leads_away { &page[start..after] } else { &page[begin..end] });
        done = after;
    }
    made.push_str(&page[done..]);
    made
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_set_as_it_would_be() {
        for (kind, rest) in [
            ("\n<!DOCTYPE html>", "\n<p>x"),
            ("<?xml version='1.0'?>\n<!-- > --><!doctype html>", "<p>x"),
            ("", "<!-- x --><p>x"),
            ("", "<p>x"),
        ] {
            let page = guarded(&format!("{kind}{rest}"), Some("A & <B>"));
            assert!(page.starts_with(&format!("\u{feff}{kind}<meta http-equiv")), "{page}");
            assert!(page.ends_with(&format!("<title>A &amp; &lt;B&gt;</title>{rest}")), "{page}");
        }
    }

    #[test]
    fn what_is_there_without_scripts_is_shown() {
        for (page, wanted) in [
            ("a<noscript>b</noscript>c", "abc"),
            ("a<NoScript class=x>b</NOSCRIPT >c<noscript>d</noscript>", "abcd"),
            (
                "<noscript><meta http-equiv=refresh></noscript>",
                "<noscript><meta http-equiv=refresh></noscript>",
            ),
            ("a<noscript>b", "a<noscript>b"),
        ] {
            assert_eq!(without_scripts(page), wanted);
        }
    }
}
