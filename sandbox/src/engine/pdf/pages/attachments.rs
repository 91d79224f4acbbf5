//! Files that are attached to a document as a whole: a tree of names in its catalog.

use std::collections::BTreeMap;

use lopdf::{Dictionary, Document, Object, dictionary};

const NAMES: &[u8] = b"Names";
const FILES: &[u8] = b"EmbeddedFiles";

/// The attachments of a document, by their names.
pub(super) fn of(document: &Document) -> Vec<(Vec<u8>, Object)> {
    let root = document.catalog().and_then(|catalog| {
        let names = catalog.get_deref(NAMES, document)?.as_dict()?;
        names.get_deref(FILES, document)?.as_dict()
    });
    let (mut nodes, mut found): (Vec<&Dictionary>, _) = (root.into_iter().collect(), Vec::new());
    // There are no more nodes than objects, also where they go round in a circle.
    for _ in 0..=document.objects.len() {
        let Some(node) = nodes.pop() else { break };
        let list = |name: &[u8]| node.get_deref(name, document).and_then(Object::as_array);
        for kid in list(b"Kids").into_iter().flatten().rev() {
            nodes.extend(document.dereference(kid).and_then(|(_, kid)| kid.as_dict()));
        }
        for pair in list(NAMES).map(|list| list.chunks_exact(2)).into_iter().flatten() {
            if let Ok(name) = document.dereference(&pair[0]).and_then(|(_, name)| name.as_str()) {
                found.push((name.to_vec(), pair[1].clone()));
            }
        }
    }
    found
}

/// Gives a document these attachments. Of several with the same name, all but the first get a number.
pub(super) fn set(document: &mut Document, attachments: Vec<(Vec<u8>, Object)>) -> Result<(), lopdf::Error> {
    if attachments.is_empty() {
        return Ok(());
    }
    let mut unique = BTreeMap::new();
    for (name, file) in attachments {
        let mut key = name.clone();
        for number in 2.. {
            if !unique.contains_key(&key) {
                break;
            }
            key = [&name[..], format!("-{number}").as_bytes()].concat();
        }
        unique.insert(key, file);
    }
    // In the order of their names, as readers look for them.
    let pairs = unique.into_iter().flat_map(|(name, file)| [Object::string_literal(name), file]);
    let tree = dictionary! {"Names" => pairs.collect::<Vec<_>>()};
    let tree = document.add_object(tree);
    let names = document.catalog()?.get_deref(NAMES, document).and_then(Object::as_dict);
    let mut names = names.cloned().unwrap_or_default();
    names.set(FILES, tree);
    document.catalog_mut()?.set(NAMES, names);
    Ok(())
}
