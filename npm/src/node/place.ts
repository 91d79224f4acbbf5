import type { BigIntStats, Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';

import { save_to } from '../../wasm/cloudconvert_wasm.js';
import { CloudConvertError, type ErrorFacts } from '../errors.js';
import type { Named } from '../host.js';

/** A path that the user named for outputs, and what is done there: `make` is a folder that is not there yet. */
export interface Place {
  named: Named;
  does: 'file' | 'stream' | 'folder' | 'make';
}

/** What a path for outputs means, several of which may come; an error where they cannot go there. */
export async function placeOf(path: string, several: boolean): Promise<Place> {
  // With a slash behind it, nothing but a folder would be found.
  const bare = path.replace(/(?<=.)[/\\]+$/, '');
  const [present, parent] = await Promise.all([bare, dirname(bare)].map((at) => stat(at).catch(() => undefined)));
  const named = { path, present: kind(path ? present : undefined), has_parent: parent?.isDirectory() === true };
  try {
    return { named, does: save_to(named, several) as Place['does'] };
  } catch (facts) {
    throw new CloudConvertError(facts as ErrorFacts);
  }
}

/** What stands at a path, as the core calls it: a link that is not followed is as a file. */
export function kind(stats: Stats | BigIntStats | undefined): string {
  if (!stats) return 'nothing';
  if (stats.isFile() || stats.isSymbolicLink()) return 'file';
  if (stats.isDirectory()) return 'folder';
  return stats.isFIFO() || stats.isCharacterDevice() ? 'stream' : 'other';
}
