import {
  type ChangedBranch,
  type DescribeChanges,
  type DescribedChanges,
  describeChanges,
} from '../../diff/view/describe.ts';
import { limits } from '../../platform/limits.ts';
import { type ParsedSettings, type ParseSettings, parseSettingsHere } from '../../platform/settings-parser.ts';
import { createProcessPool, type ProcessPool, type ProcessPoolOptions } from '../../processes/pool.ts';
import type { LimitedWork } from '../../processes/work.ts';
import { entryModule } from '../../programs/entry-module.ts';
import type { Planner } from '../planner.ts';
import type { PlannedRender, PlatformInputs } from '../platform.ts';
import type { SourceTree } from '../types.ts';
import { type PlanTask, packListing, type TaskTree } from './messages.ts';

/** The limits of what is planned and parsed in processes. */
export interface PlannerOptions {
  /** The time, in milliseconds, that one plan may take in its process. Default: a minute. */
  readonly timeoutMs?: number;
  /** The time, in milliseconds, that parsing one file of settings may take. Default: ten seconds. */
  readonly settingsMs?: number;
}

/** Plans renders, and parses settings, in processes. */
export interface PlannerPool extends Planner {
  /** Makes a parser of the settings of a repository, whose URL names its share. Aborting `signal` ends what it is doing. */
  parser(repository: string, signal?: AbortSignal): ParseSettings;
  /** Describes what a request changes. Throws `Failure` Refused where that takes too much, and the reason of `signal`. */
  readonly describe: DescribeChanges;
}

/** Opens the processes that plan, which start when they are needed. */
export function openPlanningProcesses(options: ProcessPoolOptions = {}): ProcessPool {
  return createProcessPool(entryModule('planning-process', import.meta.url), options);
}

/** Makes a planner that works in these processes. */
export function createPlannerPool(processes: ProcessPool, options: PlannerOptions = {}): PlannerPool {
  const { timeoutMs = limits.planMs, settingsMs = limits.settingsMs } = options;
  const listings = new WeakMap<SourceTree['files'], Uint8Array>();
  const share = ({ revision, files }: SourceTree): TaskTree => {
    const listing = listings.get(files) ?? packListing(files);
    listings.set(files, listing);
    return { revision, listing };
  };
  return {
    prepare: () => processes.start(),
    async plan(inputs, read, { signal } = {}) {
      const what = `${inputs.environment} cannot be rendered: planning it`;
      const remedy =
        'Look for large kustomizations with very many aliases or entries in what it assigns, and make them simpler.';
      const [repository = ''] = inputs.sourceRepositories;
      const work: LimitedWork = { type: 'RenderFailed', what, remedy, timeoutMs, signal, repository };
      return processes.run<PlannedRender>(work, async () => ({ name: 'plan', task: taskOf(inputs, share), read }));
    },
    parser: (repository, signal) => async (file) => {
      if (file.content.length <= limits.parsedHereBytes || file.content.length > limits.settingsBytes)
        return parseSettingsHere(file);
      const what = `Reading ${'file' in file ? file.file : file.context.file}`;
      const remedy = 'Is it the right file? Look for very many keys, and make it simpler.';
      const work: LimitedWork = {
        type: 'InvalidConfig',
        what,
        remedy,
        timeoutMs: settingsMs,
        signal,
        repository,
      };
      type Parsed = ParsedSettings[typeof file.kind];
      return processes.run<Parsed>(work, async () => ({ name: 'parseSettings', task: file }));
    },
    async describe({ contents, ...changed }, { repository, signal }) {
      const size = [...contents.values()].reduce((sum, { length }) => sum + length, 0);
      if (size <= limits.comparedHereBytes) return describeChanges({ ...changed, contents });
      const what = 'What the request changes cannot be told: comparing it';
      const work: LimitedWork = { type: 'Refused', what, remedy: '', timeoutMs: limits.compareMs, signal, repository };
      return processes.run<DescribedChanges>(work, async () => ({
        name: 'describe',
        task: { ...changed, contents } satisfies ChangedBranch,
      }));
    },
  };
}

function taskOf(
  { main, config, otherMains = [], ...inputs }: PlatformInputs,
  share: (tree: SourceTree) => TaskTree,
): PlanTask {
  const others = otherMains.map(({ what, tree }) => ({ what, tree: share(tree) }));
  return { inputs, main: share(main), config: share(config), otherMains: others };
}
