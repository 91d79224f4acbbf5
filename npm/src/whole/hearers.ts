import type { Hear } from '../driver.js';
import type { Event } from '../machine.js';

/** Whether the browser says that there is no network. Other runtimes do not say. */
const isOffline = (): boolean => globalThis.navigator?.onLine === false;

/** What runs, and is to hear of callbacks and of breaks of the network. */
export class Hearers extends Set<Hear> {
  constructor() {
    super();
    for (const name of ['online', 'offline']) globalThis.addEventListener?.(name, () => this.tell({ online: !isOffline() }));
  }

  override add(hear: Hear): this {
    if (isOffline()) hear({ online: false });
    return super.add(hear);
  }

  tell(event: Event): void {
    for (const hear of [...this]) hear(event);
  }
}
