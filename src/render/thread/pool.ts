import { availableParallelism } from 'node:os';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import pLimit from 'p-limit';
import { Piscina } from 'piscina';
import { Failure } from '../../failure.ts';
import { limits } from '../../platform/limits.ts';
import { untilAborted } from '../../until-aborted.ts';
import type { ReadContents } from '../leaf/contents.ts';
import type { Planner } from '../planner.ts';
import type { PlannedRender, PlatformInputs } from '../platform.ts';
import type { SourceTree } from '../types.ts';
import {
  type ContentsMessage,
  type PlanAnswer,
  type PlanTask,
  packContents,
  packListing,
  type SharedTree,
  type ThreadMessage,
} from './messages.ts';
import { neededFirst } from './needed-first.ts';

/*
 * Invariants of this folder: what people wrote is parsed in a thread, whose time and memory are limited, so that the
 * process goes on with everything else meanwhile. A thread that is no longer wanted is ended, whatever it does. It costs
 * the plan that it had, and no other.
 */

/** The limits of a plan. */
export interface PlannerOptions {
  /** The number of threads at most. Default: one for each core, four at most. */
  readonly threads?: number;
  /** The time, in milliseconds, that one plan may take in its thread. Default: a minute. */
  readonly timeoutMs?: number;
  /** The memory that one thread may use, in MiB. Default: 512. */
  readonly memoryMiB?: number;
}

/** Plans renders in threads of their own. */
export interface PlannerPool extends Planner {
  /** Ends all threads. */
  close(): Promise<void>;
}

/** The time after which a thread ends that has nothing to do. */
const idleMs = 300_000;

/** Makes a planner whose threads start when they are needed. */
export function createPlannerPool(options: PlannerOptions = {}): PlannerPool {
  const { timeoutMs = limits.planMs, memoryMiB = limits.planMiB } = options;
  const isSource = import.meta.url.endsWith('.ts');
  const maxThreads = options.threads ?? Math.min(4, availableParallelism());
  // Whoever waits is not handed to the pool, which forgets its queue when it ends its last thread.
  const limit = pLimit(maxThreads);
  const threads = new Piscina<PlanTask, PlanAnswer>({
    filename: new URL(isSource ? './thread.ts' : './thread.js', import.meta.url).href,
    name: 'plan',
    minThreads: 0,
    maxThreads,
    idleTimeout: idleMs,
    env: {},
    execArgv: isSource ? ['--import', 'tsx'] : [],
    resourceLimits: { maxOldGenerationSizeMb: memoryMiB },
  });
  const listings = new WeakMap<SourceTree['files'], SharedArrayBuffer>();
  const share = ({ revision, files }: SourceTree): SharedTree => {
    const listing = listings.get(files) ?? packListing(files);
    listings.set(files, listing);
    return { revision, listing };
  };
  return {
    async plan(inputs, read, { signal } = {}) {
      signal?.throwIfAborted();
      const turn = limit(async () => {
        signal?.throwIfAborted();
        const contents = packContents(await read(neededFirst(inputs)));
        const { port1, port2 } = new MessageChannel();
        const bell = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
        const task = { ...taskOf(inputs, share), contents, port: port2, bell };
        const { environment } = inputs;
        const watch = watchPlan({ port: port1, bell: new Int32Array(bell), read }, { timeoutMs, signal, environment });
        try {
          const transferList = [port2, contents.bytes.buffer as ArrayBuffer];
          return plannedIn(await threads.run(task, { transferList, signal: watch.signal }));
        } catch (error) {
          throw watch.reason() ?? memoryFailure(error, environment, memoryMiB) ?? error;
        } finally {
          watch.end();
        }
      });
      // Its turn passes unused when it was aborted before that.
      return untilAborted(turn, signal);
    },
    close: () => threads.destroy(),
  };
}

function taskOf(
  { main, config, otherMains = [], ...inputs }: PlatformInputs,
  share: (tree: SourceTree) => SharedTree,
): Pick<PlanTask, 'inputs' | 'main' | 'config' | 'otherMains'> {
  const others = otherMains.map(({ what, tree }) => ({ what, tree: share(tree) }));
  return { inputs, main: share(main), config: share(config), otherMains: others };
}

function plannedIn(answer: PlanAnswer): PlannedRender {
  if ('planned' in answer) return answer.planned;
  throw new Failure(answer.failure.type, answer.failure.message);
}

/** The way from a thread to the contents that it asks for. */
interface ContentsWay {
  readonly port: MessagePort;
  readonly bell: Int32Array;
  readonly read: ReadContents;
}

/** Answers a thread, ends it when its time is over or nobody waits for it any more, and remembers why. */
function watchPlan(
  { port, bell, read }: ContentsWay,
  {
    timeoutMs,
    signal,
    environment,
  }: { readonly timeoutMs: number; readonly signal: AbortSignal | undefined; readonly environment: string },
) {
  const ending = new AbortController();
  let reason: unknown;
  let timer: NodeJS.Timeout | undefined;
  const stop = (why: unknown) => {
    reason ??= why;
    ending.abort();
  };
  const answer = (message: ContentsMessage) => {
    const transfer = message.kind === 'contents' ? [message.contents.bytes.buffer as ArrayBuffer] : [];
    port.postMessage(message, transfer);
    Atomics.store(bell, 0, 1);
    Atomics.notify(bell, 0);
  };
  port.on('message', (message: ThreadMessage) => {
    // Waiting for a thread is nobody's fault.
    if (message.kind === 'began') timer = setTimeout(() => stop(timeFailure(environment, timeoutMs)), timeoutMs);
    else
      read(message.oids).then(
        (contents) => answer({ kind: 'contents', contents: packContents(contents) }),
        (error: unknown) => {
          reason ??= error;
          answer({ kind: 'failed' });
        },
      );
  });
  const onAbort = () => stop(signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });
  return {
    signal: ending.signal,
    reason: () => reason,
    end: () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      port.close();
    },
  };
}

function timeFailure(environment: string, timeoutMs: number): Failure {
  return new Failure(
    'RenderFailed',
    `${environment} cannot be rendered: planning it takes more than ${timeoutMs / 1000} s. Look for kustomizations with ` +
      'very many aliases or entries in what it assigns, and make them simpler.',
  );
}

function memoryFailure(error: unknown, environment: string, memoryMiB: number): Failure | undefined {
  const isOfMemory = error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
  if (!isOfMemory) return undefined;
  return new Failure(
    'RenderFailed',
    `${environment} cannot be rendered: planning it takes more than ${memoryMiB} MiB of memory. Make the kustomizations ` +
      'in what it assigns smaller.',
  );
}
