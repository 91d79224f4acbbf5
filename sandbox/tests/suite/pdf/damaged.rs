//! PDFs that are too damaged to be taken over: what can be drawn of them.

use serde_json::json;

use super::make::{Page, document};
use super::text_of;
use crate::service::{Service, options};

/// A document of three pages whose first line is gone, so that most programs take it for none.
pub(super) fn without_head() -> Vec<u8> {
    let pages = ["first", "second", "third"].map(|text| Page(300, 200, 0, text));
    let mut pdf = document("A title", &pages);
    pdf[..5].copy_from_slice(b"#####");
    pdf
}

#[tokio::test]
async fn what_cannot_be_repaired_is_drawn_anew_and_told() {
    let service = Service::start().await;
    for (range, words) in [("1-", vec!["first", "second", "third"]), ("2", vec!["second"])] {
        let asked = options(&json!({"page_range": range}));
        let status = service.convert(("pdf", "pdf"), without_head(), asked).await;
        assert_eq!(status["step"], "finished", "{}", status.text());
        assert!(status["warnings"].to_string().contains("were drawn anew"), "{}", status.text());
        let made = service.get(status["output"]["url"].as_str().unwrap()).await.body;
        assert_eq!(text_of(&made).split_whitespace().collect::<Vec<_>>(), words);
    }
}
