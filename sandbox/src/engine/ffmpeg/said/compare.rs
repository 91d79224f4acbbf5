//! What one tag says and another does not, or says otherwise.

use std::collections::HashSet;

use lofty::tag::{ItemKey, Tag, TagItem};

use super::names::{CONFUSED, places, usual};

/// Which of these are not in a tag.
pub(super) fn missing<'a>(items: &'a [TagItem], tag: &Tag) -> Vec<&'a TagItem> {
    let has = |item: &TagItem| {
        item.value().text().is_none_or(|text| values(tag, item.key()).any(|other| is_same(text, other)))
    };
    items.iter().filter(|item| !has(item)).collect()
}

/// What a tag says by a key, or by one that is like it.
pub(super) fn values(tag: &Tag, key: ItemKey) -> impl Iterator<Item = &str> {
    places(usual(key)).flat_map(|key| tag.get_strings(key))
}

/// Removes what ffmpeg has written under another name, where it stands under its own.
pub(super) fn clear(items: &[TagItem], tag: &mut Tag) -> bool {
    let before = tag.item_count();
    for (wrong, right) in CONFUSED {
        let says = |key: ItemKey, text: &str| {
            items.iter().any(|item| item.key() == key && item.value().text() == Some(text))
        };
        let own: HashSet<String> = tag.get_strings(right).map(str::to_owned).collect();
        let is_right = |text: &str| says(right, text) && own.contains(text);
        tag.retain(|item| {
            let Some(text) = item.value().text().filter(|text| item.key() == wrong && !says(wrong, text))
            else {
                return true;
            };
            !is_right(text) && !text.split(';').all(|part| is_right(part.trim()))
        });
    }
    tag.item_count() != before
}

pub(super) fn moved(item: &TagItem, place: ItemKey) -> TagItem {
    let mut moved = TagItem::new(place, item.value().clone());
    moved.set_lang(*item.lang());
    moved.set_description(item.description().to_owned());
    moved
}

/// Whether a value is another, or one of several in it.
pub(in super::super) fn has_part(value: &str, part: &str) -> bool {
    value == part || value.split(['/', ';']).any(|one| is_same(one, part))
}

/// Whether two values are the same, numbers also where one has zeros before it.
pub(super) fn is_same(one: &str, other: &str) -> bool {
    let number = |text: &str| text.trim().parse::<u64>().ok();
    one.trim() == other.trim() || number(one).is_some_and(|value| number(other) == Some(value))
}
