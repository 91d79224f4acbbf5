// Files of earlier pages that this page cannot open, as lists show them.
const absent = new WeakSet<Blob>();

/** Stands for a file of which only this is known. It is recognised as the file, and has no content. */
export function standIn(name: string, { size, lastModified = 0 }: { size: number; lastModified: number | undefined }, type = ''): File {
  const file = Object.defineProperty(new File([], name, { type, lastModified }), 'size', { value: size });
  absent.add(file);
  return file;
}

/** Whether it only stands for a file. */
export const isAbsent = (file: Blob): boolean => absent.has(file);
