//! Where links and bookmarks lead.

use std::collections::HashMap;

use krilla::action::{Action, LinkAction};
use krilla::annotation::Target;
use krilla::destination::XyzDestination;
use krilla::geom::Point;
use krilla::outline::{Outline, OutlineNode};

/// Where something stands: the number of the page, and how far down.
pub(super) type Place = (usize, f32);

/// Where a link leads; none for one within the text that leads nowhere.
pub(super) fn target(link: &str, known: &HashMap<String, Place>) -> Option<Target> {
    let Some(id) = link.strip_prefix('#') else {
        return Some(Target::Action(Action::Link(LinkAction::new(link.to_owned()))));
    };
    let decoded = percent_encoding::percent_decode_str(id).decode_utf8_lossy();
    let (page, y) = known.get(id).or_else(|| known.get(decoded.as_ref()))?;
    Some(Target::Destination(XyzDestination::new(*page, Point::from_xy(0.0, *y)).into()))
}

/// Bookmarks, those of lower headings in those of higher ones.
pub(super) fn outline(headings: &[(u8, String, Place)]) -> Outline {
    let mut outline = Outline::new();
    // The bookmarks that are open, from high to low.
    let mut open: Vec<(u8, OutlineNode)> = Vec::new();
    let close = |open: &mut Vec<(u8, OutlineNode)>, outline: &mut Outline| {
        if let Some((_, done)) = open.pop() {
            match open.last_mut() {
                Some((_, parent)) => parent.push_child(done),
                None => outline.push_child(done),
            }
        }
    };
    for (level, title, (page, y)) in headings {
        while open.last().is_some_and(|(above, _)| above >= level) {
            close(&mut open, &mut outline);
        }
        let destination = XyzDestination::new(*page, Point::from_xy(0.0, *y));
        open.push((*level, OutlineNode::new(title.clone(), destination)));
    }
    while !open.is_empty() {
        close(&mut open, &mut outline);
    }
    outline
}
