import { availableParallelism } from 'node:os';
import { MessageChannel, type MessagePort, type TransferListItem } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { type DescribeChanges, type DescribedChanges, describeChanges } from '../../diff/view/describe.ts';
import { Failure } from '../../failure.ts';
import { limits } from '../../platform/limits.ts';
import { repositoryKey } from '../../platform/repository/platform-id.ts';
import { type ParsedSettings, type ParseSettings, parseSettingsHere } from '../../platform/settings-parser.ts';
import { entryModule } from '../../programs/entry-module.ts';
import { untilAborted } from '../../until-aborted.ts';
import { createFairTurns } from '../fair-turns.ts';
import type { Planner } from '../planner.ts';
import type { PlannedRender, PlatformInputs } from '../platform.ts';
import type { SourceTree } from '../types.ts';
import {
  type DescribeTask,
  type PlanTask,
  packContents,
  packListing,
  type SharedTree,
  type ThreadAnswer,
} from './messages.ts';
import { type ContentsWay, memoryFailure, type ThreadWork, type Watch, watchThread } from './watch.ts';

/*
 * Invariants of this folder: what people wrote is parsed in a thread, whose time and memory are limited, so that the
 * process goes on with everything else meanwhile. A thread that is no longer wanted is ended, whatever it does. It costs
 * the work that it had, and no other.
 */

/** The limits of a pool. */
export interface PlannerOptions {
  /** The number of threads at most. Default: one for each core, two at most. */
  readonly threads?: number;
  /** The time, in milliseconds, that one plan may take in its thread. Default: a minute. */
  readonly timeoutMs?: number;
  /** The time, in milliseconds, that parsing one file of settings may take. Default: ten seconds. */
  readonly settingsMs?: number;
  /** The memory that one thread may use, in MiB. Default: 384. */
  readonly memoryMiB?: number;
}

/** Plans renders, and parses settings, in threads of their own. */
export interface PlannerPool extends Planner {
  /** Makes a parser of the settings of a repository, whose URL names its share. Aborting `signal` ends what it is doing. */
  parser(repository: string, signal?: AbortSignal): ParseSettings;
  /** Describes what a request changes. Throws `Failure` Refused where that takes too much, and the reason of `signal`. */
  readonly describe: DescribeChanges;
  /** Ends all threads. */
  close(): Promise<void>;
}

/** The time after which a thread ends that has nothing to do. */
const idleMs = 300_000;

/** Makes a pool whose threads start when they are needed. */
export function createPlannerPool(options: PlannerOptions = {}): PlannerPool {
  const { timeoutMs = limits.planMs, settingsMs = limits.settingsMs } = options;
  const threads = openThreads(options);
  const listings = new WeakMap<SourceTree['files'], SharedArrayBuffer>();
  const share = ({ revision, files }: SourceTree): SharedTree => {
    const listing = listings.get(files) ?? packListing(files);
    listings.set(files, listing);
    return { revision, listing };
  };
  return {
    prepare: () => threads.start(),
    async plan(inputs, read, { signal } = {}) {
      const what = `${inputs.environment} cannot be rendered: planning it`;
      const remedy =
        'Look for large kustomizations with very many aliases or entries in what it assigns, and make them simpler.';
      const [repository = ''] = inputs.sourceRepositories;
      const work: ThreadWork = { type: 'RenderFailed', what, remedy, timeoutMs, signal, repository };
      return threads.run<PlannedRender>(work, async (port) => {
        const bell = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
        return {
          name: 'plan',
          task: { ...taskOf(inputs, share), port, bell } satisfies PlanTask,
          contents: { bell: new Int32Array(bell), read },
        };
      });
    },
    parser: (repository, signal) => async (file) => {
      if (file.content.length <= limits.parsedHereBytes || file.content.length > limits.settingsBytes)
        return parseSettingsHere(file);
      const what = `Reading ${'file' in file ? file.file : file.context.file}`;
      const remedy = 'Is it the right file? Look for very many keys, and make it simpler.';
      const work: ThreadWork = {
        type: 'InvalidConfig',
        what,
        remedy,
        timeoutMs: settingsMs,
        signal,
        repository,
      };
      type Parsed = ParsedSettings[typeof file.kind];
      return threads.run<Parsed>(work, async (port) => ({ name: 'parseSettings', task: { file, port } }));
    },
    async describe({ contents, ...changed }, { repository, signal }) {
      const size = [...contents.values()].reduce((sum, { length }) => sum + length, 0);
      if (size <= limits.comparedHereBytes) return describeChanges({ ...changed, contents });
      const what = 'What the request changes cannot be told: comparing it';
      const work: ThreadWork = { type: 'Refused', what, remedy: '', timeoutMs: limits.compareMs, signal, repository };
      return threads.run<DescribedChanges>(work, async (port) => {
        const packed = packContents(contents);
        return {
          name: 'describe',
          task: { ...changed, contents: packed, port } satisfies DescribeTask,
          transfer: [packed.bytes.buffer as ArrayBuffer],
        };
      });
    },
    close: () => threads.close(),
  };
}

/** A task, and what goes with it. */
interface Errand {
  /** The function of thread.ts. */
  readonly name: 'plan' | 'parseSettings' | 'describe';
  readonly task: object;
  /** What is handed over to the thread, beside its port. */
  readonly transfer?: readonly TransferListItem[];
  readonly contents?: ContentsWay;
}

function openThreads({ threads: most, memoryMiB = limits.planMiB }: PlannerOptions) {
  const { url, execArgv } = entryModule('thread', import.meta.url);
  const maxThreads = most ?? Math.min(2, availableParallelism());
  // Whoever waits is not handed to the pool, which forgets its queue when it ends its last thread.
  const places = createFairTurns(maxThreads);
  const pool = new Piscina({
    filename: url.href,
    minThreads: 0,
    maxThreads,
    idleTimeout: idleMs,
    env: {},
    execArgv: [...execArgv],
    // Whoever waits for the event loop goes first.
    niceIncrement: 5,
    resourceLimits: { maxOldGenerationSizeMb: memoryMiB },
  });
  const watches = new Set<Watch>();
  let starting: Promise<unknown> | undefined;
  // A thread that is ended may run out of memory first, and one that cannot start takes no task.
  pool.on('error', (error) => watches.forEach((watch) => void watch.threadFailed(error)));
  const runNow = async <T>(work: ThreadWork, prepare: (port: MessagePort) => Promise<Errand>): Promise<T> => {
    work.signal?.throwIfAborted();
    const { port1, port2 } = new MessageChannel();
    const { name, task, transfer = [], contents } = await prepare(port2);
    await starting;
    const watch = watchThread(port1, work, contents);
    watches.add(watch);
    try {
      const transferList = [port2, ...transfer];
      const answer: ThreadAnswer<T> = await pool.run(task, { name, transferList, signal: watch.signal });
      if ('done' in answer) return answer.done;
      throw new Failure(answer.failure.type, answer.failure.message);
    } catch (error) {
      const why = watch.reason() ?? error;
      throw memoryFailure(why, work, memoryMiB) ?? why;
    } finally {
      watches.delete(watch);
      watch.end();
    }
  };
  return {
    run: async <T>(work: ThreadWork, prepare: (port: MessagePort) => Promise<Errand>): Promise<T> => {
      work.signal?.throwIfAborted();
      // Its turn passes unused when it was aborted before that.
      return untilAborted(
        places.run(repositoryKey(work.repository), () => runNow<T>(work, prepare)),
        work.signal,
      );
    },
    start: () => {
      if (starting !== undefined || pool.threads.length > 0) return;
      const ending = new AbortController();
      // A thread that cannot start takes no task. Whoever comes next is told why.
      const stop = () => ending.abort();
      const settle = () => {
        pool.off('error', stop);
        starting = undefined;
      };
      pool.on('error', stop);
      starting = pool.run({}, { name: 'start', signal: ending.signal }).then(settle, settle);
    },
    close: () => pool.destroy(),
  };
}

function taskOf(
  { main, config, otherMains = [], ...inputs }: PlatformInputs,
  share: (tree: SourceTree) => SharedTree,
): Pick<PlanTask, 'inputs' | 'main' | 'config' | 'otherMains'> {
  const others = otherMains.map(({ what, tree }) => ({ what, tree: share(tree) }));
  return { inputs, main: share(main), config: share(config), otherMains: others };
}
