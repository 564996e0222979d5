import { loadavg } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { approve, countIn, until } from '../burst/approvals.ts';
import type { Promotion } from '../burst/operations.ts';
import type { Place } from '../burst/place.ts';
import { onRig, type Rig } from '../burst/rig.ts';
import type { Poison } from './kinds/poison.ts';
import { type PlainHost, startPlainHost } from './plain-host.ts';
import { settlesAs } from './settled.ts';

/** What others met while a poisoned commit was promoted; times in milliseconds. */
export interface PoisonFigures {
  /** Answers of `status`, of another platform's promotion. */
  readonly statusMs: readonly number[];
  /** From another platform's approvals to the merges. */
  readonly mergeMs: readonly number[];
  /** The longest time for which this process, in which forge and fleet are, stood still itself. */
  readonly ownStallMs: number;
  /** What became of the poisoned promotion. */
  readonly outcome: string;
  readonly peakMiB: number;
  /** The machine's load of the last minute, at the end. */
  readonly load: number;
  /** What the forge shows of the poisoned request, where the case is about what is read. */
  readonly shown: readonly string[];
}

/**
 * Promotes a poisoned commit on one platform, and meanwhile asks for the status of another platform's promotion and
 * approves its environments, one after the other. Throws where the other platform is not promoted, or where a credential
 * went out in plain text.
 */
export async function besidePoison(poison: Poison, approvals: number): Promise<PoisonFigures> {
  const production = Array.from({ length: approvals }, (_, index) => `prod-${index}`);
  const platforms = [
    { name: 'poisoned', environments: ['dev'], merge: 'auto' },
    { name: 'other', environments: production, merge: 'approval' },
  ] as const;
  const plain = await startPlainHost();
  const scene = async (rig: Rig): Promise<PoisonFigures> => {
    const { place, worker, promote } = rig;
    const [release = ''] = await place.release('other', 1);
    const other = await promote('other', release);
    await until(async () => (await countIn(other, 'awaiting approval')) === approvals);
    await place.forge.createRepository('other', 'gitops');
    if (poison.showsRequest) await promoteFirst(rig);
    const commit = await commitPoison(rig, poison, plain);

    const stalls = monitorEventLoopDelay({ resolution: 10 });
    stalls.enable();
    const poisoned = await startPoisoned(rig, poison, { commit, plain });
    const asking = askAgainAndAgain(other);
    const settled = settlesAs(poisoned);
    const mergeMs: number[] = [];
    const watched = async () => {
      for (const name of production) mergeMs.push(await approve(rig, other, name));
      const { state, message } = await other.result();
      if (state !== 'promoted') throw new Error(`the other platform's promotion ended as ${state}: ${message}`);
      return settled;
    };
    const outcome = await watched().finally(asking.stop);
    const statusMs = await asking.figures;
    const shown = poison.showsRequest ? await shownRequest(place) : [];
    // One that has ended takes no decisions.
    if (/^(needs attention|tried again)/.test(outcome))
      await poisoned.decide('abort', { reason: 'the benchmark is over' });
    const ownStallMs = stalls.max / 1e6;
    const [load = 0] = loadavg();
    const said = `${outcome}${credentialsAt(plain)}`;
    return { statusMs, mergeMs, ownStallMs, outcome: said, peakMiB: await worker.peakMiB(), load, shown };
  };
  try {
    return await onRig(platforms, scene, [plain.host]);
  } finally {
    await plain.close();
  }
}

/** Promotes a commit of the platform that is poisoned later: only then a request lists the commits since what is deployed. */
async function promoteFirst({ place, promote }: Rig): Promise<void> {
  const [first = ''] = await place.release('poisoned', 1);
  const { state, message } = await (await promote('poisoned', first)).result();
  if (state !== 'promoted') throw new Error(`the first promotion ended as ${state}: ${message}`);
}

async function commitPoison({ place }: Rig, poison: Poison, plain: PlainHost): Promise<string> {
  const config = poison.config?.() ?? new Map();
  if (config.size > 0) await place.commit('poisoned', 'dev', config);
  const main = poison.main?.({ forge: place.forge.url, plain: plain.url }) ?? new Map();
  const commit = await place.commit('poisoned', 'main', new Map([...main, ['README.md', 'poisoned\n']]));
  return poison.message === undefined ? commit : place.reword('poisoned', poison.message);
}

async function startPoisoned(
  { place, promote, promoteFrom }: Rig,
  { source }: Poison,
  { commit, plain }: { readonly commit: string; readonly plain: PlainHost },
): Promise<Promotion> {
  const addresses = { forge: place.forge.url, plain: plain.url };
  return source === undefined ? promote('poisoned', commit) : promoteFrom(source(addresses), commit);
}

/** Says how often the plain host was asked. Throws where somebody told it a credential. */
function credentialsAt({ asked }: PlainHost): string {
  const { calls, withCredential } = asked();
  if (withCredential > 0)
    throw new Error(`a credential went out in plain text, with ${withCredential} of ${calls} calls`);
  return calls === 0 ? '' : ` (${calls} calls in plain text, none with a credential)`;
}

/** Answers what people read of the poisoned request on the forge, and of its merge. */
async function shownRequest(place: Place): Promise<readonly string[]> {
  const requests = await place.forge.pullRequests(place.gitops('poisoned'));
  const request = requests.findLast(({ base }) => base === 'dev');
  if (request === undefined) return ['there is no request'];
  const { title, body, mergeCommit } = request;
  const message = mergeCommit === undefined ? [] : ['merged as', await place.messageOf('poisoned', mergeCommit)];
  return ['title', title, 'body', body, ...message];
}

function askAgainAndAgain(promotion: Promotion) {
  let isOver = false;
  const ask = async (): Promise<readonly number[]> => {
    const taken: number[] = [];
    for (; !isOver; await pause(100)) {
      const began = performance.now();
      await promotion.status();
      taken.push(performance.now() - began);
    }
    return taken;
  };
  const figures = ask();
  // A query that fails is told when the figures are asked for.
  figures.catch(() => undefined);
  return {
    figures,
    stop: () => {
      isOver = true;
    },
  };
}
