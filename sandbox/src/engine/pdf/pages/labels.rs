//! What the pages of a document are called, such as i, ii, 1, 2 or A-1: a tree of numbers in its catalog (PDF 32000-1,
//! 12.4.2).

use std::collections::BTreeMap;

use lopdf::{Dictionary, Document, Object};

const LABELS: &[u8] = b"PageLabels";

/// What a page is called.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::engine::pdf) struct Label {
    /// How its number is written, if it is.
    style: Option<Object>,
    /// What stands before the number.
    prefix: Option<Object>,
    number: i64,
}

impl Label {
    /// What readers take where a document does not say it.
    pub(super) fn plain(number: usize) -> Self {
        let number = i64::try_from(number).unwrap_or(i64::MAX);
        Self { style: Some("D".into()), prefix: None, number }
    }

    fn follows(&self, before: &Self) -> bool {
        self.style == before.style && self.prefix == before.prefix && self.number == before.number + 1
    }

    fn range(&self) -> Dictionary {
        let mut range = Dictionary::new();
        if let Some(style) = &self.style {
            range.set("S", style.clone());
        }
        if let Some(prefix) = &self.prefix {
            range.set("P", prefix.clone());
        }
        range.set("St", self.number);
        range
    }
}

/// What all pages are called; None where the document does not say it.
pub(in crate::engine::pdf) fn of(document: &Document) -> Option<Vec<Label>> {
    let root = document.catalog().ok()?.get_deref(LABELS, document).ok()?.as_dict().ok()?;
    let ranges = ranges(document, root);
    let mut current: Option<(usize, &Dictionary)> = None;
    let label = |page: usize| {
        if let Some(range) = ranges.get(&page) {
            current = Some((page, range));
        }
        let Some((first, range)) = current else { return Label::plain(page + 1) };
        let of_range = |name: &[u8]| range.get_deref(name, document).ok().cloned();
        let start = of_range(b"St").and_then(|start| start.as_i64().ok()).unwrap_or(1);
        let number = start.saturating_add(i64::try_from(page - first).unwrap_or(i64::MAX));
        Label { style: of_range(b"S"), prefix: of_range(b"P"), number }
    };
    Some((0..document.page_iter().count()).map(label).collect())
}

/// Where rows of numbers begin, and how they go.
fn ranges<'d>(document: &'d Document, root: &'d Dictionary) -> BTreeMap<usize, &'d Dictionary> {
    let (mut nodes, mut found) = (vec![root], BTreeMap::new());
    // There are no more nodes than objects, also where they go round in a circle.
    for _ in 0..=document.objects.len() {
        let Some(node) = nodes.pop() else { break };
        let list = |name: &[u8]| node.get_deref(name, document).and_then(Object::as_array);
        for kid in list(b"Kids").into_iter().flatten() {
            nodes.extend(document.dereference(kid).and_then(|(_, kid)| kid.as_dict()));
        }
        for pair in list(b"Nums").map(|list| list.chunks_exact(2)).into_iter().flatten() {
            let first = pair[0].as_i64().ok().and_then(|first| usize::try_from(first).ok());
            let range = document.dereference(&pair[1]).and_then(|(_, range)| range.as_dict());
            found.extend(first.zip(range.ok()));
        }
    }
    found
}

/// Calls the pages of a document so.
pub(in crate::engine::pdf) fn set(document: &mut Document, labels: &[Label]) {
    let mut numbers: Vec<Object> = Vec::new();
    for (page, label) in labels.iter().enumerate() {
        let goes_on = page.checked_sub(1).is_some_and(|before| label.follows(&labels[before]));
        if !goes_on {
            numbers.extend([i64::try_from(page).unwrap_or(i64::MAX).into(), label.range().into()]);
        }
    }
    if let Ok(catalog) = document.catalog_mut() {
        let mut tree = Dictionary::new();
        tree.set("Nums", numbers);
        catalog.set(LABELS, tree);
    }
}
