import { setTimeout as pause } from 'node:timers/promises';
import type { FluxRig } from '../cluster/rig.ts';
import { nameOf } from '../kubernetes/objects.ts';
import { whereDifferent } from '../kubernetes/subset.ts';
import type { Expectation, FailureKind, Scene, Step, Verdict } from '../scenes/scene.ts';
import { Stage } from './stage.ts';

/** Tells that a scene did not go as it must; the message begins with the kind. */
export class SceneFailure extends Error {
  readonly kind: FailureKind;

  constructor(kind: FailureKind, what: string) {
    super(`${kind}: ${what}`);
    this.kind = kind;
  }
}

/** What one look gave. */
interface Look {
  readonly at: number;
  readonly state: Verdict;
  readonly awaited: string;
}

const lookEveryMs = 1_000;

/**
 * Plays a scene in a namespace. Answers how it failed, with all looks and Flux's own words; undefined: it went as it must.
 * Throws what is wrong with the rig itself.
 */
export async function playScene(
  rig: FluxRig,
  scene: Scene,
  { namespace, onHealthy }: PlayOptions,
): Promise<SceneFailure | undefined> {
  const stage = new Stage(rig, scene, namespace);
  const looks: Look[] = [];
  try {
    await stage.open();
    for (const step of stage.scene.steps) await takeStep(stage, step, looks);
    return undefined;
  } catch (error) {
    if (!(error instanceof SceneFailure)) throw error;
    error.message = `${error.message}\n${timeline(looks)}\n${await stage.fluxStatus().catch(String)}`;
    return error;
  } finally {
    if (looks.some(({ state }) => state === 'healthy')) onHealthy?.();
    await stage.close();
  }
}

/** Where a scene is played. */
export interface PlayOptions {
  readonly namespace: string;
  /** Is called when the scene has ended, if a verdict was healthy. */
  readonly onHealthy?: () => void;
}

async function takeStep(stage: Stage, step: Step, looks: Look[]): Promise<void> {
  const { client, cluster } = stage;
  switch (step.do) {
    case 'merge':
      return stage.merge(step.tree);
    case 'push':
      return stage.push(step.tree, step.counts);
    case 'push legacy':
      return stage.pushLegacy(step.tree);
    case 'expect':
      return expectVerdict(stage, step.that, looks);
    case 'watch':
      return watchFor(stage, step.seconds, looks);
    case 'remain':
      return remainVerdict(stage, step.that, looks);
    case 'fail fetches':
      return stage.setFetchFailure(step.message);
    case 'allow fetches':
      return stage.setFetchFailure(undefined);
    case 'apply':
      return client.apply(step.object);
    case 'patch':
      return client.patch(step.object, step.patch, step.subresource);
    case 'remove':
      return client.remove(step.object);
    case 'await':
      return awaitObject(stage, step, looks);
    case 'begin soak':
      return stage.change({ phase: 'soak' });
    case 'soak if healthy':
      return soakIfHealthy(stage, step, looks);
    case 'end soak':
      return stage.endSoak(step.mayAsk);
    case 'pass deadline':
      return stage.change({ deadlinePassed: true });
    case 'stop API server':
      return cluster.server.stop();
    case 'start API server':
      return cluster.restore();
    case 'wait':
      return pause(step.seconds * 1000);
  }
}

/** Looks until the verdict comes. */
async function expectVerdict(stage: Stage, expectation: Expectation, looks: Look[]): Promise<void> {
  const { state, via = ['pending'], says = [], seconds } = expectation;
  const wanted = says.length === 0 ? state : `${state} with "${says.join('", "')}"`;
  for (const until = Date.now() + seconds * 1000; Date.now() < until; await pause(lookEveryMs)) {
    const look = await lookOnce(stage, looks);
    if (look.state === state && says.every((each) => look.awaited.includes(each))) return;
    if (look.state !== state && !via.includes(look.state))
      throw new SceneFailure('wrong verdict', `it was ${look.state} (${look.awaited}) where ${wanted} was awaited`);
  }
  throw new SceneFailure('not reached', `it was not ${wanted} within ${seconds} s`);
}

async function soakIfHealthy(
  stage: Stage,
  { seconds, mayAsk }: Extract<Step, { do: 'soak if healthy' }>,
  looks: Look[],
): Promise<void> {
  if (looks.at(-1)?.state !== 'healthy') return;
  stage.change({ phase: 'soak' });
  await watchFor(stage, seconds, looks);
  await stage.endSoak(mayAsk);
}

/** Looks for a while, and wants nothing but that a healthy verdict is true. */
async function watchFor(stage: Stage, seconds: number, looks: Look[]): Promise<void> {
  for (const until = Date.now() + seconds * 1000; Date.now() < until; await pause(lookEveryMs))
    await lookOnce(stage, looks);
}

/** Looks for a while, and wants the same verdict each time. */
async function remainVerdict(stage: Stage, expectation: Expectation, looks: Look[]): Promise<void> {
  const { state, says = [], seconds, via = [] } = expectation;
  for (const until = Date.now() + seconds * 1000; Date.now() < until; await pause(lookEveryMs)) {
    const look = await lookOnce(stage, looks);
    if (via.includes(look.state)) continue;
    if (look.state !== state || !says.every((each) => look.awaited.includes(each)))
      throw new SceneFailure('wrong verdict', `it was ${look.state} (${look.awaited}) and had to remain ${state}`);
  }
}

/** Looks once; whatever the scene expects, a healthy verdict must be true of the cluster itself. */
async function lookOnce(stage: Stage, looks: Look[]): Promise<Look> {
  const look = { at: Date.now(), ...(await stage.look()) };
  looks.push(look);
  const complaints = look.state === 'healthy' ? await stage.whyNotAsCommitted() : [];
  if (complaints.length > 0) throw new SceneFailure('false green', `it was healthy, but ${complaints.join('; ')}`);
  return look;
}

async function awaitObject(stage: Stage, step: Extract<Step, { do: 'await' }>, looks: Look[]): Promise<void> {
  const { object, has, seconds, meanwhile } = step;
  let different: string | undefined;
  for (const until = Date.now() + seconds * 1000; Date.now() < until; await pause(lookEveryMs)) {
    different = whereDifferent(has, await stage.client.get(object));
    if (different === undefined) return;
    const { state, awaited } = await lookOnce(stage, looks);
    if (!meanwhile.includes(state))
      throw new SceneFailure('wrong verdict', `it was ${state} (${awaited}) and had to be ${meanwhile.join(' or ')}`);
  }
  throw new SceneFailure('not reached', `${nameOf(object)} differs at ${different} after ${seconds} s`);
}

/** Lists the looks; those that say the same one after the other once. */
function timeline(looks: readonly Look[]): string {
  const [first] = looks;
  return looks
    .filter((look, index) => look.state !== looks[index - 1]?.state || look.awaited !== looks[index - 1]?.awaited)
    .map(
      ({ at, state, awaited }) => `${((at - (first?.at ?? at)) / 1000).toFixed(0).padStart(5)} s ${state} ${awaited}`,
    )
    .join('\n');
}
