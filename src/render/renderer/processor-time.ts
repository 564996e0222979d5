import { readFileSync } from 'node:fs';

/** The ticks of a second in which Linux tells processor time, on every machine that Node runs on. */
const ticksPerSecond = 100;
/** The times in user and system mode, counted from the state, which is the first field after the program's name. */
const [userField, systemField] = [11, 12];

/** Answers the time, in milliseconds, that processors have worked for a process; undefined where no /proc tells it. */
export function processorMs(pid: number | undefined): number | undefined {
  const stat = pid === undefined ? undefined : statOf(pid);
  // The name may have parentheses and spaces itself.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? [];
  const ticks = Number(fields[userField]) + Number(fields[systemField]);
  return Number.isFinite(ticks) ? (ticks * 1_000) / ticksPerSecond : undefined;
}

function statOf(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    // It has ended, or this is no Linux.
    return undefined;
  }
}
