import { limits } from '../../platform/limits.ts';
import { type Packed, pack } from '../../processes/packing.ts';
import { createProcessPool, type ProcessPool, type ProcessPoolOptions } from '../../processes/pool.ts';
import { createSharing } from '../../processes/sharing.ts';
import { weightOf } from '../../processes/weight.ts';
import { BeyondLimit, type LimitedWork } from '../../processes/work.ts';
import { entryModule } from '../../programs/entry-module.ts';
import { countOf } from '../../text/count-of.ts';
import { type BranchFolders, beyondReach, type ReachedFolders, reachOf } from '../coverage/reach.ts';
import { judgeNow } from '../judging/judge.ts';
import type { JudgeAnswers, JudgedFor, JudgingFindings, JudgingQuestions } from '../judging/questions.ts';
import { type JudgingSize, sizeOfQuestion } from '../judging/size.ts';
import type { JudgingTask } from './messages.ts';

/** The limits of what is judged in processes. */
export interface JudgeOptions {
  /** The time, in milliseconds, that judging one cluster may take in its process. Default: ten seconds. */
  readonly timeoutMs?: number;
  /** What is judged where it is asked for, in pairs and in weight. Default: `limits.judgedHere`. */
  readonly mostHere?: number;
}

/** What the clusters of a look have in common, so that processes are given it once. */
const sharedFields = ['leaves', 'folders', 'wanted', 'removed'];

/** Opens the processes for what clusters answer, which start when they are needed. */
export function openJudgingProcesses(options: ProcessPoolOptions = {}): ProcessPool {
  return createProcessPool(entryModule('judging-process', import.meta.url), options);
}

/**
 * Makes a judge that works in these processes where a cluster answers much, or much is expected of it. Whoever may write to one
 * cluster must not keep a worker from others: what takes more than its time or memory is beyond judging.
 */
export function createJudge(processes: ProcessPool, options: JudgeOptions = {}): JudgeAnswers {
  const { timeoutMs = limits.judgeMs, mostHere = limits.judgedHere } = options;
  const share = createSharing();
  const reachFrom = createReachHere();
  return async (kind, question, judgedFor) => {
    judgedFor.signal?.throwIfAborted();
    const { own, shared } = partsOf(question);
    const size = sizeOfQuestion(kind, question);
    if (size.pairs <= mostHere && weightOf(own, mostHere) <= mostHere) {
      const reach = reachFrom(question);
      if (reach !== 'far') return { found: judgeNow(kind, question, reach) };
    }
    try {
      const work = workOf(judgedFor, size, timeoutMs);
      const found = await processes.run<JudgingFindings[typeof kind]>(work, async () => {
        const packed = await pack(own, judgedFor.signal);
        const ids: [field: string, id: number][] = [];
        const data = new Map<number, Packed>();
        for (const [field, value] of Object.entries(shared)) {
          const { id, packed } = await share(value as object);
          ids.push([field, id]);
          data.set(id, packed);
        }
        return { name: 'judge', task: { kind, own: packed, shared: ids } satisfies JudgingTask, shared: data };
      });
      return { found };
    } catch (error) {
      if (error instanceof BeyondLimit) return { beyond: error.message };
      throw error;
    }
  };
}

function partsOf(question: object): Readonly<Record<'own' | 'shared', Readonly<Record<string, unknown>>>> {
  const fields = Object.entries(question);
  const isShared = ([field]: [string, unknown]) => sharedFields.includes(field);
  return {
    own: Object.fromEntries(fields.filter((each) => !isShared(each))),
    shared: Object.fromEntries(fields.filter(isShared)),
  };
}

type Reach = (path: string) => ReachedFolders;

/**
 * Makes a function that answers where the paths of a cluster's Kustomizations lead, as far as that is followed where it is asked for;
 * `far`: further. All clusters of a branch that are judged here share what is followed.
 */
function createReachHere(): (question: object) => Reach | undefined | 'far' {
  const known = new WeakMap<BranchFolders, Reach>();
  return (question) => {
    if (!isOfCluster(question) || question.observation.kind === 'unreachable') return undefined;
    const { folders, observation } = question;
    const reach = known.get(folders) ?? reachOf(folders, limits.stepsHere);
    known.set(folders, reach);
    const isFar = observation.kustomizations.some(({ remote, path }) => !remote && reach(path) === beyondReach);
    return isFar ? 'far' : reach;
  };
}

function isOfCluster(question: object): question is JudgingQuestions['cluster'] {
  return 'folders' in question;
}

function workOf({ cluster, repository, signal }: JudgedFor, size: JudgingSize, timeoutMs: number): LimitedWork {
  const { kustomizations, found, wanted } = size;
  const counts = [
    countOf(kustomizations, 'Kustomization', 'Kustomizations'),
    ...(found > 0 ? [countOf(found, 'object', 'objects')] : []),
    `${countOf(wanted, 'object', 'objects')} of the branch`,
  ];
  return {
    type: 'Unavailable',
    what: `Judging cluster ${cluster} (${counts.join(', ')})`,
    remedy:
      'Look for what has made very many Kustomizations, HelmReleases or objects there, or names in their inventories, and remove it.',
    timeoutMs,
    signal,
    repository,
  };
}
