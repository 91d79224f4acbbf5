import type { CloudConvert, ConvertOptions } from '../index.js';
import type { Ticket } from './item.js';
import type { Words } from './words.js';

/** What the element's attributes say. Each is a property too. */
export interface Attributes {
  /** Where a relay is, such as `/convert/v2`. Default: that of `client`. When: the page has no client of its own and no tickets. */
  baseUrl: string;
  /** The formats that are offered, such as `jpg png`. Default: all that the service knows. When: the page is for some. */
  to: string;
  /** The types that are taken, as the attribute of an `<input>`. Default: all. When: the page is for some. */
  accept: string;
  /** The largest file in bytes. Default: any. When: the relay has a `maxSize` too. */
  maxSize: number;
  /** How many files are taken. Default: one, with `multiple` any number. When: people bring whole folders. */
  maxFiles: number;
  /** How many files are converted at once. Default: 3. When: the relay allows more or fewer. */
  atOnce: number;
  /** What a form calls the results. Default: nothing: the form gets none. When: it stands in a form. */
  name: string;
  /**
   * What a form gets: `reference`, the ID of the process, whose files then stay with the service until it deletes them, or `files`, the
   * results themselves. Default: `reference`. When: your server has no key, or wants the bytes.
   */
  submit: 'reference' | 'files';
  /** Takes several files. Default: no. When: people bring more than one. */
  multiple: boolean;
  /** Offers to choose a folder. Default: no. When: people have their files in one. */
  directory: boolean;
  /** Offers to take a picture, on phones. Default: no. When: pictures are wanted. */
  camera: boolean;
  /** Converts files as soon as they are chosen. Default: no. When: there is nothing to choose, as with one format. */
  auto: boolean;
  /** Takes what is dropped anywhere on the page, or pasted outside of its text fields. Default: no. When: the page is for this alone. */
  wholePage: boolean;
  /**
   * Keeps what is being converted, and goes on with it after a reload or a crash of the tab. Default: no. When: files are large or
   * conversions long.
   */
  resume: boolean;
  /** Whether a form needs a result. Default: no. When: it stands in a form that is nothing without it. */
  required: boolean;
  /** Whether nothing can be done with it. Default: no. When: a form is not to be used yet. */
  disabled: boolean;
}

/** What only properties say. */
export interface Properties {
  /** The client that converts. Default: one of `baseUrl`. When: it needs other options, or keeps conversions itself. */
  client: CloudConvert | undefined;
  /**
   * What a backend has prepared by version 1 of the API: a ticket, or what gets one for `{ file, from, to }`. Default: none. When: there
   * is no relay.
   */
  ticket: Ticket | undefined;
  /**
   * Further options of `convert`, for every file. Default: `retries` and `throttles` of 8, and each output on its own. When: the
   * conversion itself has options.
   */
  options: Partial<ConvertOptions> | undefined;
  /** Other words than those of the language, such as `{ start: 'Go' }`. Default: none. When: the page has another tone, or another language. */
  words: Partial<Words> | undefined;
}

const TEXTS = { baseUrl: '', to: '', accept: '', name: '', submit: 'reference' };
const NUMBERS = ['maxSize', 'maxFiles', 'atOnce'];
const FLAGS = ['multiple', 'directory', 'camera', 'auto', 'wholePage', 'resume', 'required', 'disabled'];

/** The properties that are attributes. */
export const NAMES = [...Object.keys(TEXTS), ...NUMBERS, ...FLAGS];
/** `baseUrl` → `base-url`. */
export const attributeOf = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** Makes properties out of the attributes. */
export function reflect(prototype: HTMLElement): void {
  const define = (name: string, read: (value: string | null) => unknown): void => {
    const attribute = attributeOf(name);
    Object.defineProperty(prototype, name, {
      get(this: HTMLElement) {
        return read(this.getAttribute(attribute));
      },
      set(this: HTMLElement, value: unknown) {
        if (value === false || value == null) this.removeAttribute(attribute);
        else this.setAttribute(attribute, value === true ? '' : String(value));
      },
    });
  };
  for (const [name, otherwise] of Object.entries(TEXTS)) define(name, (value) => value ?? otherwise);
  for (const name of FLAGS) define(name, (value) => value !== null);
  // What is no number is no limit.
  for (const name of NUMBERS) define(name, (value) => (Number(value) > 0 ? Number(value) : name === 'atOnce' ? 3 : Infinity));
}
