import { decide, emptyLane, needsSurvey } from '../../../src/lane/decide.ts';
import type {
  Hold,
  LaneCommand,
  LaneEvent,
  LaneState,
  Revert,
  Standing,
  Survey,
  Visit,
  Visitor,
} from '../../../src/lane/types.ts';
import type { OperationKind } from '../../../src/operation/kind.ts';
import { commit, relationsOf } from './commits.ts';

export const start = '2026-03-02T10:00:00.000Z';

type Tell = Extract<LaneCommand, { kind: 'tell' }>;
type Note = Extract<LaneCommand, { kind: 'record' }>;

/** A lane, and what it has said. Visits are named by who comes; a look at the world finds what is set here. */
export class Driver {
  state: LaneState = emptyLane;
  now = start;
  /** Undefined: the file cannot be read. */
  calendar: Survey['calendar'] = {};
  revert: Revert | undefined;
  readonly gone = new Set<string>();
  tells: Tell[] = [];
  notes: Note[] = [];
  private readonly visits = new Map<string, Visit>();

  send(event: LaneEvent): readonly LaneCommand[] {
    const { state, commands } = decide(this.state, event, this.now);
    this.state = state;
    this.tells = [...this.tells, ...commands.filter((command) => command.kind === 'tell')];
    this.notes = [...this.notes, ...commands.filter((command) => command.kind === 'record')];
    return commands;
  }

  /** Says the visit, without a look at the world. */
  say(id: string, change: Partial<Visit> = {}): readonly LaneCommand[] {
    const known: Visit = this.visits.get(id) ?? {
      id,
      operation: 'promotion',
      main: commit(1),
      phase: 'waiting',
      whenNewer: 'supersede',
      workflowId: `promote/${id}`,
      firstRunId: `run of ${id}`,
    };
    const visit = { ...known, ...change };
    this.visits.set(id, visit);
    return this.send({ kind: 'visit', visit });
  }

  /** Who is there finds a revert by hand before the lane looks. */
  finds(id: string, revert: Revert): void {
    const visit = this.visits.get(id);
    if (visit) this.send({ kind: 'reverted', visit, revert });
  }

  /** Says the visit, and looks at the world where the lane wants that. */
  comes(id: string, number: number, change: Partial<Visit> = {}): void {
    this.say(id, { main: commit(number), ...change });
    this.look();
  }

  leaves(id: string, hold?: Omit<Hold, 'since'>): void {
    this.send({ kind: 'leave', id, ...(hold && { hold }) });
    this.look();
  }

  look(): void {
    if (needsSurvey(this.state)) this.survey();
  }

  survey(visitors: readonly Visitor[] = this.visitors): void {
    const survey: Survey = {
      gone: [...this.gone],
      relations: relationsOf(visitors),
      ...(this.calendar && { calendar: this.calendar }),
      ...(this.revert && { revert: this.revert }),
    };
    this.send({ kind: 'surveyed', survey, looked: visitors.map(({ id }) => id) });
  }

  /** Time passes, then the lane looks at its state, and at the world where it wants that. */
  passes(ms: number): void {
    this.now = plus(this.now, ms);
    this.send({ kind: 'tick' });
    this.look();
  }

  get visitors(): readonly Visitor[] {
    const { occupant, waiting, configuring } = this.state;
    return [...(occupant ? [occupant] : []), ...waiting, ...configuring];
  }

  /** What the visit was told last. */
  standing(id: string): Standing | undefined {
    return this.tells.findLast(({ visit }) => visit.id === id)?.standing;
  }

  /** The same in a word or two: `superseded by b`, `waiting behind a`. */
  word(id: string): string {
    const standing = this.standing(id);
    if (standing?.kind === 'superseded') return `superseded by ${name(standing.by.workflowId)}`;
    if (standing?.kind === 'waiting') return `waiting behind ${name(standing.behind.workflowId)}`;
    if (standing?.kind === 'held') return `held: ${standing.hold.reason}`;
    if (standing?.kind === 'granted' && standing.hold) return `granted, held: ${standing.hold.reason}`;
    return standing?.kind ?? 'untold';
  }

  words(...ids: readonly string[]): readonly string[] {
    return ids.map((id) => `${id} ${this.word(id)}`);
  }
}

export const rollback = { operation: 'rollback', by: 'ann', reason: 'errors' } as const satisfies Partial<Visit>;
export const configure = { operation: 'config change' } as const satisfies { operation: OperationKind };

export function plus(time: string, ms: number): string {
  return new Date(Date.parse(time) + ms).toISOString();
}

function name(workflowId: string): string {
  return workflowId.replace('promote/', '');
}
