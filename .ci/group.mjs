import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

const graceMs = 20_000;

/** Starts a command of bash in a process group of its own; all that it prints goes to a file. */
export function startGroup(command, { log, env, limitMs }) {
  const output = openSync(log, 'a');
  const child = spawn('bash', ['-c', command], { env, stdio: ['ignore', output, output], detached: true });
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
    return { ok: code === 0 && reason === undefined, reason };
  });
  return { ended, stop };
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
