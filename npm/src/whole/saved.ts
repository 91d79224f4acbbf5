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

/** Reads what a checkpoint was told. */
export function parse(saved: unknown): Saved {
  try {
    const told = JSON.parse(saved as string) as Saved;
    if (typeof told.conversion === 'string') return told;
  } catch {
    // The same follows.
  }
  throw bad('this is not a saved conversion; give what `checkpoint` was called with');
}
