import { Context } from '@temporalio/activity';
import type { Activities } from '../../../src/activities/contract.ts';
import type { CarryOrder } from '../../../src/activities/pull-request/contract.ts';
import { stillWaiting } from '../../../src/activities/still-waiting.ts';
import { type RerenderMessage, rerenderSignal } from '../../../src/operation/messages.ts';
import type { FakeEnvironment, FakeRequest, Surroundings } from './fake-environment.ts';

type ForgeSteps = Pick<
  Activities,
  'openPullRequest' | 'awaitMerge' | 'closePullRequest' | 'clearRequests' | 'awaitCarried'
>;

/** Keeps requests in memory, and merges and closes them as the real steps do. */
export function forgeSteps(world: Surroundings): ForgeSteps {
  return {
    openPullRequest: async ({ environment: name, operation, branch, commit: head, base, revision, workflowId }) => {
      const { requests } = world.at(name);
      const adopted = requests.find((request) => request.branch === branch && request.state === 'open');
      const number = adopted?.number ?? requests.length + 1;
      if (adopted) Object.assign(adopted, { head, base, revision });
      else requests.push({ number, branch, operation, workflowId, head, base, revision, state: 'open' });
      return { kind: 'open', number, url: `https://forge.test/acme/gitops/pull/${name}-${number}` };
    },
    awaitMerge: async ({ gitops, operation, number, base, merge, answeredReverts }) => {
      const environment = world.at(gitops.branch);
      const { nextMerge, head } = environment;
      environment.nextMerge = undefined;
      if (nextMerge) return nextMerge;
      const request = numbered(environment, number);
      if (request.state === 'closed') return { kind: 'closed', by: request.endedBy };
      if (request.state === 'open' && head !== base) return { kind: 'stale' };
      if (request.state === 'open' && !merge) throw stillWaiting('a person merges it', world.intervalMs);
      if (request.state === 'open' && environment.checksRun) throw stillWaiting('checks run', world.intervalMs);
      const seen = [...answeredReverts, ...environment.record.map(({ revert }) => revert)];
      const { revert } = environment;
      if (request.state === 'open' && operation === 'promotion' && revert && !seen.includes(revert.commit))
        return { kind: 'reverted', revert };
      if (request.state === 'open') await environment.beforeMerge?.();
      if (request.state === 'open') environment.merge(request);
      const { mergeCommit: commit = '', endedBy: by, overtaken } = request;
      return { kind: 'merged', commit, by, ...(overtaken && { overtaken }) };
    },
    closePullRequest: async ({ gitops, number, branch, comment }) => {
      const environment = world.at(gitops.branch);
      await environment.beforeClose?.();
      environment.beforeClose = undefined;
      const isOurs = (each: FakeRequest) => each.branch === branch && each.state === 'open';
      const request = environment.requests.find((each) =>
        number === undefined ? isOurs(each) : each.number === number,
      );
      if (request?.state === 'merged')
        return { kind: 'merged', commit: request.mergeCommit ?? '', by: request.endedBy };
      if (request?.state === 'open') closeRequest(request, comment);
      return { kind: 'closed', ...(environment.isUntold && { untold: true as const }) };
    },
    clearRequests: async ({ environment: name, keep, comment }) => {
      for (const request of world.at(name).requests) {
        if (request.state !== 'open' || request.operation === 'config change' || request.branch === keep) continue;
        if (request.workflowId !== self() && (await world.workflows.isRunning(request.workflowId)))
          return { kind: 'in the way', reason: `${request.branch} is open, and ${request.workflowId} still runs` };
        closeRequest(request, comment);
      }
      return { kind: 'clear' };
    },
    awaitCarried: async (order) => {
      const { head, requests } = world.at(order.environment);
      if (head !== order.base) return { kind: 'stale' };
      const missing = requests.filter((request) => request.state === 'open' && !carries(world, request, order));
      for (const request of missing) await bringAlong(world, request, order);
      const words = ({ branch, foreign }: FakeRequest) =>
        foreign === undefined ? `${branch} does not carry it yet` : `${foreign} pushed to ${branch}`;
      const reason = missing.map(words).join(' ');
      if (reason !== '' && reason !== order.waitingFor) return { kind: 'waiting', reason };
      if (reason !== '') throw stillWaiting(reason, world.intervalMs);
      return { kind: 'carried' };
    },
  };
}

function numbered({ requests }: FakeEnvironment, number: number): FakeRequest {
  const request = requests.find((each) => each.number === number);
  if (!request) throw new Error(`no request ${number}`);
  return request;
}

function closeRequest(request: FakeRequest, comment: string): void {
  Object.assign(request, { state: 'closed', endedBy: 'fairlead', comment });
}

function carries(world: Surroundings, { operation, revision }: FakeRequest, order: CarryOrder): boolean {
  const { configs } = world.at(order.environment);
  if (configs.indexOf(revision.config) < configs.indexOf(order.revision.config)) return false;
  return operation !== 'config change' || revision.main === order.revision.main;
}

async function bringAlong(world: Surroundings, request: FakeRequest, order: CarryOrder): Promise<void> {
  if (request.foreign !== undefined) return;
  const { environment, revision, over } = order;
  const message: RerenderMessage = { environment, ...revision, over: over.main };
  const reminded =
    request.workflowId !== self() && (await world.workflows.signal(request.workflowId, rerenderSignal, message));
  if (!reminded) closeRequest(request, 'closed by Fairlead: what opened this does not run any more');
}

function self(): string {
  return Context.current().info.workflowExecution?.workflowId ?? '';
}
