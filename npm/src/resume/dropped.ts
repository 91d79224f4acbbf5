// Handles of what is dropped on a page. Chromium gives them, and for a drop alone.
import type { FileHandle } from './options.js';

interface FolderHandle {
  readonly kind: 'directory';
  readonly name: string;
  values(): AsyncIterable<Handle>;
}
type Handle = (FileHandle & { isSameEntry(other: FileHandle): Promise<boolean> }) | FolderHandle;

/** What Chromium has of what is dropped. */
interface Dropped {
  getAsFileSystemHandle?(): Promise<Handle | null>;
}

/** How many handles are known at once. */
const MOST = 1000;

/** By what is known of their files; nothing where two files look the same. */
const known = new Map<string, FileHandle | undefined>();
/** Fulfilled when all that was dropped is known. */
let all: Promise<unknown> = Promise.resolve();
let isListening = false;

/** Begins to remember what is dropped anywhere on the page. */
export function hearDrops(): void {
  if (isListening) return;
  isListening = true;
  const hear = ({ dataTransfer }: DragEvent): void => {
    // The list is gone after the event, so handles are asked for at once.
    const handles = [...(dataTransfer?.items ?? [])].map((item) => (item as Dropped).getAsFileSystemHandle?.());
    // What cannot be read has no handle.
    const remembered = handles.map((handle) => handle?.then(remember).catch(() => undefined));
    all = Promise.all([all, ...remembered]);
  };
  addEventListener('drop', hear, { capture: true });
}

/** The handle of a file that was dropped, where there is one. */
export async function handleOf(file: File): Promise<FileHandle | undefined> {
  await all;
  return known.get(keyOf(file));
}

async function remember(handle: Handle | null): Promise<void> {
  if (handle?.kind === 'directory') {
    for await (const inner of handle.values()) {
      if (known.size >= MOST) return;
      if (!inner.name.startsWith('.')) await remember(inner);
    }
  } else if (handle) {
    const key = keyOf(await handle.getFile());
    const other = known.get(key);
    const isOne = other ? await handle.isSameEntry(other) : !known.has(key);
    known.delete(key);
    known.set(key, isOne ? handle : undefined);
    // The oldest goes first.
    if (known.size > MOST) known.delete(known.keys().next().value!);
  }
}

const keyOf = ({ name, size, lastModified }: File): string => JSON.stringify([name, size, lastModified]);
