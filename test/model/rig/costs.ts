import { readdirSync, readFileSync } from 'node:fs';

/**
 * Seconds of processor time by program: of this process, of what it ran to its end, and of what still runs below it.
 */
export type Costs = Readonly<Record<string, number>>;

const ticksPerSecond = 100;

/** What has been used so far; empty where this system does not tell. */
export function costsSoFar(): Costs {
  const all = readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [readProcess(Number(name))] : []));
  const processes = all.filter((one) => one !== undefined);
  const own = processes.filter(({ pid, parent }) => pid === process.pid || parent === process.pid);
  return Object.fromEntries(
    own.flatMap(({ pid, name, used, children }) => [
      [pid === process.pid ? 'this' : `${name} ${pid}`, used],
      [pid === process.pid ? 'programs of this' : `programs of ${name} ${pid}`, children],
    ]),
  );
}

function readProcess(pid: number) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const name = text.slice(text.indexOf('(') + 1, text.lastIndexOf(')'));
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const [user = 0, system = 0, childUser = 0, childSystem = 0] = fields.slice(11, 15).map(Number);
    return {
      pid,
      name,
      parent: Number(fields[1]),
      used: (user + system) / ticksPerSecond,
      children: (childUser + childSystem) / ticksPerSecond,
    };
  } catch {
    return undefined;
  }
}
