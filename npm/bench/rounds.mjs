// Peers in turn, and what their ratio is.

/** Lets every peer run so often, in an order that turns round each time; gives what they told. */
export async function inTurn(rounds, peers) {
  const told = Object.fromEntries(Object.keys(peers).map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    const names = Object.keys(peers);
    for (const name of round % 2 ? names.reverse() : names) told[name].push(await peers[name]());
  }
  return told;
}

export function median(figures) {
  const sorted = [...figures].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** What one fact of a peer is to that of another, by their medians: on a busy machine the best run is luck. */
export function ratio(of, to, fact) {
  const middle = (runs) => median(runs.map((run) => run[fact]));
  return middle(of) / middle(to);
}

/** Prints a figure beside what was promised; a promise that is not kept fails the whole. */
export function promise(what, figure, { atMost, atLeast }) {
  const kept = atMost === undefined ? figure >= atLeast : figure <= atMost;
  const limit = atMost === undefined ? `at least ${atLeast}` : `at most ${atMost}`;
  console.log(`  ${kept ? 'kept' : 'NOT KEPT'}: ${what} ${figure.toFixed(2)}, promised ${limit}`);
  if (!kept) process.exitCode = 1;
}
