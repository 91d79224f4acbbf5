/** Conversions that this page runs, where the browser has no locks: only pages of `https` and of this machine have them. */
const running = new Set<string>();

/** Runs what only one tab may do at a time; gives nothing where another one does it. */
export async function alone<T>(name: string, work: () => Promise<T>): Promise<{ done: T } | undefined> {
  const { locks } = navigator as { locks?: LockManager };
  const done = async () => ({ done: await work() });
  if (locks) return locks.request(name, { ifAvailable: true }, async (lock) => (lock ? done() : undefined));
  if (running.has(name)) return undefined;
  running.add(name);
  return done().finally(() => running.delete(name));
}

/** What some tab does at the moment. */
export async function busy(): Promise<Set<string>> {
  const { locks } = navigator as { locks?: LockManager };
  if (!locks) return running;
  const { held = [] } = await locks.query();
  return new Set(held.map(({ name }) => name!));
}
