import { readFileSync } from 'node:fs';
import { Failure } from '../../../src/failure.ts';
import type { TaskSupply } from '../../../src/processes/serve.ts';
import { serveTasks } from '../../../src/processes/serve.ts';

/** Tasks of the worst kinds, in a process of their own. */
const tasks = {
  echo: (task: object) => task,
  pid: () => process.pid,
  limits: () => readFileSync('/proc/self/limits', 'utf8'),
  /** Its memory grows by one allocation, which is far larger than what is there. */
  growTable: () => {
    const table = new Map<number, number>();
    for (let index = 0; ; index++) table.set(index, index);
  },
  growList: () => {
    const list: unknown[] = [];
    for (;;) list.push([list.length]);
  },
  spin: () => {
    for (;;) Math.random();
  },
  die: () => process.kill(process.pid, 'SIGKILL'),
  say: ({ bytes }: { readonly bytes: number }) => Buffer.alloc(bytes),
  refuse: () => {
    throw new Failure('RenderFailed', 'There is no leaf.');
  },
  fail: () => {
    throw new TypeError('nothing is here');
  },
  read: ({ oids }: { readonly oids: readonly string[] }, { read }: TaskSupply) =>
    [...read(oids)].map(([oid, content]) => `${oid}: ${content}`),
  share: ({ id }: { readonly id: number }, { share }: TaskSupply) => share(id),
};

serveTasks(tasks);

/** The names of what it does. */
export type TaskName = keyof typeof tasks;
