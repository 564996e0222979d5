import { createGitRepositories } from '../../src/git/repositories.ts';
import { composeEnvironment } from '../../src/gitops/compose-environment.ts';
import { loadBranch } from '../../src/gitops/load-tree.ts';
import { createDiskCache } from '../../src/render/cache/disk.ts';
import { createMemoryCache } from '../../src/render/cache/memory.ts';
import { createPlannerPool, openPlanningProcesses } from '../../src/render/planner-pool/planner-pool.ts';
import { createRendererPool } from '../../src/render/renderer/pool.ts';

/** Sent by the bench to this process, which stands for a worker: render `main` and push the commit. */
export interface Order {
  readonly source: string;
  readonly gitops: string;
  readonly mirrors: string;
  readonly leaves: string;
  readonly renderer: string;
  readonly main: string;
  readonly config: string;
  /** The main commit that is deployed; undefined: none is. */
  readonly deployed?: string;
}

export interface Result {
  readonly totalMs: number;
  /** Parts of the total. */
  readonly renderMs: number;
  readonly commitMs: number;
  readonly commit: string;
  readonly objects: number;
  readonly changedFiles: number;
}

const environment = 'dev';
type Worker = (order: Order) => Promise<Result>;
let worker: Worker | undefined;

function startWorker(first: Order): Worker {
  const repositories = createGitRepositories({ cacheDir: first.mirrors });
  const renderer = createRendererPool({ binary: first.renderer });
  const onDisk = createDiskCache({ directory: first.leaves });
  const leafCache = createMemoryCache(onDisk);
  const planning = openPlanningProcesses();
  const planner = createPlannerPool(planning);
  process.once('disconnect', () => void Promise.all([renderer.close(), planning.close(), onDisk.settled()]));
  return async (order) => {
    const start = performance.now();
    // As a step opens them, which sees all branches of a repository at one moment.
    const step = new AbortController().signal;
    const [source, gitops] = [repositories.open(order.source, step), repositories.open(order.gitops, step)];
    const base = await gitops.branchHead(environment);
    if (base === undefined) throw new Error('The GitOps repository has no branch dev.');
    // As a promotion begins: where main is, and what is there, is asked for with one connection.
    const head = (await source.branchHeads(['main'], { isFetched: true })).get('main');
    const branch = await loadBranch(gitops, base);
    const { main, config, deployed } = order;
    const inputs = { source, environment, main, config, head, deployed, branch, renderer, leafCache, planner };
    const composed = await composeEnvironment(inputs);
    const rendered = performance.now();
    const person = { name: 'bench', email: 'bench@example.com', date: '2024-01-01T00:00:00Z' };
    const commit = await gitops.writeCommit({ parent: base, changes: composed.changes, message: 'render', person });
    await gitops.push({ commit, branch: `deploy/${main}/${environment}`, expected: null });
    const end = performance.now();
    return {
      totalMs: end - start,
      renderMs: rendered - start,
      commitMs: end - rendered,
      commit,
      objects: composed.rendered.objects,
      changedFiles: composed.changes.size,
    };
  };
}

process.on('message', async (order: Order) => {
  worker ??= startWorker(order);
  process.send?.(await worker(order));
});
