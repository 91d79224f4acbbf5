//! Takes pages out of a document, and what leads to them.

use lopdf::{Dictionary, Document, Object};

use super::super::super::Progress;
use super::{forms, labels};

/// What is lost with the pages that are left out.
#[derive(Default)]
pub(in crate::engine::pdf) struct Lost {
    /// How many links and bookmarks lead nowhere now.
    leads: usize,
    /// Whether there was a form in XML.
    xfa: bool,
}

impl Lost {
    /// What is lost here as well.
    pub(in crate::engine::pdf) fn add(&mut self, other: &Self) {
        self.leads += other.leads;
        self.xfa |= other.xfa;
    }

    pub(in crate::engine::pdf) fn tell(&self, progress: &Progress) {
        if self.leads > 0 {
            progress.warn(format!(
                "{} links and bookmarks led to pages that are left out; they lead nowhere now",
                self.leads
            ));
        }
        if self.xfa {
            forms::tell_xfa(progress);
        }
    }
}

/// Leaves these pages in a document, and nothing of the others.
pub(in crate::engine::pdf) fn leave(document: &mut Document, has: impl Fn(u32) -> bool) -> Lost {
    let others: Vec<u32> = document.get_pages().into_keys().filter(|page| !has(*page)).collect();
    if others.is_empty() {
        return Lost::default();
    }
    let labels = labels::of(document);
    document.delete_pages(&others);
    let leads = document.objects.values_mut().map(remove_lost).sum();
    let xfa = forms::remove_xfa(document);
    if let Some(labels) = labels {
        let kept = (1..).zip(labels).filter(|(page, _)| has(*page)).map(|(_, label)| label);
        labels::set(document, &kept.collect::<Vec<_>>());
    }
    document.prune_objects();
    Lost { leads, xfa }
}

/// Removes destinations that have lost their page, of links, bookmarks and actions in this object; gives how many.
fn remove_lost(object: &mut Object) -> usize {
    let dictionary = match object {
        Object::Array(objects) => return objects.iter_mut().map(remove_lost).sum(),
        Object::Dictionary(dictionary) => dictionary,
        Object::Stream(stream) => &mut stream.dict,
        _ => return 0,
    };
    let is_jump = dictionary.get(b"S").and_then(Object::as_name).is_ok_and(|kind| kind == b"GoTo");
    let mut lost = 0;
    for key in [&b"Dest"[..], b"D"].into_iter().filter(|key| *key == b"Dest" || is_jump) {
        if has_lost(dictionary, key) {
            dictionary.remove(key);
            lost += 1;
        }
    }
    lost + dictionary.iter_mut().map(|(_, inner)| remove_lost(inner)).sum::<usize>()
}

/// Whether a destination begins with how to show a page, and not with the page.
fn has_lost(dictionary: &Dictionary, key: &[u8]) -> bool {
    let place = dictionary.get(key).and_then(Object::as_array);
    place.is_ok_and(|place| matches!(place.first(), Some(Object::Name(_)) | None))
}
