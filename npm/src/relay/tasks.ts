import { checkFormats } from './formats.js';
import type { Rules } from './options.js';
import { Refusal } from './refusal.js';
import { type Fields, allowed, isFields, only, small } from './rules.js';

/** What a task that brings an input may say, beside its operation and its file name. */
const INPUT: Record<string, readonly string[]> = { upload: [], url: ['url'], raw: ['file'], base64: ['file'] };
/** What of a task names other tasks. */
const TAKES = ['input', 'image', 'depends_on', 'depends_on_tasks', 'depends_on_task_ids'];
/** What of a task would lead out of its job. */
const FOREIGN = ['job_id', 'copy_of_task_id', 'retry_of_task_id', 'webhook_url'];

/** Whether a task is one that costs. Refuses one that the rules do not allow. */
export function isWork(task: unknown, tasks: Fields, rules: Rules): boolean {
  if (!isFields(task)) throw new Refusal(422, 'A task has to be an object.');
  const { operation } = task;
  const input = typeof operation === 'string' ? /^import\/(.*)$/.exec(operation)?.[1] : undefined;
  if (input !== undefined) {
    allowed('input', input, rules.inputs ?? ['upload']);
    only(task, ['operation', 'filename', ...(INPUT[input] ?? [])]);
    small(task.file, input === 'base64', rules);
    return false;
  }
  const foreign = FOREIGN.find((name) => Object.hasOwn(task, name));
  if (foreign !== undefined) throw new Refusal(403, `The field ${foreign} is not allowed here: leave it out.`);
  // The ID of a task is a name too, and may be that of another person's.
  const taken = TAKES.flatMap((name) => task[name] ?? []);
  if (!taken.every((name) => typeof name === 'string' && Object.hasOwn(tasks, name))) {
    throw new Refusal(403, 'A task may take only what other tasks of its job give.');
  }
  if (operation === 'export/url') {
    // Else a page could publish any file by the owner's account.
    if (taken.some((name) => isMoved(tasks[String(name)]))) {
      throw new Refusal(403, 'An export may take only what a conversion of its job gives.');
    }
    return false;
  }
  allowed('operation', operation, rules.operations ?? ['convert']);
  checkFormats(task, rules);
  return true;
}

/** Whether a task only brings or gives a file. */
const isMoved = (task: unknown): boolean => isFields(task) && /^(im|ex)port\//i.test(String(task.operation));
