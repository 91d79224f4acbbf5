//! Links lead somewhere: to a page of the site, and there to something that has that name.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::Path;

use anyhow::{Result, ensure};

use super::KIT;

/// Checks every link of every page.
pub(super) fn check(folder: &Path) -> Result<()> {
    let mut pages = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        pages.insert(name, fs::read_to_string(&path).unwrap_or_default());
    }
    let mut dead = Vec::new();
    for (name, page) in
        pages.iter().filter(|(name, _)| Path::new(name).extension() == Some(OsStr::new("html")))
    {
        for link in ["href=\"", "src=\""].iter().flat_map(|kind| values(page, kind)) {
            // What lies outside is not asked for: tests talk to nobody.
            let is_outside =
                ["https://", "data:", &format!("{KIT}/")].iter().any(|start| link.starts_with(start));
            let (target, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = if target.is_empty() { pages.get(name) } else { pages.get(target) };
            let leads =
                target.is_some_and(|page| anchor.is_empty() || values(page, "id=\"").any(|id| id == anchor));
            if !is_outside && !leads {
                dead.push(format!("{name}: {link}"));
            }
        }
    }
    ensure!(dead.is_empty(), "links of the site that lead nowhere:\n{}", dead.join("\n"));
    Ok(())
}

/// The values of an attribute. In text its quotes are escaped.
fn values<'a>(page: &'a str, attribute: &str) -> impl Iterator<Item = &'a str> {
    page.split(attribute).skip(1).filter_map(|rest| rest.split('"').next()).collect::<Vec<_>>().into_iter()
}
