import { setTimeout as pause } from 'node:timers/promises';
import type { FluxRig } from '../cluster/rig.ts';
import { nameOf } from '../kubernetes/objects.ts';
import { whereDifferent } from '../kubernetes/subset.ts';
import type { CheckedObject, Expectation, FailureKind, Look, Scene, Step } from '../scenes/scene.ts';
import { Stage } from './stage.ts';

/** Tells that a scene did not go as it must; the message begins with the kind. */
export class SceneFailure extends Error {
  readonly kind: FailureKind;

  constructor(kind: FailureKind, what: string) {
    super(`${kind}: ${what}`);
    this.kind = kind;
  }
}

interface TimedLook extends Look {
  readonly at: number;
}

/** Looks once, and throws where what it found is healthy and untrue. */
type LookOnce = () => Promise<Look>;

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
  const looks: TimedLook[] = [];
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

async function takeStep(stage: Stage, step: Step, looks: TimedLook[]): Promise<void> {
  const { client, cluster } = stage;
  switch (step.do) {
    case 'merge':
      return stage.merge(step.tree);
    case 'push':
      return stage.push(step.tree, step.counts);
    case 'push legacy':
      return stage.pushLegacy(step.tree);
    case 'push artifact':
      return stage.pushArtifact(step.tree, step);
    case 'expect':
      return expectVerdict(() => lookOnce(stage, looks), step.that);
    case 'expect check':
      return expectVerdict(() => checkOnce(stage, step.of, looks), step.that);
    case 'watch':
      return watchFor(stage, step.seconds, looks);
    case 'remain':
      return remainVerdict(() => lookOnce(stage, looks), step.that);
    case 'remain check':
      return remainVerdict(() => checkOnce(stage, step.of, looks), step.that);
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
    case 'allow unavailable':
      return stage.allowUnavailable(step.clusters);
    case 'grant all':
      return stage.grant();
    case 'stop API server':
      return cluster.server.stop();
    case 'start API server':
      return cluster.restore();
    case 'wait':
      return pause(step.seconds * 1000);
  }
}

/** Looks until the verdict comes. */
async function expectVerdict(look: LookOnce, expectation: Expectation): Promise<void> {
  const { state, via = ['pending'], says = [], warns, seconds } = expectation;
  const words = [...says, ...(warns ?? [])];
  const wanted = words.length === 0 ? state : `${state} with "${words.join('", "')}"`;
  for (const until = Date.now() + seconds * 1000; Date.now() < until; await pause(lookEveryMs)) {
    const found = await look();
    if (found.state === state && isSaid(found, expectation)) return;
    if (found.state !== state && !via.includes(found.state))
      throw new SceneFailure('wrong verdict', `it was ${found.state} (${found.awaited}) where ${wanted} was awaited`);
  }
  throw new SceneFailure('not reached', `it was not ${wanted} within ${seconds} s`);
}

function isSaid({ awaited, warnings }: Look, { says = [], warns }: Expectation): boolean {
  if (!says.every((each) => awaited.includes(each))) return false;
  if (warns === undefined) return true;
  const said = warnings.join(' ');
  return warns.length === 0 ? said === '' : warns.every((each) => said.includes(each));
}

async function soakIfHealthy(
  stage: Stage,
  { seconds, mayAsk }: Extract<Step, { do: 'soak if healthy' }>,
  looks: TimedLook[],
): Promise<void> {
  if (looks.at(-1)?.state !== 'healthy') return;
  stage.change({ phase: 'soak' });
  await watchFor(stage, seconds, looks);
  await stage.endSoak(mayAsk);
}

/** Looks for a while, and wants nothing but that a healthy verdict is true. */
async function watchFor(stage: Stage, seconds: number, looks: TimedLook[]): Promise<void> {
  for (const until = Date.now() + seconds * 1000; Date.now() < until; await pause(lookEveryMs))
    await lookOnce(stage, looks);
}

/** Looks for a while, and wants the same verdict each time. */
async function remainVerdict(look: LookOnce, expectation: Expectation): Promise<void> {
  const { state, seconds, via = [] } = expectation;
  for (const until = Date.now() + seconds * 1000; Date.now() < until; await pause(lookEveryMs)) {
    const found = await look();
    if (via.includes(found.state)) continue;
    if (found.state !== state || !isSaid(found, expectation))
      throw new SceneFailure('wrong verdict', `it was ${found.state} (${found.awaited}) and had to remain ${state}`);
  }
}

/**
 * Looks once; whatever the scene expects, a healthy verdict must be true of the clusters themselves. Where the branch has
 * gone on, Flux may apply what does not count just after the look: then it may have been true just before.
 */
async function lookOnce(stage: Stage, looks: TimedLook[]): Promise<Look> {
  const wasTrue = stage.isOvertaken && (await stage.whyNotAsCommitted([])).length === 0;
  const look = await stage.look();
  looks.push({ at: Date.now(), ...look });
  const complaints = look.state === 'healthy' && !wasTrue ? await stage.whyNotAsCommitted(look.leftOut) : [];
  if (complaints.length > 0) throw new SceneFailure('false green', `it was healthy, but ${complaints.join('; ')}`);
  return look;
}

/** Makes a check of `verify`; what has passed must be true of the cluster itself. */
async function checkOnce(stage: Stage, object: CheckedObject, looks: TimedLook[]): Promise<Look> {
  const look = await stage.check(object);
  looks.push({ at: Date.now(), ...look, awaited: `(check) ${look.awaited}` });
  const complaints = look.state === 'healthy' ? await stage.whyCheckIsUntrue(object) : [];
  if (complaints.length > 0) throw new SceneFailure('false green', `the check passed, but ${complaints.join('; ')}`);
  return look;
}

async function awaitObject(stage: Stage, step: Extract<Step, { do: 'await' }>, looks: TimedLook[]): Promise<void> {
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
function timeline(looks: readonly TimedLook[]): string {
  const [first] = looks;
  return looks
    .filter((look, index) => look.state !== looks[index - 1]?.state || look.awaited !== looks[index - 1]?.awaited)
    .map(
      ({ at, state, awaited, warnings }) =>
        `${((at - (first?.at ?? at)) / 1000).toFixed(0).padStart(5)} s ${state} ${[awaited, ...warnings].join(' | ')}`,
    )
    .join('\n');
}
