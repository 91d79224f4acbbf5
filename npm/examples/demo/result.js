// What came out of a conversion, shown without trusting it.
import { extension, humanSize } from './files.js';

const TYPES = {
  png: 'image/png', jpg: 'image/jpeg', jpeg: 'image/jpeg', gif: 'image/gif', webp: 'image/webp', avif: 'image/avif',
  bmp: 'image/bmp', ico: 'image/x-icon', svg: 'image/svg+xml',
  mp4: 'video/mp4', webm: 'video/webm', mp3: 'audio/mpeg', wav: 'audio/wav', ogg: 'audio/ogg', m4a: 'audio/mp4',
  html: 'text/html', htm: 'text/html', txt: 'text/plain', md: 'text/plain', csv: 'text/plain', json: 'text/plain', xml: 'text/plain',
};

/** More text than anybody reads on a page would only make it slow. */
const TEXT_LIMIT = 100_000;

const list = document.getElementById('files');
let addresses = [];

/** Lets go of the files that were shown. */
export function clearResult() {
  addresses.forEach((address) => URL.revokeObjectURL(address));
  addresses = [];
  list.replaceChildren();
}

/** Shows every file with a link to save it. */
export async function showResult(files) {
  clearResult();
  document.getElementById('result-title').textContent = files.length === 1 ? 'Your file is ready' : `Your ${files.length} files are ready`;
  document.getElementById('all').hidden = files.length === 1;
  list.replaceChildren(...(await Promise.all(files.map(entry))));
}

/** Saves every file, as if each of them were clicked. Browsers drop what comes faster. */
export async function saveAll() {
  for (const link of list.querySelectorAll('.save')) {
    link.click();
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
}

async function entry(file) {
  const type = TYPES[extension(file.name)] ?? '';
  const address = URL.createObjectURL(new Blob([file], { type }));
  addresses.push(address);
  const item = document.createElement('li');
  const view = await preview(file, type, address);
  if (view) item.append(view);
  item.append(
    make('span', { className: 'name', textContent: file.name }),
    make('small', { textContent: humanSize(file.size) }),
    make('a', { className: 'save', href: address, download: file.name, textContent: 'Save', ariaLabel: `Save ${file.name}` }),
  );
  return item;
}

async function preview(file, type, address) {
  const [kind] = type.split('/');
  if (kind === 'image') return make('img', { src: address, alt: `The result, ${file.name}` });
  if (kind === 'video' || kind === 'audio') return make(kind, { src: address, controls: true });
  if (kind !== 'text') return undefined;
  const text = await file.slice(0, TEXT_LIMIT).text();
  if (type !== 'text/html') return make('pre', { textContent: text, tabIndex: 0 });
  const frame = make('iframe', { title: `The result, ${file.name}`, srcdoc: text });
  // No scripts, no forms, no access to this page.
  frame.setAttribute('sandbox', '');
  return frame;
}

function make(tag, properties) {
  return Object.assign(document.createElement(tag), properties);
}
