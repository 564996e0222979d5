import { readdir, readFile } from 'node:fs/promises';

const SAMPLE_MS = 20;

/** Watches the resident memory of a process and all its descendants, through /proc. */
export function watchMemory(pid: number) {
  let peak = 0;
  let running = true;
  const sampling = (async () => {
    while (running) {
      peak = Math.max(peak, await residentBytes(pid));
      await new Promise((resolve) => setTimeout(resolve, SAMPLE_MS));
    }
  })();
  return {
    /** Stops, and answers the largest sum seen, in bytes; 0 where there is no /proc. */
    stop: async (): Promise<number> => {
      running = false;
      await sampling;
      return peak;
    },
  };
}

async function residentBytes(root: number): Promise<number> {
  const parents = new Map<number, number>();
  const sizes = new Map<number, number>();
  for (const name of await readdir('/proc').catch(() => [])) {
    if (!/^\d+$/.test(name)) continue;
    // It may have ended meanwhile.
    const status = await readFile(`/proc/${name}/status`, 'utf8').catch(() => '');
    const field = (key: string) => Number(new RegExp(`^${key}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
    parents.set(Number(name), field('PPid'));
    sizes.set(Number(name), field('VmRSS') * 1024);
  }
  const belongs = (pid: number): boolean => pid === root || (pid > 1 && belongs(parents.get(pid) ?? 0));
  return [...sizes].filter(([pid]) => belongs(pid)).reduce((sum, [, size]) => sum + size, 0);
}
