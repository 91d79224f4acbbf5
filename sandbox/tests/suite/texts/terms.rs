//! Lists of terms, and titles, which a browser shows under a mouse.

use serde_json::json;

use super::{converted, warnings};
use crate::service::Service;

#[tokio::test]
async fn definitions_are_deep_and_end_with_their_list() {
    let service = Service::start().await;
    for (html, wanted) in [
        ("<dl><dt>term<dd>one<dd>two</dl><p>after</p>", "term\n\n  one\n\n  two\n\nafter\n"),
        (
            "<dl><dt>a</dt><dd>b<dl><dt>c</dt><dd>d</dd></dl>e</dd><dt>f</dt></dl>after",
            "a\n\n  b\n\n  c\n\n    d\n\n  e\n\nf\n\nafter\n",
        ),
        ("<dl><div><dt>a<dd>b</div><div><dt>c<dd>d</div></dl>after", "a\n\n  b\n\nc\n\n  d\n\nafter\n"),
    ] {
        let (text, told) = converted(&service, ("html", "txt"), html).await;
        assert_eq!((text.as_str(), told.as_str()), (wanted, ""), "{html}");
    }
}

#[tokio::test]
async fn titles_are_kept_or_told() {
    let service = Service::start().await;
    for (input, content, wanted) in [
        ("md", "[up](/y \"to the top\") end", "up (to the top) (/y) end\n"),
        ("md", "![words](a.png 'A title')", "words (A title)\n"),
        ("html", "<a href=/y title='to the top'>up</a> end", "up (to the top) (/y) end\n"),
        (
            "html",
            "<a href=/y title=up>up</a> <span title=' said  here '>word</span>",
            "up (/y) word (said here)\n",
        ),
    ] {
        let (text, _) = converted(&service, (input, "txt"), content).await;
        assert_eq!(text, wanted, "{content}");
    }
    // A browser draws the page as it is.
    let page = "<title>t</title><p><a href=/y title='to the top'>up</a> <em title=loud>so</em>";
    let told = warnings(&service.convert(("html", "pdf"), page, json!({})).await);
    assert!(told.contains("2 titles of links, pictures and words"), "{told}");
}
