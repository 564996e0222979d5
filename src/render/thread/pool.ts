import { type DescribeChanges, type DescribedChanges, describeChanges } from '../../diff/view/describe.ts';
import { limits } from '../../platform/limits.ts';
import { type ParsedSettings, type ParseSettings, parseSettingsHere } from '../../platform/settings-parser.ts';
import { entryModule } from '../../programs/entry-module.ts';
import { packContents } from '../../threads/messages.ts';
import type { ThreadPool } from '../../threads/pool.ts';
import type { ThreadWork } from '../../threads/watch.ts';
import type { Planner } from '../planner.ts';
import type { PlannedRender, PlatformInputs } from '../platform.ts';
import type { SourceTree } from '../types.ts';
import { type DescribeTask, type PlanTask, packListing, type SharedTree } from './messages.ts';

/** The limits of what is planned and parsed in threads. */
export interface PlannerOptions {
  /** The time, in milliseconds, that one plan may take in its thread. Default: a minute. */
  readonly timeoutMs?: number;
  /** The time, in milliseconds, that parsing one file of settings may take. Default: ten seconds. */
  readonly settingsMs?: number;
}

/** Plans renders, and parses settings, in threads. */
export interface PlannerPool extends Planner {
  /** Makes a parser of the settings of a repository, whose URL names its share. Aborting `signal` ends what it is doing. */
  parser(repository: string, signal?: AbortSignal): ParseSettings;
  /** Describes what a request changes. Throws `Failure` Refused where that takes too much, and the reason of `signal`. */
  readonly describe: DescribeChanges;
}

/** Makes a planner that works in these threads. */
export function createPlannerPool(threads: ThreadPool, options: PlannerOptions = {}): PlannerPool {
  const { timeoutMs = limits.planMs, settingsMs = limits.settingsMs } = options;
  const module = entryModule('thread', import.meta.url);
  const listings = new WeakMap<SourceTree['files'], SharedArrayBuffer>();
  const share = ({ revision, files }: SourceTree): SharedTree => {
    const listing = listings.get(files) ?? packListing(files);
    listings.set(files, listing);
    return { revision, listing };
  };
  return {
    prepare: () => threads.start({ module, name: 'start' }),
    async plan(inputs, read, { signal } = {}) {
      const what = `${inputs.environment} cannot be rendered: planning it`;
      const remedy =
        'Look for large kustomizations with very many aliases or entries in what it assigns, and make them simpler.';
      const [repository = ''] = inputs.sourceRepositories;
      const work: ThreadWork = { type: 'RenderFailed', what, remedy, timeoutMs, signal, repository };
      return threads.run<PlannedRender>(work, async (port) => {
        const bell = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
        return {
          module,
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
      return threads.run<Parsed>(work, async (port) => ({ module, name: 'parseSettings', task: { file, port } }));
    },
    async describe({ contents, ...changed }, { repository, signal }) {
      const size = [...contents.values()].reduce((sum, { length }) => sum + length, 0);
      if (size <= limits.comparedHereBytes) return describeChanges({ ...changed, contents });
      const what = 'What the request changes cannot be told: comparing it';
      const work: ThreadWork = { type: 'Refused', what, remedy: '', timeoutMs: limits.compareMs, signal, repository };
      return threads.run<DescribedChanges>(work, async (port) => {
        const packed = packContents(contents);
        return {
          module,
          name: 'describe',
          task: { ...changed, contents: packed, port } satisfies DescribeTask,
          transfer: [packed.bytes.buffer as ArrayBuffer],
        };
      });
    },
  };
}

function taskOf(
  { main, config, otherMains = [], ...inputs }: PlatformInputs,
  share: (tree: SourceTree) => SharedTree,
): Pick<PlanTask, 'inputs' | 'main' | 'config' | 'otherMains'> {
  const others = otherMains.map(({ what, tree }) => ({ what, tree: share(tree) }));
  return { inputs, main: share(main), config: share(config), otherMains: others };
}
