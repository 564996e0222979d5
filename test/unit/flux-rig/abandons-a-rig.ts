import { writeSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { rigDirectory } from '../../flux/cluster/directory.ts';
import { startProgram } from '../../flux/cluster/program.ts';

// Starts a program, prints where and which, and is killed.
const directory = await rigDirectory();
// No flag names the directory, as with kustomize-controller.
const args = ['-c', 'echo $$ >"$TMPDIR/pid"; while :; do sleep 0.1; done'];
startProgram(directory, { name: 'program', path: '/bin/sh', args });
const pid = await readPid(`${directory.path}/pid`);
writeSync(1, JSON.stringify({ path: directory.path, pid }));
process.kill(process.pid, 'SIGKILL');

async function readPid(file: string): Promise<number> {
  for (;;) {
    const pid = Number(await readFile(file, 'utf8').catch(() => ''));
    if (pid > 0) return pid;
    await pause(50);
  }
}
