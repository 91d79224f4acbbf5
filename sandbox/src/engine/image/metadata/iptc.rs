//! IPTC: the sets of data in the image resources of Photoshop (IIM 4.2), by their names.

use std::ops::Range;

use serde_json::{Map, Value};

use crate::names::in_any_encoding;

/// How a resource begins, and how a set of data begins.
const RESOURCE: &[u8] = b"8BIM";
const SET: u8 = 0x1c;
/// The numbers of resources: with IPTC, with the resolution, and with small pictures of what the file shows, of which the
/// last two are in a copy of the EXIF.
const IPTC: u16 = 1028;
const RESOLUTION: u16 = 1005;
pub(super) const PICTURES: [u16; 4] = [1033, 1036, 1058, 1059];
/// The record for editors, and of the record before it the set that names the encoding.
const EDITORIAL: u8 = 2;
/// A set whose length takes more than two bytes.
const EXTENDED: u16 = 0x8000;

const NAMES: [(u8, &str); 31] = [
    (3, "object_type"),
    (5, "object_name"),
    (7, "edit_status"),
    (10, "urgency"),
    (12, "subject"),
    (15, "category"),
    (20, "supplemental_categories"),
    (25, "keywords"),
    (30, "release_date"),
    (35, "release_time"),
    (40, "special_instructions"),
    (55, "date_created"),
    (60, "time_created"),
    (62, "digital_creation_date"),
    (63, "digital_creation_time"),
    (65, "originating_program"),
    (70, "program_version"),
    (80, "by_line"),
    (85, "by_line_title"),
    (90, "city"),
    (92, "sub_location"),
    (95, "province_state"),
    (100, "country_code"),
    (101, "country"),
    (103, "transmission_reference"),
    (105, "headline"),
    (110, "credit"),
    (115, "source"),
    (116, "copyright_notice"),
    (120, "caption"),
    (135, "language"),
];

/// Sets of data as image resources, as which some files have them already.
pub(super) fn resources(bytes: Vec<u8>) -> Vec<u8> {
    if bytes.first() != Some(&SET) {
        return bytes;
    }
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes();
    let fill = &[0][..bytes.len() % 2];
    [RESOURCE, &IPTC.to_be_bytes(), &[0, 0], &length, &bytes, fill].concat()
}

/// Resources, with the sets of data that a file has beside them, where they have none.
pub(super) fn joined(resources: Option<Vec<u8>>, sets: Option<Vec<u8>>) -> Option<Vec<u8>> {
    let has_sets = resources.as_deref().and_then(find).is_some();
    let mut joined = resources.unwrap_or_default();
    if let Some(mut sets) = sets.filter(|_| !has_sets) {
        // Some programs write them as if they were longer numbers, of which they fill the last one up.
        let end = sets.iter().rposition(|byte| *byte != 0).map_or(0, |at| at + 1);
        sets.truncate(end);
        if !sets.is_empty() {
            joined.extend(self::resources(sets));
        }
    }
    Some(joined).filter(|joined| !joined.is_empty())
}

/// What the sets say, by name; keywords and others that there may be several of as lists.
pub(in crate::engine::image) fn fields(resources: &[u8]) -> Map<String, Value> {
    let mut fields = Map::new();
    for (number, text) in sets(resources).unwrap_or_default() {
        let Some((_, name)) = NAMES.iter().find(|(known, _)| *known == number) else { continue };
        if matches!(number, 12 | 20 | 25) {
            let list = fields.entry(*name).or_insert_with(|| Value::Array(Vec::new()));
            list.as_array_mut().into_iter().for_each(|list| list.push(text.clone().into()));
        } else {
            fields.entry(*name).or_insert_with(|| text.into());
        }
    }
    fields
}

/// The sets of the editorial record, as far as they can be read.
fn sets(resources: &[u8]) -> Option<Vec<(u8, String)>> {
    let mut rest = find(resources)?;
    let mut sets = Vec::new();
    while let [SET, record, number, high, low, behind @ ..] = rest {
        let length = u16::from_be_bytes([*high, *low]);
        let Some((content, behind)) = behind.split_at_checked(length.into()) else { break };
        if length >= EXTENDED {
            break;
        }
        if *record == EDITORIAL {
            sets.push((*number, in_any_encoding(content)));
        }
        rest = behind;
    }
    Some(sets)
}

/// The resource with IPTC.
fn find(resources: &[u8]) -> Option<&[u8]> {
    let found = each(resources).find(|resource| resource.number == IPTC)?;
    resources.get(found.content)
}

/// The resources without those of these numbers, as far as they can be read.
pub(super) fn without(resources: &[u8], numbers: &[u16]) -> Vec<u8> {
    let kept = each(resources).filter(|resource| !numbers.contains(&resource.number));
    kept.flat_map(|resource| &resources[resource.whole]).copied().collect()
}

/// Writes pixels per inch where a resource has them, as numbers with 16 bits before the point and 16 behind it.
pub(super) fn set_resolution(resources: &mut [u8], x: f64, y: f64) {
    let Some(found) = each(resources).find(|resource| resource.number == RESOLUTION) else { return };
    // Each is followed by its unit, and by that in which the side is shown.
    if let [x_at, _, y_at, ..] = resources[found.content].as_chunks_mut::<4>().0 {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let fixed = |value: f64| ((value * 65_536.0).round() as u32).to_be_bytes();
        (*x_at, *y_at) = (fixed(x), fixed(y));
    }
}

struct Resource {
    number: u16,
    content: Range<usize>,
    /// With its head, and what fills it up.
    whole: Range<usize>,
}

fn each(resources: &[u8]) -> impl Iterator<Item = Resource> + use<'_> {
    let mut start = 0;
    std::iter::from_fn(move || {
        let (number, name) = resources.get(start..)?.strip_prefix(RESOURCE)?.split_first_chunk()?;
        // A name with its length, both together even.
        let name_length = (1 + usize::from(*name.first()?)).next_multiple_of(2);
        let (length, content) = name.get(name_length..)?.split_first_chunk()?;
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        let place = resources.len() - content.len();
        let within = |length: usize| Some(place.checked_add(length)?.min(resources.len()));
        let end = within(length.checked_next_multiple_of(2)?)?;
        let whole = std::mem::replace(&mut start, end)..end;
        Some(Resource { number: u16::from_be_bytes(*number), content: place..within(length)?, whole })
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn sets_by_their_names() {
        let set = |number: u8, text: &str| {
            let length = u16::try_from(text.len()).unwrap().to_be_bytes();
            [&[SET, EDITORIAL, number], &length[..], text.as_bytes()].concat()
        };
        let sets = [set(25, "blue"), set(25, "Größe"), set(90, "Berlin"), set(90, "later"), set(250, "?")];
        let other = b"8BIM\x03\xed\x03abc\0\0\0\x03xyz\0";
        let all = [&other[..], &resources(sets.concat())].concat();
        let said = Value::Object(fields(&all));
        assert_eq!(said, json!({"keywords": ["blue", "Größe"], "city": "Berlin"}));
        for end in 0..all.len() {
            fields(&all[..end]);
        }
        assert_eq!(resources(all.clone()), all);
        assert_eq!(without(&all, &[RESOLUTION]), all[other.len()..]);
        let mut sized = b"8BIM\x03\xed\0\0\0\0\0\x10\0\x48\0\0\0\x01\0\x01\0\x48\0\0\0\x01\0\x01".to_vec();
        set_resolution(&mut sized, 300.5, 150.0);
        assert_eq!(sized[12..], *b"\x01\x2c\x80\0\0\x01\0\x01\0\x96\0\0\0\x01\0\x01");
        assert_eq!(without(&all, &[IPTC, 7]), other);
    }
}
