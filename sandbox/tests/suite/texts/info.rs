//! Mode `info` of texts, Markdown and HTML.

use serde_json::{Value, json};

use super::encoded;
use crate::service::Service;

async fn info(service: &Service, format: &str, content: impl Into<Vec<u8>>, options: Value) -> Value {
    let asked = json!({"mode": "info", "converteroptions": options});
    let status = service.convert((format, "*"), content.into(), asked).await;
    assert_eq!(status["step"], "finished", "{}", status.text());
    status["info"].clone()
}

#[tokio::test]
async fn the_encoding_of_a_text_and_by_what_it_is_known() {
    let service = Service::start().await;
    let utf16 =
        |mark: &str| format!("{mark}Größe, naïve").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let russian = encoded("koi8-r", "Съешь же ещё этих мягких французских булок, да выпей чаю");
    let cases: [(&str, Vec<u8>, Value, &str, &str); 9] = [
        ("txt", b"plain".to_vec(), json!({}), "UTF-8", "looks"),
        ("txt", "\u{feff}Größe".into(), json!({}), "UTF-8", "mark"),
        ("txt", utf16("\u{feff}"), json!({}), "UTF-16LE", "mark"),
        ("txt", utf16(""), json!({}), "UTF-16LE", "looks"),
        ("txt", russian.clone(), json!({}), "KOI8-U", "looks"),
        ("txt", russian, json!({"encoding": "koi8-r"}), "KOI8-R", "option"),
        ("txt", encoded("windows-1250", "# coding: cp1250\nŁódź"), json!({}), "windows-1250", "declaration"),
        ("html", encoded("shift_jis", "<meta charset=shift_jis>日本"), json!({}), "Shift_JIS", "declaration"),
        ("html", "<meta charset=utf-8>Größe".into(), json!({}), "UTF-8", "declaration"),
    ];
    for (format, content, options, encoding, by) in cases {
        let info = info(&service, format, content, options).await;
        assert_eq!((&info["encoding"], &info["encoding_by"]), (&json!(encoding), &json!(by)), "{info}");
    }
}

#[tokio::test]
async fn how_a_text_is_built_and_what_it_says_of_itself() {
    let service = Service::start().await;
    for (text, ends, lines) in [
        ("one line", Value::Null, 1),
        ("a\nb\n", json!("lf"), 2),
        ("a\r\nb", json!("crlf"), 2),
        ("a\rb\rc", json!("cr"), 3),
        ("a\r\nb\nc", json!("mixed"), 3),
        ("", Value::Null, 0),
    ] {
        if text.is_empty() {
            let asked = json!({"mode": "info"});
            service.convert(("txt", "*"), text, asked).await.assert_error(422, "empty");
            continue;
        }
        let info = info(&service, "txt", text, json!({})).await;
        assert_eq!((&info["line_ends"], &info["lines"]), (&ends, &json!(lines)), "{text:?}: {info}");
    }
    let text = info(&service, "txt", "zwei Größen\n", json!({})).await;
    assert_eq!((&text["words"], &text["characters"], &text["size"]), (&json!(2), &json!(12), &json!(14)));
    let page = "<html lang=de><title>Ein Titel</title><script>not a word</script><p>drei ganze Wörter";
    let markdown = "---\ntitle: Ein Titel\nlang: de\n---\n**drei** ganze Wörter\n";
    for (format, content) in [("html", page), ("htm", page), ("md", markdown), ("markdown", markdown)] {
        let info = info(&service, format, content, json!({})).await;
        assert_eq!((&info["title"], &info["language"]), (&json!("Ein Titel"), &json!("de")), "{info}");
        assert_eq!(info["words"], 3, "{format}: {info}");
    }
}
