import { parseArgs } from 'node:util';

/** Which kill points are tried. */
export type Chosen =
  | { readonly kind: 'all' }
  | { readonly kind: 'some'; readonly count: number }
  | { readonly kind: 'these'; readonly numbers: readonly number[] };

export interface CrashOptions {
  readonly points: Chosen;
  readonly seed: number;
  /** The number of runs, in the order of this seed, that were played before and are left out. */
  readonly after: number;
  /** After how long no run begins any more; undefined: all points are tried. */
  readonly minutes: number | undefined;
  readonly sideBySide: number;
  /** How often a worker is killed in one run, at most. */
  readonly killsOfRun: number;
}

/** Reads the options. Throws where one is not understood. */
export function readOptions(args: readonly string[]): CrashOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      points: { type: 'string', default: 'all' },
      seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
      after: { type: 'string', default: '0' },
      minutes: { type: 'string' },
      'side-by-side': { type: 'string', default: '4' },
      kills: { type: 'string', default: '8' },
    },
  });
  return {
    points: chosen(values.points),
    seed: whole('seed', values.seed),
    after: whole('after', values.after),
    minutes: values.minutes === undefined ? undefined : whole('minutes', values.minutes),
    sideBySide: whole('side-by-side', values['side-by-side']),
    killsOfRun: whole('kills', values.kills),
  };
}

function chosen(text: string): Chosen {
  if (text === 'all') return { kind: 'all' };
  // One number alone is a count; a list of one point ends with a comma.
  if (!text.includes(',')) return { kind: 'some', count: whole('points', text) };
  const numbers = text.split(',').filter((each) => each !== '');
  return { kind: 'these', numbers: numbers.map((each) => whole('points', each)) };
}

function whole(name: string, text: string): number {
  const value = Number(text);
  if (text !== '' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new Error(`--${name} wants a whole number, not ${JSON.stringify(text)}`);
}
