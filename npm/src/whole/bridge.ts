import { Bridge, type BridgeOptions } from '../bridge.js';
import type { Told } from '../driver.js';
import { type Claims, type Content, type Named, type Store, Unreadable } from '../host.js';
import type { Event, Kept, Sending } from '../machine.js';
import type { ClientOptions } from '../types/client.js';
import { report } from '../uploader.js';
import type { Facts, Saved } from './saved.js';

/** A bridge that hands out saved states. */
export class KeepingBridge extends Bridge {
  /** What stands beside the core's state. */
  facts: Facts = {};
  readonly #inputs: Content[];
  readonly #store: Store;
  readonly #checkpoint: BridgeOptions['checkpoint'];
  /** What whoever goes on with the state that was kept last may need that it leaves out. */
  #needs: Kept['needs'] | undefined;

  constructor(inputs: Content[], store: Store, options: BridgeOptions, client: ClientOptions) {
    super(inputs, store, options, client);
    this.#inputs = inputs;
    this.#store = store;
    this.#checkpoint = options.checkpoint;
  }

  /** The path that the user named for outputs, as the core reads it. */
  get named(): Named | undefined {
    return this.#store.named;
  }

  protected override async prepare(sending: Sending, tell: (event: Event) => void): Promise<void> {
    const isAbsent = (piece: unknown) => typeof piece === 'number' && !this.#inputs[piece];
    if ('pieces' in sending && sending.pieces.some(isAbsent)) {
      throw new Unreadable('a saved conversion does not hold its file: give it as `source`');
    }
    const { kept } = sending;
    if (!kept) return;
    this.#needs = kept.needs;
    // A checkpoint may be slower than a service may be: its time begins afterwards.
    tell({ held: true });
    await this.#keep(kept.saved, kept.hasFailed);
    tell({ sent: 0 });
  }

  protected override claims(machine: Told, tell: (event: Event) => void): Claims {
    return {
      keep: async (outputs) => {
        const saved = machine.naming!(outputs);
        if (saved !== undefined) await this.#keep(saved);
      },
      named: (output, name) => tell({ output, name }),
      has: (output, mark) => machine.is_output!(output, mark),
    };
  }

  async #keep(conversion: string, hasFailed?: boolean): Promise<void> {
    if (!this.#checkpoint) return;
    const saved: Saved = { ...this.facts, needs: this.#needs, hasFailed, paths: [...(this.facts.paths ?? []), ...(this.#store.kept?.() ?? [])], conversion };
    await Promise.resolve(JSON.stringify(saved)).then(this.#checkpoint).catch(report);
  }
}
