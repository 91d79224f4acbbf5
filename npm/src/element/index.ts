/**
 * `<cloudconvert-upload>`: an element that takes files and converts them. Importing this defines it; on a server it does
 * nothing.
 *
 * @packageDocumentation
 */
import { CloudConvertUpload } from './element.js';

export { CloudConvertUpload } from './element.js';
export type { Attributes } from './attributes.js';
export type { Refused, UploadEvents } from './events.js';
export type { State, Ticket, UploadItem } from './item.js';
export type { Words } from './words.js';

declare global {
  interface HTMLElementTagNameMap {
    'cloudconvert-upload': CloudConvertUpload;
  }
}

if (globalThis.customElements && !customElements.get('cloudconvert-upload')) customElements.define('cloudconvert-upload', CloudConvertUpload);
