import type { Store } from './host.js';

/** How many bytes are gathered before they are handed to the runtime as a Blob, which may keep it on disk. */
const GATHER = 8 << 20;

interface Output {
  name: string;
  blobs: Blob[];
  chunks: Uint8Array<ArrayBuffer>[];
  gathered: number;
}

/** Keeps outputs as Blobs. */
export class MemoryStore implements Store {
  readonly #outputs: Output[] = [];

  async begin(name: string, offset: number): Promise<void> {
    const last = this.#outputs.at(-1);
    if (last?.name !== name) {
      this.#outputs.push({ name, blobs: [], chunks: [], gathered: 0 });
      return;
    }
    this.#gather(last);
    last.blobs = offset === 0 ? [] : [new Blob(last.blobs).slice(0, offset)];
  }

  async write(chunk: Uint8Array<ArrayBuffer> | Blob): Promise<void> {
    const output = this.#outputs.at(-1)!;
    if (chunk instanceof Blob) {
      this.#gather(output);
      output.blobs.push(chunk);
      return;
    }
    output.chunks.push(chunk);
    output.gathered += chunk.length;
    if (output.gathered >= GATHER) this.#gather(output);
  }

  async finish(): Promise<{ files: File[]; paths: string[] }> {
    for (const output of this.#outputs) this.#gather(output);
    const files = this.#outputs.map(({ name, blobs }) => new File(blobs, name, { type: mediaType(name) }));
    return { files, paths: [] };
  }

  async discard(): Promise<void> {
    this.#outputs.length = 0;
  }

  #gather(output: Output): void {
    if (output.chunks.length > 0) output.blobs.push(new Blob(output.chunks));
    output.chunks = [];
    output.gathered = 0;
  }
}

const MEDIA_TYPES: Record<string, string> = {
  png: 'image/png', jpg: 'image/jpeg', jpeg: 'image/jpeg', gif: 'image/gif', webp: 'image/webp', bmp: 'image/bmp',
  ico: 'image/x-icon', html: 'text/html', txt: 'text/plain', md: 'text/markdown', pdf: 'application/pdf',
  zip: 'application/zip', mp4: 'video/mp4', webm: 'video/webm', mp3: 'audio/mpeg', wav: 'audio/wav', ogg: 'audio/ogg',
};

function mediaType(name: string): string {
  return MEDIA_TYPES[name.split('.').at(-1)!.toLowerCase()] ?? '';
}
