import { expect } from 'vitest';
import { emptyLane, holdFor, needsSurvey, nextTick } from '../../../src/lane/decide.ts';
import type {
  Hold,
  LaneEvent,
  LaneState,
  Phase,
  Revert,
  Standing,
  Survey,
  Visit,
  Visitor,
} from '../../../src/lane/types.ts';
import type { Action, GuestAction } from './actions.ts';
import { ancestry, commit, relationsOf } from './commits.ts';
import { plus, start } from './driver.ts';
import { checked, everybody, tellsOf } from './invariants.ts';

/** One who keeps to the rules of the lane. */
interface Guest {
  /** As it was said last. */
  readonly visit: Visit;
  /** As it is. */
  readonly phase: Phase;
  readonly standing?: Standing;
  readonly wasGranted: boolean;
}

/** A lane and its visitors, each of whom does what it was told. What must never be is looked for after each event. */
export class Model {
  state: LaneState = emptyLane;
  now = start;
  /** Of those who are there. */
  guests = new Map<string, Guest>();
  ended: Guest[] = [];
  private came = 0;
  private reverts = 0;
  private calendar: NonNullable<Survey['calendar']> = {};
  private looked: readonly Visitor[] | undefined;

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
    const [id, guest] = [...this.guests][action.who % Math.max(this.guests.size, 1)] ?? [];
    if (!id || !guest) return;
    switch (action.kind) {
      case 'repeat':
        this.send({ kind: 'visit', visit: guest.visit });
        break;
      case 'find a revert':
        this.reverts += 1;
        this.send({ kind: 'reverted', visit: guest.visit, revert: this.revert });
        break;
      case 'override':
        this.send({ kind: 'override', id, by: 'ann', reason: 'fix' });
        break;
      case 'vanish':
        this.guests.delete(id);
        break;
      case 'leave':
        this.leave(id, action.hold);
        break;
      case 'go on':
        this.goOn(id, guest, action.says);
    }
  }

  /** Until all have had their turn: nothing holds any more, and nobody comes. */
  drain(): void {
    this.calendar = {};
    this.reverts = 0;
    this.pass(60 * 60_000);
    this.look();
    this.send({ kind: 'resume', by: 'ann' });
    for (let turns = 10 * (everybody(this.state).length + 1); everybody(this.state).length > 0; turns -= 1) {
      expect(turns, JSON.stringify(this.state)).toBeGreaterThan(0);
      this.look();
      const guests = [...this.guests];
      for (const [id, guest] of guests) this.goOn(id, guest, true);
      const tick = nextTick(this.state, this.now);
      if (tick !== undefined) this.pass(Date.parse(tick) - Date.parse(this.now));
      // A lane asks about config changes when it asks about others.
      if (this.guests.size === 0 && !needsSurvey(this.state)) this.survey(everybody(this.state));
    }
  }

  private send(event: LaneEvent): void {
    const before = this.state;
    const { state, commands } = checked(before, event, this.now);
    this.state = state;
    for (const { visit, standing } of tellsOf(commands)) {
      const guest = this.guests.get(visit.id);
      this.checkWord(visit, standing, everybody(before).find(({ id }) => id === visit.id)?.standing);
      if (guest)
        this.guests.set(visit.id, { ...guest, standing, wasGranted: guest.wasGranted || standing.kind === 'granted' });
    }
    this.checkOccupant();
  }

  private come({ commit: number, operation, whenNewer }: Action & { kind: 'come' }): void {
    this.came += 1;
    const id = `v${this.came}`;
    const common = { id, operation, phase: 'waiting', whenNewer, main: commit(number) } as const;
    const visit: Visit = { ...common, workflowId: `w${this.came}`, firstRunId: 'run' };
    this.guests.set(id, { visit, phase: 'waiting', wasGranted: false });
    this.send({ kind: 'visit', visit });
  }

  private goOn(id: string, guest: Guest, says: boolean): void {
    const { standing, visit, phase } = guest;
    if (standing?.kind === 'superseded') {
      const stays = phase === 'merged' && visit.phase !== 'merged' && standing.by.operation !== 'rollback';
      if (stays) this.enter(id, 'merged', true);
      else this.leave(id);
    }
    if (standing?.kind !== 'granted') return;
    const next = { waiting: 'unmerged', unmerged: 'merged', merged: 'failed', failed: 'unmerged' } as const;
    if (phase === 'merged' && says) this.leave(id);
    else this.enter(id, next[phase], says);
  }

  private enter(id: string, phase: Phase, says: boolean): void {
    const guest = this.guests.get(id);
    if (!guest) return;
    const visit = says ? { ...guest.visit, phase } : guest.visit;
    this.guests.set(id, { ...guest, phase, visit });
    if (says) this.send({ kind: 'visit', visit });
  }

  private leave(id: string, hold?: Omit<Hold, 'since'>): void {
    const guest = this.guests.get(id);
    if (guest) this.ended.push(guest);
    this.guests.delete(id);
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
    if (needsSurvey(this.state)) this.looked ??= everybody(this.state);
  }

  private look(): void {
    this.beginToLook();
    if (this.looked) this.survey(this.looked);
    this.looked = undefined;
  }

  private get revert(): Revert {
    return { commit: `revert ${this.reverts}`, by: 'eve', from: commit(2), to: commit(1) };
  }

  private survey(visitors: readonly Visitor[]): void {
    const { now: freeze, next } = this.calendar;
    const isOver = freeze && Date.parse(freeze.until) <= Date.parse(this.now);
    const hasBegun = next !== undefined && Date.parse(next) <= Date.parse(this.now);
    this.calendar = { ...(freeze && !isOver && { now: freeze }), ...(next && !hasBegun && { next }) };
    const survey: Survey = {
      gone: visitors.map(({ id }) => id).filter((id) => !this.guests.has(id)),
      relations: relationsOf(visitors),
      calendar: this.calendar,
      ...(this.reverts > 0 && { revert: this.revert }),
    };
    this.send({ kind: 'surveyed', survey, looked: visitors.map(({ id }) => id) });
  }

  private checkWord(visit: Visit, standing: Standing, before: Standing | undefined): void {
    if (standing.kind === 'superseded') {
      expect(visit.operation).toBe('promotion');
      expect(standing.by.workflowId).not.toBe(visit.workflowId);
      if (standing.by.operation === 'promotion') expect(ancestry(standing.by.main, visit.main)).toBe('newer');
      else expect(standing.by.operation).toBe('rollback');
    }
    if (standing.kind !== 'granted' || before?.kind === 'granted' || before?.kind === 'superseded') return;
    const visitor = everybody(this.state).find(({ id }) => id === visit.id);
    expect(visitor && holdFor(this.state, visitor, this.now), 'nobody starts while the lane is held').toBeUndefined();
  }

  private checkOccupant(): void {
    const granted = [...this.guests.values()].filter(({ visit, standing }) => {
      return visit.operation !== 'config change' && standing?.kind === 'granted';
    });
    expect(granted.length, 'one at a time').toBeLessThanOrEqual(1);
    const { occupant, waiting, surveyedAt } = this.state;
    const ready = waiting.filter((visitor) => !visitor.supersededBy && !holdFor(this.state, visitor, this.now));
    if (surveyedAt && ready.length > 0) expect(occupant, 'nobody waits for nobody').toBeDefined();
  }
}
