//! A text or a picture on pictures, pages and films. `settings` reads what is asked for, `mark` is the text or the
//! picture, `place` where it goes; `pictures`, `pages` and `films` put it there.

mod films;
mod mark;
mod pages;
mod pictures;
mod place;
mod settings;

use serde_json::{Value, json};

use super::pair::Run;
use super::program::Installed;
use super::{ConversionType, Mode, ffmpeg, image as raster};

pub(super) fn types(installed: &Installed) -> Vec<ConversionType> {
    let new = |group, converter, format, run: Run| {
        ConversionType::new(group, converter, (format, format), run).mode(Mode::Watermark)
    };
    let pictures = raster::names().filter(|format| *format != "ico").map(|format| {
        let mut options = options();
        if let (Some(options), Value::Object(more)) = (options.as_object_mut(), raster::options(format)) {
            options.extend(
                more.into_iter().filter(|(name, _)| ["quality", "lossless"].contains(&name.as_str())),
            );
        }
        new("image", "image", format, pictures::mark).options(options)
    });
    let mut pages = options();
    for (name, default) in [("pages", Value::Null), ("layer", "above".into()), ("password", Value::Null)] {
        pages[name] = default;
    }
    let pages = new("document", "lopdf", "pdf", pages::mark).options(pages);
    let films = ffmpeg::films(installed)
        .map(|format| new("video", "ffmpeg", format, films::mark).options(options()).program());
    pictures.chain([pages.note("A locked PDF becomes an open one.")]).chain(films).collect()
}

fn options() -> Value {
    json!({
        "text": null, "font_size": null, "font_width_percent": null, "font_color": "#000000", "font_name": null,
        "font_align": "left", "image": null, "image_width": null, "image_height": null, "image_width_percent": null,
        "position_vertical": "center", "position_horizontal": "center", "margin_vertical": 25, "margin_horizontal": 25,
        "opacity": 100, "rotation": 0,
    })
}
