// Small things about files.

/** `Photo.JPG` → `jpg`; nothing where there is no extension. */
export function extension(name) {
  const dot = name.lastIndexOf('.');
  return dot < 0 ? '' : name.slice(dot + 1).toLowerCase();
}

/** A size as people write it: `1.4 MB`. */
export function humanSize(bytes) {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'];
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), units.length - 1);
  const style = { style: 'unit', unit: units[power], unitDisplay: power ? 'short' : 'long', maximumFractionDigits: 1 };
  return new Intl.NumberFormat('en', style).format(bytes / 1000 ** power);
}
