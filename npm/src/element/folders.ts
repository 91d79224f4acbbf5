/** The files of what was dropped, those in folders too, but not many more than `most`; loaded when somebody drops a folder. */
export async function filesIn(entries: readonly (FileSystemEntry | null)[], most: number): Promise<File[]> {
  const found: File[] = [];
  const walk = async (entry: FileSystemEntry): Promise<void> => {
    if (found.length > most || entry.name.startsWith('.')) return;
    if (entry.isFile) {
      found.push(await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject)));
      return;
    }
    const reader = (entry as FileSystemDirectoryEntry).createReader();
    // A folder comes in parts, the last of which is empty.
    for (let part: FileSystemEntry[] | undefined; part?.length !== 0; ) {
      part = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
      for (const inner of part) await walk(inner);
    }
  };
  for (const entry of entries) if (entry) await walk(entry);
  return found;
}
