// The steps of a conversion, as they change.
import { humanSize } from './files.js';

/** The service's steps with what a person calls them; those in brackets appear only when they happen. */
const STEPS = {
  prepare: 'Prepare',
  upload: 'Upload',
  input: 'Read',
  wait: 'Wait',
  convert: 'Convert',
  output: 'Store',
  finished: 'Finish',
  download: 'Download',
};
const RARE = ['wait'];
const ORDER = Object.keys(STEPS);

const list = document.getElementById('steps');
const bar = document.getElementById('bar');
let current;
/** What was shown last, of a conversion that goes on. */
let last;

/** An empty list, before the first step. */
export function startSteps() {
  current = last = undefined;
  list.replaceChildren(
    ...ORDER.map((step) => {
      const item = Object.assign(document.createElement('li'), { textContent: STEPS[step] });
      item.dataset.step = step;
      item.hidden = RARE.includes(step);
      return item;
    }),
  );
}

/** Shows where the conversion is; returns words for it when the step is another one. */
export function showProgress(progress) {
  last = progress.stage === 'done' ? undefined : progress;
  if (!last) return undefined;
  const step = stepOf(progress);
  const percent = step === 'convert' ? progress.percent : share(progress);
  if (percent === null) bar.removeAttribute('value');
  else bar.value = percent;
  document.getElementById('percent').textContent = percent === null ? '' : `${Math.floor(percent)} %`;
  document.getElementById('message').textContent = messageFor(step, progress);
  if (step === current || !ORDER.includes(step)) return undefined;
  current = step;
  mark(ORDER.indexOf(step));
  return `${STEPS[step]}…`;
}

/** While the service converts, its own step tells more than the stage. */
function stepOf({ stage, step }) {
  if (stage === 'convert') return step ?? 'input';
  if (stage === 'delete') return 'download';
  return stage === 'create' || stage === 'start' ? 'prepare' : stage;
}

/** The percent of the bytes that are on their way. */
function share({ stage, sent, received, total }) {
  const done = { upload: sent, download: received }[stage];
  return done !== undefined && total > 0 ? (100 * done) / total : null;
}

function messageFor(step, { message, sent, received, total, attempt }) {
  if (!navigator.onLine) return 'You are offline. It goes on when you are online again.';
  const again = attempt > 0 ? ` (attempt ${attempt + 1})` : '';
  if (step === 'upload' && total) return `Uploading ${humanSize(sent ?? 0)} of ${humanSize(total)}${again}`;
  if (step === 'download' && total) return `Downloading ${humanSize(received ?? 0)} of ${humanSize(total)}${again}`;
  return (message || `${STEPS[step] ?? step}…`) + again;
}

for (const change of ['online', 'offline']) addEventListener(change, () => last && showProgress(last));

function mark(index) {
  [...list.children].forEach((item, position) => {
    item.className = position < index ? 'done' : '';
    item.removeAttribute('aria-current');
    if (position === index) {
      item.hidden = false;
      item.setAttribute('aria-current', 'step');
    }
  });
}
