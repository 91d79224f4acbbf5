//! Markdown, HTML and plain text.

use serde_json::json;

use crate::pdf::{pages_of, text_of};
use crate::service::Service;

#[tokio::test]
async fn markdown_becomes_a_page_on_which_nothing_runs() {
    let service = Service::start().await;
    let markdown =
        "# A & B\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n<script>alert(1)</script> [x](javascript:alert(1))";
    let html = service.output(("md", "html"), markdown, json!({"filename": "<i>.md"})).await;
    let html = String::from_utf8(html).unwrap();
    assert!(html.contains("<h1>A &amp; B</h1>") && html.contains("<td>1</td>"));
    assert!(html.contains("<title>&lt;i&gt;</title>"));
    assert!(!html.contains("<script") && !html.contains("href=\"javascript"));
}

#[tokio::test]
async fn texts_in_old_encodings() {
    let service = Service::start().await;
    let utf16: Vec<u8> =
        [0xff, 0xfe].into_iter().chain("Größe".encode_utf16().flat_map(u16::to_le_bytes)).collect();
    for content in [
        "Größe".as_bytes().to_vec(),
        b"Gr\xf6\xdfe".to_vec(),
        b"\xef\xbb\xbfGr\xc3\xb6\xc3\x9fe".to_vec(),
        utf16,
    ] {
        let html = String::from_utf8(service.output(("md", "html"), content, json!({})).await).unwrap();
        assert!(html.contains("<p>Größe</p>"), "{html}");
    }
    service.convert(("md", "html"), &b"\0\x01\x02"[..], json!({})).await.assert_error(422, "text");
}

#[tokio::test]
async fn pages_and_markdown_become_text() {
    let service = Service::start().await;
    let html = "<html><head><title>no</title></head><body><h1>Head&uuml;</h1><p>One\n two<ul><li>a<li>b</ul><pre>x\n  y</pre>";
    let text = String::from_utf8(service.output(("html", "txt"), html, json!({})).await).unwrap();
    assert_eq!(text, "Headü\n\nOne two\n\n• a\n• b\n\nx\n  y\n");
    let text = service.output(("md", "txt"), "# Head\n\nOne *two*\n\n1. a\n2. b", json!({})).await;
    assert_eq!(String::from_utf8(text).unwrap(), "Head\n\nOne two\n\n1. a\n2. b\n");
}

#[tokio::test]
async fn texts_become_pages() {
    let service = Service::start().await;
    let html = "<h1>A heading</h1><p>Größe – 5 €<ul><li>item</ul><pre>code  here</pre>";
    for (input, content) in
        [("html", html), ("md", "# A heading\n\nGröße – 5 €\n\n- item\n\n```\ncode  here\n```")]
    {
        let text = text_of(&service.output((input, "pdf"), content, json!({})).await);
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(words, "A heading Größe – 5 € • item code here");
    }
    let lines = (0..500).map(|number| format!("line {number}")).collect::<Vec<_>>().join("\n");
    let pdf = service.output(("txt", "pdf"), lines.clone(), json!({})).await;
    assert_eq!(pages_of(&pdf), 9);
    let words: Vec<String> = text_of(&pdf).split_whitespace().map(str::to_owned).collect();
    assert_eq!(words, lines.split_whitespace().collect::<Vec<_>>());
    service.convert(("txt", "pdf"), "漢字", json!({})).await.assert_error(422, "漢");
}
