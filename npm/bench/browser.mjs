// Chromium, and what it costs.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { chromium } from 'playwright-core';

const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--enable-precise-memory-info',
];
/** The kernel counts processor time in these parts of a second. */
const TICKS = 100;

/**
 * Starts it, on one core only if wanted, with a profile as people have one: without, it keeps all Blobs in memory. The
 * measurements open their pages in `browser`.
 */
export async function browse({ core } = {}) {
  const profile = mkdtempSync(join(tmpdir(), 'cloudconvert-bench-'));
  const browser = await chromium.launchPersistentContext(profile, { executablePath: '/usr/bin/chromium', args: FLAGS });
  const root = family(process.pid).find(({ arguments: given }) => given.includes(profile)).pid;
  if (core !== undefined) {
    for (const { pid } of family(root)) execFileSync('taskset', ['-a', '-c', '-p', String(core), String(pid)], { stdio: 'ignore' });
  }
  const close = async () => {
    await browser.close();
    rmSync(profile, { recursive: true });
  };
  return { browser, cpu: () => family(root).reduce((sum, { cpu }) => sum + cpu, 0), close };
}

/** A process and all that it started, each with its processor time in seconds. */
function family(root) {
  const children = new Map();
  let family = [];
  for (const name of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      const cpu = (Number(fields[11]) + Number(fields[12])) / TICKS;
      const process = { pid: Number(name), parent: Number(fields[1]), cpu, arguments: readFileSync(`/proc/${name}/cmdline`, 'utf8') };
      if (process.pid === root) family = [process];
      children.set(process.parent, [...(children.get(process.parent) ?? []), process]);
    } catch {
      // It has just ended.
    }
  }
  for (const { pid } of family) family.push(...(children.get(pid) ?? []));
  return family;
}
