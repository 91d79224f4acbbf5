//! Links of a page that start from the page's own place: a browser makes addresses on this machine of them.

use std::path::Path;

use lopdf::{Document, Object};

use crate::engine::Failure;

/// Where the browser sees the page; so deep that links to places above it can be told from others.
pub(super) const PAGE: &str = "/in/at/its/place/page.html";
const SCHEME: &str = "file://";

/// Gives the links in a PDF that was made of a page the form that they have in it.
pub(super) fn restore(pdf: &Path, page: &str) -> Result<(), Failure> {
    let bytes = std::fs::read(pdf).map_err(Failure::io)?;
    let Ok(mut document) = Document::load_mem(&bytes) else { return Ok(()) };
    // The page's own are not to be told from these.
    let has_own = page.to_ascii_lowercase().contains("file:");
    let mut changed = false;
    for object in document.objects.values_mut() {
        changed |= restore_in(object, has_own);
    }
    if changed {
        document.save(pdf).map_err(Failure::io)?;
    }
    Ok(())
}

fn restore_in(object: &mut Object, has_own: bool) -> bool {
    let dictionary = match object {
        Object::Array(objects) => {
            return objects.iter_mut().map(|object| restore_in(object, has_own)).max().unwrap_or_default();
        }
        Object::Dictionary(dictionary) => dictionary,
        Object::Stream(stream) => &mut stream.dict,
        _ => return false,
    };
    let mut changed = false;
    if let Ok(Object::String(address, _)) = dictionary.get_mut(b"URI")
        && let Some(link) = std::str::from_utf8(address).ok().and_then(|address| relative(address, has_own))
    {
        *address = link.into_bytes();
        changed = true;
    }
    let inner = dictionary.iter_mut().map(|(_, inner)| restore_in(inner, has_own));
    changed | inner.max().unwrap_or_default()
}

/// An address as it stood in the page; none where it is one of its own.
fn relative(address: &str, has_own: bool) -> Option<String> {
    let path = address.strip_prefix(SCHEME)?;
    if let Some(inside) = path.strip_prefix(PAGE) {
        return Some(inside.to_owned());
    }
    let mut folder = PAGE;
    let mut up = String::new();
    while let Some((above, _)) = folder.rsplit_once('/').filter(|(above, _)| !above.is_empty()) {
        if let Some(inside) = path.strip_prefix(above).and_then(|inside| inside.strip_prefix('/')) {
            return Some(format!("{up}{inside}"));
        }
        up.push_str("../");
        folder = above;
    }
    match path {
        _ if has_own => None,
        path if path.starts_with('/') => Some(path.to_owned()),
        path => Some(format!("//{path}")),
    }
}

#[cfg(test)]
mod tests {
    use super::relative;

    #[test]
    fn links_as_they_stood_in_the_page() {
        for (address, link) in [
            ("file:///in/at/its/place/b.html#c", Some("b.html#c")),
            ("file:///in/at/its/place/page.html?q", Some("?q")),
            ("file:///in/at/its/up.html", Some("../up.html")),
            ("file:///in/x", Some("../../../x")),
            ("file:///root/x", Some("/root/x")),
            ("file://e.org/x", Some("//e.org/x")),
            ("https://e.org/", None),
        ] {
            assert_eq!(relative(address, false).as_deref(), link, "{address}");
        }
        assert_eq!(relative("file:///root/x", true), None);
        assert_eq!(relative("file:///in/at/its/place/b", true).as_deref(), Some("b"));
    }
}
