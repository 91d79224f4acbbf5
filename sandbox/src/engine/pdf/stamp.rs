//! Something that is put on pages, above or below what they show: a form or a picture.

use lopdf::content::{Content, Operation};
use lopdf::{Dictionary, Document, Object, ObjectId, Stream, dictionary};

use super::super::Failure;
use super::shown::resources;

/// Six numbers that move, turn and stretch, as a PDF writes them.
pub(in crate::engine) type Matrix = [f64; 6];

/// What is put on pages.
pub(in crate::engine) struct Stamp(ObjectId);

impl Stamp {
    /// Adds a form: what it draws, within this area, with these resources.
    pub(in crate::engine) fn add(
        document: &mut Document,
        drawn: Vec<u8>,
        area: [f64; 4],
        resources: Dictionary,
    ) -> Self {
        let form = dictionary! {
            "Type" => "XObject", "Subtype" => "Form", "BBox" => numbers(&area), "Resources" => resources,
        };
        let mut form = Stream::new(form, drawn);
        // What cannot be packed stays as it is.
        let _ = form.compress();
        Self(document.add_object(form))
    }

    /// Adds the first page of another document; gives its size, too.
    pub(in crate::engine) fn of_page(
        document: &mut Document,
        mut other: Document,
    ) -> Result<(Self, (f64, f64)), Failure> {
        other.renumber_objects_with(document.max_id + 1);
        let page =
            other.page_iter().next().ok_or_else(|| Failure::BadInput("The PDF has no pages".into()))?;
        let drawn = other.get_page_content(page);
        let shown = super::Shown::of(&other, page);
        let resources = resources(&other, page);
        document.max_id = other.max_id;
        document.objects.extend(other.objects);
        let size = (shown.width, shown.height);
        Ok((Self::add(document, drawn, [0.0, 0.0, size.0, size.1], resources), size))
    }

    /// Puts it on a page, moved by a matrix in the page's own places.
    pub(in crate::engine) fn put(
        &self,
        document: &mut Document,
        page: ObjectId,
        matrix: &Matrix,
        above: bool,
    ) -> Result<(), Failure> {
        let corrupt = |error| Failure::corrupt("PDF", error);
        let mut resources = resources(document, page);
        let objects = resources.get(b"XObject").and_then(|objects| document.dereference(objects));
        let mut objects = objects.and_then(|(_, objects)| objects.as_dict()).cloned().unwrap_or_default();
        let free = |number: &usize| !objects.has(format!("Stamp{number}").as_bytes());
        let name = format!("Stamp{}", (0..=objects.len()).find(free).unwrap_or_default());
        objects.set(name.as_str(), self.0);
        resources.set("XObject", objects);
        let drawn = [
            Operation::new("q", vec![]),
            Operation::new("cm", numbers(matrix)),
            Operation::new("Do", vec![Object::Name(name.into_bytes())]),
            Operation::new("Q", vec![]),
        ];
        let mut contents = contents(document, page);
        if above {
            // What the page leaves set, holds for it alone.
            contents.insert(0, stream(document, &[Operation::new("q", vec![])])?);
            let end = [Operation::new("Q", vec![])];
            contents.push(stream(document, &[&end[..], &drawn].concat())?);
        } else {
            contents.insert(0, stream(document, &drawn)?);
        }
        let dictionary = document.get_dictionary_mut(page).map_err(corrupt)?;
        dictionary.set("Contents", contents);
        dictionary.set("Resources", resources);
        Ok(())
    }
}

/// The streams of a page, one after the other.
fn contents(document: &Document, page: ObjectId) -> Vec<Object> {
    let own = document.get_dictionary(page).and_then(|page| page.get(b"Contents"));
    match own.and_then(|own| document.dereference(own)) {
        Ok((_, Object::Array(streams))) => streams.clone(),
        Ok((Some(id), Object::Stream(_))) => vec![id.into()],
        _ => Vec::new(),
    }
}

fn stream(document: &mut Document, operations: &[Operation]) -> Result<Object, Failure> {
    let content = Content { operations: operations.to_vec() }.encode();
    let content = content.map_err(|error| Failure::corrupt("PDF", error))?;
    Ok(document.add_object(Stream::new(Dictionary::new(), content)).into())
}

#[allow(clippy::cast_possible_truncation)]
fn numbers(numbers: &[f64]) -> Vec<Object> {
    numbers.iter().map(|number| Object::Real(*number as f32)).collect()
}

/// First one, then the other.
pub(in crate::engine) fn then(first: &Matrix, other: &Matrix) -> Matrix {
    let turned = |at: usize| {
        let (x, y) = (first[at], first[at + 1]);
        [x * other[0] + y * other[2], x * other[1] + y * other[3]]
    };
    let [across, down, corner] = [turned(0), turned(2), turned(4)];
    [across[0], across[1], down[0], down[1], corner[0] + other[4], corner[1] + other[5]]
}
