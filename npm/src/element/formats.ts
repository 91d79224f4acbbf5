// Formats by the names of files.

/** `Photo.JPG` → `jpg`; nothing where there is no extension. */
export function extension(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot < 0 ? '' : name.slice(dot + 1).toLowerCase();
}

/** Names of the same format, the one that people know best first. */
const SAME = [['jpg', 'jpeg'], ['tif', 'tiff'], ['html', 'htm'], ['mpg', 'mpeg'], ['md', 'markdown'], ['aif', 'aiff']];
const known = (format: string): string => SAME.find((names) => names.includes(format))?.[0] ?? format;

/** What people want most often comes first. */
const LIKELY = ['html', 'mp4', 'pdf', 'png', 'jpg'];

/** What is offered of the formats that a file can become: each once, and not the one that it has. */
export function offered(formats: readonly string[], from: string): string[] {
  const names = new Set(formats.map(known));
  names.delete(known(from));
  // A star stands for other modes than converting.
  names.delete('*');
  // A service may know only the other name.
  return [...names].map((name) => (formats.includes(name) ? name : formats.find((format) => known(format) === name)!)).sort((one, other) => LIKELY.indexOf(other) - LIKELY.indexOf(one) || (one < other ? -1 : 1));
}
