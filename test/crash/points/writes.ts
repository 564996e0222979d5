import type { ForgeWrite, WriteMoment } from '../../../fakes/github/writes.ts';
import { type KillPoint, moments, writeNumber } from './point.ts';

/** A write of a run, by a name that is the same in every run. */
export interface CountedWrite {
  readonly key: string;
  readonly at: number;
}

/** Counts the writes of a run that are alike: the second note of an environment is another point than its first. */
export class WriteCount {
  readonly #counts = new Map<string, number>();
  readonly #keys = new WeakMap<ForgeWrite, string>();
  readonly #all: CountedWrite[] = [];

  /** Answers the key of a write. */
  count(write: ForgeWrite, moment: WriteMoment): string {
    const known = this.#keys.get(write);
    if (known !== undefined || moment !== 'asked') return known ?? '';
    const name = plainName(write);
    const count = 1 + (this.#counts.get(name) ?? 0);
    this.#counts.set(name, count);
    const key = `${name} #${count}`;
    this.#keys.set(write, key);
    this.#all.push({ key, at: Date.now() });
    return key;
  }

  /** Counts a write as not asked for: it is asked for again. */
  forget(write: ForgeWrite): void {
    const name = plainName(write);
    this.#counts.set(name, (this.#counts.get(name) ?? 1) - 1);
  }

  get all(): readonly CountedWrite[] {
    return this.#all;
  }
}

/** The points at the writes that the run without a kill has made. */
export class WritePoints {
  readonly #numbers: ReadonlyMap<string, number>;

  constructor(writes: readonly CountedWrite[]) {
    this.#numbers = new Map(writes.map(({ key }, index) => [key, index]));
  }

  numberOf(key: string, moment: WriteMoment): number | undefined {
    const index = this.#numbers.get(key);
    return index === undefined ? undefined : writeNumber(index, moment);
  }
}

/** Answers the points at a write: git's have one in the middle. */
export function pointsOfWrite({ key }: CountedWrite, index: number): readonly KillPoint[] {
  const isPush = key.startsWith('push ');
  return moments
    .filter((moment) => isPush || moment !== 'under way')
    .map((moment) => ({ number: writeNumber(index, moment), kind: `${kindOf(key)}, ${moment}` }));
}

function kindOf(key: string): string {
  if (key.startsWith('push refs/notes/')) return 'push of a note';
  if (key.startsWith('push ')) return "push of a request's branch";
  if (/\/merge\b/.test(key)) return 'merge';
  if (/^POST pulls\b/.test(key)) return 'opening a request';
  return 'other call of the forge';
}

function plainName({ what, refs }: ForgeWrite): string {
  if (what.startsWith('push ')) return `push ${refs.join(' ')}`;
  return what.replace(/\/repos\/[^/]+\/[^/]+\//, '');
}
