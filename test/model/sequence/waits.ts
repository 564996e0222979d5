import { rollbackId } from '../../../src/operation/messages.ts';
import type { EnvironmentState, EnvironmentStatus, OperationStatus } from '../../../src/operation/status.ts';
import { hasEnded } from '../../../src/operation/status.ts';
import type { World } from '../world/world.ts';
import type { Sequence } from './sequence.ts';
import { shortId } from './sequence-steps.ts';

const workStates: readonly EnvironmentState[] = ['waiting', 'rendering'];

/** Says what a running operation waits for that its status does not name; empty where it names everything. */
export async function waitsForAPerson(sequence: Sequence, status: OperationStatus): Promise<readonly string[]> {
  const open = status.environments.filter(({ state }) => !hasEnded(state));
  const active = open.filter(({ state }) => state !== 'waiting');
  if (active.length === 0)
    return (await isRollingBack(sequence, status)) ? [] : [`${shortId(status.id)} runs, and no environment of it does`];
  const unnamed = await Promise.all(active.map((run) => unnamedWait(sequence, run)));
  return unnamed.flatMap((words) => (words === undefined ? [] : [`${shortId(status.id)} ${words}`]));
}

/** Says whether a rollback runs that the operation names: it ends when they have. */
async function isRollingBack({ people }: Sequence, { platform, environments }: OperationStatus): Promise<boolean> {
  const said = environments.flatMap(
    ({ message }) => message.match(/rollback-promotion\/[\w./:-]+\/[0-9a-f]{40}/g) ?? [],
  );
  const named = [...environments.map(({ environment }) => rollbackId(platform, environment)), ...said];
  const rollbacks = await Promise.all(named.map((id) => people.status(id)));
  return rollbacks.some((rollback) => rollback?.state === 'running');
}

/** Says what an environment waits for that its status does not name; undefined where it names it. */
async function unnamedWait(sequence: Sequence, run: EnvironmentStatus): Promise<string | undefined> {
  const { environment, state, message, request, hold } = run;
  const words = `${environment} is ${state} (${message})`;
  if (message === '') return `${words}: it does not say what for`;
  if (workStates.includes(state)) return `${words}: nothing moves`;
  if (state === 'pull request open') {
    if (request === undefined) return `${words}: there is no request`;
    const isOpen = (await sequence.world.forge.requests()).some(
      ({ number, state: found }) => number === request.number && found === 'open',
    );
    if (!isOpen) return `${words}: #${request.number} is not open`;
    return request.merge === 'auto' && hold === undefined ? `${words}: nothing keeps it from being merged` : undefined;
  }
  // A cluster that cannot be seen is waited for, and named.
  if (state === 'soaking') return run.fleet?.others.length ? undefined : `${words}: nothing moves`;
  if (state === 'queued') return queuedInVain(sequence, run, words);
  if (state === 'held') return hold === undefined ? `${words}: nothing holds it` : undefined;
  return undefined;
}

/**
 * Says why a queued operation waits in vain; undefined where it names an open request, or the current operation runs.
 */
async function queuedInVain(
  { people, world }: Sequence,
  { environment, message }: EnvironmentStatus,
  words: string,
): Promise<string | undefined> {
  if ((await openRequestsNamed(world, message)).length > 0) return undefined;
  const current = (await people.laneStatus(environment))?.current;
  if (current === undefined) return `${words}: nobody has the lane`;
  const status = await people.status(current.workflowId);
  return status?.state === 'running' ? undefined : `${words}: ${shortId(current.workflowId)} has ended`;
}

/** Answers the numbers of the open requests that a message names. */
export async function openRequestsNamed({ forge }: World, message: string): Promise<readonly number[]> {
  const isNamed = ({ url, head: { branch } }: { readonly url: string; readonly head: { readonly branch: string } }) =>
    message.includes(branch) || message.includes(`${url} `) || message.includes(`${url}.`);
  const requests = await forge.requests();
  return requests.flatMap((each) => (each.state === 'open' && isNamed(each) ? [each.number] : []));
}
