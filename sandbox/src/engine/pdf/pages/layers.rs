//! Layers, which readers show or not: a list in the catalog (PDF 32000-1, 8.11.4).

use lopdf::{Dictionary, Document, Object};

const LAYERS: &[u8] = b"OCProperties";
const ALL: &[u8] = b"OCGs";
/// Lists of how layers are at first, one behind the other where documents are joined.
const LISTS: [&[u8]; 4] = [b"Order", b"RBGroups", b"Locked", b"AS"];

/// The layers of several documents.
#[derive(Default)]
pub(super) struct Layers {
    all: Vec<Object>,
    /// Those that are not shown at first.
    off: Vec<Object>,
    lists: [Vec<Object>; 4],
}

impl Layers {
    pub(super) fn add(&mut self, document: &Document) {
        let Ok(layers) =
            document.catalog().and_then(|catalog| catalog.get_deref(LAYERS, document)?.as_dict())
        else {
            return;
        };
        let list = |of: &Dictionary, name: &[u8]| {
            let list = of.get_deref(name, document).and_then(Object::as_array);
            list.cloned().unwrap_or_default()
        };
        let all = list(layers, ALL);
        let first = layers.get_deref(b"D", document).and_then(Object::as_dict).cloned().unwrap_or_default();
        let is_off = first.get_deref(b"BaseState", document).and_then(Object::as_name);
        if is_off.is_ok_and(|state| state == b"OFF") {
            let on = list(&first, b"ON");
            self.off.extend(all.iter().filter(|layer| !on.contains(layer)).cloned());
        } else {
            self.off.extend(list(&first, b"OFF"));
        }
        for (lists, name) in self.lists.iter_mut().zip(LISTS) {
            lists.extend(list(&first, name));
        }
        self.all.extend(all);
    }

    pub(super) fn set(self, document: &mut Document) -> Result<(), lopdf::Error> {
        if self.all.is_empty() {
            return Ok(());
        }
        let mut first = Dictionary::new();
        for (name, list) in LISTS.into_iter().zip(self.lists).chain([(&b"OFF"[..], self.off)]) {
            if !list.is_empty() {
                first.set(name, list);
            }
        }
        let mut layers = Dictionary::new();
        layers.set(ALL, self.all);
        layers.set("D", first);
        document.catalog_mut()?.set(LAYERS, layers);
        Ok(())
    }
}
