//! What mode `info` tells of a drawing, besides its size.

use resvg::usvg::roxmltree::{Document, Node};
use serde_json::{Value, json};

/// What moves.
const MOVING: [&str; 4] = ["animate", "animateTransform", "animateMotion", "set"];

pub(super) fn of(document: &Document<'_>) -> Value {
    let root = document.root_element();
    let all = || document.descendants().filter(Node::is_element);
    let named = |name: &'static str| all().filter(move |node| node.tag_name().name() == name);
    let has = |names: &[&str]| all().any(|node| names.contains(&node.tag_name().name()));
    let moves = |sheet: Node<'_, '_>| sheet.text().is_some_and(|sheet| sheet.contains("@keyframes"));
    let said = |name: &str| {
        let node = root.children().find(|node| node.tag_name().name() == name)?;
        let text: String =
            node.descendants().filter_map(|node| node.text().filter(|_| node.is_text())).collect();
        Some(text.trim().to_owned()).filter(|text| !text.is_empty())
    };
    let mut info = json!({
        "animated": has(&MOVING) || named("style").any(moves), "scripts": has(&["script"]),
        "texts": named("text").count(), "images": named("image").count(),
    });
    let texts = [
        ("title", said("title")),
        ("description", said("desc")),
        ("view_box", root.attribute("viewBox").map(str::to_owned)),
    ];
    for (field, text) in texts {
        if let Some(text) = text {
            info[field] = text.into();
        }
    }
    info
}
