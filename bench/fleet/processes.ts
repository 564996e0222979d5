import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { LookOrder, LookResult } from './looks.ts';
import type { FromStandIns, ToStandIns } from './stand-ins.ts';

/** The process that answers as all API servers. */
export interface StandIns {
  readonly ports: readonly number[];
  readonly silentPort: number;
  readonly authority: string;
  /** Answers how much processor time it has taken so far, in milliseconds. */
  cpuMs(): Promise<number>;
  stop(): Promise<void>;
}

/** The process that looks. */
export interface Looker {
  look(order: LookOrder): Promise<LookResult>;
  stop(): Promise<void>;
}

/**
 * Both are forked as `npm run bench:fleet` has compiled them: what runs the sources as they are takes 100 MiB for itself.
 */
const compiled = new URL('../../dist/bench/fleet/', import.meta.url);

export async function startStandIns(objectsEach: number): Promise<StandIns> {
  const child = fork(new URL('stand-ins.js', compiled), [String(objectsEach)], { stdio: 'inherit', execArgv: [] });
  const first = await nextMessage<FromStandIns>(child);
  if (!('ports' in first)) throw new Error('The stand-ins did not say where they listen.');
  const tell = (order: ToStandIns) => child.send(order);
  return {
    ...first,
    async cpuMs() {
      const answer = nextMessage<FromStandIns>(child);
      tell({ ask: 'cpu' });
      const said = await answer;
      return 'cpuMs' in said ? said.cpuMs : 0;
    },
    async stop() {
      const ended = once(child, 'exit');
      tell({ ask: 'stop' });
      await ended;
    },
  };
}

/** Starts a new process, with the limit of memory that the image sets: what it has in memory is its own. `nodeOptions` may ask node for a profile. */
export function startLooker(nodeOptions: readonly string[] = []): Looker {
  const child = fork(new URL('looks.js', compiled), {
    stdio: 'inherit',
    execArgv: ['--max-old-space-size=1024', ...nodeOptions],
  });
  return {
    async look(order) {
      const answer = nextMessage<LookResult>(child);
      child.send(order);
      return answer;
    },
    async stop() {
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}

/** Answers what the process says next. Throws where it ends instead. */
async function nextMessage<T>(child: ChildProcess): Promise<T> {
  const over = new AbortController();
  const { signal } = over;
  const ended = once(child, 'exit', { signal }).then(([code]) => {
    throw new Error(`A process of the benchmark ended with exit code ${code}.`);
  });
  try {
    const [message] = await Promise.race([once(child, 'message', { signal }), ended]);
    return message as T;
  } finally {
    ended.catch(() => undefined);
    over.abort();
  }
}
