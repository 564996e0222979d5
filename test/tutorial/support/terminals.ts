import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Block } from './blocks.ts';

/** The terminals of one reader. What a block exports, and where it changes to, counts for the next ones. */
export interface Terminals {
  /** Runs a block as its reader does. Throws with all that was printed where it goes otherwise than the tutorial says. */
  run(block: Block): Promise<void>;
  /** Presses Ctrl-C in a terminal, and answers the exit code. */
  interrupt(terminal: string): Promise<number | null>;
  /** Answers all that was printed in a terminal. */
  printed(terminal: string): string;
  /** Ends what still runs. */
  close(): Promise<void>;
}

interface Running {
  readonly child: ChildProcess;
  output: string;
}

const patienceMs = 180_000;

/** Opens terminals in a home directory. */
export function openTerminals(home: string, env: NodeJS.ProcessEnv): Terminals {
  const session = join(home, '.session');
  const running = new Map<string, Running>();
  const start = (script: string): Running => {
    const child = spawn('bash', ['-c', script], { cwd: home, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    const started: Running = { child, output: '' };
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => {
        started.output += chunk.toString();
      });
    return started;
  };
  const before = () => (existsSync(session) ? `. ${session}\n` : '');
  const codeOf = async ({ child }: Running) => {
    if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
    return child.exitCode;
  };
  const terminal = (name: string) => {
    const found = running.get(name);
    if (found === undefined) throw new Error(`The tutorial has no terminal ${name}`);
    return found;
  };

  return {
    async run({ text, terminal: name, until, ends, code }) {
      if (ends !== undefined) {
        const ended = await codeOf(terminal(ends));
        if (ended !== 0) throw new Error(`The terminal "${ends}" ended with ${ended}:\n${terminal(ends).output}`);
      }
      if (name === undefined) {
        const keep = `{ export -p; printf 'cd %q\\n' "$PWD"; } > ${session}`;
        const ran = start(`${before()}set -e\ntrap '${keep.replaceAll("'", `'\\''`)}' EXIT\n${text}`);
        const ended = await codeOf(ran);
        if (ended !== code) throw new Error(`This ended with ${ended}, not with ${code}:\n${text}\n${ran.output}`);
        return;
      }
      const begun = start(`${before()}set -e\n${withExec(text)}`);
      running.set(name, begun);
      for (const end = Date.now() + patienceMs; !begun.output.includes(until ?? ''); await pause(100)) {
        if (begun.child.exitCode === null && Date.now() < end) continue;
        throw new Error(`The terminal "${name}" was to print "${until}", and printed:\n${begun.output}`);
      }
    },
    interrupt: (name) => {
      const { child } = terminal(name);
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGINT');
      return codeOf(terminal(name));
    },
    printed: (name) => terminal(name).output,
    async close() {
      for (const each of running.values()) {
        const { pid, exitCode, signalCode } = each.child;
        if (pid === undefined || exitCode !== null || signalCode !== null) continue;
        process.kill(-pid, 'SIGINT');
        await codeOf(each);
      }
    },
  };
}

/** Lets the last command take the shell's place: a shell in the background would not pass on what it is sent. */
function withExec(text: string): string {
  const lines = text.trimEnd().split('\n');
  return [...lines.slice(0, -1), `exec ${lines.at(-1)}`].join('\n');
}
