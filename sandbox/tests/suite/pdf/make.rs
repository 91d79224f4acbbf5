//! PDFs, made here.

use lopdf::content::{Content, Operation};
use lopdf::{Dictionary, Document, Object, ObjectId, Stream, dictionary};

/// A page: its size in points, by how many degrees it is turned, and its text.
pub(crate) struct Page(pub(crate) i64, pub(crate) i64, pub(crate) i64, pub(crate) &'static str);

/// A document with a title, and for each page a bookmark, a link to the last page, and one to example.org.
pub(crate) fn document(title: &str, pages: &[Page]) -> Vec<u8> {
    let mut document = Document::with_version("1.5");
    let tree = document.new_object_id();
    let font =
        document.add_object(dictionary! {"Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica"});
    let resources = document.add_object(dictionary! {"Font" => dictionary! {"F" => font}});
    let ids: Vec<ObjectId> = pages.iter().map(|_| document.new_object_id()).collect();
    let last = *ids.last().unwrap();
    for (id, Page(width, height, turned, text)) in ids.iter().zip(pages) {
        let operations = vec![
            Operation::new("BT", vec![]),
            Operation::new("Tf", vec!["F".into(), 20.into()]),
            Operation::new("Td", vec![20.into(), 50.into()]),
            Operation::new("Tj", vec![Object::string_literal(*text)]),
            Operation::new("ET", vec![]),
        ];
        let content = Stream::new(Dictionary::new(), Content { operations }.encode().unwrap());
        let content = document.add_object(content);
        let area = || Object::from(vec![0.into(), 0.into(), 50.into(), 50.into()]);
        let inner = dictionary! {
            "Type" => "Annot", "Subtype" => "Link", "Rect" => area(),
            "Dest" => vec![last.into(), "Fit".into()],
        };
        let action = dictionary! {"S" => "URI", "URI" => Object::string_literal("https://example.org/x")};
        let outer = dictionary! {"Type" => "Annot", "Subtype" => "Link", "Rect" => area(), "A" => action};
        let outer = document.add_object(outer);
        let page = dictionary! {
            "Type" => "Page", "Parent" => tree, "Resources" => resources, "Contents" => content, "Rotate" => *turned,
            "MediaBox" => vec![0.into(), 0.into(), (*width).into(), (*height).into()],
            "Annots" => vec![inner.into(), outer.into()],
        };
        document.objects.insert(*id, page.into());
    }
    let kids: Vec<Object> = ids.iter().map(|id| (*id).into()).collect();
    let count = i64::try_from(ids.len()).unwrap();
    document.objects.insert(tree, dictionary! {"Type" => "Pages", "Kids" => kids, "Count" => count}.into());
    let outlines = document.new_object_id();
    let marks: Vec<ObjectId> = ids.iter().map(|_| document.new_object_id()).collect();
    for (at, (mark, page)) in marks.iter().zip(&ids).enumerate() {
        let mut bookmark = dictionary! {
            "Title" => Object::string_literal(pages[at].3), "Parent" => outlines,
            "Dest" => vec![(*page).into(), "Fit".into()],
        };
        if at > 0 {
            bookmark.set("Prev", marks[at - 1]);
        }
        if let Some(next) = marks.get(at + 1) {
            bookmark.set("Next", *next);
        }
        document.objects.insert(*mark, bookmark.into());
    }
    let root_of_marks = dictionary! {"Type" => "Outlines", "First" => marks[0], "Last" => *marks.last().unwrap(), "Count" => count};
    document.objects.insert(outlines, root_of_marks.into());
    let root =
        document.add_object(dictionary! {"Type" => "Catalog", "Pages" => tree, "Outlines" => outlines});
    let about = document.add_object(dictionary! {"Title" => Object::string_literal(title)});
    document.trailer.set("Root", root);
    document.trailer.set("Info", about);
    let mut pdf = Vec::new();
    document.save_to(&mut pdf).unwrap();
    pdf
}
