import { Bridge, type BridgeOptions } from '../bridge.js';
import { type Content, type Fetch, type Store, Unreadable } from '../host.js';
import type { Sending } from '../machine.js';
import { report } from '../uploader.js';
import type { Facts, Saved } from './saved.js';

/** A bridge that hands out saved states. */
export class KeepingBridge extends Bridge {
  /** What stands beside the core's state. */
  facts: Facts = {};
  readonly #inputs: Content[];
  readonly #store: Store;
  readonly #checkpoint: BridgeOptions['checkpoint'];

  constructor(inputs: Content[], store: Store, options: BridgeOptions, chosen: Fetch | undefined) {
    super(inputs, store, options, chosen);
    this.#inputs = inputs;
    this.#store = store;
    this.#checkpoint = options.checkpoint;
  }

  protected override async prepare(sending: Sending): Promise<void> {
    await super.prepare(sending);
    const isAbsent = (piece: unknown) => typeof piece === 'number' && !this.#inputs[piece];
    if ('pieces' in sending && sending.pieces.some(isAbsent)) {
      throw new Unreadable('a saved conversion does not hold its file: give it as `source`');
    }
    const { saved: conversion, needs, hasFailed } = sending;
    if (!conversion || !this.#checkpoint) return;
    const saved: Saved = { ...this.facts, needs, hasFailed, paths: [...(this.facts.paths ?? []), ...(this.#store.kept?.() ?? [])], conversion };
    await Promise.resolve(JSON.stringify(saved)).then(this.#checkpoint).catch(report);
  }
}
