//! IPTC: the sets of data in the image resources of Photoshop (IIM 4.2), by their names.

use serde_json::{Map, Value};

use crate::names::in_any_encoding;

/// How a resource begins, the number of that with IPTC, and how a set of data begins.
const RESOURCE: &[u8] = b"8BIM";
const NUMBER: [u8; 2] = [4, 4];
const SET: u8 = 0x1c;
/// The record for editors, and of the record before it the set that names the encoding.
const EDITORIAL: u8 = 2;
/// A set whose length takes more than two bytes.
const EXTENDED: u16 = 0x8000;

const NAMES: [(u8, &str); 30] = [
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
];

/// Sets of data as image resources, as which some files have them already.
pub(super) fn resources(bytes: Vec<u8>) -> Vec<u8> {
    if bytes.first() != Some(&SET) {
        return bytes;
    }
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes();
    let fill = &[0][..bytes.len() % 2];
    [RESOURCE, &NUMBER, &[0, 0], &length, &bytes, fill].concat()
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
fn find(mut resources: &[u8]) -> Option<&[u8]> {
    loop {
        let (number, name) = resources.strip_prefix(RESOURCE)?.split_at_checked(2)?;
        // A name with its length, both together even.
        let name_length = (1 + usize::from(*name.first()?)).next_multiple_of(2);
        let (length, content) = name.get(name_length..)?.split_at_checked(4)?;
        let length = usize::try_from(u32::from_be_bytes(length.try_into().ok()?)).ok()?;
        if number == NUMBER {
            return content.get(..length.min(content.len()));
        }
        resources = content.get(length.checked_next_multiple_of(2)?..)?;
    }
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
    }
}
