import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { temporalDevServer } from '../../programs/temporal/dev-server.ts';
import { ensureRenderer } from '../../render/renderer/ensure.ts';
import { loadSettings } from '../../settings/settings.ts';
import { withTemporal } from '../../temporal/client.ts';
import { noWorker } from '../../temporal/pollers.ts';
import type { Io } from '../io.ts';
import { printJson, printLines } from '../report.ts';
import { registerAttributes } from '../temporal/register-attributes.ts';
import { requireWorkerParts } from '../worker/load.ts';
import { type Child, startChild } from './child.ts';
import { loadSandbox, type Sandbox, type StartSandbox } from './sandbox.ts';
import { type DevState, stateDirectory, withDevState } from './state.ts';
import { freePort, type RunningTemporal, startTemporal } from './temporal.ts';
import { elsewhere, exportLines, introduction } from './words.ts';

/** What `worker --dev` is asked for. */
export interface DevOptions {
  /** The directories that the sandbox serves; `true`: those of last time, else the current one. */
  readonly sandbox?: readonly string[] | true;
  readonly state?: string;
  /** Prints what runs as JSON. */
  readonly json?: boolean;
}

/** All that runs. What is started last is stopped first. */
interface Running {
  readonly temporal: RunningTemporal;
  readonly sandbox: Sandbox | undefined;
  readonly worker: Child;
  /** What commands need of their environment; one that is undefined would lead them elsewhere. */
  readonly env: Readonly<NodeJS.ProcessEnv>;
}

/** Ctrl-C, `kill`, and a terminal that is closed. */
const endSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The usual ports of Temporal's dev server, and the sandbox's own. */
const usualPorts = { temporal: 7233, ui: 8233, forge: 7480 } as const;

/**
 * Runs Temporal's dev server, a worker and, where it is wanted, the sandbox, until it is told to stop. Everything is kept, and is
 * there again the next time. Throws `Failure`, and an error where something ends by itself; what has been started is stopped.
 */
export async function runDev(options: DevOptions, io: Io): Promise<void> {
  const stop = new AbortController();
  const onSignal = () => stop.abort();
  // A second signal, such as the one that a runner passes on, must not end what the first one began to stop.
  for (const signal of endSignals) process.on(signal, onSignal);
  try {
    await withDevState(stateDirectory(options.state, io), (state) => runUntil(stop.signal, state, { options, io }));
  } catch (error) {
    if (!stop.signal.aborted) throw error;
  } finally {
    for (const signal of endSignals) process.off(signal, onSignal);
  }
}

interface Call {
  readonly options: DevOptions;
  readonly io: Io;
}

async function runUntil(signal: AbortSignal, state: DevState, call: Call): Promise<void> {
  const closing: (() => Promise<void>)[] = [];
  try {
    const running = await start({ signal, state, closing }, call);
    if (call.options.json) printJson(call.io, report(running, state));
    else printLines(call.io, introduction({ ...running, withoutForge: isWithoutForge(running, call.io) }, state));
    const stopped = signal.aborted ? undefined : once(signal, 'abort');
    await Promise.race([stopped, running.temporal.child.ended, running.worker.ended]);
  } finally {
    if (closing.length > 0) call.io.err('Stopping the worker, then the rest.\n');
    await closeAll(closing);
    await state.remember({ processes: [] });
    if (closing.length > 0) call.io.err(`Stopped. Everything is kept in ${state.directory}: call it again to go on.\n`);
  }
}

/** Closes what was opened last first. What cannot be closed keeps nothing else open, and is thrown at the end. */
export async function closeAll(closing: readonly (() => Promise<void>)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const close of [...closing].reverse()) await close().catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}

function isWithoutForge({ sandbox }: Running, { env }: Io): boolean {
  return sandbox === undefined && !env.FAIRLEAD_SETTINGS && !env.GITHUB_TOKEN;
}

/** What runs, for programs. */
function report({ temporal, sandbox, env }: Running, { directory }: DevState) {
  const { url: forge, sources = [] } = sandbox ?? {};
  return { temporal: temporal.address, temporalUi: temporal.uiUrl, forge, sources, env, state: directory };
}

interface Start {
  readonly signal: AbortSignal;
  readonly state: DevState;
  readonly closing: (() => Promise<void>)[];
}

async function start({ signal, state, closing }: Start, { options, io: outer }: Call): Promise<Running> {
  const io = { ...outer, env: withoutTemporal(outer.env) };
  const progress = (line: string) => io.err(`${line}\n`);
  // What is not installed is told before minutes go into the rest.
  await requireWorkerParts();
  const startSandbox = options.sandbox === undefined ? undefined : await loadSandbox();
  const [program, renderer] = await Promise.all([
    temporalDevServer({ env: io.env, signal, progress }),
    ensureRenderer({ env: io.env, signal, progress }),
  ]);
  const { memory } = state;
  const ports = {
    server: await freePort(memory.temporalPort ?? usualPorts.temporal),
    ui: await freePort(memory.uiPort ?? usualPorts.ui),
  };
  const forgePort = memory.forgePort ?? (await freePort(usualPorts.forge));
  await state.remember({ temporalPort: ports.server, uiPort: ports.ui });
  signal.throwIfAborted();
  progress('Starting Temporal.');
  const database = state.file('temporal.db');
  const temporal = await startTemporal({ program, logFile: state.file('temporal.log'), database, ports });
  closing.push(() => temporal.child.stop());
  await state.remember({ processes: pidsOf(temporal.child) });
  const others = Object.keys(outer.env).filter(leadsElsewhere);
  const address = {
    ...Object.fromEntries(others.map((name) => [name, undefined])),
    TEMPORAL_ADDRESS: temporal.address,
  };
  await withTemporal({ ...io.env, ...address }, registerAttributes);
  const sandbox =
    startSandbox &&
    (await openSandbox(startSandbox, { state, port: forgePort, temporalUi: temporal.uiUrl }, { options, io }));
  if (sandbox !== undefined) closing.push(() => sandbox.close());
  const [source] = sandbox?.sources ?? [];
  const env = {
    ...address,
    ...(sandbox && { FAIRLEAD_SETTINGS: sandbox.settingsFile }),
    ...(source && sandbox?.sources.length === 1 && { FAIRLEAD_SOURCE: source.url }),
  };
  await writeFile(state.file('env'), `${exportLines(env).join('\n')}\n`, { mode: 0o600 });
  signal.throwIfAborted();
  progress('Starting the worker.');
  const worker = startWorker(state, { ...io.env, ...env, FAIRLEAD_RENDERER: renderer });
  closing.push(() => worker.stop());
  await state.remember({ processes: pidsOf(temporal.child, worker) });
  await Promise.race([untilWorkerPolls({ ...io.env, ...env }, signal), worker.ended]);
  return { temporal, sandbox, worker, env };
}

async function openSandbox(
  startSandbox: StartSandbox,
  { state, port, temporalUi }: { readonly state: DevState; readonly port: number; readonly temporalUi: string },
  { options: { sandbox }, io }: Call,
): Promise<Sandbox> {
  const named = sandbox === true ? undefined : sandbox;
  const directories = named?.map((each) => resolve(io.cwd, each)) ?? state.memory.directories ?? [io.cwd];
  const report = (sentence: string) => io.err(`${sentence}\n`);
  const before = state.memory.directories ?? [];
  if (before.length > 0 && !isSamePlace(before, directories)) report(elsewhere(state.directory, before));
  const started = await startSandbox({ directory: state.file('sandbox'), directories, port, temporalUi, report });
  await state.remember({ directories, forgePort: port });
  return started;
}

/** Tells whether one of these directories is, holds or lies in one of those of last time. */
export function isSamePlace(before: readonly string[], now: readonly string[]): boolean {
  const holds = (outer: string, inner: string) => `${inner}/`.startsWith(`${outer.replace(/\/$/, '')}/`);
  return now.some((each) => before.some((other) => holds(other, each) || holds(each, other)));
}

/** Takes away what leads to another Temporal, or signs in there. */
function withoutTemporal(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !leadsElsewhere(name)));
}

function leadsElsewhere(name: string): boolean {
  return name.startsWith('TEMPORAL_') && name !== 'TEMPORAL_CLI';
}

function pidsOf(...children: readonly Child[]): readonly number[] {
  return children.flatMap(({ pid }) => pid ?? []);
}

/** Starts this very program again, as the worker that production runs. */
function startWorker(state: DevState, env: NodeJS.ProcessEnv): Child {
  const [program = ''] = process.argv.slice(1);
  const command = [process.execPath, ...process.execArgv, program, 'worker'];
  return startChild({ name: 'The worker', command, env, logFile: state.file('worker.log') });
}

/** Waits until a worker takes tasks. Throws `Failure` where none does within a minute. */
export async function untilWorkerPolls(env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<void> {
  const { taskQueue } = await loadSettings(env);
  await withTemporal(env, async (temporal) => {
    for (const until = Date.now() + 60_000; ; await pause(200)) {
      signal.throwIfAborted();
      const away = await noWorker(temporal, taskQueue);
      if (!away) return;
      if (Date.now() > until) throw away;
    }
  });
}
