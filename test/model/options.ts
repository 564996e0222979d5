import { parseArgs } from 'node:util';

export interface ModelOptions {
  readonly sequences: number;
  readonly seed: number;
  readonly concurrency: number;
  /** The path of one sequence, as a failure prints it. */
  readonly path: string | undefined;
  /** A file with a sequence to run instead of those of the seed. */
  readonly plan: string | undefined;
  readonly replay: boolean;
  /** Prints what happened also where everything held. */
  readonly journal: boolean;
  readonly mostEvents: number;
  /** The time for shrinking each failure, in milliseconds. */
  readonly shrinkMs: number;
  /** The number of failures after which no more sequences are begun. */
  readonly mostFailures: number;
}

export function readOptions(args: readonly string[]): ModelOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      sequences: { type: 'string', default: '150' },
      seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
      concurrency: { type: 'string', default: '6' },
      path: { type: 'string' },
      plan: { type: 'string' },
      'no-replay': { type: 'boolean', default: false },
      journal: { type: 'boolean', default: false },
      events: { type: 'string', default: '14' },
      'shrink-for': { type: 'string', default: '120' },
      failures: { type: 'string', default: '3' },
    },
  });
  return {
    sequences: whole('sequences', values.sequences),
    seed: whole('seed', values.seed),
    concurrency: whole('concurrency', values.concurrency),
    path: values.path,
    plan: values.plan,
    replay: !values['no-replay'],
    journal: values.journal,
    mostEvents: whole('events', values.events),
    shrinkMs: 1000 * whole('shrink-for', values['shrink-for']),
    mostFailures: whole('failures', values.failures),
  };
}

function whole(name: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new Error(`--${name} wants a whole number, not ${JSON.stringify(text)}`);
}
