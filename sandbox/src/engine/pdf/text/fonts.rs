//! Fonts for a text: of this machine, where it has them, and two that come along.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use krilla::text::{Font, Tag};
use parley::fontique::{Blob, Collection, CollectionOptions, SourceCache};
use parley::{FontContext, FontData, FontFamilyName, LayoutContext};
use resvg::usvg::fontdb::{FaceInfo, Source};
use skrifa::{FontRef, MetadataProvider};

use super::style::Look;
use crate::engine::fonts::{best, is_seen, machine, tell_missing};
use crate::engine::{Failure, Progress};

/// Those that are liked best, the first first.
const TEXT: [&str; 5] = ["Noto Sans", "DejaVu Sans", "Liberation Sans", "Arial", "Helvetica"];
const CODE: [&str; 5] = ["Noto Sans Mono", "DejaVu Sans Mono", "Liberation Mono", "Courier New", "Menlo"];

type Data = Arc<dyn AsRef<[u8]> + Send + Sync>;

/// A font by its data, its number in it, and the places of its axes.
type Key = (u64, u32, Vec<(u32, u32)>);

/// The fonts that a text needs.
pub(super) struct Fonts {
    pub(super) context: FontContext,
    pub(super) layout: LayoutContext<Look>,
    /// Families in the order in which a character is looked for.
    pub(super) text: Vec<FontFamilyName<'static>>,
    pub(super) code: Vec<FontFamilyName<'static>>,
    /// What is there already, by its family, to find out what it covers.
    faces: Vec<(FontFamilyName<'static>, Blob<u8>, u32)>,
    embedded: HashMap<Key, Font>,
}

impl Fonts {
    /// Fonts that have all characters of a text, if this machine has such. Tells of those that it does not have. Where
    /// `code`, all of the text is set as code is.
    pub(super) fn for_text(
        text: impl Iterator<Item = char>,
        (language, code): (Option<&str>, bool),
        progress: &Progress,
    ) -> Self {
        let collection = Collection::new(CollectionOptions { shared: false, system_fonts: false });
        let mut fonts = Self {
            context: FontContext { collection, source_cache: SourceCache::default() },
            layout: LayoutContext::new(),
            text: Vec::new(),
            code: Vec::new(),
            faces: Vec::new(),
            embedded: HashMap::new(),
        };
        fonts.text = fonts.liked(&TEXT, epaint_default_fonts::UBUNTU_LIGHT);
        fonts.code = fonts.liked(&CODE, epaint_default_fonts::HACK_REGULAR);
        let mut missing: BTreeSet<char> = text.filter(|c| is_seen(*c)).collect();
        fonts.remove_covered(&mut missing);
        while !missing.is_empty() {
            let Some(best) = best(&missing, language, code) else { break };
            if let Some(family) = fonts.add(best) {
                fonts.text.push(family);
            }
            let before = missing.len();
            fonts.remove_covered(&mut missing);
            if missing.len() == before {
                break;
            }
        }
        tell_missing(&missing, "they are in the text, but not to be seen", progress);
        // What the one does not have, the other may have.
        let (text, code) = (fonts.text.clone(), fonts.code.clone());
        fonts.text.extend(code.into_iter().filter(|family| !text.contains(family)));
        fonts.code.extend(text.into_iter().filter(|family| !fonts.code.contains(family)).collect::<Vec<_>>());
        fonts
    }

    /// The first of these families that this machine has, with the one that comes along behind it.
    fn liked(&mut self, families: &[&str], along: &'static [u8]) -> Vec<FontFamilyName<'static>> {
        let is_of = |face: &&FaceInfo, family: &str| face.families.iter().any(|(name, _)| name == family);
        let found = families.iter().find(|family| machine().faces().any(|face| is_of(&face, family)));
        let faces = found.map(|family| machine().faces().filter(move |face| is_of(face, family)));
        let mut names: Vec<FontFamilyName<'static>> = Vec::new();
        for face in faces.into_iter().flatten() {
            if let Some(name) = self.add(face).filter(|name| !names.contains(name)) {
                names.push(name);
            }
        }
        names.extend(self.register(Arc::new(along), 0));
        names
    }

    fn add(&mut self, face: &FaceInfo) -> Option<FontFamilyName<'static>> {
        let data: Data = match &face.source {
            Source::Binary(data) | Source::SharedFile(_, data) => data.clone(),
            Source::File(path) => Arc::new(std::fs::read(path).ok()?),
        };
        self.register(data, face.index)
    }

    fn register(&mut self, data: Data, index: u32) -> Option<FontFamilyName<'static>> {
        let blob = Blob::new(data);
        let registered = self.context.collection.register_fonts(blob.clone(), None);
        let (family, _) =
            registered.iter().find(|(_, fonts)| fonts.iter().any(|font| font.index() == index))?;
        let name = self.context.collection.family_name(*family)?;
        let name = FontFamilyName::Named(name.to_owned().into());
        self.faces.push((name.clone(), blob, index));
        Some(name)
    }

    fn remove_covered(&self, missing: &mut BTreeSet<char>) {
        for (_, blob, index) in &self.faces {
            if let Ok(font) = FontRef::from_index(blob.as_ref(), *index) {
                let covered = font.charmap();
                missing.retain(|c| covered.map(*c).is_none());
            }
        }
    }

    /// The family that has a letter with its marks as one character, where the first of these has but the letter: that one
    /// would put the marks where it has no places for them.
    pub(super) fn whole(
        &self,
        families: &[FontFamilyName<'static>],
        whole: char,
        letter: char,
    ) -> Option<FontFamilyName<'static>> {
        let has = |family: &FontFamilyName<'static>, character| {
            self.faces.iter().filter(|(name, ..)| name == family).any(|(_, blob, index)| {
                FontRef::from_index(blob.as_ref(), *index)
                    .is_ok_and(|font| font.charmap().map(character).is_some())
            })
        };
        let (first, others) = families.split_first()?;
        if has(first, whole) || !has(first, letter) {
            return None;
        }
        others.iter().find(|family| has(family, whole)).cloned()
    }

    /// The font as it is embedded, at these places of its axes.
    pub(super) fn embedded(&mut self, font: &FontData, axes: &[(skrifa::Tag, f32)]) -> Result<Font, Failure> {
        let places = axes.iter().map(|(tag, place)| (u32::from_be_bytes(tag.to_be_bytes()), place.to_bits()));
        let key = (font.data.id(), font.index, places.collect::<Vec<_>>());
        if let Some(font) = self.embedded.get(&key) {
            return Ok(font.clone());
        }
        let places: Vec<(Tag, f32)> =
            axes.iter().map(|(tag, place)| (Tag::new(&tag.to_be_bytes()), *place)).collect();
        let (data, _) = font.data.clone().into_raw_parts();
        let made = Font::new_variable(data.into(), font.index, &places);
        let made =
            made.ok_or_else(|| Failure::Unavailable("A font of this machine cannot be read".into()))?;
        self.embedded.insert(key, made.clone());
        Ok(made)
    }
}
