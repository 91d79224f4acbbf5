import type { Attributes } from './attributes.js';
import type { UploadEvents } from './events.js';
import { extension, offered } from './formats.js';
import { Item, type State, type Way } from './item.js';
import { refusal } from './limits.js';
import { Row } from './row.js';
import { telling } from './telling.js';
import type { View } from './view.js';

/** What the files need of the element whose they are. */
export interface Host {
  readonly way: () => Way;
  readonly tell: <Name extends keyof UploadEvents>(type: Name, detail: UploadEvents[Name]['detail']) => void;
  /** Something has changed that is not about one file alone. */
  readonly changed: () => void;
}

/** The files of an element, and what is done with them. */
export class Files {
  readonly #rows = new Map<Item, Row>();
  readonly #working = new Set<Item>();

  constructor(
    readonly settings: Attributes,
    readonly view: View,
    readonly host: Host,
  ) {}

  get items(): Item[] {
    return [...this.#rows.keys()];
  }

  /** Links that save the results. */
  get links(): HTMLAnchorElement[] {
    return [...this.#rows.values()].flatMap((row) => row.links);
  }

  some(...states: State[]): boolean {
    return this.items.some(({ state }) => states.includes(state));
  }

  /** Takes files as far as the limits allow. */
  add(files: Iterable<File>): void {
    const { settings, view, host } = this;
    const most = settings.multiple ? settings.maxFiles : 1;
    const warnings = new Set<string>();
    for (const file of files) {
      const reason = refusal(file, this.#rows.size >= most, settings);
      if (!reason) {
        void this.#ask(this.put(file, host.way().options.from ?? extension(file.name)));
        continue;
      }
      warnings.add(view.speech.say(reason, { number: most, size: view.speech.size(settings.maxSize), name: file.name }));
      host.tell('filerefused', { file, reason });
    }
    view.warn([...warnings].join(' '));
  }

  /** Converts all that are ready. */
  convert(): void {
    for (const item of this.items) if (item.state === 'ready') this.start(item);
  }

  /** Cancels everything that is going on; gives whether something was. */
  cancel(): boolean {
    const active = this.items.filter((item) => item.active);
    for (const item of active) this.#cancel(item);
    return active.length > 0;
  }

  clear(): void {
    for (const item of this.items) this.remove(item);
    this.view.warn('');
  }

  /** Shows all of them anew: in other words, or because the connection has come or gone. */
  show(): void {
    for (const row of this.#rows.values()) row.show(this.view.speech);
  }

  /** The focus was on what is gone. */
  focus(): void {
    this.#rows.values().next().value?.focus();
  }

  /** Puts a file into the list. */
  put(file: File, from: string, goOn?: Item['goOn']): Item {
    const { view, host } = this;
    const item = new Item(file, from, goOn);
    const row = new Row(item, {
      choose: (to) => (item.to = to),
      cancel: () => this.#cancel(item),
      retry: () => {
        item.reset();
        if (item.state === 'ready') this.start(item);
        else void this.#ask(item);
      },
      remove: () => {
        this.remove(item);
        view.buttons.choose.focus();
      },
      shown: () => row.show(view.speech),
    });
    this.#rows.set(item, row);
    view.list.append(row.element);
    host.tell('fileadded', item);
    return item;
  }

  /** What can the file become? */
  async #ask(item: Item): Promise<void> {
    this.#changed(item);
    const { to, auto } = this.settings;
    const wanted = to.toLowerCase().match(/[^\s,]+/g) ?? [];
    try {
      const client = await this.host.way().client;
      client.load().catch(() => 0);
      // Without an extension nobody can tell.
      const asked = !wanted[0] && item.from ? await client.formats({ from: item.from }) : [];
      item.offer(wanted[0] ? wanted : offered(asked.map(({ to }) => to), item.from));
    } catch (error) {
      item.fail(error);
    }
    if (auto && item.state === 'ready') this.start(item);
    else this.#changed(item);
  }

  /** Converts a file, at once or when it is its turn. */
  start(item: Item): void {
    item.state = 'waiting';
    const turn = new Promise<void>((begin) => (item.begin = begin));
    void item.work(this.host.way(), turn, () => this.#changed(item)).finally(() => {
      this.#working.delete(item);
      this.#next();
    });
    this.#next();
    // Nobody is told that it waits, if it does not.
    if (item.state === 'waiting') this.#changed(item);
  }

  #next(): void {
    for (const item of this.items) {
      if (item.state !== 'waiting' || this.#working.size >= this.settings.atOnce) continue;
      this.#working.add(item);
      item.state = 'working';
      item.begin();
    }
  }

  #cancel(item: Item): void {
    item.cancel();
    this.#changed(item);
  }

  remove(item: Item): void {
    item.cancel();
    this.#rows.get(item)!.discard();
    this.#rows.delete(item);
    this.host.tell('fileremoved', item);
    this.host.changed();
  }

  /** Shows and tells how a file is doing. */
  #changed(item: Item): void {
    const row = this.#rows.get(item);
    if (!row) return;
    const { tell, changed } = this.host;
    row.show(this.view.speech);
    const { state, progress } = item;
    if (state === 'working' && progress) tell('fileprogress', item);
    const now = `${state} ${state === 'working' ? progress?.stage : ''}`;
    if (row.told === now) return;
    row.told = now;
    this.view.announce(`${item.file.name}: ${telling(item, this.view.speech, true)}`);
    if (state === 'done') tell('fileconverted', item);
    if (state === 'failed') tell('filefailed', item);
    changed();
  }
}
