'use server';
import { convert } from '../../convert.js';

export async function act() {
  return convert();
}
