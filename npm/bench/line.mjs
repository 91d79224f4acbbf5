// A slow line: a proxy that hands bytes on late, and only so many at a time, whatever the number of connections.
import { once } from 'node:events';
import net from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** So many bytes are one packet. */
const PACKET = 1400;

/** Starts one before this address. A round trip takes `latency` milliseconds longer; `rate` is bytes per millisecond. */
export async function line(address, { latency, rate }) {
  const { port } = new URL(address);
  /** When the line has carried all that waits for it, in either direction. */
  const free = { up: 0, down: 0 };
  const carry = (from, to, direction) => {
    // One behind the other: timers alone do not keep the order on a busy machine.
    let carried = Promise.resolve();
    const at = (time, act) => {
      carried = carried.then(async () => {
        const early = time - performance.now();
        if (early > 0) await pause(early);
        act();
      });
    };
    from.on('data', (data) => {
      for (let start = 0; start < data.length; start += PACKET) {
        const packet = data.subarray(start, start + PACKET);
        free[direction] = Math.max(free[direction], performance.now()) + packet.length / rate;
        at(free[direction] + latency / 2, () => to.writable && to.write(packet));
      }
    });
    from.on('end', () => at(Math.max(free[direction], performance.now()) + latency / 2, () => to.end()));
    from.on('error', () => to.destroy());
  };
  const server = net.createServer({ noDelay: true }, (near) => {
    const far = net.connect({ port: Number(port), host: '127.0.0.1', noDelay: true });
    carry(near, far, 'up');
    carry(far, near, 'down');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { address: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}
