//! Faxes in TIFF, written bit by bit.

use serde_json::json;

use super::by_hand::OLD;
use super::{converted, read};
use crate::service::Service;

fn bytes_of(bits: &str, lowest_first: bool) -> Vec<u8> {
    let bits = bits.replace(' ', "");
    let bits = format!("{bits}{}", "0".repeat(bits.len().next_multiple_of(8) - bits.len()));
    let byte = |bits: &[u8]| u8::from_str_radix(std::str::from_utf8(bits).unwrap(), 2).unwrap();
    let bytes = bits.as_bytes().chunks(8).map(byte);
    bytes.map(|byte| if lowest_first { byte.reverse_bits() } else { byte }).collect()
}

/// The rows of a fax as PNG has them, each as the lengths of its runs, white first.
async fn fax(
    service: &Service,
    height: u64,
    options: u64,
    bits: &str,
    lowest_first: bool,
) -> Vec<Vec<usize>> {
    let order = [if lowest_first { 2 } else { 1 }];
    let more: [(u16, &[u64]); 6] =
        [(258, &[1]), (259, &[3]), (262, &[0]), (266, &order), (277, &[1]), (292, &[options])];
    let file = OLD.file((16, height), height, &more, &[bytes_of(bits, lowest_first)]);
    let (made, _) = converted(service, ("tiff", "png"), file, json!({})).await;
    let made = read(&made).image.to_luma8();
    let runs = made.rows().map(|row| {
        let row: Vec<u8> = row.map(|pixel| pixel.0[0]).collect();
        let runs = row.chunk_by(|a, b| a == b).map(<[u8]>::len);
        if row[0] == 0 { std::iter::once(0).chain(runs).collect() } else { runs.collect::<Vec<_>>() }
    });
    runs.collect()
}

/// A fax of Group 3, whose lines are written as T.4 has them: the end of a line, then white, black, white.
#[tokio::test]
async fn a_fax_of_group_three() {
    let service = Service::start().await;
    let end_of_line = "000000000001";
    // 4 white (1011), 8 black (000101), 4 white: a line of 16.
    let line = format!("{end_of_line}1011000101 1011");
    // libtiff writes no end of a page, nor one of the last line.
    for (end, lowest_first) in [(6, false), (6, true), (1, false), (0, false), (0, true)] {
        let bits = line.repeat(3) + &end_of_line.repeat(end);
        assert_eq!(fax(&service, 3, 0, &bits, lowest_first).await, vec![vec![4, 8, 4]; 3]);
    }
}

/// Lines that are coded by the one above them, in every way that T.4 has.
#[tokio::test]
async fn a_fax_in_two_dimensions() {
    let service = Service::start().await;
    let (by_itself, by_above) = ("000000000001 1", "000000000001 0");
    let lines = [
        (by_itself, "1011 000101 1011", vec![4, 8, 4]),
        // All changes right below those above.
        (by_above, "1 1 1", vec![4, 8, 4]),
        // One to the right, one to the left.
        (by_above, "011 010 1", vec![5, 6, 5]),
        // Three to the left, two to the right.
        (by_above, "0000010 000011 1", vec![2, 11, 3]),
        // Nothing of the black above.
        (by_above, "0001 1", vec![16]),
        // 2 white and 3 black by their lengths.
        (by_above, "001 0111 10 1", vec![2, 3, 11]),
        // Black from the first pixel on: 0 white, 5 black.
        (by_above, "001 00110101 0011 1", vec![0, 5, 11]),
        // Its first change stands below the first of all.
        (by_above, "1 000011 1", vec![0, 7, 9]),
        (by_itself, "00110101 0000010111 ", vec![0, 16]),
        (by_above, "1 1", vec![0, 16]),
    ];
    let wanted: Vec<_> = lines.iter().map(|(_, _, runs)| runs.clone()).collect();
    for (end, lowest_first, fill) in [(6, false, ""), (0, true, ""), (1, false, "0000"), (6, true, "000")] {
        // Before the end of a line there may be more zeros, so that it ends with a byte.
        let all = lines.iter().map(|(start, line, _)| [fill, start, line].concat()).collect::<String>();
        let bits = all + &by_itself.repeat(end);
        let options = if fill.is_empty() { 1 } else { 5 };
        assert_eq!(fax(&service, 10, options, &bits, lowest_first).await, wanted, "{end} {fill}");
    }
    // A line that is broken costs itself.
    let bits = format!("{by_itself}1011 000101 1011{by_above}0000001{by_itself}1011 000101 1011");
    let seen = fax(&service, 3, 1, &bits, false).await;
    assert_eq!((seen.len(), &seen[0], &seen[2]), (3, &vec![4, 8, 4], &vec![4, 8, 4]));
    let more: [(u16, &[u64]); 5] = [(258, &[1]), (259, &[3]), (262, &[0]), (277, &[1]), (292, &[1])];
    let file = OLD.file((16, 9), 9, &more, &[bytes_of(&bits, false)]);
    let failed = service.convert(("tiff", "png"), file, json!({})).await;
    failed.assert_error(422, "has 3 of 9 lines");
}

/// Lines without ends, each from a whole byte on.
#[tokio::test]
async fn a_fax_without_ends_of_lines() {
    let service = Service::start().await;
    // 4 white, 8 black, 4 white; and 16 white.
    let lines = ["1011 000101 1011", "101010"].map(|bits| bytes_of(bits, false));
    let more: [(u16, &[u64]); 4] = [(258, &[1]), (259, &[2]), (262, &[0]), (277, &[1])];
    let file = OLD.file((16, 3), 3, &more, &[[&lines[0][..], &lines[1], &lines[0]].concat()]);
    let (made, _) = converted(&service, ("tiff", "png"), file, json!({})).await;
    let made = read(&made).image.to_luma8();
    let row = |y| (0..16).filter(|x| made.get_pixel(*x, y).0[0] == 0).collect::<Vec<u32>>();
    assert_eq!([row(0), row(1), row(2)], [(4..12).collect(), vec![], (4..12).collect::<Vec<u32>>()]);
}
