import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { execa } from 'execa';
import { Failure } from '../../failure.ts';
import { withFileLock } from '../../file-lock.ts';
import type { Io } from '../io.ts';

/** What the next run has to find again. */
export interface DevMemory {
  /** Of the sandbox's forge: part of its repositories' URLs, and so of the ids of everything. */
  readonly forgePort?: number;
  readonly temporalPort?: number;
  readonly uiPort?: number;
  /** The directories that the sandbox served last. */
  readonly directories?: readonly string[];
  /** The processes of a run that has not ended them. */
  readonly processes?: readonly number[];
}

/** Where everything of `worker --dev` is kept. */
export interface DevState {
  readonly directory: string;
  file(name: string): string;
  readonly memory: DevMemory;
  /** Keeps more for the next run. */
  remember(more: DevMemory): Promise<void>;
}

/**
 * Answers the directory of what `worker --dev` keeps: the one that is named, else `fairlead/dev` below `XDG_STATE_HOME`, else
 * `~/.local/state/fairlead/dev`. As the XDG base directory specification wants it, a relative XDG path is ignored.
 */
export function stateDirectory(named: string | undefined, { env, cwd }: Io): string {
  if (named !== undefined) return resolve(cwd, named);
  const { XDG_STATE_HOME: base } = env;
  if (base && isAbsolute(base)) return join(base, 'fairlead', 'dev');
  return join(env.HOME || homedir(), '.local', 'state', 'fairlead', 'dev');
}

/** The time after which a lock that another process holds is not waited for any more, in milliseconds. */
const patienceMs = 1_000;

/** Opens the state for one process alone. Throws `Failure` Refused where another one has it, or its processes still run. */
export async function withDevState<T>(directory: string, use: (state: DevState) => Promise<T>): Promise<T> {
  await mkdir(directory, { recursive: true });
  // The token of the forge, and the clusters' keys, lie here.
  await chmod(directory, 0o700);
  let holder: number | undefined;
  const onWait = (pid: number | undefined) => {
    holder = pid;
  };
  return withFileLock(
    join(directory, 'lock'),
    async (isHeld) => {
      if (!isHeld) throw inUse(directory, holder === undefined ? [] : [holder]);
      const state = await openState(directory);
      const left = await leftOf(state.memory.processes ?? []);
      if (left.length > 0) throw inUse(directory, left);
      return use(state);
    },
    { patienceMs, onWait },
  );
}

async function openState(directory: string): Promise<DevState> {
  const path = join(directory, 'dev.json');
  let memory = await readMemory(path);
  return {
    directory,
    file: (name) => join(directory, name),
    get memory() {
      return memory;
    },
    async remember(more) {
      memory = { ...memory, ...more };
      await writeFile(`${path}.new`, `${JSON.stringify(memory, null, 2)}\n`);
      await rename(`${path}.new`, path);
    },
  };
}

async function readMemory(path: string): Promise<DevMemory> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as DevMemory;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new Failure('InvalidConfig', `${path} cannot be read: ${String(error)}. Delete it to begin anew.`, {
      cause: error,
    });
  }
}

function inUse(directory: string, pids: readonly number[]): Failure {
  const who = pids.length === 0 ? 'Another process' : `Process ${pids.join(', ')}`;
  const end = pids.length === 0 ? 'End it' : `End it (kill ${pids.join(' ')})`;
  return new Failure(
    'Refused',
    `${who} of another \`worker --dev\` uses ${directory}. ${end}, or name another directory with --state.`,
  );
}

/** Answers which of these processes of an earlier run are still there; their numbers may be others' by now. */
async function leftOf(pids: readonly number[]): Promise<readonly number[]> {
  const found = await Promise.all(
    pids.map(async (pid) => {
      const { stdout } = await execa('ps', ['-o', 'command=', '-p', `${pid}`], { reject: false });
      return / (start-dev|worker)( |$)/.test(stdout.trim()) ? [pid] : [];
    }),
  );
  return found.flat();
}
