/**
 * `<cloudconvert-upload>`: an element that takes files and converts them. Importing this defines it; on a server it does
 * nothing.
 *
 * @packageDocumentation
 */
import type { Attributes, Properties } from './attributes.js';
import { CloudConvertUpload } from './element.js';
import type { UploadEvents } from './events.js';

export { CloudConvertUpload } from './element.js';
export type { Attributes, Properties } from './attributes.js';
export type { Refused, UploadEvents } from './events.js';
export type { State, Ticket, UploadItem } from './item.js';
export type { Words } from './words.js';

/** What a template may give the element: its properties, and what hears its events, by the names that React and Svelte have for them. */
export type UploadProps = Partial<Attributes & Properties> & {
  [Name in keyof UploadEvents as `on${Name}`]?: (event: UploadEvents[Name]) => void;
};

declare global {
  interface HTMLElementTagNameMap {
    'cloudconvert-upload': CloudConvertUpload;
  }
}

if (globalThis.customElements && !customElements.get('cloudconvert-upload')) customElements.define('cloudconvert-upload', CloudConvertUpload);
