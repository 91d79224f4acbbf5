import { bad } from '../wish.js';

/** What a saved state has beside the core's. */
export interface Facts {
  /** Where outputs are written, if that is a path. */
  saveTo?: string | undefined;
  overwrite?: boolean | undefined;
  /** Whether each output is downloaded on its own. */
  each?: boolean;
  /** The names of the tasks that take files, in the order of the core. */
  tasks?: string[];
  /** The URL that the conversion began with, if it followed one. */
  url?: string | undefined;
  /** What it leaves out and may still need: the files, or with them all of the job that is not saved. */
  needs?: 'nothing' | 'files' | 'job' | undefined;
  /** Whether it has failed, and can only be deleted on the service. */
  hasFailed?: boolean | undefined;
  /** The outputs that have their names. */
  paths?: readonly string[];
}

/** The facts, and the core's own state. */
export type Saved = Facts & { conversion: string };

const isText = (value: unknown) => typeof value === 'string';
const isYesOrNo = (value: unknown) => typeof value === 'boolean';
const areTexts = (value: unknown) => Array.isArray(value) && value.every(isText);

/** What each member is. A member means the same for ever: what means something else gets another name. */
const KINDS: Record<keyof Saved, (value: unknown) => boolean> = {
  saveTo: isText,
  overwrite: isYesOrNo,
  each: isYesOrNo,
  tasks: areTexts,
  url: isText,
  needs: isText,
  hasFailed: isYesOrNo,
  paths: areTexts,
  conversion: isText,
};

/** Reads what a checkpoint was told. What a later release adds is left out. */
export function parse(saved: unknown): Saved {
  try {
    const told = JSON.parse(saved as string) as Record<string, unknown>;
    const known = Object.entries(KINDS).filter(([name]) => told[name] !== undefined);
    if (told.conversion !== undefined && known.every(([name, isOne]) => isOne(told[name]))) {
      return Object.fromEntries(known.map(([name]) => [name, told[name]])) as unknown as Saved;
    }
  } catch {
    // The same follows.
  }
  throw bad('this is not a saved conversion, or not all of it; give what `checkpoint` was called with, or convert anew');
}
