//! Forms of documents that are joined: one list of their fields, and what each form says of all of its fields, such as their
//! fonts (PDF 32000-1, 12.7.2).

use std::collections::BTreeMap;

use lopdf::{Dictionary, Document, Object};

use super::super::super::Progress;

const FORM: &[u8] = b"AcroForm";
const FIELDS: &[u8] = b"Fields";
const RESOURCES: &[u8] = b"DR";
const FONTS: &[u8] = b"Font";
/// How the text of a field looks: the name of its font, and more.
const APPEARANCE: &[u8] = b"DA";
/// What fields have from their form where they do not say it.
const OF_ALL: [&[u8]; 2] = [APPEARANCE, b"Q"];
const XFA: &[u8] = b"XFA";

/// The forms of several documents.
#[derive(Default)]
pub(super) struct Forms {
    fields: Vec<Object>,
    /// In which order they are calculated.
    order: Vec<Object>,
    /// Fonts and the like by their kind and name.
    resources: BTreeMap<Vec<u8>, Dictionary>,
    flags: i64,
    needs_appearances: bool,
}

impl Forms {
    /// Adds the form of a document, and changes what its fields call their fonts where such a name is taken.
    pub(super) fn add(&mut self, document: &mut Document, progress: &Progress) {
        let Some(form) = of(document) else { return };
        let list = |name: &[u8]| {
            let list = form.get_deref(name, document).and_then(Object::as_array);
            list.cloned().unwrap_or_default()
        };
        let (mut fields, order) = (list(FIELDS), list(b"CO"));
        if form.has(XFA) {
            tell_xfa(progress);
        }
        if !fields.is_empty() && !self.fields.is_empty() {
            progress
                .warn("Several of the documents have forms; fields of the same name now have the same value");
        }
        let appearance = form.get(APPEARANCE).and_then(Object::as_str).map(<[u8]>::to_vec);
        let renamed = self.add_resources(&form, document);
        if !renamed.is_empty() {
            rename(document, &renamed);
        }
        for field in &mut fields {
            let dictionary = match field {
                Object::Reference(id) => document.get_dictionary_mut(*id),
                field => field.as_dict_mut(),
            };
            let Ok(dictionary) = dictionary else { continue };
            for name in OF_ALL.into_iter().filter(|name| form.has(name)) {
                if !dictionary.has(name) {
                    let value = match &appearance {
                        Ok(text) if name == APPEARANCE => Object::string_literal(with_names(text, &renamed)),
                        _ => form.get(name).cloned().unwrap_or(Object::Null),
                    };
                    dictionary.set(name, value);
                }
            }
        }
        let number = form.get_deref(b"SigFlags", document).and_then(Object::as_i64);
        self.flags |= number.unwrap_or_default();
        let asks = form.get_deref(b"NeedAppearances", document).and_then(Object::as_bool);
        self.needs_appearances |= asks.unwrap_or_default();
        self.fields.extend(fields);
        self.order.extend(order);
    }

    /// Adds the resources of a form; gives the fonts that are called otherwise now, with their new names.
    fn add_resources(&mut self, form: &Dictionary, document: &Document) -> BTreeMap<Vec<u8>, Vec<u8>> {
        let mut renamed = BTreeMap::new();
        let resources = form.get_deref(RESOURCES, document).and_then(Object::as_dict);
        for (kind, named) in resources.into_iter().flat_map(Dictionary::iter) {
            let Ok((_, Object::Dictionary(named))) = document.dereference(named) else { continue };
            let taken = self.resources.entry(kind.clone()).or_default();
            for (name, object) in named {
                let mut free = name.clone();
                for number in (2..).take_while(|_| kind == FONTS) {
                    if !taken.has(&free) {
                        break;
                    }
                    free = [&name[..], format!("-{number}").as_bytes()].concat();
                }
                if free != *name {
                    renamed.insert(name.clone(), free.clone());
                }
                if !taken.has(&free) {
                    taken.set(free, object.clone());
                }
            }
        }
        renamed
    }

    pub(super) fn set(self, document: &mut Document) -> Result<(), lopdf::Error> {
        let catalog = document.catalog_mut()?;
        catalog.remove(FORM);
        if self.fields.is_empty() {
            return Ok(());
        }
        let mut form = Dictionary::new();
        form.set(FIELDS, self.fields);
        if !self.order.is_empty() {
            form.set("CO", self.order);
        }
        if self.flags != 0 {
            form.set("SigFlags", self.flags);
        }
        if self.needs_appearances {
            form.set("NeedAppearances", true);
        }
        let mut resources = Dictionary::new();
        for (kind, named) in self.resources {
            resources.set(kind, named);
        }
        form.set(RESOURCES, resources);
        catalog.set(FORM, form);
        Ok(())
    }
}

/// Takes the form in XML out of a document whose pages are no longer those that it describes; gives whether there was one.
pub(super) fn remove_xfa(document: &mut Document) -> bool {
    let Some(mut form) = of(document).filter(|form| form.has(XFA)) else { return false };
    form.remove(XFA);
    document.catalog_mut().map(|catalog| catalog.set(FORM, form)).is_ok()
}

pub(super) fn tell_xfa(progress: &Progress) {
    progress.warn(
        "The form in XML (XFA) is lost: it describes the pages of a whole document. The fields on the pages are kept",
    );
}

fn of(document: &Document) -> Option<Dictionary> {
    let form = document.catalog().ok()?.get_deref(FORM, document).ok()?;
    form.as_dict().ok().cloned()
}

/// Changes the names of fonts in all texts that say how a field looks.
fn rename(document: &mut Document, renamed: &BTreeMap<Vec<u8>, Vec<u8>>) {
    for object in document.objects.values_mut() {
        let appearance = object.as_dict_mut().and_then(|field| field.get_mut(APPEARANCE)?.as_str_mut());
        if let Ok(appearance) = appearance {
            *appearance = with_names(appearance, renamed);
        }
    }
}

/// `/F 12 Tf 0 g`, where `F` may be called otherwise now.
fn with_names(appearance: &[u8], renamed: &BTreeMap<Vec<u8>, Vec<u8>>) -> Vec<u8> {
    let words = appearance.split(u8::is_ascii_whitespace).map(|word| {
        let new = word.strip_prefix(b"/").and_then(|name| renamed.get(name));
        new.map_or_else(|| word.to_vec(), |new| [b"/", &new[..]].concat())
    });
    words.collect::<Vec<_>>().join(&b' ')
}
