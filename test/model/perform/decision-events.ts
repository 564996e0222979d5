import type { Decision } from '../../../src/operation/messages.ts';
import { type EnvironmentStatus, hasEnded } from '../../../src/operation/status.ts';
import { whenThere } from '../sequence/quiet.ts';
import type { Sequence } from '../sequence/sequence.ts';
import { shortId } from '../sequence/sequence-steps.ts';
import { nothing, type Performers, picked } from './performer.ts';

export const decisionEvents: Performers<
  'approve' | 'retry' | 'accept' | 'reject' | 'abort' | 'take back' | 'terminate' | 'cancel'
> = {
  approve: (sequence, { pick, override, stale }) =>
    decide(sequence, pick, {
      action: 'approve',
      suits: (run) => override || run.request?.open === true,
      details: ({ request }) => ({
        head: stale ? '0123456789' : (request?.head ?? '0123456789'),
        ...(override && { override: true, reason: 'it burns' }),
      }),
    }),
  retry: (sequence, { pick }) =>
    decide(sequence, pick, { action: 'retry', suits: ({ state }) => state === 'needs attention' }),
  accept: (sequence, { pick }) =>
    decide(sequence, pick, {
      action: 'accept',
      suits: ({ fleet }) => fleet !== undefined && fleet.others.length > 0,
      details: ({ fleet }) => ({
        reason: 'good enough',
        clusters: fleet?.others.map(({ name }) => name) ?? [],
      }),
    }),
  reject: (sequence, { pick }) =>
    decide(sequence, pick, {
      action: 'reject',
      suits: ({ request }) => request?.open === true,
      details: () => ({ reason: 'no' }),
    }),
  async abort(sequence, { pick, all }) {
    if (!all) {
      return decide(sequence, pick, { action: 'abort', suits: isUnderWay, details: () => ({ reason: 'enough' }) });
    }
    const workflowId = picked(await operations(sequence), pick);
    if (workflowId === undefined) return nothing;
    await sequence.people.decide(workflowId, 'abort', { reason: 'enough of all of it' });
    return shortId(workflowId);
  },
  'take back': (sequence, { pick }) =>
    decide(sequence, pick, {
      action: 'rollback',
      suits: ({ operation, mergeCommit }) => operation === 'promotion' && mergeCommit !== undefined,
      details: () => ({ reason: 'it broke' }),
    }),
  async terminate(sequence, { pick }) {
    const workflowId = picked(await operations(sequence), pick);
    if (workflowId === undefined) return nothing;
    await sequence.people.terminate(workflowId);
    return shortId(workflowId);
  },
  async cancel(sequence, { pick }) {
    const workflowId = picked(await operations(sequence), pick);
    if (workflowId === undefined) return nothing;
    await sequence.people.cancel(workflowId);
    return shortId(workflowId);
  },
};

/** Names the promotions, config changes and rollbacks that may be running, in a lasting order. */
export async function operations({ traffic }: Sequence): Promise<readonly string[]> {
  return [...traffic.workflows].filter((id) => !id.startsWith('lane/')).sort();
}

/** A decision, the environments in which it looks possible, and what it says. */
interface PlannedDecision {
  readonly action: Parameters<Sequence['people']['decide']>[1];
  readonly suits: (run: EnvironmentStatus) => boolean;
  readonly details?: (run: EnvironmentStatus) => Omit<Decision, 'by' | 'environment'>;
}

/** Lets a person decide about one of the environments in which the decision looks possible. */
async function decide(sequence: Sequence, pick: number, { action, suits, details }: PlannedDecision): Promise<string> {
  const chosen = await whenThere(sequence, async () => picked(await runsThat(sequence, suits), pick), 40);
  if (!chosen) return nothing;
  const { id, run } = chosen;
  await sequence.people.decide(id, action, { environment: run.environment, ...details?.(run) });
  return `${shortId(id)} ${run.environment} (${run.state})`;
}

async function runsThat(sequence: Sequence, suits: (run: EnvironmentStatus) => boolean) {
  const statuses = await Promise.all((await operations(sequence)).map((id) => sequence.people.status(id)));
  const runs = statuses.flatMap((status) =>
    status?.state === 'running' ? status.environments.map((run) => ({ id: status.id, run })) : [],
  );
  return runs.filter(({ run }) => isUnderWay(run) && suits(run));
}

function isUnderWay({ state }: EnvironmentStatus): boolean {
  return state !== 'waiting' && !hasEnded(state);
}
