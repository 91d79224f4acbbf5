/** What the element's attributes say. Each is a property too. */
export interface Attributes {
  /** Where a relay is, such as `/convert/v2`. */
  baseUrl: string;
  /** The formats that are offered, such as `jpg png`. Default: all that the service knows. */
  to: string;
  /** The types that are taken, as the attribute of an `<input>`. Default: all. */
  accept: string;
  /** The largest file in bytes. */
  maxSize: number;
  /** How many files are taken. Default: one, with `multiple` any number. */
  maxFiles: number;
  /** How many files are converted at once. Default: 3. */
  atOnce: number;
  /** What a form calls the results. */
  name: string;
  /**
   * What a form gets: `reference`, the ID of the process, whose files then stay with the service until it deletes them, or `files`, the
   * results themselves. Default: `reference`.
   */
  submit: 'reference' | 'files';
  multiple: boolean;
  /** Offers to choose a folder. */
  directory: boolean;
  /** Offers to take a picture, on phones. */
  camera: boolean;
  /** Converts files as soon as they are chosen. */
  auto: boolean;
  /** Takes what is dropped or pasted anywhere on the page. */
  wholePage: boolean;
  /** Keeps what is being converted, and goes on with it after a reload or a crash of the tab. */
  resume: boolean;
  required: boolean;
  disabled: boolean;
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
        if (value === false || value === null || value === undefined) this.removeAttribute(attribute);
        else this.setAttribute(attribute, value === true ? '' : String(value));
      },
    });
  };
  for (const [name, otherwise] of Object.entries(TEXTS)) define(name, (value) => value ?? otherwise);
  for (const name of FLAGS) define(name, (value) => value !== null);
  // What is no number is no limit.
  for (const name of NUMBERS) define(name, (value) => (Number(value) > 0 ? Number(value) : name === 'atOnce' ? 3 : Infinity));
}
