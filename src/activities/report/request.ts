import type { MergeOrder, MergeOutcome, OpenOrder, OpenOutcome } from '../pull-request/contract.ts';
import type { StepMemory } from '../step-attempt.ts';
import { type ReportingDependencies, type ReportPlace, type Taken, tellMain, tellOrder } from './send.ts';

/** Tells that a request is open, and whether it may be merged. */
export async function tellOpened(
  dependencies: ReportingDependencies,
  order: OpenOrder,
  outcome: OpenOutcome,
): Promise<OpenOutcome> {
  if (outcome.kind !== 'open') return outcome;
  const { number, url } = outcome;
  await tellBoth(dependencies, { ...order, number, url, ofOthers: order.merge !== 'auto' }, 'news');
  return outcome;
}

/** A request, as far as it is told of. */
interface ToldRequest
  extends Pick<MergeOrder, 'source' | 'environment' | 'operation' | 'revision' | 'gitops' | 'commit'> {
  readonly number: number;
  readonly url: string;
  /** Why nobody may merge it now; undefined: nothing is in the way. */
  readonly blocked?: string | undefined;
  /** Why the forge does not merge it, though nothing of ours is in the way. */
  readonly awaits?: string | undefined;
  /** Fairlead does not merge it by itself. */
  readonly ofOthers: boolean;
}

async function tellBoth(
  dependencies: ReportingDependencies,
  request: ToldRequest,
  weight: 'news' | 'last',
): Promise<readonly [order: Taken, main: Taken]> {
  const { number, url, blocked, ofOthers } = request;
  const reason = blocked ?? request.awaits;
  const words = ofOthers ? `waits for review of #${number}` : `merging #${number}`;
  return Promise.all([
    tellOrder(dependencies, request, {
      state: blocked === undefined ? 'success' : 'failure',
      description: blocked ?? `it is the turn of #${number}`,
      weight,
    }),
    tellMain(dependencies, placeOf(request), {
      state: 'pending',
      description: reason === undefined ? words : waitsFor(number, reason),
      targetUrl: url,
      weight,
    }),
  ]);
}

function waitsFor(number: number, reason: string): string {
  return `#${number} waits: ${reason}`;
}

function placeOf({
  source,
  environment,
  operation,
  revision,
}: Pick<MergeOrder, 'source' | 'environment' | 'operation' | 'revision'>): ReportPlace {
  return { source, environment, operation, main: revision.main };
}

/** What is told of a request while its merge is awaited. */
export interface MergeReports {
  /** Tells what keeps it from being merged; undefined: nothing does. Said again, it is not written again. */
  readonly tell: (blocked: string | undefined) => Promise<void>;
  /** Tells, before it is merged, that nothing is in the way, where the forge has heard otherwise. */
  readonly tellBeforeMerge: () => Promise<void>;
  /**
   * Tells why the forge does not merge it; undefined: for a moment only. Where the forge still refuses a while later, tells also that
   * nothing of ours is in the way: a rule may wait for that.
   */
  readonly tellAfterRefusal: (reason: string | undefined) => Promise<void>;
}

/** What an attempt of a wait remembers for the next one, on whatever worker that runs. */
interface Remembered {
  /** What was told last: '' that nothing is in the way. */
  readonly told?: string;
  /** The forge has refused to merge it. */
  readonly isRefused?: true;
  /** Why, as far as it was told. */
  readonly awaits?: string;
}

/** Makes what tells of one request, by what the attempts before remember. */
export function mergeReports(
  dependencies: ReportingDependencies,
  { order, url }: { readonly order: MergeOrder; readonly url: string },
  { remembered, remember }: StepMemory,
): MergeReports {
  let last = rememberedOf(remembered);
  const keep = (next: Remembered) => {
    last = next;
    remember?.(next);
  };
  const tell = async (blocked: string | undefined, awaits?: string) => {
    if (dependencies.outbox === undefined || last.told === (blocked ?? '')) return;
    const request = { ...order, url, blocked, awaits, ofOthers: !order.merge };
    const weight = blocked === undefined && !isTold(last) ? 'news' : 'last';
    const [atOrder, atMain] = await tellBoth(dependencies, request, weight);
    // What was left out because this worker has just written it is told once more: another one may have written since.
    if (atMain !== 'left out') keep(awaiting(last, awaits));
    if (atMain !== 'left out' && atOrder !== 'left out') keep({ ...last, told: blocked ?? '' });
  };
  const tellAwaited = async (awaits: string) => {
    if (dependencies.outbox === undefined || last.awaits === awaits) return;
    const description = waitsFor(order.number, awaits);
    const taken = await tellMain(dependencies, placeOf(order), {
      state: 'pending',
      description,
      targetUrl: url,
      weight: 'news',
    });
    if (taken !== 'left out') keep(awaiting(last, awaits));
  };
  return {
    tell: (blocked) => tell(blocked),
    tellBeforeMerge: async () => (order.wasBlocked === true || isBlocked(last) ? tell(undefined) : undefined),
    async tellAfterRefusal(reason) {
      if (last.isRefused) await tell(undefined, reason ?? last.awaits);
      else keep({ ...last, isRefused: true });
      if (reason !== undefined) await tellAwaited(reason);
    },
  };
}

function awaiting({ awaits: _, ...rest }: Remembered, awaits: string | undefined): Remembered {
  return awaits === undefined ? rest : { ...rest, awaits };
}

function isTold({ told }: Remembered): boolean {
  return told !== undefined;
}

function isBlocked({ told }: Remembered): boolean {
  return told !== undefined && told !== '';
}

function rememberedOf(remembered: unknown): Remembered {
  if (typeof remembered !== 'object' || remembered === null) return {};
  const { told, isRefused, awaits } = remembered as Record<string, unknown>;
  return {
    ...(typeof told === 'string' && { told }),
    ...(isRefused === true && { isRefused }),
    ...(typeof awaits === 'string' && { awaits }),
  };
}

/** Tells how the wait for a merge ended, where that needs a person; what was merged or closed is told when it is recorded. */
export async function tellMergeEnd(
  dependencies: ReportingDependencies,
  order: MergeOrder,
  outcome: MergeOutcome,
): Promise<MergeOutcome> {
  const trouble = troubleOf(order, outcome);
  if (trouble !== undefined)
    await tellMain(dependencies, placeOf(order), { state: 'failure', description: trouble, weight: 'last' });
  return outcome;
}

function troubleOf({ number }: MergeOrder, outcome: MergeOutcome): string | undefined {
  switch (outcome.kind) {
    case 'merged otherwise':
      return `#${number} was merged, but is not what was rendered: ${outcome.difference}`;
    case 'foreign push':
      return `${outcome.by} pushed to the branch of #${number}`;
    case 'retargeted':
      return `#${number} goes to ${outcome.base} now`;
    case 'refused':
      return `the forge refuses to merge #${number}: ${outcome.reason}`;
    default:
      return undefined;
  }
}
