//! Markdown, HTML and plain text.

mod info;
mod pages;
mod rows;
mod shaped;
mod table;
mod terms;

use encoding_rs::Encoding;
use serde_json::{Value, json};

pub(crate) use pages::poppler;

use crate::pdf::{pages_of, text_of};
use crate::service::{Answer, Service, options};

/// What came out, as text, and all warnings.
async fn converted(service: &Service, pair: (&str, &str), content: impl Into<Vec<u8>>) -> (String, String) {
    let status = service.convert(pair, content.into(), plainly(pair)).await;
    let output = output_of(service, &status).await;
    let text = if pair.1 == "pdf" { text_of(&output) } else { String::from_utf8(output).unwrap() };
    (text, warnings(&status))
}

/// The options of a conversion that takes no browser, where there is one.
fn plainly(pair: (&str, &str)) -> Value {
    if pair == ("html", "pdf") { options(&json!({"styles": false})) } else { json!({}) }
}

async fn output_of(service: &Service, status: &Answer) -> Vec<u8> {
    assert_eq!(status["step"], "finished", "{}", status.text());
    service.get(status["output"]["url"].as_str().unwrap()).await.body
}

fn warnings(status: &Answer) -> String {
    let warnings = status["warnings"].as_array().unwrap();
    warnings.iter().map(|warning| warning.as_str().unwrap()).collect::<Vec<_>>().join("\n")
}

fn words(text: &str) -> String {
    // Poppler marks where the direction changes.
    let text = text.replace(['\u{202a}', '\u{202b}', '\u{202c}'], "");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn encoded(label: &str, text: &str) -> Vec<u8> {
    Encoding::for_label(label.as_bytes()).unwrap().encode(text).0.into_owned()
}

#[tokio::test]
async fn markdown_becomes_a_page_on_which_nothing_runs() {
    let service = Service::start().await;
    let markdown = "# A & B\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n<script>alert(1)</script>\n\n[x](javascript:alert(1)) <kbd>K</kbd>";
    let status = service.convert(("md", "html"), markdown, json!({"filename": "<i> b.md"})).await;
    let html = String::from_utf8(output_of(&service, &status).await).unwrap();
    assert!(html.contains("<h1 id=\"a--b\">A &amp; B</h1>") && html.contains("<td>1</td>"), "{html}");
    assert!(html.contains("<title>&lt;i&gt; b</title>"), "{html}");
    assert!(html.contains("<kbd>K</kbd>"));
    assert!(!html.contains("<script") && !html.contains("href=\"javascript"));
    assert!(warnings(&status).contains("<script>, links to javascript:"), "{}", status.text());
}

#[tokio::test]
async fn what_the_author_hid_stays_hidden() {
    let service = Service::start().await;
    for (input, content) in [
        (
            "md",
            "---\ntitle: Hidden plan\nauthor: hidden\n---\n<!-- hidden -->\n\nText <!-- hidden\nhidden --> goes on.",
        ),
        ("md", "+++\ntitle = \"Hidden plan\"\n+++\nText goes on.\n\n<!--\nhidden\n\nhidden\n-->"),
        (
            "html",
            "<title>Hidden plan</title><p hidden>hidden</p>Text <!-- hidden -->goes on.<p style='display:none'>hidden",
        ),
    ] {
        for output in ["html", "txt", "pdf"].into_iter().filter(|output| *output != input) {
            let (text, _) = converted(&service, (input, output), content).await;
            assert!(!text.contains("hidden"), "{input} to {output}: {text}");
            if output == "html" {
                assert!(text.contains("<title>Hidden plan</title>"), "{text}");
            } else {
                assert_eq!(words(&text), "Text goes on.", "{input} to {output}");
            }
        }
    }
    // Lines across the page are no metadata.
    for line in ["Just text.", "Note: just text.", "author: just text.\ndate: just text."] {
        for output in ["html", "txt", "pdf"] {
            let markdown = format!("---\n\n{line}\n\n---\n\n# A\n");
            let (text, _) = converted(&service, ("md", output), markdown).await;
            assert!(words(&text).contains(&words(line)), "{line:?} to {output}: {text}");
        }
    }
}

#[tokio::test]
async fn encodings_by_mark_by_declaration_and_by_looks() {
    let service = Service::start().await;
    let utf16: Vec<u8> =
        [0xff, 0xfe].into_iter().chain("Größe".encode_utf16().flat_map(u16::to_le_bytes)).collect();
    for (content, guessed) in [
        ("Größe".as_bytes().to_vec(), false),
        (b"Gr\xf6\xdfe".to_vec(), true),
        (b"\xef\xbb\xbfGr\xc3\xb6\xc3\x9fe".to_vec(), false),
        (utf16, false),
    ] {
        let (html, told) = converted(&service, ("md", "html"), content).await;
        assert!(html.contains("<p>Größe</p>"), "{html}");
        assert_eq!(told.contains("encoding"), guessed, "{told}");
    }
    for (label, declaration, text) in [
        ("shift_jis", "<meta charset=Shift_JIS>", "日本語のテスト"),
        (
            "windows-1251",
            "<META content='text/html; charset=windows-1251' http-equiv=content-type>",
            "Привет",
        ),
        ("iso-8859-2", "<?xml version=\"1.0\" encoding=\"ISO-8859-2\"?>", "Zażółć"),
        ("euc-kr", "<!-- charset=utf-8 --><meta charset='euc-kr'>", "한국어"),
    ] {
        let page = [declaration.as_bytes(), b"<p>", &encoded(label, text)].concat();
        let (shown, told) = converted(&service, ("html", "txt"), page.clone()).await;
        assert_eq!((shown.trim(), told.as_str()), (text, ""), "{label}");
        let (shown, _) = converted(&service, ("html", "pdf"), page).await;
        assert_eq!(words(&shown), text, "{label}");
    }
    // One byte that is wrong does not flip the rest.
    let (text, told) =
        converted(&service, ("html", "txt"), b"<meta charset=utf-8>\xe4 \xc5\x81\xc3\xb3d\xc5\xba".to_vec())
            .await;
    assert_eq!(text.trim(), "ä Łódź");
    assert!(told.contains("not UTF-8"), "{told}");
    let japanese = "これは日本語のテキストです。文字コードは宣言されていません。";
    let (text, told) = converted(&service, ("md", "txt"), encoded("shift_jis", japanese)).await;
    assert_eq!(text.trim(), japanese);
    assert!(told.contains("Shift_JIS"), "{told}");
    let chosen = options(&json!({"encoding": "iso-8859-7"}));
    let text = service.output(("md", "txt"), encoded("iso-8859-7", "Αθήνα"), chosen).await;
    assert_eq!(String::from_utf8(text).unwrap(), "Αθήνα\n");
    let wrong = options(&json!({"encoding": "klingon"}));
    service.convert(("md", "txt"), "a", wrong).await.assert_error(400, "klingon");
    service.convert(("md", "html"), &b"\0\x01\x02"[..], json!({})).await.assert_error(422, "text");
}

#[tokio::test]
async fn pages_and_markdown_become_text() {
    let service = Service::start().await;
    let html = "<html><head><title>no</title></head><body><h1>Head&uuml;</h1><p>One\n two<ul><li>a<li>b</ul><pre>x\n  y</pre>";
    let (text, _) = converted(&service, ("html", "txt"), html).await;
    assert_eq!(text, "Headü\n\nOne two\n\n• a\n• b\n\nx\n  y\n");
    let markdown =
        "# Head\n\nOne *two* ~~no~~\n\n1. a\n2. b\n\n| a | b |\n|---|---|\n| 漢 | 2 |\n| three | 4 |\n";
    let (text, _) = converted(&service, ("md", "txt"), markdown).await;
    let table = "a       b\n-----   -\n漢      2\nthree   4\n";
    assert_eq!(text, format!("Head\n\nOne two ~~no~~\n\n1. a\n2. b\n\n{table}"));
}

#[tokio::test]
async fn boxes_links_numbers_and_notes() {
    let service = Service::start().await;
    let markdown = "- [x] done\n- [ ] open\n\n<HTTPS://Example.org/x> [up](HTTPS://Example.org/y) [chat](irc://x/y)\n\n7. seven\n8. eight[^n]\n\n[^n]: A note.";
    let (html, told) = converted(&service, ("md", "html"), markdown).await;
    for part in [
        "href=\"HTTPS://Example.org/x\"",
        "href=\"irc://x/y\"",
        "<ol start=\"7\">",
        "checked",
        "href=\"#fn-n\"",
    ] {
        assert!(html.contains(part), "{part} is not in {html}");
    }
    assert_eq!(told, "");
    let (text, _) = converted(&service, ("md", "txt"), markdown).await;
    assert_eq!(
        text,
        "[x] done\n[ ] open\n\nHTTPS://Example.org/x up (HTTPS://Example.org/y) chat (irc://x/y)\n\n7. seven\n8. eight[1]\n1. A note.\n"
    );
    let (text, _) = converted(&service, ("md", "pdf"), markdown).await;
    for part in ["[x] done", "[ ] open", "7. seven", "8. eight[1]"] {
        assert!(words(&text).contains(part), "{text}");
    }
    let html = "<ol start=3 type=A><li>a<li value=9>b</ol><ol reversed><li>c<li>d</ol><input type=checkbox checked> yes";
    let (text, _) = converted(&service, ("html", "txt"), html).await;
    assert_eq!(text, "C. a\nI. b\n2. c\n1. d\n\n[x] yes\n");
}

#[tokio::test]
async fn texts_become_pages() {
    let service = Service::start().await;
    let html = "<h1>A heading</h1><p>Größe – 5 €<ul><li>item</ul><pre>code  here</pre>";
    for (input, content) in
        [("html", html), ("md", "# A heading\n\nGröße – 5 €\n\n- item\n\n```\ncode  here\n```")]
    {
        let (text, told) = converted(&service, (input, "pdf"), content).await;
        assert_eq!((words(&text).as_str(), told.as_str()), ("A heading Größe – 5 € • item code here", ""));
    }
    let lines = (0..500).map(|number| format!("line {number}")).collect::<Vec<_>>().join("\n");
    let pdf = service.output(("txt", "pdf"), lines.clone(), json!({})).await;
    assert_eq!(pages_of(&pdf), 9);
    assert_eq!(words(&text_of(&pdf)), words(&lines));
    let pdf = service.output(("txt", "pdf"), "one\x0ctwo", json!({})).await;
    assert_eq!(pages_of(&pdf), 2);
}

/// What no font has is as wide as it was when lines were broken, and spaces stay between words.
#[tokio::test]
async fn boxes_and_marks_do_not_lie_on_others() {
    let service = Service::start().await;
    let nowhere = "\u{10fffd}\u{10fffc} \u{10fffd}\u{10fffd}\u{10fffc} end";
    for (input, text) in [
        ("txt", nowhere),
        ("md", nowhere),
        ("txt", "Tiếng Việt ế ộ ữ Ề đ"),
        ("txt", "e\u{302}\u{301} o\u{323}\u{302} a"),
    ] {
        let pdf = service.output((input, "pdf"), text, json!({})).await;
        assert_eq!(words(&text_of(&pdf)), text, "{input}");
    }
}

#[tokio::test]
async fn what_is_lost_is_told() {
    let service = Service::start().await;
    let html = "<p>a <img src=x alt=picture> <svg></svg> <a href='javascript:x'>b</a>";
    for output in ["txt", "pdf"] {
        let (text, told) = converted(&service, ("html", output), html).await;
        assert_eq!(words(&text), "a picture b");
        assert!(told.contains("2 pictures") && told.contains("1 links that run scripts"), "{told}");
    }
    let types = service.get("/conversiontypes?inputformat=md&outputformat=html").await;
    let note = types.json()[0]["note"].clone();
    assert!(matches!(&note, Value::String(note) if note.contains("metadata")), "{note}");
}

/// In a page, a list shows what is chosen; on paper, nobody can open it.
#[tokio::test]
async fn what_can_be_chosen_is_shown() {
    let service = Service::start().await;
    let colours = "<p>Colour: <select><option>red<option selected>green</option><option value=b label=blue></select> end";
    let sizes = "<p>Sizes: <select multiple size=3><optgroup label=Small><option>XS<option selected>S</optgroup><option>M</select>";
    let first =
        "<p>Land <select name=l><option value=1>Österreich</option>\n<option>Polska</option></select>";
    for (html, wanted) in [
        (colours, "Colour: [ ] red [x] green [ ] blue end"),
        (sizes, "Sizes: Small: [ ] XS [x] S [ ] M"),
        (first, "Land [x] Österreich [ ] Polska"),
        ("<p>Name: <input placeholder='Jane Doe'> <input value=x placeholder=y>", "Name: Jane Doe x"),
        ("<select><select><option>a</select>b<option>c", "[x] a b [ ] c"),
        (
            "<ruby>ab<rt>one</ruby> <ruby>cd<rp>[<rt>two<rp>]</ruby> <ruby>e<rt>x</rt>f<rt>y</rt></ruby>.",
            "ab(one) cd[two] e(x)f(y).",
        ),
        ("<map><area alt='The north' href=/n><area href=/s></map> end", "The north end"),
    ] {
        let page = format!("<meta charset=utf-8>{html}");
        for output in ["txt", "pdf"] {
            let (text, told) = converted(&service, ("html", output), page.clone()).await;
            // A text has the addresses of links beside their words.
            let text = words(&text).replace(" (/n)", "");
            assert_eq!((text.as_str(), told.as_str()), (wanted, ""), "{output}");
        }
    }
    // A browser draws the list as it is, and the rest is told.
    for (html, lists) in
        [(colours.to_owned(), 1), ([colours, sizes, first].concat(), 2), (sizes.to_owned(), 0)]
    {
        let styled = format!("<meta charset=utf-8><title>t</title>{html}");
        let status = service.convert(("html", "pdf"), styled, json!({})).await;
        let told = warnings(&status);
        assert_eq!(
            told.contains(&format!("{lists} lists show the option that is chosen")),
            lists > 0,
            "{told}"
        );
    }
}

#[tokio::test]
async fn utf_32_with_a_mark_and_without() {
    let service = Service::start().await;
    let units = |text: &str, little: bool| -> Vec<u8> {
        let unit = |c: char| if little { u32::from(c).to_le_bytes() } else { u32::from(c).to_be_bytes() };
        text.chars().flat_map(unit).collect()
    };
    for (input, text, wanted) in [
        ("txt", "Größe 日本\nzwei 𐎀", "Größe 日本 zwei 𐎀"),
        ("md", "# Größe\n\nПривет", "Größe Привет"),
        ("html", "<h1>Größe</h1><p>Łódź", "Größe Łódź"),
    ] {
        for little in [true, false] {
            for marked in [true, false] {
                let text = if marked { format!("\u{feff}{text}") } else { text.to_owned() };
                let output = if input == "txt" { "pdf" } else { "txt" };
                let (read, told) = converted(&service, (input, output), units(&text, little)).await;
                // Which letters the fonts of this machine have, is not the matter here.
                assert!(!told.contains("encoding"), "{input} {little} {marked}: {told}");
                assert_eq!(words(&read), wanted, "{input} {little} {marked}");
            }
        }
    }
    let label = options(&json!({"encoding": "UTF-32BE"}));
    let text = service.output(("md", "txt"), units("Łódź", false), label).await;
    assert_eq!(String::from_utf8(text).unwrap(), "Łódź\n");
    let mut broken = units("\u{feff}Łódź", true);
    broken[6] = 0xff;
    let (text, told) = converted(&service, ("md", "txt"), broken).await;
    assert_eq!(text.trim(), "\u{fffd}ódź");
    assert!(told.contains("UTF-32LE"), "{told}");
}

/// Notebooks have their pictures in the text. A link to such a page would be one in which something runs.
#[tokio::test]
async fn pictures_in_the_text_itself_stay() {
    let service = Service::start().await;
    for (markdown, kept, told) in [
        ("![dot](data:image/png;base64,iVBORw0KGgo=)", "src=\"data:image/png;base64,iVBORw0KGgo=\"", ""),
        ("a <img alt=dot src='DATA:image/gif;base64,R0lGODlhAQABAAAAACw='>", "R0lGODlhAQABAAAAACw=", ""),
        ("[x](data:image/png;base64,AAAA)", "<a>x</a>", "links to data:"),
        ("![x](data:text/html,<script>1</script>)", "x", "links to data:"),
        ("![dot](data:image/png;base64,AAAA) [x](data:text/html,b)", "<a>x</a>", "links to data:"),
    ] {
        let (html, warnings) = converted(&service, ("md", "html"), markdown).await;
        assert!(html.contains(kept), "{html}");
        assert_eq!(warnings.contains("links to data:"), !told.is_empty(), "{warnings}");
        assert!(!html.contains("data:text"), "{html}");
    }
}

/// Each would take the square of its length.
#[tokio::test]
async fn quotes_are_as_deep_as_somebody_may_mean_them() {
    let service = Service::start().await;
    for before in ["", "- ", "b\r"] {
        let text = format!("{before}{} a\n", "> ".repeat(50_000));
        let (html, told) = converted(&service, ("md", "html"), text).await;
        assert!(told.contains("more than 200 deep"), "{told}");
        let deep = html.matches("<blockquote>").count();
        assert!((1..=200).contains(&deep), "{deep}");
    }
    let (html, told) = converted(&service, ("md", "html"), ">".repeat(200) + " a").await;
    assert_eq!((html.matches("<blockquote>").count(), told.as_str()), (200, ""));
}

#[tokio::test]
async fn a_text_of_too_many_pages_is_refused_by_their_number() {
    let service = Service::start().await;
    let status = service.convert(("txt", "pdf"), "\x0c".repeat(20_000), json!({})).await;
    status.assert_error(422, "more than 8000 pages");
}
