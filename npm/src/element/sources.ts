/** The files of a drop or of a paste; those in folders too, but not many more than `most`. */
export async function filesOf({ items, files }: DataTransfer, most: number): Promise<File[]> {
  // The list is gone after the event, so entries are asked for at once.
  const entries = [...items].map((item) => item.webkitGetAsEntry());
  const plain = [...files];
  if (!entries.some((entry) => entry?.isDirectory)) return plain;
  return (await import('./folders.js')).filesIn(entries, most);
}
