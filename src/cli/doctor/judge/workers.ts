import {
  isFresh,
  nobodyTakes,
  type Poller,
  type Queue,
  type QueuePollers,
  servingPollers,
} from '../../../temporal/pollers.ts';
import { readIdentity, type WorkerIdentity, workerName } from '../../../temporal/worker-identity.ts';
import { countOf } from '../../../text/count-of.ts';
import { type DoctorFinding, failed, notAsked, well, wrong } from '../finding.ts';

/** The most workers that are named. */
const mostNamed = 5;

/** Says how the workers that polled within a minute differ from this command, and from each other. */
export function workersAlike(queue: QueuePollers, release: string): readonly DoctorFinding[] {
  const workers = queue.pollers.filter(isFresh).map(({ identity }) => ({ identity, ...readIdentity(identity) }));
  const builds = groupBy(workers, ({ build = 'without a release' }) => build);
  const settings = groupBy(
    workers.filter(({ build }) => build !== undefined),
    (worker) => `${worker.build} settings:${worker.settings}`,
  );
  const findings = [
    ...otherRelease(workers, release),
    ...(builds.size > 1 ? [wrong('workers of several releases', { detail: listed(builds) })] : []),
    ...(settings.size > builds.size ? [wrong('workers with other settings', { detail: listed(settings) })] : []),
  ];
  if (findings.length > 0) return findings;
  if (workers.length === 0) return [notAsked({ check: 'workers alike' }, 'nobody polls')];
  const [[build = ''] = []] = builds;
  return [well({ check: 'workers alike' }, `${countOf(workers.length, 'worker')} of ${build}`)];
}

/** Says who takes the tasks of a queue, or that nobody does. */
export function takingWorkers(queue: QueuePollers, where: Queue): readonly DoctorFinding[] {
  const failure = nobodyTakes(queue, where);
  if (failure) return [failed(queue.pollers.some(isFresh) ? 'idle workers' : 'no worker', failure)];
  const workers = names(servingPollers(queue).filter(isFresh));
  return [well({ check: 'worker' }, `task queue "${where.taskQueue}": ${workers}`)];
}

type Known = Partial<WorkerIdentity> & Pick<Poller, 'identity'>;

function otherRelease(workers: readonly Known[], release: string): readonly DoctorFinding[] {
  const others = workers.filter(({ build }) => build !== undefined && releaseOf(build) !== release);
  if (others.length === 0) return [];
  const theirs = [...new Set(others.map(({ build = '' }) => releaseOf(build)))].join(', ');
  const detail = `${names(others)}: ${theirs}; this command is ${release}.`;
  return [wrong('another release than this command', { detail })];
}

/** A build is a release with a digest of its workflows. */
function releaseOf(build: string): string {
  return build.replace(/-[0-9a-f]{12}$/, '');
}

function groupBy(workers: readonly Known[], keyOf: (worker: Known) => string): ReadonlyMap<string, readonly Known[]> {
  const groups = new Map<string, Known[]>();
  for (const worker of workers) groups.set(keyOf(worker), [...(groups.get(keyOf(worker)) ?? []), worker]);
  return groups;
}

function listed(groups: ReadonlyMap<string, readonly Known[]>): string {
  return `${[...groups].map(([key, workers]) => `${key}: ${names(workers)}`).join('; ')}.`;
}

function names(workers: readonly Pick<Poller, 'identity'>[]): string {
  const all = workers.map(({ identity }) => workerName(identity));
  const more = all.length > mostNamed ? ` and ${all.length - mostNamed} more` : '';
  return `${all.slice(0, mostNamed).join(', ')}${more}`;
}
