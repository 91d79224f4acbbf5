//! Drawings, with everything that SVG has.

use super::Sample;

pub(super) fn all() -> impl Iterator<Item = Sample> {
    const HEAD: &str = r#"xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink""#;
    let inner = [
        (
            "shapes",
            r#"width="96" height="64"><rect width="40" height="60" fill="red"/><circle cx="70" cy="30" r="20" fill="url(#g)"/><defs><linearGradient id="g"><stop stop-color="lime"/><stop offset="1" stop-color="blue"/></linearGradient></defs>"#,
        ),
        ("text", r#"width="200" height="60"><text x="10" y="40" font-size="30">Hello świat</text>"#),
        (
            "style",
            r#"width="96" height="64"><style>.a{fill:red;stroke:blue;stroke-width:8}</style><rect class="a" x="10" y="10" width="60" height="40"/>"#,
        ),
        ("view-box", r#"viewBox="0 0 40 40"><rect width="20" height="40" fill="red"/>"#),
        (
            "millimetres",
            r#"width="20mm" height="10mm" viewBox="0 0 20 10"><rect width="10" height="10" fill="blue"/>"#,
        ),
        (
            "use",
            r##"width="96" height="64"><defs><rect id="r" width="20" height="20"/></defs><use xlink:href="#r" x="5" y="5" fill="red"/><use href="#r" x="50" y="30" fill="blue"/>"##,
        ),
        (
            "clip",
            r#"width="96" height="64"><clipPath id="c"><circle cx="48" cy="32" r="30"/></clipPath><rect clip-path="url(#c)" width="96" height="64" fill="green"/>"#,
        ),
        (
            "mask",
            r#"width="96" height="64"><mask id="m"><rect width="48" height="64" fill="white"/></mask><rect mask="url(#m)" width="96" height="64" fill="purple"/>"#,
        ),
        (
            "pattern",
            r#"width="96" height="64"><pattern id="p" width="10" height="10" patternUnits="userSpaceOnUse"><rect width="5" height="10" fill="red"/></pattern><rect width="96" height="64" fill="url(#p)"/>"#,
        ),
        (
            "marker",
            r#"width="96" height="64"><marker id="k" markerWidth="4" markerHeight="4" refX="2" refY="2"><rect width="4" height="4" fill="red"/></marker><path d="M10 10 L80 50" stroke="black" stroke-width="4" marker-end="url(#k)"/>"#,
        ),
        (
            "filter",
            r#"width="96" height="64"><filter id="f"><feGaussianBlur stdDeviation="3"/></filter><rect filter="url(#f)" x="20" y="20" width="50" height="30" fill="red"/>"#,
        ),
        (
            "switch",
            r#"width="96" height="64"><switch><rect systemLanguage="xx" width="96" height="64" fill="red"/><rect width="96" height="64" fill="blue"/></switch>"#,
        ),
        (
            "nested",
            r#"width="96" height="64"><svg x="10" y="10" width="50" height="40" viewBox="0 0 5 4"><rect width="5" height="4" fill="teal"/></svg>"#,
        ),
        (
            "current-colour",
            r#"width="96" height="64" color="red"><rect width="96" height="64" fill="currentColor" opacity=".5"/>"#,
        ),
        (
            "transform",
            r#"width="96" height="64"><g transform="translate(48 32) rotate(45) skewX(10)"><rect x="-20" y="-10" width="40" height="20" fill="red"/></g>"#,
        ),
    ];
    let plain = inner.into_iter().map(|(name, inner)| {
        let line = format!("cat > $out <<'END'\n<svg {HEAD} {inner}</svg>\nEND");
        Sample::new(name, "svg", &["png", "jpg"], line)
    });
    let photo = format!(
        "(printf '%s' '<svg {HEAD} width=\"96\" height=\"64\"><image width=\"96\" height=\"64\" xlink:href=\"data:image/jpeg;base64,'; base64 -w0 camera.jpg; printf '%s' '\"/></svg>') > $out"
    );
    let latin = format!(
        "printf '%s' '<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><svg {HEAD} width=\"200\" height=\"60\"><text x=\"10\" y=\"40\" font-size=\"30\">Größe</text></svg>' | iconv -t latin1 > $out"
    );
    let packed = format!(
        "printf '%s' '<svg {HEAD} width=\"96\" height=\"64\"><rect width=\"50\" height=\"64\" fill=\"red\"/></svg>' | gzip > $out"
    );
    plain.chain([
        Sample::new("photo", "svg", &["png"], photo),
        Sample::new("latin", "svg", &["png"], latin),
        Sample::new("packed", "svgz", &["png"], packed),
    ])
}
