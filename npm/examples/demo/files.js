// Small things about files.

/** `Photo.JPG` → `jpg`; nothing where there is no extension. */
export function extension(name) {
  const dot = name.lastIndexOf('.');
  return dot < 0 ? '' : name.slice(dot + 1).toLowerCase();
}

/** Names of the same format, the one that people know best first. */
const SAME = [['jpg', 'jpeg'], ['tif', 'tiff'], ['html', 'htm'], ['mpg', 'mpeg'], ['mid', 'midi'], ['md', 'markdown'], ['aif', 'aiff']];
const known = (format) => SAME.find((names) => names.includes(format))?.[0] ?? format;

/** What is offered of the formats that a file can become: each once, and not the one that it has. */
export function offered(formats, from) {
  const names = new Set(formats.map(known));
  names.delete(known(from));
  // A service may know only the other name.
  return [...names].map((name) => (formats.includes(name) ? name : formats.find((format) => known(format) === name)));
}

/** A size as people write it: `1.4 MB`. */
export function humanSize(bytes) {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'];
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), units.length - 1);
  const style = { style: 'unit', unit: units[power], unitDisplay: power ? 'short' : 'long', maximumFractionDigits: 1 };
  return new Intl.NumberFormat('en', style).format(bytes / 1000 ** power);
}
