//! Mode `info` of archives: what is in them.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::read::{self, Found, Kind, Wanted};
use super::resolve::names;
use super::write::rfc3339;
use crate::engine::{Failure, Outcome, Progress, Work};

/// `format`, `size` (bytes), `count` of members, `unpacked` (bytes), `locked` where some need a password that was not
/// given, and `members` in their order.
pub(super) fn info(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    progress.set(1.0, "Reading the archive")?;
    let folder = tempfile::tempdir_in(&work.output_dir).map_err(Failure::io)?;
    let found = read::members(work, Wanted::List, folder.path(), progress, (1.0, 95.0))?;
    let text = names(work, &found, progress)?;
    let mut sizes = HashMap::new();
    let mut unpacked = 0;
    let mut members = Vec::new();
    for member in &found {
        let name = text(&member.name);
        let (kind, size, target) = match &member.kind {
            Kind::File(content) => ("file", Some(content.metadata().map_err(Failure::io)?.len()), None),
            Kind::Folder => ("folder", None, None),
            Kind::Symlink(target) => ("symlink", None, Some(text(target))),
            Kind::HardLink(target) => ("hardlink", sizes.get(&text(target)).copied(), Some(text(target))),
            Kind::Special(_) => ("special", None, None),
            Kind::Locked(size) => ("file", Some(*size), None),
        };
        if kind == "file" {
            unpacked += size.unwrap_or(0);
        }
        sizes.extend(size.map(|size| (name.clone(), size)));
        members.push(described(member, name, kind, size, target.as_deref()));
    }
    let mut said = json!({
        "format": work.input_format, "size": work.input()?.size, "count": members.len(), "unpacked": unpacked,
        "members": members,
    });
    if found.iter().any(|member| matches!(member.kind, Kind::Locked(_))) {
        said["locked"] = true.into();
        progress.warn("The archive is locked: what its members hold was not looked at. Give its password by the converter's option password");
    }
    Ok(Outcome::Info(said))
}

/// `name`, `type` (`file`, `folder`, `symlink`, `hardlink`, `special`), and where there are such: `size` (bytes), `target`,
/// `mode` (the permissions of Unix, in octal digits), `modified` (RFC 3339), `locked`.
fn described(member: &Found, name: String, kind: &str, size: Option<u64>, target: Option<&str>) -> Value {
    let mut said = Map::new();
    said.insert("name".into(), name.into());
    said.insert("type".into(), kind.into());
    let modified = member.modified.and_then(rfc3339);
    let mode = member.mode.map(|mode| format!("{mode:04o}"));
    for (field, value) in [
        ("size", json!(size)),
        ("target", json!(target)),
        ("mode", json!(mode)),
        ("modified", json!(modified)),
        ("locked", json!(matches!(member.kind, Kind::Locked(_)).then_some(true))),
    ] {
        if !value.is_null() {
            said.insert(field.into(), value);
        }
    }
    said.into()
}
