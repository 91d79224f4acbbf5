// The demo's page: one file at a time, from choosing it to saving what became of it.
// It never holds an API key. The page's own backend (server.mjs) prepares a conversion and hands
// out two addresses: where the file goes, and where the conversion can be followed.
import { CloudConvert } from './cloudconvert-kit/browser/index.js';
import { prepare, outputFormats } from './backend.js';
import { extension, humanSize, offered } from './files.js';
import { clearResult, saveAll, showResult } from './result.js';
import { startSteps, showProgress } from './steps.js';
import { wordsFor } from './words.js';

const client = new CloudConvert();
/** Somebody looks at the page and waits, so it gives up earlier than a program would. */
const patience = { retries: 8, throttles: 8 };
const element = (id) => document.getElementById(id);

/** What the page is about at the moment. */
let file;
/** Ends the work that is going on. */
let work = new AbortController();

/** Shows one part of the page and hides the others. */
function show(...visible) {
  for (const id of ['choose', 'wish', 'work', 'problem', 'result']) element(id).hidden = !visible.includes(id);
}

/** Tells those who listen to the page; `seen` where nothing else on the page shows it. */
function say(text, seen = false) {
  element('status').textContent = text;
  element('status').classList.toggle('seen', seen && text !== '');
}

function restart() {
  work.abort();
  clearResult();
  file = undefined;
  element('file').value = '';
  show('choose');
  say('');
  element('file').focus();
}

/** A file was picked or dropped: what can become of it? */
async function choose(chosen) {
  work.abort();
  work = new AbortController();
  const { signal } = work;
  clearResult();
  file = chosen;
  element('name').textContent = file.name;
  element('size').textContent = humanSize(file.size);
  element('badge').textContent = extension(file.name) || '?';
  element('formats').replaceChildren();
  element('convert').disabled = true;
  show('wish');
  say('Asking what this file can become…', true);
  try {
    // Without an extension nobody can tell.
    const from = extension(file.name);
    const formats = from ? offered(await outputFormats(from, signal), from) : [];
    if (formats.length === 0) throw Object.assign(new Error(), { code: 'unsupported' });
    element('formats').replaceChildren(...formats.map(formatChoice));
    element('convert').disabled = false;
    element('formats').querySelector(':checked').focus();
    say(`${file.name} can become ${formats.join(', ')}.`);
  } catch (error) {
    if (!signal.aborted) fail(error);
  }
}

/** What people want most often comes chosen. */
const POPULAR = ['jpg', 'png', 'pdf', 'mp4', 'html'];

function formatChoice(format, _, formats) {
  const label = document.createElement('label');
  const input = Object.assign(document.createElement('input'), { type: 'radio', name: 'to', value: format });
  input.checked = format === (POPULAR.find((popular) => formats.includes(popular)) ?? formats[0]);
  label.append(input, Object.assign(document.createElement('span'), { textContent: format }));
  return label;
}

/** Upload, follow, show. */
async function convert(to) {
  work.abort();
  work = new AbortController();
  const { signal } = work;
  const onProgress = (progress) => {
    const change = signal.aborted ? undefined : showProgress(progress);
    if (change) say(change);
  };
  show('work');
  startSteps();
  element('cancel').focus();
  try {
    onProgress({ stage: 'prepare', percent: null, message: 'Preparing the conversion' });
    const { uploadUrl, processUrl } = await prepare({ from: extension(file.name), to }, signal);
    await client.upload(uploadUrl, file, { ...patience, signal, onProgress }).catch(withdrawing(processUrl));
    const result = await client.follow(processUrl, { ...patience, signal, onProgress, download: 'each' });
    await showResult(result.files);
    show('result');
    say('Your file is ready.');
    element('result-title').focus();
  } catch (error) {
    if (signal.aborted) cancelled();
    else fail(error);
  }
}

/** An upload that fails leaves a process behind, which nobody will use. */
function withdrawing(processUrl) {
  return async (error) => {
    await client.delete(processUrl, { signal: AbortSignal.timeout(5000) }).catch(() => {});
    throw error;
  };
}

function cancelled() {
  show('wish');
  say('Cancelled. Your file does not stay with the service.', true);
  element('convert').focus();
}

function fail(error) {
  const { title, words, detail } = wordsFor(error, file);
  element('problem-title').textContent = title;
  element('problem-words').textContent = words;
  element('problem-detail').textContent = detail;
  element('again').hidden = error.code === 'unsupported';
  say('');
  show('problem');
  element(element('again').hidden ? 'problem-other' : 'again').focus();
}

function chosenFormat() {
  return new FormData(element('wish')).get('to');
}

element('file').addEventListener('change', (event) => event.target.files[0] && choose(event.target.files[0]));
element('sample').addEventListener('click', async () => {
  const sample = await (await fetch('sample.png')).blob();
  await choose(new File([sample], 'sample.png', { type: 'image/png' }));
});
element('wish').addEventListener('submit', (event) => {
  event.preventDefault();
  convert(chosenFormat());
});
element('again').addEventListener('click', () => (chosenFormat() ? convert(chosenFormat()) : choose(file)));
element('cancel').addEventListener('click', cancel);
function cancel() {
  say('Cancelling…', true);
  work.abort();
}
// Escape goes one step back.
addEventListener('keydown', ({ key }) => {
  if (key !== 'Escape') return;
  if (!element('work').hidden) cancel();
  else if (!element('wish').hidden || !element('problem').hidden) restart();
});
element('all').addEventListener('click', saveAll);
for (const id of ['other', 'problem-other', 'next']) element(id).addEventListener('click', restart);

// The whole page takes a dropped or pasted file, unless a conversion is going on.
function take(event, { files }) {
  if (files.length === 0) return;
  event.preventDefault();
  if (element('work').hidden) choose(files[0]);
}
addEventListener('dragover', (event) => {
  event.preventDefault();
  document.body.classList.toggle('dragging', element('work').hidden);
});
addEventListener('dragleave', (event) => {
  if (!event.relatedTarget) document.body.classList.remove('dragging');
});
addEventListener('drop', (event) => {
  event.preventDefault();
  document.body.classList.remove('dragging');
  take(event, event.dataTransfer);
});
addEventListener('paste', (event) => take(event, event.clipboardData));
