//! From what stands in an archive to what is made of it: names as text that stay inside, links that lead somewhere.

use std::collections::{HashMap, HashSet};

use super::encoding::labelled;
use super::member::{Kind, MAX_BYTES, Member};
use super::path::{Path, ancestors, free_name, target_path};
use super::read::{Found, Kind as FoundKind, Name};
use super::told::Told;
use crate::engine::charset::Charset;
use crate::engine::{Failure, Progress, Work};
use crate::names::alike;

/// How many links are followed, one to the next.
const MAX_LINKS: usize = 40;

/// The members of an archive, in its order, each with a path inside of it.
pub(super) struct Resolved(Vec<Member>);

impl Resolved {
    pub(super) fn of(work: &Work, found: Vec<Found>, progress: &Progress) -> Result<Self, Failure> {
        let text = names(work, &found, progress)?;
        let skip_macos = work.flag("skip_macos_files")?;
        let mut told = Told::default();
        let mut members: Vec<Member> = Vec::new();
        // Where the latest member with a path is.
        let mut at = HashMap::new();
        for found in found {
            let name = text(&found.name);
            let mut path = Path::of(&name);
            if path.text.is_empty() {
                if matches!(found.kind, FoundKind::Folder) {
                    continue;
                }
                path = Path::without_name();
            }
            if skip_macos && path.is_of_macos() {
                continue;
            }
            // In a tar, it is a letter like others.
            if path.is_changed || work.input_format != "zip" && name.contains('\\') {
                told.renamed.push(format!("{name} to {}", path.text));
            } else if path.is_unusual {
                told.unusual.push(format!("{name} to {}", path.text));
            }
            if path.is_unfit_for_windows() {
                told.unfit.push(path.text.clone());
            }
            let kind = match found.kind {
                FoundKind::File(content) => Kind::File(content),
                FoundKind::Folder => Kind::Folder,
                FoundKind::Symlink(target) => Kind::Symlink(text(&target)),
                FoundKind::HardLink(target) => {
                    match at.get(&Path::of(&text(&target)).text).map(|at: &usize| &members[*at].kind) {
                        Some(Kind::File(content)) => Kind::File(content.clone()),
                        Some(Kind::Symlink(target)) => Kind::Symlink(target.clone()),
                        Some(Kind::Folder) | None => {
                            told.lost_links.push(path.text);
                            continue;
                        }
                    }
                }
                FoundKind::Special(what) => {
                    told.special.push(format!("{} ({what})", path.text));
                    continue;
                }
                FoundKind::Locked(_) => {
                    told.special.push(format!("{} (locked)", path.text));
                    continue;
                }
            };
            at.insert(path.text.clone(), members.len());
            members.push(Member { name: path.text, kind, mode: found.mode, modified: found.modified });
        }
        told.tell(progress);
        Ok(Self(members))
    }

    /// The files alone; a symbolic link becomes what it leads to.
    pub(super) fn files(self, progress: &Progress) -> Result<Vec<Member>, Failure> {
        let mut told = Told::default();
        let kinds: HashMap<&str, &Kind> =
            self.0.iter().map(|member| (member.name.as_str(), &member.kind)).collect();
        let mut files = Vec::new();
        for member in &self.0 {
            let mut kind = Some(&member.kind);
            let mut name = member.name.clone();
            for _ in 0..MAX_LINKS {
                let Some(Kind::Symlink(target)) = kind else { break };
                let path = target_path(&name, target);
                kind = path.as_ref().and_then(|path| kinds.get(path.as_str()).copied());
                name = path.unwrap_or_default();
            }
            match kind {
                Some(Kind::File(content)) => {
                    let kind = Kind::File(content.clone());
                    files.push(Member { name: member.name.clone(), kind, ..*member });
                }
                Some(Kind::Folder) if matches!(member.kind, Kind::Folder) => {}
                _ => told.lost_links.push(member.name.clone()),
            }
        }
        let folders = self.0.iter().filter(|member| matches!(member.kind, Kind::Folder));
        let inner: HashSet<&str> =
            self.0.iter().filter_map(|member| Some(member.name.rsplit_once('/')?.0)).collect();
        told.empty_folders = folders
            .map(|folder| folder.name.clone())
            .filter(|folder| !inner.contains(folder.as_str()))
            .collect();
        told.tell(progress);
        fits(&files)?;
        Ok(files)
    }

    /// Everything, with no name twice, and no link that leads outside.
    pub(super) fn tree(self, progress: &Progress) -> Result<Vec<Member>, Failure> {
        let mut told = Told::default();
        let links: HashSet<String> = self
            .0
            .iter()
            .filter(|member| matches!(member.kind, Kind::Symlink(_)))
            .map(|member| member.name.clone())
            .collect();
        let (mut members, mut names) = (Vec::new(), HashSet::new());
        for member in self.0 {
            if ancestors(&member.name).any(|folder| links.contains(folder)) {
                told.behind_links.push(member.name);
            } else if let Kind::Symlink(target) = &member.kind
                && target_path(&member.name, target).is_none()
            {
                told.lost_links.push(member.name);
            } else if !matches!(member.kind, Kind::Folder) || names.insert(member.name.clone()) {
                members.push(member);
            }
        }
        number(&mut members, &mut told);
        told.tell(progress);
        fits(&members)?;
        Ok(members)
    }
}

/// Gives a number to each member whose name is taken on some system: by one before it, or by a folder. Links follow.
fn number(members: &mut [Member], told: &mut Told) {
    let is_folder = |member: &Member| matches!(member.kind, Kind::Folder);
    let folders = members
        .iter()
        .flat_map(|member| ancestors(&member.name).chain(is_folder(member).then_some(member.name.as_str())));
    let mut taken: HashSet<String> = folders.map(alike).collect();
    let (mut names, mut moved) = (HashSet::new(), HashMap::new());
    for member in members.iter_mut().filter(|member| !is_folder(member)) {
        let is_first = names.insert(member.name.clone());
        if !taken.insert(alike(&member.name)) {
            let free = free_name(&member.name, &taken);
            taken.insert(alike(&free));
            let sentence = format!("{} is called {free}", member.name);
            if is_first {
                told.alike.push(sentence);
                moved.insert(member.name.clone(), free.clone());
            } else {
                told.doubled.push(sentence);
            }
            member.name = free;
        }
    }
    for member in members {
        let Kind::Symlink(target) = &member.kind else { continue };
        let free = target_path(&member.name, target).and_then(|path| moved.get(&path));
        if let Some(free) = free {
            let folder = target.rsplit_once('/').map_or("", |(folder, _)| folder);
            let slash = if folder.is_empty() { "" } else { "/" };
            let base = free.rsplit('/').next().unwrap_or_default();
            member.kind = Kind::Symlink(format!("{folder}{slash}{base}"));
        }
    }
}

/// What makes text of the names: as they declare, else as the option `encoding` says, else as they look.
pub(super) fn names(
    work: &Work,
    found: &[Found],
    progress: &Progress,
) -> Result<impl Fn(&Name) -> String + use<>, Failure> {
    let all = found.iter().flat_map(|found| {
        let link = match &found.kind {
            FoundKind::Symlink(name) | FoundKind::HardLink(name) => Some(name),
            _ => None,
        };
        std::iter::once(&found.name).chain(link)
    });
    let chosen = work.word("encoding").map(|label| labelled(&label)).transpose()?;
    let guessed = if chosen.is_some() { None } else { Charset::guess(all, work.input_format == "zip") };
    if let Some(guessed) = guessed {
        progress.warn(format!(
            "The archive does not say in which encoding its names are; they were read as {}. If they are wrong, give the converter's option encoding",
            guessed.name()
        ));
    }
    Ok(move |name: &Name| match (std::str::from_utf8(&name.bytes), chosen, guessed) {
        (Ok(text), None, _) => text.to_owned(),
        (Ok(text), ..) if name.declared => text.to_owned(),
        (_, Some(encoding), _) | (_, None, Some(encoding)) => encoding.decode(&name.bytes).0,
        (Err(_), None, None) => String::from_utf8_lossy(&name.bytes).into_owned(),
    })
}

/// Links may make much of little.
fn fits(members: &[Member]) -> Result<(), Failure> {
    let mut left = MAX_BYTES;
    for member in members {
        let Kind::File(content) = &member.kind else { continue };
        let size = content.metadata().map_err(Failure::io)?.len();
        left = left.checked_sub(size).ok_or_else(|| {
            Failure::BadInput(format!(
                "The archive is too large when unpacked: it has more than {MAX_BYTES} bytes"
            ))
        })?;
    }
    Ok(())
}
