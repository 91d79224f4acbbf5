/** What is known of a file that was picked, and by what it is recognised when it is picked again. */
export interface FileFacts {
  /** The task that takes it, in a job of one's own. */
  task: string | undefined;
  name: string | undefined;
  size: number;
  lastModified: number | undefined;
}

/** A conversion at rest. It holds no key and no credentials. */
export interface Entry {
  id: string;
  begun: number;
  files: FileFacts[];
  note: unknown;
  /** The handle of the file that the output is for. */
  saveTo: unknown;
  /** What `checkpoint` was told last. */
  saved: string;
}

/** A database of conversions, and of what they convert. */
export class Shelf {
  readonly #name: string;
  #database: Promise<IDBDatabase> | undefined;

  constructor(name: string) {
    this.#name = name;
  }

  put(entry: Entry): Promise<unknown> {
    return this.#do('readwrite', ({ entries }) => entries.put(entry));
  }

  get(id: string): Promise<Entry | undefined> {
    return this.#do('readonly', ({ entries }) => entries.get(id));
  }

  all(): Promise<Entry[]> {
    return this.#do('readonly', ({ entries }) => entries.getAll());
  }

  /** Keeps what is converted: handles and Blobs, in the order of the files. */
  keep(id: string, sources: unknown[]): Promise<unknown> {
    return this.#do('readwrite', (stores) => stores.sources.put(sources, id));
  }

  /** Whose sources are kept. */
  kept(): Promise<string[]> {
    return this.#do('readonly', ({ sources }) => sources.getAllKeys() as IDBRequest<string[]>);
  }

  sources(id: string): Promise<unknown[] | undefined> {
    return this.#do('readonly', (stores) => stores.sources.get(id));
  }

  remove(id: string): Promise<unknown> {
    return this.#do('readwrite', ({ entries, sources }) => {
      sources.delete(id);
      return entries.delete(id);
    });
  }

  async #do<T>(mode: IDBTransactionMode, work: (stores: Record<'entries' | 'sources', IDBObjectStore>) => IDBRequest<T>): Promise<T> {
    const transaction = (await this.#open()).transaction(['entries', 'sources'], mode);
    const request = work({ entries: transaction.objectStore('entries'), sources: transaction.objectStore('sources') });
    return new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error);
    });
  }

  #open(): Promise<IDBDatabase> {
    this.#database ??= new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open(this.#name, 1);
      request.onupgradeneeded = () => {
        request.result.createObjectStore('entries', { keyPath: 'id' });
        request.result.createObjectStore('sources');
      };
      request.onerror = () => reject(request.error);
      request.onsuccess = () => {
        const lost = () => (this.#database = undefined);
        request.result.onclose = lost;
        request.result.onversionchange = () => {
          request.result.close();
          lost();
        };
        resolve(request.result);
      };
    });
    this.#database.catch(() => (this.#database = undefined));
    return this.#database;
  }
}
