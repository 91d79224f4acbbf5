//! The structure of a text, for those who do not see it: which parts it has, in the order of reading.

use std::num::NonZeroU16;

use krilla::tagging::{Identifier, ListNumbering, Node, TableHeaderScope, Tag, TagGroup, TagKind, TagTree};

/// The number of a group.
pub(super) type Group = usize;

pub(super) const ROOT: Group = 0;

enum Child {
    Group(Group),
    Content(Identifier),
}

/// Groups, each after the one that it is in.
pub(super) struct Tags {
    groups: Vec<(TagKind, Vec<Child>)>,
    /// The list that goes on, if one does, by its depth.
    list: Option<(usize, Group)>,
}

impl Tags {
    pub(super) fn new() -> Self {
        Self { groups: vec![(Tag::Div.into(), Vec::new())], list: None }
    }

    pub(super) fn group(&mut self, parent: Group, kind: impl Into<TagKind>) -> Group {
        let group = self.groups.len();
        self.groups.push((kind.into(), Vec::new()));
        self.groups[parent].1.push(Child::Group(group));
        group
    }

    pub(super) fn content(&mut self, parent: Group, content: Identifier) {
        self.groups[parent].1.push(Child::Content(content));
    }

    pub(super) fn heading(&mut self, level: u8, title: &str) -> Group {
        let level = NonZeroU16::new(level.into()).unwrap_or(NonZeroU16::MIN);
        self.block(Tag::Hn(level, Some(title.to_owned())))
    }

    /// A part that is no item of a list.
    pub(super) fn block(&mut self, kind: impl Into<TagKind>) -> Group {
        self.list = None;
        self.group(ROOT, kind)
    }

    /// The groups of an item's bullet or number, and of its text.
    pub(super) fn item(&mut self, depth: usize, is_numbered: bool) -> (Group, Group) {
        let list = match self.list {
            Some((before, list)) if before == depth => list,
            _ => {
                let numbering = if is_numbered { ListNumbering::Decimal } else { ListNumbering::Disc };
                self.group(ROOT, Tag::L(numbering))
            }
        };
        self.list = Some((depth, list));
        let item = self.group(list, Tag::LI);
        (self.group(item, Tag::Lbl), self.group(item, Tag::LBody))
    }

    pub(super) fn cell(&mut self, row: Group, is_header: bool) -> Group {
        if is_header { self.group(row, Tag::TH(TableHeaderScope::Column)) } else { self.group(row, Tag::TD) }
    }

    pub(super) fn finish(mut self, language: Option<&str>) -> TagTree {
        let mut made: Vec<Option<TagGroup>> = self.groups.iter().map(|_| None).collect();
        // From the last to the first, so that what is in a group is there before it.
        while let Some((kind, children)) = self.groups.pop() {
            let mut group = TagGroup::new(kind);
            for child in children {
                match child {
                    Child::Group(number) => group.children.extend(made[number].take().map(Node::from)),
                    Child::Content(content) => group.push(content),
                }
            }
            made[self.groups.len()] = Some(group).filter(|group| !group.children.is_empty());
        }
        let root = made.into_iter().next().flatten();
        let mut tree = TagTree::new().with_lang(language.map(str::to_owned));
        tree.children = root.map(|root| root.children).unwrap_or_default();
        tree
    }
}
