//! GIF, by the crate `gif`.

use std::fs::File;
use std::io::{BufWriter, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::time::Duration;

use gif::{AnyExtension, DisposalMethod, Encoder, Frame, Repeat};

use super::super::metadata::{Metadata, Resolution, gif::COMMENT, line};
use super::super::page::Page;
use super::output::{Sink, create, failed};
use crate::engine::{Failure, Progress};

/// How much of the time that the best palette takes is spared, from 1 to 30; 10 is hardly seen.
const SPEED: i32 = 10;
/// Where the shape of pixels stands in the file.
const ASPECT: u64 = 12;

pub(super) struct Animation {
    path: PathBuf,
    plays: u32,
    /// Whether what shows coarsely comes first.
    progressive: bool,
    aspect: u8,
    encoder: Option<Encoder<BufWriter<File>>>,
    /// The last frame, which waits for the next one to tell what becomes of it.
    last: Option<Frame<'static>>,
    /// How long all frames so far are shown, as the input has it and as it was written.
    shown: (Duration, Duration),
}

impl Animation {
    pub(super) fn new(path: PathBuf, plays: u32, progressive: bool) -> Self {
        let shown = (Duration::ZERO, Duration::ZERO);
        Self { path, plays, progressive, aspect: 0, encoder: None, last: None, shown }
    }

    fn begin(
        &self,
        width: u16,
        height: u16,
        metadata: &Metadata,
    ) -> Result<Encoder<BufWriter<File>>, Failure> {
        let failed = failed("gif");
        let encoder = Encoder::new(create(&self.path)?, width, height, &[]);
        let mut encoder = encoder.map_err(|error| failed(error.to_string()))?;
        let repeat = match self.plays {
            0 => Some(Repeat::Infinite),
            1 => None,
            plays => Some(Repeat::Finite(u16::try_from(plays - 1).unwrap_or(u16::MAX))),
        };
        if let Some(repeat) = repeat {
            encoder.set_repeat(repeat).map_err(|error| failed(error.to_string()))?;
        }
        for comment in &metadata.comments {
            let written = encoder.write_raw_extension(AnyExtension(COMMENT), &[line(comment).as_bytes()]);
            written.map_err(|error| failed(error.to_string()))?;
        }
        Ok(encoder)
    }

    fn write_last(&mut self, dispose: DisposalMethod) -> Result<(), Failure> {
        if let (Some(encoder), Some(mut frame)) = (&mut self.encoder, self.last.take()) {
            frame.dispose = dispose;
            encoder.write_frame(&frame).map_err(|error| failed("gif")(error.to_string()))?;
        }
        Ok(())
    }

    /// The time in hundredths of a second, such that all frames together take as long as before.
    fn delay(&mut self, delay: Duration, progress: &Progress) -> u16 {
        self.shown.0 += delay;
        let missing = self.shown.0.saturating_sub(self.shown.1);
        let hundredths = (missing.as_millis() + 5) / 10;
        let Ok(hundredths) = u16::try_from(hundredths) else {
            progress
                .warn("A picture of the animation is shown for less long: gif has at most 655 s for each");
            self.shown.1 = self.shown.0;
            return u16::MAX;
        };
        self.shown.1 += Duration::from_millis(u64::from(hundredths) * 10);
        hundredths
    }
}

impl Sink for Animation {
    fn add(&mut self, page: Page, progress: &Progress) -> Result<(), Failure> {
        let failed = failed("gif");
        let mut pixels = page.image.into_rgba8();
        let side = |side: u32| u16::try_from(side).map_err(|_| failed("it is too large".to_owned()));
        let (width, height) = (side(pixels.width())?, side(pixels.height())?);
        // A pixel is there or not; half of one is that much of a white one.
        let mut transparent = false;
        for pixel in pixels.pixels_mut() {
            let [r, g, b, a] = pixel.0;
            let over = |value: u8| {
                let mixed = u32::from(value) * u32::from(a) + 255 * (255 - u32::from(a));
                u8::try_from(mixed / 255).unwrap_or(255)
            };
            pixel.0 = match a {
                255 => continue,
                128.. => [over(r), over(g), over(b), 255],
                _ => {
                    transparent = true;
                    [0; 4]
                }
            };
        }
        let mut frame = Frame::from_rgba_speed(width, height, &mut pixels, SPEED);
        frame.delay = self.delay(page.delay, progress);
        if self.progressive {
            interlace(&mut frame);
        }
        if self.encoder.is_none() {
            self.aspect = aspect(page.metadata.resolution, progress);
            self.encoder = Some(self.begin(width, height, &page.metadata)?);
        }
        // Else the frame before is seen through this one's transparent pixels.
        let before = if transparent { DisposalMethod::Background } else { DisposalMethod::Keep };
        self.write_last(before)?;
        self.last = Some(frame);
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<Vec<PathBuf>, Failure> {
        // Before it begins again, nothing is left of it.
        self.write_last(DisposalMethod::Background)?;
        if let Some(encoder) = self.encoder.take() {
            let file = encoder.into_inner().map_err(|error| failed("gif")(error.to_string()))?;
            let mut file = file.into_inner().map_err(|error| Failure::io(error.into_error()))?;
            // The encoder has no word for it.
            let written = file.seek(SeekFrom::Start(ASPECT)).and_then(|_| file.write_all(&[self.aspect]));
            written.map_err(Failure::io)?;
        }
        Ok(vec![self.path])
    }
}

/// Brings the rows into the order of four passes, each as fine again as those before (appendix E of the standard).
fn interlace(frame: &mut Frame<'_>) {
    let (width, height) = (usize::from(frame.width), usize::from(frame.height));
    let pass = |first, step| (first..height).step_by(step);
    let rows = pass(0, 8).chain(pass(4, 8)).chain(pass(2, 4)).chain(pass(1, 2));
    frame.buffer = rows.flat_map(|row| &frame.buffer[row * width..(row + 1) * width]).copied().collect();
    frame.interlaced = true;
}

/// The shape of pixels as section 18 of the standard has it: 0 where they are square.
fn aspect(resolution: Option<Resolution>, progress: &Progress) -> u8 {
    let Some(shape) = resolution.and_then(|resolution| Resolution::ratio(resolution.x, resolution.y)) else {
        return 0;
    };
    let said = (shape.aspect() * 64.0 - 15.0).round();
    if !(1.0..=255.0).contains(&said) {
        progress.warn(
            "The shape of the pixels is lost: gif has those from a quarter as wide as high to four times",
        );
        return 0;
    }
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let said = said as u8;
    said
}
