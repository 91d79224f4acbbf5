//! How parts of a text look.

use super::{Align, Kind};

/// A4 in points.
pub(super) const PAGE: (f32, f32) = (595.0, 842.0);
pub(super) const MARGIN: f32 = 56.0;
/// How far each level of a list is indented.
pub(super) const INDENT: f32 = 16.0;

#[derive(Clone, Copy)]
pub(super) struct Style {
    pub(super) size: f32,
    /// What is left free above it.
    pub(super) above: f32,
    pub(super) is_bold: bool,
    /// Whether all characters are equally wide.
    pub(super) is_code: bool,
    pub(super) align: Align,
}

impl Style {
    pub(super) fn of(kind: &Kind) -> Self {
        let (size, above) = match kind {
            Kind::Heading(1) => (22.0, 18.0),
            Kind::Heading(2) => (17.0, 16.0),
            Kind::Heading(3) => (14.0, 14.0),
            Kind::Heading(_) => (11.5, 12.0),
            Kind::Paragraph | Kind::Rule | Kind::Table(_) => (10.5, 8.0),
            Kind::Item(_) => (10.5, 3.0),
            Kind::Code => (9.5, 8.0),
        };
        let (is_bold, is_code) = (matches!(kind, Kind::Heading(_)), matches!(kind, Kind::Code));
        Self { size, above, is_bold, is_code, align: Align::Start }
    }

    pub(super) fn line_height(&self) -> f32 {
        self.size * 1.3
    }
}

/// What marks say beyond the font.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Look {
    /// The number of the link among the marks.
    pub(super) link: Option<usize>,
    pub(super) is_deleted: bool,
    pub(super) is_underlined: bool,
}
