import type { Rules } from './options.js';
import { Refusal } from './refusal.js';
import { type Fields, allowed, unknown } from './rules.js';

/** Where something tells a format: in this field, or always this one, or there is no file; otherwise nowhere. */
type Told = { field: string } | { always: string } | 'no file' | 'nowhere';

const INPUT: Told = { field: 'input_format' };
const OUTPUT: Told = { field: 'output_format' };
const PDF: Told = { always: 'pdf' };

/** Where each operation of version 2 tells the formats of its input and its output. A field that it does not have tells nothing. */
const OPERATIONS: Record<string, readonly [Told, Told]> = {
  convert: [INPUT, OUTPUT],
  thumbnail: [INPUT, OUTPUT],
  optimize: [INPUT, INPUT],
  watermark: [INPUT, INPUT],
  merge: ['nowhere', OUTPUT],
  archive: ['nowhere', OUTPUT],
  metadata: ['nowhere', 'no file'],
  'capture-website': ['no file', OUTPUT],
};

/** Refuses a task whose formats the rules do not allow. */
export function checkFormats(task: Fields, rules: Rules): void {
  const operation = String(task.operation).toLowerCase();
  const known = Object.hasOwn(OPERATIONS, operation) ? OPERATIONS[operation] : undefined;
  const told: readonly [Told, Told] = known ?? (operation.startsWith('pdf/') ? [PDF, PDF] : ['nowhere', 'nowhere']);
  check('input format', operation, task, told[0], rules.from);
  check('output format', operation, task, told[1], rules.to);
}

function check(what: string, operation: string, task: Fields, told: Told, list: readonly string[] | undefined): void {
  if (list === undefined || told === 'no file') return;
  if (told === 'nowhere') throw unknown(what, operation, list);
  const format = 'always' in told ? told.always : task[told.field];
  if ((format === undefined || format === null) && 'field' in told) throw new Refusal(403, `A task has to tell its \`${told.field}\` here.`);
  allowed(what, format, list);
}
