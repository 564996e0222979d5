import { expect } from 'vitest';
import { emptyLane, holdFor, needsObservation, nextTick } from '../../../../src/lane/decide.ts';
import type {
  Admission,
  LaneEntry,
  LaneEvent,
  LaneObservation,
  LaneState,
  Phase,
  Revert,
  TrackedEntry,
} from '../../../../src/lane/types.ts';
import type { Hold } from '../../../../src/operation/hold.ts';
import { ancestry, commit, neededRelationsOf, relationsOf, run } from '../commits.ts';
import { plus, start } from '../driver.ts';
import type { Action, GuestAction } from './actions.ts';
import { allEntries, checked, tellsOf } from './invariants.ts';

/** One who keeps to the rules of the lane. */
interface ModelEntry {
  /** As it was said last. */
  readonly entry: LaneEntry;
  /** As it is. */
  readonly phase: Phase;
  readonly admission?: Admission;
  readonly wasGranted: boolean;
}

/** A lane and its operations, each of whom does what it was told. What must never be is looked for after each event. */
export class Model {
  state: LaneState = emptyLane;
  now = start;
  /** The entries that have not left, by id. */
  modelEntries = new Map<string, ModelEntry>();
  ended: ModelEntry[] = [];
  private came = 0;
  private reverts = 0;
  private calendar: NonNullable<LaneObservation['calendar']> = {};
  private looked:
    | (Pick<LaneObservation, 'relations' | 'onlyNeeded'> & { readonly entries: readonly TrackedEntry[] })
    | undefined;
  private readonly tells: 'all relations' | 'needed relations';

  /** Looks at the world tell all relations, as they once did, or those that the rules need. */
  constructor(tells: Model['tells'] = 'needed relations') {
    this.tells = tells;
  }

  act(action: Action): void {
    switch (action.kind) {
      case 'come':
        this.come(action);
        break;
      case 'pass':
        this.pass(action.ms);
        break;
      case 'hold':
        this.send(action);
        break;
      case 'resume':
        this.send({ kind: 'resume', by: 'ann' });
        break;
      case 'freeze':
        this.freeze(action.nowFor, action.nextIn);
        break;
      case 'begin to look':
        this.beginToLook();
        break;
      case 'look':
        this.look();
        break;
      case 'revert':
        this.reverts += 1;
        break;
      default:
        this.actAs(action);
    }
  }

  private actAs(action: GuestAction): void {
    const [id, modelEntry] = [...this.modelEntries][action.who % Math.max(this.modelEntries.size, 1)] ?? [];
    if (!id || !modelEntry) return;
    switch (action.kind) {
      case 'repeat':
        this.send({ kind: 'enter', entry: modelEntry.entry });
        break;
      case 'find a revert':
        this.reverts += 1;
        this.send({ kind: 'reverted', entry: modelEntry.entry, revert: this.revert });
        break;
      case 'override':
        this.send({ kind: 'override', id, by: 'ann', reason: 'fix' });
        break;
      case 'take no message':
        this.send({ kind: 'untold', id, why: 'it takes no signal' });
        break;
      case 'vanish':
        this.modelEntries.delete(id);
        break;
      case 'leave':
        this.leave(id, action.hold);
        break;
      case 'go on':
        this.goOn(id, modelEntry, action.says);
    }
  }

  /** Until all have had their turn: nothing holds any more, and nobody comes. */
  drain(): void {
    this.calendar = {};
    this.reverts = 0;
    this.pass(60 * 60_000);
    this.look();
    this.send({ kind: 'resume', by: 'ann' });
    for (let turns = 10 * (allEntries(this.state).length + 1); allEntries(this.state).length > 0; turns -= 1) {
      expect(turns, JSON.stringify(this.state)).toBeGreaterThan(0);
      this.look();
      const modelEntries = [...this.modelEntries];
      for (const [id, modelEntry] of modelEntries) this.goOn(id, modelEntry, true);
      const tick = nextTick(this.state, this.now);
      if (tick !== undefined) this.pass(Date.parse(tick) - Date.parse(this.now));
      // A lane asks about config changes when it asks about others.
      if (this.modelEntries.size === 0 && !needsObservation(this.state))
        this.observation(this.relationsNow(allEntries(this.state)));
    }
  }

  private send(event: LaneEvent): void {
    const before = this.state;
    const { state, commands } = checked(before, event, this.now);
    this.state = state;
    for (const { entry, admission } of tellsOf(commands)) {
      const modelEntry = this.modelEntries.get(entry.id);
      this.checkWord(entry, admission, allEntries(before).find(({ id }) => id === entry.id)?.admission);
      if (modelEntry)
        this.modelEntries.set(entry.id, {
          ...modelEntry,
          admission,
          wasGranted: modelEntry.wasGranted || admission.kind === 'granted',
        });
    }
    this.checkCurrent();
  }

  private come({ commit: number, operation, whenNewer }: Action & { kind: 'come' }): void {
    this.came += 1;
    const id = `v${this.came}`;
    const common = { id, operation, phase: 'waiting', whenNewer, main: commit(number) } as const;
    const place = { source: 'https://forge.test/acme/platform', environment: 'prod' } as const;
    const entry: LaneEntry = { ...common, ...place, workflowId: `w${this.came}`, firstRunId: run(1) };
    this.modelEntries.set(id, { entry, phase: 'waiting', wasGranted: false });
    this.send({ kind: 'enter', entry });
  }

  private goOn(id: string, modelEntry: ModelEntry, says: boolean): void {
    const { admission, entry, phase } = modelEntry;
    if (admission?.kind === 'superseded') {
      const remains = phase === 'merged' && entry.phase !== 'merged' && admission.by.operation !== 'rollback';
      if (remains) this.enter(id, 'merged', true);
      else this.leave(id);
    }
    if (admission?.kind !== 'granted') return;
    const next = { waiting: 'unmerged', unmerged: 'merged', merged: 'failed', failed: 'unmerged' } as const;
    if (phase === 'merged' && says) this.leave(id);
    else this.enter(id, next[phase], says);
  }

  private enter(id: string, phase: Phase, says: boolean): void {
    const modelEntry = this.modelEntries.get(id);
    if (!modelEntry) return;
    const entry = says ? { ...modelEntry.entry, phase } : modelEntry.entry;
    this.modelEntries.set(id, { ...modelEntry, phase, entry });
    if (says) this.send({ kind: 'enter', entry });
  }

  private leave(id: string, hold?: Omit<Hold, 'since'>): void {
    const modelEntry = this.modelEntries.get(id);
    if (modelEntry) this.ended.push(modelEntry);
    this.modelEntries.delete(id);
    this.send({ kind: 'leave', id, ...(hold && { hold }) });
  }

  private pass(ms: number): void {
    this.now = plus(this.now, ms);
    this.send({ kind: 'tick' });
  }

  private freeze(nowFor?: number, nextIn?: number): void {
    this.calendar = {
      ...(nowFor !== undefined && { now: { until: plus(this.now, nowFor * 60_000), reason: 'weekend' } }),
      ...(nextIn !== undefined && { next: plus(this.now, nextIn * 60_000) }),
    };
  }

  private beginToLook(): void {
    if (needsObservation(this.state)) this.looked ??= this.relationsNow(allEntries(this.state));
  }

  private look(): void {
    this.beginToLook();
    if (this.looked) this.observation(this.looked);
    this.looked = undefined;
  }

  private get revert(): Revert {
    return { commit: `revert ${this.reverts}`, by: 'eve', from: commit(2), to: commit(1) };
  }

  /** What is compared is what is there when the look begins. */
  private relationsNow(entries: readonly TrackedEntry[]): NonNullable<Model['looked']> {
    if (this.tells === 'all relations') return { entries, relations: relationsOf(entries) };
    const present = entries.filter(({ id }) => this.modelEntries.has(id));
    return { entries, relations: neededRelationsOf(present), onlyNeeded: true };
  }

  private observation({ entries, ...found }: NonNullable<Model['looked']>): void {
    const { now: freeze, next } = this.calendar;
    const isOver = freeze && Date.parse(freeze.until) <= Date.parse(this.now);
    const hasBegun = next !== undefined && Date.parse(next) <= Date.parse(this.now);
    this.calendar = { ...(freeze && !isOver && { now: freeze }), ...(next && !hasBegun && { next }) };
    const observation: LaneObservation = {
      gone: entries.map(({ id }) => id).filter((id) => !this.modelEntries.has(id)),
      ...found,
      calendar: this.calendar,
      ...(this.reverts > 0 && { revert: this.revert }),
    };
    this.send({ kind: 'observed', observation, looked: entries.map(({ id }) => id) });
  }

  private checkWord(entry: LaneEntry, admission: Admission, before: Admission | undefined): void {
    if (admission.kind === 'superseded') {
      expect(entry.operation).toBe('promotion');
      expect(admission.by.workflowId).not.toBe(entry.workflowId);
      if (admission.by.operation === 'promotion') expect(ancestry(admission.by.main, entry.main)).toBe('newer');
      else expect(admission.by.operation).toBe('rollback');
    }
    if (admission.kind !== 'granted' || before?.kind === 'granted' || before?.kind === 'superseded') return;
    const tracked = allEntries(this.state).find(({ id }) => id === entry.id);
    expect(tracked && holdFor(this.state, tracked, this.now), 'nobody starts while the lane is held').toBeUndefined();
  }

  private checkCurrent(): void {
    const granted = [...this.modelEntries.values()].filter(({ entry, admission }) => {
      return entry.operation !== 'config change' && admission?.kind === 'granted';
    });
    expect(granted.length, 'one at a time').toBeLessThanOrEqual(1);
    const { current, waiting, observedAt } = this.state;
    const active = waiting.filter(({ supersededBy }) => !supersededBy);
    const ready = active.filter((tracked) => !holdFor(this.state, tracked, this.now));
    if (observedAt && ready.length > 0 && !active.some(({ untold }) => untold))
      expect(current, 'nobody waits for nobody').toBeDefined();
  }
}
