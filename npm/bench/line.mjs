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
    from.on('data', async (data) => {
      for (let at = 0; at < data.length; at += PACKET) {
        const packet = data.subarray(at, at + PACKET);
        free[direction] = Math.max(free[direction], performance.now()) + packet.length / rate;
        const arrives = free[direction] + latency / 2;
        // The pauses of earlier packets are shorter, so all stay in their order.
        pause(arrives - performance.now()).then(() => to.writable && to.write(packet));
      }
    });
    from.on('end', () => pause(Math.max(0, free[direction] - performance.now()) + latency).then(() => to.end()));
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
