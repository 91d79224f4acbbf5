//! Makes one document of several: their pages in order, their bookmarks, forms and attachments one behind the other.

use lopdf::{Document, Object, ObjectId, dictionary};

use super::super::super::{Failure, Progress};
use super::attachments;
use super::forms::Forms;
use super::labels::{self, Label};
use super::layers::Layers;

/// What a catalog says of a document as a whole, which does not fit another one's pages.
const OF_ONE: [&[u8]; 4] = [b"StructTreeRoot", b"MarkInfo", b"Perms", b"Outlines"];

/// What is joined so far.
#[derive(Default)]
pub(super) struct Joined {
    document: Option<Document>,
    /// The roots of the documents' pages, and how many pages each has.
    roots: Vec<(ObjectId, i64)>,
    /// The bookmarks of each document: the first and the last of the highest.
    bookmarks: Vec<(ObjectId, ObjectId)>,
    forms: Forms,
    /// Their names, and what is known of them.
    attachments: Vec<(Vec<u8>, Object)>,
    layers: Layers,
    labels: Vec<Label>,
    /// Whether a document says what its pages are called.
    has_labels: bool,
}

impl Joined {
    pub(super) fn add(&mut self, mut other: Document, progress: &Progress) -> Result<(), Failure> {
        if let Some(document) = &self.document {
            other.renumber_objects_with(document.max_id + 1);
        }
        let count = i64::try_from(other.page_iter().count()).unwrap_or(i64::MAX);
        let broken = |error: lopdf::Error| Failure::corrupt("PDF", error);
        let catalog = other.catalog().map_err(broken)?;
        let root = catalog.get(b"Pages").and_then(Object::as_reference).map_err(broken)?;
        let outlines = catalog.get(b"Outlines").and_then(Object::as_reference);
        let outlines = outlines.and_then(|outlines| other.get_dictionary(outlines));
        let ends = outlines.and_then(|outlines| {
            let end = |name: &[u8]| outlines.get(name).and_then(Object::as_reference);
            Ok((end(b"First")?, end(b"Last")?))
        });
        self.bookmarks.extend(ends.ok());
        self.forms.add(&mut other, progress);
        self.attachments.extend(attachments::of(&other));
        self.layers.add(&other);
        let labels = labels::of(&other);
        self.has_labels |= labels.is_some();
        self.labels
            .extend(labels.unwrap_or_else(|| (1..=other.page_iter().count()).map(Label::plain).collect()));
        if self.document.is_some() && has_scripts(&other) {
            progress.warn("Of the scripts of the documents, only those of the first are kept");
        }
        self.roots.push((root, count));
        match &mut self.document {
            Some(document) => {
                document.objects.extend(other.objects);
                document.max_id = document.max_id.max(other.max_id);
            }
            None => self.document = Some(other),
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Result<Document, Failure> {
        let broken = |error: lopdf::Error| Failure::corrupt("PDF", error);
        let none = || Failure::BadInput("There is no document".into());
        let mut document = self.document.ok_or_else(none)?;
        let pages = document.new_object_id();
        let kids: Vec<Object> = self.roots.iter().map(|(root, _)| Object::Reference(*root)).collect();
        let count: i64 = self.roots.iter().map(|(_, count)| count).sum();
        for (root, _) in &self.roots {
            document.get_dictionary_mut(*root).map_err(broken)?.set("Parent", pages);
        }
        document
            .objects
            .insert(pages, dictionary! {"Type" => "Pages", "Kids" => kids, "Count" => count}.into());
        let outlines = bookmarks(&mut document, &self.bookmarks);
        let catalog = document.catalog_mut().map_err(broken)?;
        catalog.set("Pages", pages);
        for name in OF_ONE {
            catalog.remove(name);
        }
        if let Some(outlines) = outlines {
            catalog.set("Outlines", outlines);
        }
        self.forms.set(&mut document).map_err(broken)?;
        attachments::set(&mut document, self.attachments).map_err(broken)?;
        self.layers.set(&mut document).map_err(broken)?;
        if self.has_labels {
            labels::set(&mut document, &self.labels);
        }
        document.prune_objects();
        Ok(document)
    }
}

/// Whether a document as a whole has scripts, besides those of its pages and fields.
fn has_scripts(document: &Document) -> bool {
    let Ok(catalog) = document.catalog() else { return false };
    let names = catalog.get_deref(b"Names", document).and_then(Object::as_dict);
    names.is_ok_and(|names| names.has(b"JavaScript")) || catalog.has(b"AA") || catalog.has(b"OpenAction")
}

/// One list of the bookmarks of all documents; none where no document has any.
fn bookmarks(document: &mut Document, ends: &[(ObjectId, ObjectId)]) -> Option<ObjectId> {
    let ((first, _), (_, last)) = (ends.first()?, ends.last()?);
    let outlines = document.new_object_id();
    for pair in ends.windows(2) {
        let [(_, before), (after, _)] = pair else { continue };
        document.get_dictionary_mut(*before).ok()?.set("Next", *after);
        document.get_dictionary_mut(*after).ok()?.set("Prev", *before);
    }
    let (mut next, mut count) = (Some(*first), 0_i64);
    // There are no more bookmarks than objects, also where they go round in a circle.
    while let Some(bookmark) =
        next.filter(|_| usize::try_from(count).is_ok_and(|count| count < document.objects.len()))
    {
        let bookmark = document.get_dictionary_mut(bookmark).ok()?;
        bookmark.set("Parent", outlines);
        count += 1;
        next = bookmark.get(b"Next").and_then(Object::as_reference).ok();
    }
    let root = dictionary! {"Type" => "Outlines", "First" => *first, "Last" => *last, "Count" => count};
    document.objects.insert(outlines, root.into());
    Some(outlines)
}
