import { decide, emptyLane, needsObservation } from '../../../src/lane/decide.ts';
import type {
  Admission,
  LaneCommand,
  LaneEntry,
  LaneEvent,
  LaneObservation,
  LaneState,
  Revert,
  TrackedEntry,
} from '../../../src/lane/types.ts';
import type { Hold } from '../../../src/operation/hold.ts';
import type { OperationKind } from '../../../src/operation/kind.ts';
import { commit, relationsOf } from './commits.ts';

export const start = '2026-03-02T10:00:00.000Z';

type Tell = Extract<LaneCommand, { kind: 'tell' }>;
type Note = Extract<LaneCommand, { kind: 'record' }>;

/** A lane, and what it has said. Entries are named by who comes; a look at the world finds what is set here. */
export class Driver {
  state: LaneState = emptyLane;
  now = start;
  /** The freezes; undefined where the file cannot be read. */
  calendar: LaneObservation['calendar'] = {};
  revert: Revert | undefined;
  readonly gone = new Set<string>();
  tells: Tell[] = [];
  notes: Note[] = [];
  private readonly sent = new Map<string, LaneEntry>();

  send(event: LaneEvent): readonly LaneCommand[] {
    const { state, commands } = decide(this.state, event, this.now);
    this.state = state;
    this.tells = [...this.tells, ...commands.filter((command) => command.kind === 'tell')];
    this.notes = [...this.notes, ...commands.filter((command) => command.kind === 'record')];
    return commands;
  }

  /** Says the entry, without a look at the world. */
  say(id: string, change: Partial<LaneEntry> = {}): readonly LaneCommand[] {
    const known: LaneEntry = this.sent.get(id) ?? {
      id,
      source: 'https://forge.test/acme/platform',
      environment: 'prod',
      operation: 'promotion',
      main: commit(1),
      phase: 'waiting',
      whenNewer: 'supersede',
      workflowId: `promote/${id}`,
      firstRunId: `run of ${id}`,
    };
    const entry = { ...known, ...change };
    this.sent.set(id, entry);
    return this.send({ kind: 'enter', entry });
  }

  /** Who is there finds a revert by hand before the lane looks. */
  finds(id: string, revert: Revert): void {
    const entry = this.sent.get(id);
    if (entry) this.send({ kind: 'reverted', entry, revert });
  }

  /** Says the entry, and looks at the world where the lane wants that. */
  comes(id: string, number: number, change: Partial<LaneEntry> = {}): void {
    this.say(id, { main: commit(number), ...change });
    this.look();
  }

  leaves(id: string, hold?: Omit<Hold, 'since'>): void {
    this.send({ kind: 'leave', id, ...(hold && { hold }) });
    this.look();
  }

  look(): void {
    if (needsObservation(this.state)) this.observe();
  }

  observe(entries: readonly TrackedEntry[] = this.entries): void {
    const observation: LaneObservation = {
      gone: [...this.gone],
      relations: relationsOf(entries),
      ...(this.calendar && { calendar: this.calendar }),
      ...(this.revert && { revert: this.revert }),
    };
    this.send({ kind: 'observed', observation, looked: entries.map(({ id }) => id) });
  }

  /** Time passes, then the lane looks at its state, and at the world where it wants that. */
  passes(ms: number): void {
    this.now = plus(this.now, ms);
    this.send({ kind: 'tick' });
    this.look();
  }

  get entries(): readonly TrackedEntry[] {
    const { current, waiting, configuring } = this.state;
    return [...(current ? [current] : []), ...waiting, ...configuring];
  }

  /** Answers what the entry was told last. */
  admission(id: string): Admission | undefined {
    return this.tells.findLast(({ entry }) => entry.id === id)?.admission;
  }

  /** Describes what the entry was told last: `superseded by b`, `waiting behind a`. */
  admissionText(id: string): string {
    const admission = this.admission(id);
    if (admission?.kind === 'superseded') return `superseded by ${name(admission.by.workflowId)}`;
    if (admission?.kind === 'waiting') return `waiting behind ${name(admission.behind.workflowId)}`;
    if (admission?.kind === 'held') return `held: ${admission.hold.reason}`;
    if (admission?.kind === 'granted' && admission.hold) return `granted, held: ${admission.hold.reason}`;
    return admission?.kind ?? 'untold';
  }

  admissionTexts(...ids: readonly string[]): readonly string[] {
    return ids.map((id) => `${id} ${this.admissionText(id)}`);
  }
}

export const rollback = { operation: 'rollback', by: 'ann', reason: 'errors' } as const satisfies Partial<LaneEntry>;
export const configure = { operation: 'config change' } as const satisfies { operation: OperationKind };

export function plus(time: string, ms: number): string {
  return new Date(Date.parse(time) + ms).toISOString();
}

function name(workflowId: string): string {
  return workflowId.replace('promote/', '');
}
