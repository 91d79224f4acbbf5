import { button, make } from './dom.js';
import type { Item } from './item.js';
import { preview, shown } from './preview.js';
import { telling } from './telling.js';
import type { Speech, Words } from './words.js';

/** What people do with one file. */
export interface Acts {
  choose(to: string): void;
  cancel(): void;
  retry(): void;
  remove(): void;
  /** There is more to see of it than before. */
  shown(): void;
}

const BUTTONS = ['cancel', 'retry', 'remove'] as const;

/** One file in the list. */
export class Row {
  readonly element = make('li', { part: 'file' });
  /** What was told of it last. */
  told = '';
  readonly #state = make('span', { part: 'state', dir: 'auto' });
  readonly #size = make('span', { part: 'size', dir: 'auto' });
  readonly #bar = make('progress', { part: 'progress' });
  readonly #format = make('select', { part: 'format' });
  readonly #results = make('ul', { part: 'results', role: 'list' });
  readonly #buttons: HTMLButtonElement[];
  #urls: string[] = [];
  #shown: Item['result'];

  constructor(
    readonly item: Item,
    readonly acts: Acts,
  ) {
    this.#format.onchange = () => acts.choose(this.#format.value);
    this.#buttons = BUTTONS.map((word) => button(word, acts[word]));
    this.element.append(
      preview(item.file),
      make('div', { part: 'about' }, make('span', { part: 'name', dir: 'auto' }, item.file.name), this.#size, this.#state),
      make('div', { part: 'controls' }, this.#format, ...this.#buttons),
      this.#bar,
      this.#results,
    );
  }

  /** Shows how the file is doing. */
  show(speech: Speech): void {
    const { state, formats, to, file, progress, result, active } = this.item;
    const focused = this.element.contains(this.#active);
    this.element.dataset.state = state;
    this.#size.textContent = speech.size(file.size);
    this.#state.textContent = telling(this.item, speech);
    if (this.#format.length !== formats.length) this.#format.replaceChildren(...formats.map((format) => new Option(format.toUpperCase(), format)));
    this.#format.value = to;
    const name = (element: HTMLElement, word: keyof Words, visible: unknown, of = file.name): void => {
      element.hidden = !visible;
      element.ariaLabel = `${speech.words[word]}: ${of}`;
      if (element !== this.#format) element.textContent = speech.words[word];
    };
    name(this.#format, 'to', formats.length > 1 && !active && !result);
    const visible = { cancel: active, retry: state === 'failed' || state === 'cancelled', remove: !active };
    BUTTONS.forEach((word, at) => name(this.#buttons[at]!, word, visible[word]));
    this.#bar.hidden = !active;
    this.#bar.ariaLabel = file.name;
    if (progress) this.#bar.value = progress.fraction;
    else this.#bar.removeAttribute('value');
    if (result !== this.#shown) this.#showResult(result);
    for (const link of this.#results.querySelectorAll('a')) name(link, link.download ? 'save' : 'open', true, link.dataset.name);
    if (focused) this.focus();
  }

  /** Keeps the focus in the row, where what had it is gone. */
  focus(): void {
    if (this.element.contains(this.#active) && !(this.#active as HTMLElement).hidden) return;
    this.element.querySelector<HTMLElement>('a, button:not([hidden])')?.focus();
  }

  /** Lets go of what the page holds for it. */
  discard(): void {
    this.#showResult(undefined);
    this.element.remove();
  }

  /** Links that save the outputs. */
  get links(): HTMLAnchorElement[] {
    return [...this.#results.querySelectorAll<HTMLAnchorElement>('a[download]')];
  }

  get #active(): Element | null {
    return (this.element.getRootNode() as ShadowRoot).activeElement;
  }

  #showResult(result: Item['result']): void {
    for (const url of this.#urls) URL.revokeObjectURL(url);
    this.#urls = [];
    this.#shown = result;
    this.#results.replaceChildren(...(result?.files ?? []).map((file) => this.#output(file)));
  }

  #output(file: File): HTMLElement {
    // Whatever it is, it is saved, and never runs.
    const save = this.#link('save', file, new Blob([file]), { download: file.name });
    void shown(file).then((view) => {
      if (!view || !save.isConnected) return;
      save.before(this.#link('open', file, view, { target: '_blank', rel: 'noopener' }));
      this.acts.shown();
    });
    return make('li', { part: 'result' }, preview(file), make('span', { part: 'name', dir: 'auto' }, file.name), save);
  }

  #link(part: string, { name }: File, blob: Blob, properties: Partial<HTMLAnchorElement>): HTMLAnchorElement {
    const href = URL.createObjectURL(blob);
    this.#urls.push(href);
    const link = make('a', { part: `button ${part}`, href });
    link.dataset.name = name;
    return Object.assign(link, properties);
  }
}
