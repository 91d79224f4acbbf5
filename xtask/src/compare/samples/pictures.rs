//! Pictures in every format, depth, colour and orientation, with what they say of themselves.

use super::Sample;

/// A picture with four different corners, one with transparency, two profiles, and what cameras write.
pub(super) const PARTS: &str = r"
convert -size 48x32 gradient:red-yellow a.png; convert -size 48x32 gradient:blue-lime b.png
convert -size 48x32 gradient:white-gray c.png; convert -size 48x32 gradient:navy-orange d.png
convert \( a.png b.png +append \) \( c.png d.png +append \) -append -depth 8 base.png
convert base.png \( -size 96x64 gradient:white-black \) -alpha off -compose CopyOpacity -composite alpha.png
convert base.png -depth 16 -evaluate add 100 deep.png
for profile in srgb p3 cmyk; do
  vips icc_transform base.png $profile.tif $profile --input-profile srgb; convert $profile.tif $profile.icc
done
convert base.png -profile srgb.icc -profile p3.icc p3.png
convert base.png -density 300 -units PixelsPerInch -quality 92 camera.jpg
exiftool -q -overwrite_original -Artist=Ada -Make=Kit -Model=One -DateTimeOriginal='2020:02:02 20:20:20' \
  -GPSLatitude=52.5 -GPSLatitudeRef=N -GPSLongitude=13.4 -GPSLongitudeRef=E -ExposureTime=1/60 -ISO=200 \
  -UserComment='Größe' -Copyright='(c) Ada' -LensModel=Glass -XMP-dc:Title=Sea -XMP-dc:Subject=blue \
  -XMP-dc:Creator='Ada L' -XMP-xmp:Rating=4 -IPTC:Keywords=water -IPTC:City=Berlin -Comment=hello camera.jpg
";

const ALL: &[&str] = &["png", "jpg", "webp", "tiff", "gif", "bmp", "ico", "pdf"];
const MAIN: &[&str] = &["png", "jpg", "webp", "tiff", "pdf"];

#[allow(clippy::too_many_lines)] // A list.
pub(super) fn all() -> Vec<Sample> {
    let mut samples = Vec::new();
    let mut add =
        |name: &str, format, outputs, line: &str| samples.push(Sample::new(name, format, outputs, line));
    for (name, line) in [
        ("rgb8", "convert base.png PNG24:$out"),
        ("rgb16", "convert deep.png PNG48:$out"),
        ("rgba8", "convert alpha.png PNG32:$out"),
        ("rgba16", "convert alpha.png -depth 16 PNG64:$out"),
        ("grey8", "convert base.png -colorspace Gray -depth 8 $out"),
        ("grey16", "convert deep.png -colorspace Gray -depth 16 $out"),
        ("grey-alpha", "convert alpha.png -colorspace Gray $out"),
        ("bilevel", "convert base.png -monochrome $out"),
        ("palette", "convert base.png -colors 20 PNG8:$out"),
        ("palette-alpha", "convert alpha.png -channel A -threshold 50% +channel -colors 20 PNG8:$out"),
        ("interlaced", "convert base.png -interlace PNG $out"),
        ("dpi", "convert base.png -density 300 -units PixelsPerInch $out"),
        ("dpi-two", "convert base.png -density 204x98 -units PixelsPerInch $out"),
        ("profile", "convert p3.png $out"),
        (
            "says",
            "convert base.png -define png:exclude-chunks=date PNG24:$out; exiftool -q -overwrite_original -tagsfromfile camera.jpg -EXIF:all -XMP:all -PNG:Comment=hello $out",
        ),
        ("texts", "convert base.png -set Title Sea -set Author Ada -set Copyright Kit $out"),
        ("transparent-key", "convert base.png -transparent white PNG24:$out"),
        ("one-pixel", "convert -size 1x1 xc:red $out"),
        ("wide", "convert -size 3000x2 -seed 1 plasma:grey20-grey80 -colorspace Gray $out"),
        (
            "animated",
            "ffmpeg -v error -f lavfi -i testsrc2=size=48x32:rate=4:duration=1 -plays 0 -f apng $out",
        ),
    ] {
        add(name, "png", ALL, line);
    }
    for (name, line) in [
        ("444", "convert base.png -sampling-factor 1x1 $out"),
        ("422", "convert base.png -sampling-factor 2x1 $out"),
        ("420", "convert base.png -sampling-factor 2x2 -quality 80 $out"),
        ("grey", "convert base.png -colorspace Gray $out"),
        ("cmyk", "convert base.png -colorspace CMYK $out"),
        ("cmyk-profile", "convert base.png -profile srgb.icc -profile cmyk.icc $out"),
        ("progressive", "convert base.png -interlace JPEG $out"),
        ("profile", "convert p3.png $out"),
        ("dpcm", "convert base.png -density 100 -units PixelsPerCentimeter $out"),
        ("says", "cp camera.jpg $out"),
        (
            "says-profile",
            "convert p3.png $out; exiftool -q -overwrite_original -tagsfromfile camera.jpg -all:all -unsafe $out",
        ),
        ("restart", "convert base.png -define jpeg:optimize-coding=false $out"),
        ("rgb", "convert base.png -set colorspace sRGB -define jpeg:colorspace=RGB $out"),
    ] {
        add(name, "jpg", ALL, line);
    }
    for orientation in 1..=8 {
        let line = format!(
            "convert base.png $out; exiftool -q -n -overwrite_original -Orientation={orientation} $out"
        );
        samples.push(Sample::new(&format!("orientation-{orientation}"), "jpg", MAIN, line));
    }
    let mut add =
        |name: &str, format, outputs, line: &str| samples.push(Sample::new(name, format, outputs, line));
    for (name, line) in [
        ("plain", "convert base.png $out"),
        ("transparent", "convert alpha.png -channel A -threshold 50% +channel $out"),
        ("animated", "convert -delay 20 a.png -delay 50 b.png -loop 0 $out"),
        ("three-times", "convert -delay 10 a.png b.png c.png -loop 3 $out"),
        ("once", "convert -delay 10 a.png b.png -loop 1 $out"),
        ("offsets", "convert -delay 10 base.png \\( a.png -repage 96x64+20+10 \\) -loop 0 $out"),
        (
            "dispose",
            "convert -delay 10 -dispose Background base.png \\( a.png -repage 96x64+20+10 \\) -loop 0 $out",
        ),
        ("comment", "convert base.png -set comment hello $out"),
        ("interlaced", "convert base.png -interlace GIF $out"),
    ] {
        add(name, "gif", ALL, line);
    }
    for (name, line) in [
        ("24", "convert base.png BMP3:$out"),
        ("32", "convert alpha.png $out"),
        ("8", "convert base.png -colors 200 -type palette BMP3:$out"),
        ("4", "convert base.png -colors 12 -type palette BMP3:$out"),
        ("1", "convert base.png -monochrome BMP3:$out"),
        ("rle", "convert base.png -colors 200 -type palette -compress RLE BMP3:$out"),
        ("old", "convert base.png BMP2:$out"),
        ("565", "convert base.png -define bmp:subtype=RGB565 $out"),
        ("dpi", "convert base.png -density 300 -units PixelsPerInch BMP3:$out"),
    ] {
        add(name, "bmp", MAIN, line);
    }
    for (name, line) in [
        ("lossy", "convert base.png -quality 80 $out"),
        ("lossless", "convert base.png -define webp:lossless=true $out"),
        ("alpha", "convert alpha.png $out"),
        ("alpha-lossless", "convert alpha.png -define webp:lossless=true $out"),
        ("profile", "convert p3.png $out"),
        ("animated", "convert -delay 20 a.png -delay 50 b.png -loop 0 $out"),
        ("says", "convert camera.jpg $out"),
    ] {
        add(name, "webp", ALL, line);
    }
    for (name, line) in [
        ("rgb", "convert base.png $out"),
        ("rgb16", "convert deep.png -depth 16 $out"),
        ("grey", "convert base.png -colorspace Gray $out"),
        ("grey16", "convert deep.png -colorspace Gray -depth 16 $out"),
        ("float", "convert base.png -depth 32 -define quantum:format=floating-point $out"),
        ("bilevel", "convert base.png -monochrome $out"),
        ("group4", "convert base.png -monochrome -compress Group4 $out"),
        ("fax", "convert base.png -monochrome -compress Fax $out"),
        ("palette", "convert base.png -colors 30 -type Palette $out"),
        ("alpha", "convert alpha.png $out"),
        ("associated", "convert alpha.png -define tiff:alpha=associated $out"),
        ("cmyk", "convert base.png -colorspace CMYK $out"),
        ("lab", "convert base.png -colorspace Lab $out"),
        ("lzw", "convert base.png -compress LZW $out"),
        ("zip", "convert base.png -compress Zip $out"),
        ("jpeg", "convert base.png -compress JPEG $out"),
        ("packbits", "convert base.png -compress RLE $out"),
        ("zstd", "convert base.png -compress Zstd $out"),
        ("lzma", "convert base.png -compress LZMA $out"),
        ("big-endian", "convert base.png -endian MSB $out"),
        ("planar", "convert base.png -interlace Plane $out"),
        ("tiled", "convert base.png -define tiff:tile-geometry=16x16 $out"),
        ("pages", "convert base.png a.png b.png $out"),
        ("dpi", "convert base.png -density 300 -units PixelsPerInch $out"),
        ("dpcm", "convert base.png -density 100 -units PixelsPerCentimeter $out"),
        ("profile", "convert p3.png $out"),
        (
            "says",
            "convert camera.jpg $out; exiftool -q -overwrite_original -tagsfromfile camera.jpg -all:all -ImageDescription=hello $out",
        ),
        ("orientation", "convert base.png $out; exiftool -q -n -overwrite_original -Orientation=6 $out"),
        ("big", "convert base.png TIFF64:$out"),
    ] {
        add(name, "tiff", ALL, line);
    }
    for (name, line) in [
        ("sizes", "convert alpha.png -define icon:auto-resize=64,32,16 $out"),
        ("one", "convert base.png -resize 32x32! $out"),
        ("palette", "convert base.png -resize 32x32! -colors 16 -type palette $out"),
        ("large", "convert base.png -resize 256x256! $out"),
    ] {
        add(name, "ico", MAIN, line);
    }
    samples.extend(super::drawings::all());
    samples
}
