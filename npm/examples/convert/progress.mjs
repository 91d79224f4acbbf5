// One line that changes on a terminal; one line per step elsewhere.

export function progressLine(stream) {
  let last = '';

  function show({ stage, step, percent, message, sent, received, total }) {
    if (stage === 'done') return;
    const bytes = stage === 'upload' ? sent : stage === 'download' ? received : undefined;
    const done = percent ?? (bytes !== undefined && total ? (100 * bytes) / total : null);
    const name = (stage === 'convert' && step) || stage;
    if (stream.isTTY) {
      const text = `${name.padEnd(8)} ${done === null ? '' : `${Math.floor(done)} %`.padStart(5)}  ${message ?? ''}`;
      stream.write(`\r\x1b[2K${text.slice(0, stream.columns - 1)}`);
    } else if (name !== last) {
      stream.write(`${name}\n`);
    }
    last = name;
  }

  function end() {
    if (stream.isTTY && last) stream.write('\r\x1b[2K');
    last = '';
  }

  return { show, end };
}
