//! Formulas of `MathML` in one line, as people type them: `(a+b)/c`, `x²`, `√2`.

use html5gum::Token;

use super::element::{StartTag, attribute, raised};

/// An element of a formula that has begun, and what is in it so far.
#[derive(Default)]
struct Open<'t> {
    tag: Option<&'t StartTag>,
    parts: Vec<String>,
}

/// What stands before the parts of `mmultiscripts` that belong to the left of the letter.
const LEFT: &str = "\0";
/// Operators that are not seen.
const UNSEEN: [char; 4] = ['\u{2061}', '\u{2062}', '\u{2063}', '\u{2064}'];

/// The formula whose tag stands before these tokens.
pub(super) fn line(tokens: &[Token]) -> String {
    let mut open = vec![Open::default()];
    for token in tokens {
        match token {
            Token::EndTag(tag) if tag.name.0 == b"math" => break,
            Token::StartTag(tag) if tag.self_closing => {
                add(&mut open, written(&Open { tag: Some(tag), parts: Vec::new() }));
            }
            Token::StartTag(tag) => open.push(Open { tag: Some(tag), parts: Vec::new() }),
            Token::EndTag(tag) => {
                let is_it = |open: &Open<'_>| open.tag.is_some_and(|open| open.name == tag.name);
                if let Some(at) = open.iter().rposition(is_it) {
                    close(&mut open, at);
                }
            }
            Token::String(text) => {
                let text = String::from_utf8_lossy(text);
                let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
                if !text.is_empty() {
                    add(&mut open, text.replace(UNSEEN, ""));
                }
            }
            _ => {}
        }
    }
    close(&mut open, 1);
    joined(&open[0].parts)
}

/// Ends elements, so that so many are open.
fn close(open: &mut Vec<Open<'_>>, left: usize) {
    while open.len() > left {
        let done = open.pop().map(|done| written(&done)).unwrap_or_default();
        add(open, done);
    }
}

fn add(open: &mut [Open<'_>], part: String) {
    if let Some(last) = open.last_mut() {
        last.parts.push(part);
    }
}

fn written(open: &Open<'_>) -> String {
    let Some(tag) = open.tag else { return String::new() };
    let part = |at: usize| open.parts.get(at).map_or("", String::as_str);
    match tag.name.as_slice() {
        b"mfrac" => format!("{}/{}", grouped(part(0)), grouped(part(1))),
        b"msup" | b"mover" => [part(0), &script(part(1), true)].concat(),
        b"msub" | b"munder" => [part(0), &script(part(1), false)].concat(),
        b"msubsup" | b"munderover" => [part(0), &script(part(1), false), &script(part(2), true)].concat(),
        b"msqrt" => format!("√{}", grouped(&joined(&open.parts))),
        b"mroot" => format!("{}√{}", script(part(1), true), grouped(part(0))),
        b"mfenced" => {
            let sign = |name, usual: &str| attribute(tag, name).unwrap_or_else(|| usual.to_owned());
            let parts = open.parts.join(&sign("separators", ","));
            [sign("open", "("), parts, sign("close", ")")].concat()
        }
        b"mmultiscripts" => multiscripts(&open.parts),
        b"mprescripts" => LEFT.to_owned(),
        b"mtable" => format!("[{}]", open.parts.join("; ")),
        b"mtr" | b"mlabeledtr" => open.parts.join(", "),
        b"mspace" => " ".to_owned(),
        b"ms" => format!("\"{}\"", joined(&open.parts)),
        b"maction" => part(0).to_owned(),
        // The same in another language, and what is there but not seen.
        b"annotation" | b"annotation-xml" | b"mphantom" => String::new(),
        _ => joined(&open.parts),
    }
}

/// One behind the other; names and numbers do not run together.
fn joined(parts: &[String]) -> String {
    let mut joined = String::new();
    for part in parts {
        let long = |text: &str| text.chars().count() > 1;
        let touch = joined.ends_with(char::is_alphanumeric) && part.starts_with(char::is_alphanumeric);
        let word = joined.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
        let are_numbers =
            word.ends_with(|c: char| c.is_ascii_digit()) && part.starts_with(|c: char| c.is_ascii_digit());
        let is_name = |text: &str| long(text) && text.chars().all(char::is_alphabetic);
        let is_script = joined[..joined.len() - word.len()].ends_with(['^', '_']);
        if touch && (is_script || are_numbers || is_name(word) || is_name(part)) {
            joined.push(' ');
        }
        joined.push_str(part);
    }
    joined
}

fn script(text: &str, is_above: bool) -> String {
    if text.is_empty() { String::new() } else { raised(text, is_above) }
}

/// A part of a formula that holds together.
fn grouped(part: &str) -> String {
    let mut characters = part.chars();
    let is_number = !part.is_empty() && part.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ','));
    let is_letter = characters.next().is_some() && characters.all(|c| !c.is_alphanumeric() && c.is_numeric());
    if is_number || is_letter { part.to_owned() } else { format!("({part})") }
}

/// A letter with others at its corners: first those at the right, below and above by turns, then those at the left.
fn multiscripts(parts: &[String]) -> String {
    let Some((base, rest)) = parts.split_first() else { return String::new() };
    let middle = rest.iter().position(|part| part == LEFT).unwrap_or(rest.len());
    let written = |scripts: &[String]| {
        let scripts = scripts.iter().enumerate().map(|(at, text)| script(text, at % 2 == 1));
        scripts.collect::<String>()
    };
    let left = written(rest.get(middle + 1..).unwrap_or_default());
    [left, base.clone(), written(&rest[..middle])].concat()
}

#[cfg(test)]
mod tests {
    use super::super::tokens::tokens;
    use super::*;

    #[test]
    fn formulas_in_a_line() {
        for (formula, wanted) in [
            ("<mfrac><mi>a</mi><mi>b</mi></mfrac>", "a/b"),
            ("<mfrac><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mn>10</mn></mfrac>", "(a+b)/10"),
            ("<mfrac><mn>1</mn><mrow><mi>a</mi><mi>b</mi></mrow></mfrac>", "1/(ab)"),
            ("<msup><mi>x</mi><mn>2</mn></msup><mo>+</mo><msub><mi>a</mi><mi>n</mi></msub>", "x²+a_n"),
            ("<msup><mi>x</mi><mrow><mi>n</mi><mo>+</mo><mn>1</mn></mrow></msup>", "x^(n+1)"),
            ("<msubsup><mi>a</mi><mn>1</mn><mn>2</mn></msubsup>", "a₁²"),
            ("<msqrt><mn>2</mn></msqrt><mo>&it;</mo><msqrt><mi>a</mi><mi>b</mi></msqrt>", "√2√(ab)"),
            ("<mroot><mn>8</mn><mn>3</mn></mroot>", "³√8"),
            (
                "<munderover><mo>∑</mo><mrow><mi>i</mi><mo>=</mo><mn>1</mn></mrow><mi>n</mi></munderover><mi>i</mi>",
                "∑_(i=1)^n i",
            ),
            ("<mi>sin</mi><mo>&#x2061;</mo><mi>x</mi><mtext> if </mtext><mi>y</mi>", "sin x if y"),
            (
                "<mtable><mtr><mtd><mn>1</mn></mtd><mtd><mn>2</mn></mtd></mtr><mtr><mtd><mn>3</mn></mtd></mtr></mtable>",
                "[1, 2; 3]",
            ),
            ("<mfenced open='['><mi>a</mi><mi>b</mi></mfenced>", "[a,b)"),
            ("<mmultiscripts><mi>U</mi><mprescripts/><mn>92</mn><mn>238</mn></mmultiscripts>", "₉₂²³⁸U"),
            ("<semantics><mi>x</mi><annotation>\\tex</annotation></semantics>", "x"),
            ("<mi>a</mi></mrow></mi><mo>=", "a="),
            ("", ""),
        ] {
            let tokens: Vec<Token> = tokens(formula).collect();
            assert_eq!(line(&tokens), wanted, "{formula}");
        }
        let deep = "<msqrt>".repeat(100_000);
        assert!(line(&tokens(&deep).collect::<Vec<_>>()).starts_with('√'));
    }
}
