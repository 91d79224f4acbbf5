// What is shown of files, without trusting them and without a policy of the page that allows anything.
import { extension } from './formats.js';
import { make } from './dom.js';

/** What a browser shows by itself, and runs nothing of. */
const KINDS = { image: 'png jpg jpeg gif webp avif bmp', video: 'mp4 webm', audio: 'mp3 wav ogg', application: 'pdf', text: 'txt md csv json xml' };
/** What can have scripts. */
const ACTIVE = ['html', 'htm', 'svg'];

const kindOf = (format: string): string | undefined => Object.entries(KINDS).find(([, formats]) => formats.split(' ').includes(format))?.[0];

/** A badge with the format, or, as soon as it is drawn, the picture itself. */
export function preview(file: File): HTMLElement {
  const format = extension(file.name);
  const place = make('span', { part: 'preview', ariaHidden: 'true' }, format.slice(0, 5) || '?');
  // A larger one would make the page slow.
  if (kindOf(format) === 'image' && file.size < 3e7) {
    // A canvas needs no URL, which a policy might not allow.
    createImageBitmap(file, { resizeWidth: 128 }).then((bitmap) => {
      const canvas = make('canvas', { part: 'picture', width: bitmap.width, height: bitmap.height });
      canvas.getContext('bitmaprenderer')!.transferFromImageBitmap(bitmap);
      place.replaceChildren(canvas);
    }, () => 0);
  }
  return place;
}

/** What a browser can show of a file in a tab of its own, if anything; scripts in it do not run. */
export async function shown(file: File): Promise<Blob | undefined> {
  const format = extension(file.name);
  const kind = kindOf(format);
  if (kind) return new Blob([file], { type: kind === 'text' ? 'text/plain;charset=utf-8' : `${kind}/${format}` });
  if (!ACTIVE.includes(format) || file.size > 5e6) return undefined;
  const text = (await file.text()).replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  return new Blob([`<!doctype html><meta charset=utf-8><iframe sandbox width=100% height=900 frameborder=0 srcdoc="${text}">`], { type: 'text/html' });
}
