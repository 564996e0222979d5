import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

const graceMs = 20_000;

/**
 * Starts a command of bash in a process group of its own; all that it prints goes to a file. The answer has the processor time
 * of its processes in seconds, those alone that somebody waited for.
 */
export function startGroup(command, { log, env, limitMs }) {
  const output = openSync(log, 'a');
  const times = `${log}.times`;
  const script = `trap 'times >"$CI_TIMES"' EXIT\n${command}`;
  const stdio = ['ignore', output, output];
  const child = spawn('bash', ['-c', script], { env: { ...env, CI_TIMES: times }, stdio, detached: true });
  closeSync(output);
  const group = child.pid;
  let reason;
  const stop = (why) => {
    reason ??= why;
    return endGroup(group, graceMs);
  };
  const limit = setTimeout(() => void stop(`It took longer than ${limitMs / 60_000} minutes and was ended.`), limitMs);
  const ended = once(child, 'exit').then(async ([code]) => {
    clearTimeout(limit);
    // What it left behind is not waited for.
    await endGroup(group, 2_000);
    return { ok: code === 0 && reason === undefined, reason, processorSeconds: processorSeconds(times) };
  });
  return { ended, stop };
}

/** Reads what bash's `times` wrote of its children, as `1m2.345s 0m0.678s`; undefined where it was killed. */
function processorSeconds(file) {
  try {
    const [, ofChildren = ''] = readFileSync(file, 'utf8').split('\n');
    const parts = [...ofChildren.matchAll(/(\d+)m([\d.]+)s/g)];
    return Math.round(parts.reduce((sum, [, minutes, seconds]) => sum + 60 * Number(minutes) + Number(seconds), 0));
  } catch {
    return undefined;
  }
}

/** Asks all processes of the group to end, and kills those that do not. */
async function endGroup(group, patienceMs) {
  if (!signal(group, 'SIGTERM')) return;
  for (const end = Date.now() + patienceMs; Date.now() < end; await pause(100)) if (!signal(group, 0)) return;
  signal(group, 'SIGKILL');
}

/** False: nobody is there any more. */
function signal(group, name) {
  try {
    process.kill(-group, name);
    return true;
  } catch {
    return false;
  }
}
