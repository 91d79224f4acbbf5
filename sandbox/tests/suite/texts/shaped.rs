//! How letters are drawn, on pages and in drawings: ordered, joined, stacked. Seen by their ink, because what a reader of text
//! gives back says nothing of it. Where this machine has no font for a script, that is told by the package to install.

use image::RgbImage;

use super::plainly;
use crate::pdf::drawn;
use crate::service::Service;

/// What is drawn of a text, without the paper around it.
struct Ink(RgbImage);

/// A part of what is drawn that hangs together: left, top, right, bottom.
type Piece = [u32; 4];

impl Ink {
    fn of(picture: &RgbImage) -> Self {
        let dark = |x: u32, y: u32| picture.get_pixel(x, y).0.iter().any(|part| *part < 160);
        let places = || picture.enumerate_pixels().map(|(x, y, _)| (x, y)).filter(|(x, y)| dark(*x, *y));
        let [left, top, right, bottom] = places().fold([u32::MAX, u32::MAX, 0, 0], |area, (x, y)| {
            [area[0].min(x), area[1].min(y), area[2].max(x), area[3].max(y)]
        });
        assert!(left <= right, "nothing is drawn");
        Self(image::imageops::crop_imm(picture, left, top, right - left + 1, bottom - top + 1).to_image())
    }

    fn is_dark(&self, x: u32, y: u32) -> bool {
        self.0.get_pixel(x, y).0.iter().any(|part| *part < 160)
    }

    fn width(&self) -> u32 {
        self.0.width()
    }

    /// The parts that hang together, from the left to the right.
    fn pieces(&self) -> Vec<Piece> {
        let (width, height) = self.0.dimensions();
        let mut seen = vec![false; (width * height) as usize];
        let mut pieces = Vec::new();
        for (x, y) in (0..width).flat_map(|x| (0..height).map(move |y| (x, y))) {
            let (mut places, mut piece) = (vec![(x, y)], [x, y, x, y]);
            let mut count = 0;
            while let Some((x, y)) = places.pop() {
                let at = (y * width + x) as usize;
                if seen[at] || !self.is_dark(x, y) {
                    continue;
                }
                seen[at] = true;
                count += 1;
                piece = [piece[0].min(x), piece[1].min(y), piece[2].max(x), piece[3].max(y)];
                let near = |at: u32, most: u32| at.saturating_sub(1)..=(at + 1).min(most - 1);
                places.extend(near(x, width).flat_map(|x| near(y, height).map(move |y| (x, y))));
            }
            // A speck is the edge of something.
            if count > 20 {
                pieces.push(piece);
            }
        }
        pieces
    }

    /// By how much it differs from another in its lower half, where both begin at the left, or end at the right.
    fn differs(&self, other: &Self, at_right: bool) -> u32 {
        let width = self.width().min(other.width());
        let height = self.0.height().min(other.0.height());
        let column = |ink: &Self, x: u32| if at_right { ink.width() - 1 - x } else { x };
        let row = |ink: &Self, y: u32| ink.0.height() - 1 - y;
        let places = (0..width).flat_map(|x| (0..height / 2).map(move |y| (x, y)));
        let different = places.filter(|(x, y)| {
            self.is_dark(column(self, *x), row(self, *y)) != other.is_dark(column(other, *x), row(other, *y))
        });
        u32::try_from(different.count()).unwrap()
    }
}

fn width(piece: &Piece) -> u32 {
    piece[2] - piece[0]
}

/// A text as it is drawn in two ways; or what is told of it, where no font of this machine has its letters.
async fn inks(service: &Service, text: &str) -> Result<Vec<Ink>, String> {
    let svg = format!(
        "<svg xmlns='http://www.w3.org/2000/svg' width='900' height='200'><rect width='900' height='200' fill='white'/>\
         <text x='450' y='130' font-size='60' text-anchor='middle'>{text}</text></svg>"
    );
    let html = format!("<meta charset=utf-8><p>{text}");
    let mut inks = Vec::new();
    for (input, content) in [("svg", &svg), ("txt", &text.to_owned()), ("html", &html)] {
        let output = if input == "svg" { "png" } else { "pdf" };
        let status = service.convert((input, output), content.clone(), plainly((input, output))).await;
        let told = status["warnings"].to_string();
        if told.contains("No font of this machine") {
            return Err(told);
        }
        assert_eq!(told, "[]", "{text}");
        let made = service.get(status["output"]["url"].as_str().unwrap()).await.body;
        let picture = match output {
            "png" => image::load_from_memory(&made).unwrap().into_rgb8(),
            _ => drawn(&made, 400),
        };
        inks.push(Ink::of(&picture));
    }
    Ok(inks)
}

/// Draws texts of one script, and looks at each way in which they are drawn; or sees that this package is told.
async fn look<const N: usize>(texts: [&str; N], package: &str, check: impl Fn([&Ink; N])) {
    let service = Service::start().await;
    let mut all = Vec::new();
    for text in texts {
        match inks(&service, text).await {
            Ok(inks) => all.push(inks),
            Err(told) => {
                assert!(told.contains(&format!("by the package {package}")), "{told}");
                return;
            }
        }
    }
    let mut ways: Vec<_> = all.into_iter().map(Vec::into_iter).collect();
    while let Some(drawn) = ways.iter_mut().map(Iterator::next).collect::<Option<Vec<_>>>() {
        check(std::array::from_fn(|at| &drawn[at]));
    }
}

#[tokio::test]
async fn arabic_letters_are_joined_from_right_to_left() {
    // With a mark between them that keeps them apart, they are drawn as each for itself.
    look(["ححح", "ح\u{200c}ح\u{200c}ح", "حا"], "fonts-noto-core", |[joined, apart, two]| {
        assert_eq!(joined.pieces().len(), 1, "{:?}", joined.pieces());
        assert_eq!(apart.pieces().len(), 3, "{:?}", apart.pieces());
        // The second letter, which is a line upright, stands at the left.
        let upright = (0..two.0.height()).filter(|y| two.is_dark(two.width() / 12, *y)).count();
        let other =
            (0..two.0.height()).filter(|y| two.is_dark(two.width() - 1 - two.width() / 12, *y)).count();
        assert!(upright > 2 * other, "{upright} {other}");
    })
    .await;
}

#[tokio::test]
async fn hebrew_goes_from_right_to_left_and_numbers_in_it_do_not() {
    // The first letter is narrow, the last one is wide; 1 is narrower than 4.
    look(["ו14ש"], "fonts-noto-core", |[word]| {
        let widths: Vec<u32> = word.pieces().iter().map(width).collect();
        assert!(matches!(widths[..], [last, one, four, first] if last > first && four > one), "{widths:?}");
    })
    .await;
}

#[tokio::test]
async fn letters_of_india_are_put_together_and_reordered() {
    look(
        ["क्ष", "क", "ष", "कि", "की"],
        "fonts-noto-core",
        |[both, one, other, short, long]| {
            assert!(
                both.width() * 5 < (one.width() + other.width()) * 4,
                "{} of {}",
                both.width(),
                one.width()
            );
            // This sign stands before the letter behind which it is written, the other behind it.
            assert!(short.differs(one, true) < short.differs(one, false));
            assert!(long.differs(one, false) < long.differs(one, true));
        },
    )
    .await;
}

#[tokio::test]
async fn marks_of_thai_are_stacked() {
    look(["กี่", "กี", "ก"], "fonts-noto-core", |[both, one, none]| {
        assert!(both.width() < none.width() * 5 / 4 && one.width() < none.width() * 5 / 4);
        let pieces = both.pieces();
        assert_eq!(pieces.len(), 3, "{pieces:?}");
        let mut from_above = pieces.clone();
        from_above.sort_by_key(|piece| piece[1]);
        assert!(from_above.windows(2).all(|pair| pair[0][3] < pair[1][1]), "{pieces:?}");
    })
    .await;
}

#[tokio::test]
async fn letters_of_east_asia_are_drawn_each() {
    for texts in [["一", "二", "三"], ["の", "ノ", "ん"], ["한", "글", "가"]] {
        look(texts, "fonts-noto-cjk", |inks| {
            for (one, other) in [(0, 1), (1, 2), (0, 2)] {
                let same = inks[one].0.dimensions() == inks[other].0.dimensions();
                assert!(!same || inks[one].differs(inks[other], false) > 20, "{texts:?}");
            }
        })
        .await;
    }
}

#[tokio::test]
async fn faces_are_one_character_where_they_are_meant_so() {
    let family = "\u{1f469}\u{200d}\u{1f469}\u{200d}\u{1f467}";
    look(["\u{1f469}", family, "\u{1f469}\u{1f469}"], "fonts-noto-color-emoji", |[one, family, two]| {
        assert!(family.width() < one.width() * 5 / 4 && two.width() > one.width() * 3 / 2);
        let coloured = one.0.pixels().any(|pixel| pixel.0[0].abs_diff(pixel.0[2]) > 60);
        assert!(coloured, "it has no colours");
    })
    .await;
}
