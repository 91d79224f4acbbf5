//! The table of drawings in the README: each cell of it, by doing what it says.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use image::{DynamicImage, Rgb, RgbImage, RgbaImage};
use serde_json::{Value, json};

use super::make::{self, Says};
use super::{info, read, warnings};
use crate::service::{Answer, Service};
use crate::tables::{Cell, cells};

/// What came out of a drawing.
struct Made {
    status: Answer,
    /// The note of the pair, and the warnings.
    told: String,
    image: RgbaImage,
    facts: Value,
}

#[tokio::test]
async fn every_cell_is_what_happens() {
    let service = Service::start().await;
    let cells = cells("### Drawings");
    assert_eq!(cells.len(), 16 * 6);
    for cell in cells {
        let options = if cell.row == "`density`" { json!({"density": 192}) } else { json!({}) };
        let made = made(&service, input(cell.row), cell.column, options).await;
        assert_eq!(seen(&cell, &made), cell.says, "{} to {}: {}", cell.row, cell.column, made.status.text());
    }
}

async fn made(service: &Service, svg: Vec<u8>, column: &str, options: Value) -> Made {
    let output = column.to_lowercase();
    let status = service.convert(("svg", &output), svg, json!({"converteroptions": options})).await;
    assert_eq!(status["step"], "finished", "{column}: {}", status.text());
    let types = format!("/conversiontypes?inputformat=svg&outputformat={output}&mode=convert");
    let note = service.get(&types).await.json()[0]["note"].as_str().unwrap_or_default().to_owned();
    let file = service.get(status["output"]["url"].as_str().unwrap()).await.body;
    let image = read(&file).image.to_rgba8();
    let facts = info(service, &output, file).await;
    Made { told: format!("{note}\n{}", warnings(&status)), image, facts, status }
}

/// A drawing of 40 times 20 that has what a row is about. What is drawn of it, is red at the left.
fn input(row: &str) -> Vec<u8> {
    let svg = |inner: &str| {
        let names = "xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink'";
        format!("<svg {names} width='40' height='20'>{inner}</svg>")
    };
    let red = "<rect width='20' height='20' fill='red'/>";
    let text = |text: &str| svg(&format!("<text x='0' y='18' font-size='20' fill='red'>{text}</text>"));
    let inside = |kind: &str, bytes: &[u8]| {
        let data = STANDARD.encode(bytes);
        format!("<image width='20' height='20' preserveAspectRatio='none' href='data:{kind};base64,{data}'/>")
    };
    let picture = DynamicImage::from(RgbImage::from_pixel(9, 9, Rgb([255, 0, 0])));
    match row {
        "shapes, gradients, patterns, masks, filters" => {
            let paint = "<linearGradient id='g'><stop stop-color='red'/><stop offset='1' stop-color='#e00'/></linearGradient>\
                         <pattern id='p' width='9' height='9' patternUnits='userSpaceOnUse'><rect width='9' height='9' fill='url(#g)'/></pattern>";
            let over = "<mask id='m'><rect width='20' height='20' fill='white'/></mask>\
                        <filter id='f'><feOffset dx='0'/></filter>";
            svg(&format!("{paint}{over}<rect width='40' height='20' fill='url(#p)' mask='url(#m)' filter='url(#f)'/>"))
        }
        "styles inside the drawing" => {
            svg("<style>.a { fill: red }</style><rect class='a' width='20' height='20'/>")
        }
        "text, in fonts of this machine" => text("Hm"),
        "characters that its font has not" => text("Жλ"),
        "characters that no font has" => text("\u{10fffd}"),
        "packed by gzip, in an encoding that it declares" => {
            let latin = svg(red).replace("<svg", "<?xml version='1.0' encoding='ISO-8859-1'?><!--\u{e4}--><svg");
            let latin: Vec<u8> = latin.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap()).collect();
            return super::drawings::gzip(&latin);
        }
        "pictures and drawings inside, in `data:` URLs" => svg(&format!(
            "{}{}",
            inside("image/png", &make::png(&picture, &Says::default())).replace("height='20'", "height='10'"),
            inside("image/svg+xml", svg("<rect width='40' height='20' fill='red'/>").as_bytes())
                .replace("<image", "<image y='10'"),
        )),
        "pictures inside that cannot be read" => svg(&inside("image/png", b"no picture")),
        "what it refers to elsewhere" => {
            svg("<image width='20' height='20' href='http://127.0.0.1:1/a.png'/><use href='a.svg#b'/>")
        }
        "style sheets elsewhere, fonts of its own" => svg(
            "<style>@import url(a.css); @font-face { font-family: A; src: url(a.woff) }</style>",
        ),
        "animations" => svg(&red.replace("/>", "><animate attributeName='fill' to='blue' dur='1s'/></rect>")),
        "scripts, parts in other languages" => {
            svg("<script>x</script><foreignObject width='20' height='20'><p xmlns='http://www.w3.org/1999/xhtml'>x</p></foreignObject>")
        }
        "title, description, links" => {
            svg(&format!("<title>T</title><desc>D</desc><a xlink:href='#x'>{red}</a>"))
        }
        "transparency" => svg("<rect x='20' width='20' height='20' fill='red' fill-opacity='.5'/>"),
        "size in millimetres" => {
            let size = |svg: String| svg.replace("width='40' height='20'", "width='20mm' height='10mm' viewBox='0 0 40 20'");
            size(svg(red))
        }
        "`density`" => svg(red),
        row => panic!("the row {row} is not tested"),
    }
    .into_bytes()
}

fn seen(cell: &Cell, made: &Made) -> &'static str {
    let told = |word: &str| made.told.contains(word);
    let size = made.image.dimensions();
    let at = |x: u32, y: u32| made.image.get_pixel(x * size.0 / 40, y * size.1 / 20).0;
    let is_red = |[r, g, b, a]: [u8; 4]| r > 180 && g < 90 && b < 90 && a > 100;
    let has_red = made.image.pixels().any(|pixel| is_red(pixel.0));
    let all_red = [at(3, 3), at(15, 8), at(9, 15)].into_iter().all(is_red);
    let no_warning = made.status["warnings"] == json!([]);
    match cell.row {
        "shapes, gradients, patterns, masks, filters" | "pictures and drawings inside, in `data:` URLs"
            if all_red && !is_red(at(35, 10)) && no_warning =>
        {
            "drawn"
        }
        "styles inside the drawing" if all_red && no_warning => "applied",
        "text, in fonts of this machine" if has_red && no_warning => "drawn",
        "characters that its font has not" if has_red && no_warning => "drawn by another font",
        "characters that no font has" if told("U+10FFFD") && told("nstall") => {
            "told with the package to install"
        }
        "packed by gzip, in an encoding that it declares" if all_red && no_warning => "read",
        "pictures inside that cannot be read" if !has_red && told("left out") => "left out, told",
        "what it refers to elsewhere" if told("http://127.0.0.1:1/a.png") && told("a.svg#b") => {
            "not loaded, told"
        }
        "style sheets elsewhere, fonts of its own" if told("style sheet") && told("fonts of its own") => {
            "not used, told"
        }
        "animations" if all_red && told("animated") => "how they begin, told",
        "scripts, parts in other languages" if told("script") && told("foreignObject") => "left out, told",
        "title, description, links" if all_red && told("title, description, links") => {
            "lost, as the note says"
        }
        "transparency" => match (at(5, 10), at(30, 10)) {
            ([.., 0], [230..=255, 0..30, 0..30, 120..136]) => "kept",
            ([.., 0], [.., 255]) if told("transparent") => "1 bit",
            ([250..=255, 250..=255, 250..=255, 255], [240..=255, 120..136, 120..136, 255])
                if told("transparent") =>
            {
                "background"
            }
            _ => "wrong",
        },
        // 20 mm are 75.6 of 96 in 25.4.
        "size in millimetres" if size == (76, 38) && is_red(at(9, 9)) => "at 96 dots per inch",
        "`density`" if size == (80, 40) => match made.facts["resolution"][0].as_f64() {
            Some(191.0..193.0) => "drawn and written",
            None => "drawn",
            _ => "wrong",
        },
        _ => "wrong",
    }
}
