import { CloudConvert } from '../index.js';
import { type Attributes, attributeOf, NAMES, type Properties, reflect } from './attributes.js';
import type { UploadEvents } from './events.js';
import { Files } from './files.js';
import type { UploadItem, Way } from './item.js';
import { View } from './view.js';
import { Speech, type Words, wordsOf } from './words.js';

/** On a server there are no elements, and nothing is drawn there. */
const Base = globalThis.HTMLElement ?? (class {} as typeof HTMLElement);

export interface CloudConvertUpload extends Attributes, Omit<Properties, 'words'> {
  addEventListener<Name extends keyof UploadEvents>(
    type: Name,
    listener: (this: CloudConvertUpload, event: UploadEvents[Name]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(type: string, listener: EventListenerOrEventListenerObject, options?: boolean | AddEventListenerOptions): void;
}

/**
 * An element that takes files and converts them. It needs `base-url`, the address of a relay, or a {@link ticket}.
 *
 * @example
 * ```html
 * <cloudconvert-upload base-url="/convert/v2" to="jpg png" multiple></cloudconvert-upload>
 * ```
 */
export class CloudConvertUpload extends Base {
  static readonly formAssociated = true;
  static readonly observedAttributes = [...NAMES.map(attributeOf), 'lang'];

  readonly #internals = this.attachInternals();
  readonly #view: View;
  readonly #files: Files;
  #words: Partial<Words> | undefined;
  /** The client of a base URL. */
  #made: { baseUrl: string; client: CloudConvert } | undefined;
  /** Ends what listens to the page. */
  #leave = new AbortController();
  /** How many files were converted when a form was told last. */
  #told = 0;

  constructor() {
    super();
    this.#view = new View(this.attachShadow({ mode: 'open', delegatesFocus: true }), this);
    this.#files = new Files(this, this.#view, {
      way: () => this.#way(),
      tell: (type, detail) => void this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true })),
      changed: () => this.#changed(),
    });
  }

  /** The files, in the order of the list. */
  get items(): readonly UploadItem[] {
    return this.#files.items;
  }

  /** Other words than those of the language, such as `{ start: 'Go' }`. */
  get words(): Partial<Words> | undefined {
    return this.#words;
  }

  set words(words: Partial<Words> | undefined) {
    this.#words = words;
    if (this.isConnected) void this.#speak();
  }

  /** Takes files as if they were chosen, by the same limits. Without `multiple`, another file takes the place of the last. */
  async add(files: Iterable<File>): Promise<void> {
    if (!this.#view.speech) await this.#speak();
    if (this.matches(':disabled')) return;
    if (!this.multiple && !this.#files.some('waiting', 'working')) this.#files.clear();
    this.#files.add(files);
    this.#changed();
  }

  /** Converts all files that are ready. */
  convert(): void {
    if (!this.matches(':disabled')) this.#files.convert();
  }

  /** Cancels everything that is going on; gives whether something was. */
  cancel(): boolean {
    return this.#files.cancel();
  }

  /** Cancels everything, and takes all files out of the list. */
  clear(): void {
    this.#files.clear();
  }

  /** Saves all results, as if each of them were clicked. */
  async saveAll(): Promise<void> {
    for (const link of this.#files.links) {
      link.click();
      // Browsers drop what comes faster.
      await new Promise((resolve) => setTimeout(resolve, 150));
    }
  }

  connectedCallback(): void {
    // What was set before the element was defined.
    const own = this as Record<string, unknown>;
    for (const name of [...NAMES, 'words']) {
      if (!Object.hasOwn(own, name)) continue;
      const value = own[name];
      delete own[name];
      own[name] = value;
    }
    this.#leave = new AbortController();
    const { signal } = this.#leave;
    for (const change of ['online', 'offline']) addEventListener(change, () => this.#files.show(), { signal });
    this.#view.listen(signal);
    void this.#speak();
  }

  /** An element that leaves the page, cancels; one that is only moved, does not. */
  disconnectedCallback(): void {
    this.#leave.abort();
    queueMicrotask(() => this.isConnected || this.clear());
  }

  attributeChangedCallback(): void {
    if (this.isConnected) void this.#speak();
  }

  formResetCallback(): void {
    this.clear();
  }

  formDisabledCallback(): void {
    if (this.#view.speech) this.#changed();
  }

  /** Learns the language of the place, and says everything by it. */
  async #speak(): Promise<void> {
    let language = navigator.language;
    try {
      [language] = Intl.getCanonicalLocales(this.closest<HTMLElement>('[lang]')!.lang.replace('_', '-')) as [string];
    } catch {
      // The place has none, or one that is none: figures could not be written in it.
    }
    const words = await wordsOf(language);
    this.#view.speak(new Speech(language, { ...words, ...this.words }));
    this.#files.show();
    this.#changed();
    if (this.resume) this.#way();
  }

  #way(): Way {
    const baseUrl = this.baseUrl && new URL(this.baseUrl, this.baseURI).href;
    if (this.#made?.baseUrl !== baseUrl) this.#made = { baseUrl, client: new CloudConvert(baseUrl ? { baseUrl } : {}) };
    // A form's server fetches what the form's reference names, so it stays there.
    const refers = this.name && this.submit !== 'files' && this.#internals.form;
    const client = this.client ?? this.#made.client;
    const keep = () => import('./left.js').then(({ keeping }) => keeping(client, this, this.#files)).catch(() => client);
    return { client: this.resume ? keep() : client, ticket: this.ticket, options: { ...(refers ? { save: true } : {}), ...this.options } };
  }

  /** Shows what can be done with all files, and tells the form what it has. */
  #changed(): void {
    const disabled = this.matches(':disabled');
    if (this.#view.offer(disabled, this.#files.some('ready'), this.#files.links.length > 1)) this.#files.focus();
    const done = this.#files.items.filter(({ state }) => state === 'done');
    const data = new FormData();
    for (const { result } of done) {
      const values = this.submit === 'files' ? (result?.files ?? []) : [result?.processId ?? ''];
      for (const value of values) data.append(this.name, value);
    }
    this.#internals.setFormValue(this.name && done.length > 0 ? data : null);
    this.#validate(done.length);
    if (done.length !== this.#told) this.dispatchEvent(new Event('change', { bubbles: true }));
    this.#told = done.length;
  }

  /** A form waits until all is converted. */
  #validate(done: number): void {
    const { buttons: { choose }, speech: { words } } = this.#view;
    if (this.#files.some('waiting', 'working')) this.#internals.setValidity({ customError: true }, words.busy, choose);
    else if (this.required && done === 0) this.#internals.setValidity({ valueMissing: true }, words.required, choose);
    else this.#internals.setValidity({});
  }
}

if (globalThis.HTMLElement) reflect(CloudConvertUpload.prototype);
