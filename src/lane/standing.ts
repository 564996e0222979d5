import { holdFor, mayEnter } from './holds.ts';
import type { Hold, LaneCommand, LaneState, Standing, Visit, Visitor } from './types.ts';
import { everybody, mapVisitors, newcomer } from './visitors.ts';

/** Who has just sent a message, and the revert that it was about, if any. */
export interface Asking {
  readonly id: string;
  readonly revert?: string;
}

/**
 * Tells everybody whose standing is not what they were told last, and in any case who is `asking`: an answer may have
 * been lost.
 */
export function tellAll(
  state: LaneState,
  now: string,
  asking: Asking | undefined,
): { readonly state: LaneState; readonly commands: readonly LaneCommand[] } {
  const news = new Map<string, LaneCommand & { readonly kind: 'tell' }>();
  let { sequence } = state;
  for (const visitor of everybody(state)) {
    const standing = standingOf(state, visitor, now);
    const revert = visitor.id === asking?.id ? asking.revert : undefined;
    if (standing === undefined || (visitor.id !== asking?.id && isSame(standing, visitor.standing))) continue;
    sequence = Math.max(sequence + 1, Date.parse(now));
    const about = revert === undefined ? {} : { revert };
    news.set(visitor.id, { kind: 'tell', visit: visitOf(visitor), standing, sequence, ...about });
  }
  const told = mapVisitors({ ...state, sequence }, (visitor) => {
    const standing = news.get(visitor.id)?.standing;
    return standing ? { ...visitor, standing } : visitor;
  });
  return { state: told, commands: [...news.values()] };
}

/**
 * undefined: there is nothing to be said yet. Who is held is told that, also where an occupant is in the way: a hold
 * needs a person, an occupant leaves by itself. While a survey is due, who waits keeps to what it was told last, unless
 * the world cannot be seen.
 */
function standingOf(state: LaneState, visitor: Visitor, now: string): Standing | undefined {
  const { occupant, surveyedAt, unseen } = state;
  if (visitor.supersededBy) return { kind: 'superseded', by: visitor.supersededBy };
  const hold = holdFor(state, visitor, now);
  if (visitor.operation === 'config change') return ofConfigChange(visitor, hold);
  if (visitor.id === occupant?.id) return visitor.relations === undefined ? visitor.standing : granted(hold);
  if (hold && visitor.relations !== undefined && !mayEnter(state, visitor, now)) return { kind: 'held', hold };
  if (unseen) return { kind: 'unseen', why: unseen.why };
  return surveyedAt === undefined || !occupant ? visitor.standing : { kind: 'waiting', behind: newcomer(occupant) };
}

/** Once begun, it goes on as far as a hold lets it. */
function ofConfigChange({ phase, standing }: Visitor, hold: Hold | undefined): Standing {
  const hasBegun = phase !== 'waiting' || standing?.kind === 'granted';
  return hold && !hasBegun ? { kind: 'held', hold } : granted(hold);
}

function granted(hold: Hold | undefined): Standing {
  return { kind: 'granted', ...(hold && { hold }) };
}

function visitOf(visitor: Visitor): Visit {
  const { id, operation, main, phase, whenNewer, workflowId, firstRunId, by, reason, holdsConfig } = visitor;
  const asked = {
    ...(by !== undefined && { by }),
    ...(reason !== undefined && { reason }),
    ...(holdsConfig && { holdsConfig }),
  };
  return { id, operation, main, phase, whenNewer, workflowId, firstRunId, ...asked };
}

function isSame(a: Standing, b: Standing | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
