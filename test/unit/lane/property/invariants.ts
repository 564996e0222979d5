import { expect } from 'vitest';
import { decide, needsObservation, nextTick } from '../../../../src/lane/decide.ts';
import { handOn, recollect } from '../../../../src/lane/memory.ts';
import type { LaneCommand, LaneEvent, LaneState, TrackedEntry } from '../../../../src/lane/types.ts';

type Tell = Extract<LaneCommand, { kind: 'tell' }>;

/** What is true of any answer to any event, however odd: throws where it is not. */
export function checked(state: LaneState, event: LaneEvent, now: string) {
  const decision = decide(state, event, now);
  expect(decide(copy(state), copy(event), now), 'continued as new').toEqual(decision);
  expect(copy(decision.state)).toEqual(decision.state);
  expect(recollect(copy(handOn(decision.state)))).toEqual({ kind: 'remembered', state: decision.state });
  const ids = allEntries(decision.state).map(({ id }) => id);
  expect(new Set(ids).size, 'each entry is there once').toBe(ids.length);
  checkKnowledge(decision.state);
  checkSequence(state, decision.state, tellsOf(decision.commands));
  checkAdmission(decision.state, tellsOf(decision.commands));
  checkRest(decision.state, now);
  if (event.kind === 'enter') checkRepeated(decision.state, event, now);
  return decision;
}

/** It knows nothing of who is not there. */
function checkKnowledge(state: LaneState): void {
  const ids = new Set(allEntries(state).map(({ id }) => id));
  for (const { relations = {} } of allEntries(state))
    for (const id of Object.keys(relations)) expect(ids).toContain(id);
  for (const { relations } of state.configuring) expect(relations).toBeUndefined();
  if (needsObservation(state) || state.observedAt || state.unobservable) return;
  expect(state).not.toHaveProperty('calendar');
}

function checkSequence(before: LaneState, after: LaneState, tells: readonly Tell[]): void {
  const sequences = [before.sequence, ...tells.map(({ sequence }) => sequence)];
  expect(sequences).toEqual([...new Set(sequences)].toSorted((a, b) => a - b));
  expect(after.sequence).toBe(sequences.at(-1));
}

/** What the state says that an operation was told is what it was told. */
function checkAdmission(state: LaneState, tells: readonly Tell[]): void {
  for (const { entry, admission } of tells) {
    expect(allEntries(state).find(({ id }) => id === entry.id)?.admission).toEqual(admission);
    if (admission.kind !== 'superseded') continue;
    const { operation, workflowId } = admission.by;
    expect(operation === entry.operation && workflowId === entry.workflowId, 'superseded by itself').toBe(false);
  }
}

/** Nothing more follows from the same state at the same time, and a tick at its time leads on. */
function checkRest(state: LaneState, now: string): void {
  expect(decide(state, { kind: 'tick' }, now).commands).toEqual([]);
  const tick = nextTick(state, now);
  if (tick === undefined) return;
  expect(Date.parse(tick)).toBeGreaterThanOrEqual(Date.parse(now));
  const { state: ticked } = decide(state, { kind: 'tick' }, tick);
  const next = nextTick(ticked, tick);
  if (next !== undefined) expect(Date.parse(next)).toBeGreaterThan(Date.parse(tick));
}

function checkRepeated(state: LaneState, event: LaneEvent & { kind: 'enter' }, now: string): void {
  const again = decide(state, event, now);
  expect({ ...again.state, sequence: state.sequence }).toEqual(state);
  expect(again.commands.map((command) => command.kind === 'tell' && command.entry.id)).toEqual(
    again.commands.length === 0 ? [] : [event.entry.id],
  );
}

export function allEntries({ current, waiting, configuring }: LaneState): readonly TrackedEntry[] {
  return [...(current ? [current] : []), ...waiting, ...configuring];
}

export function tellsOf(commands: readonly LaneCommand[]): readonly Tell[] {
  return commands.filter((command) => command.kind === 'tell');
}

function copy<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
