import fc from 'fast-check';
import { textLimits } from '../../../../src/text/message-text.ts';
import { deepJson } from './raw.ts';

/** How a message reaches a workflow. */
export const channels = ['signal', 'update', 'query', 'start'] as const;

/** What somebody sends to a workflow. `json`: the text of its payload, which need be no JSON. */
export interface SentMessage {
  readonly channel: (typeof channels)[number];
  readonly target: 'lane' | 'promotion' | 'config change';
  readonly name: string;
  readonly json: string;
  readonly encoding: string;
}

const run = '01a219ba-f412-74f7-b213-48c772246fe7';
const sha = 'a'.repeat(40);
const now = '2026-01-01T00:00:00.000Z';
const gitops = { repository: 'https://forge.test/acme/gitops', branch: 'dev' };
const source = 'https://forge.test/acme/platform';
const place = { source, environment: 'dev' };
const hold = { by: 'ann', reason: 'x', config: false, since: now };
const entry = {
  ...{ id: 'x', operation: 'config change', main: '', phase: 'waiting', whenNewer: 'wait' },
  ...{ ...place, workflowId: 'x', firstRunId: run, by: 'ann', reason: 'x' },
};
const decision = { environment: 'dev', by: 'ann', reason: 'x', head: sha };
const takenBack = { by: 'ann', reason: 'x', rollback: 'x', run, environment: 'dev' };
const tracked = { ...entry, since: now };
const state = { version: 1, waiting: [tracked], configuring: [], seenReverts: [sha], sequence: 1, hold };

/** A right message of each kind, by its name. */
const right: Readonly<Record<string, unknown>> = {
  enter: entry,
  leave: { id: 'x', hold },
  reverted: { entry, revert: { commit: sha, by: 'ann', from: sha, to: sha } },
  override: { id: 'x', by: 'ann', reason: 'x' },
  hold: { by: 'ann', reason: 'x', until: '2100-01-01T00:00:00Z', config: true },
  resume: { by: 'ann', reason: 'x' },
  stepTrouble: { id: 'x', step: 'record', failing: { failures: 3, since: now, type: 'Internal', message: 'x' } },
  admission: { gitops, environment: 'dev', entry: 'x', sequence: 1, admission: { kind: 'held', hold } },
  laneBegan: { environment: 'dev' },
  rerender: { environment: 'dev', main: sha, config: sha, over: sha },
  nudge: { environment: 'dev' },
  rolledBack: takenBack,
  goNoFurther: takenBack,
  configure: { ...place, commit: sha },
  holdFor: { entry: 'x', now },
  status: {},
  approve: { ...decision, override: true },
  accept: { ...decision, clusters: ['a'], groups: ['b'], allUnknown: true },
  ...Object.fromEntries(['reject', 'rollback', 'retry', 'abort'].map((name) => [name, decision])),
  EnvironmentLane: { gitops, ...place, movedFrom: { ...place, at: now }, state, refusals: [], historyLimit: 100 },
  PromoteMainCommit: { source, commit: sha, historyLimit: 100, memory: { version: 1 } },
  ApplyConfig: { ...place, commit: sha, memory: { version: 1 } },
  RollbackEnvironment: { ...place, by: 'ann', reason: 'x', config: 'today', force: false, to: sha },
  RollbackPromotion: { source, commit: sha, by: 'ann', reason: 'x', config: 'recorded' },
  CatchUp: { source },
  Unknown: {},
};
const types = Object.keys(right).filter((name) => /^[A-Z]/.test(name));
const messages = [...Object.keys(right).filter((name) => !types.includes(name)), '__temporal_x', '__proto__', 'x'];

/** Stands for a hundred thousand levels, which no program would write as JSON. */
const deepMark = 'a hundred thousand levels';

const unit = fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code));
const lengths = Object.values(textLimits).flatMap((limit) => [limit, limit + 1]);
const wild: fc.Arbitrary<unknown> = fc.oneof(
  fc.string({ unit }),
  fc.constantFrom('\ud800', '\u0000', '\u202e', '', ' ', '__proto__', 'toString', deepMark),
  fc
    .tuple(fc.constantFrom('x', 'é', '🚢'), fc.constantFrom(...lengths, 200_000))
    .map(([text, bytes]) => text.repeat(Math.ceil(bytes / Buffer.byteLength(text)))),
  fc.constantFrom(null, true, 0, -1, 1e300, [], {}, [[]], 0.5, Number.MAX_SAFE_INTEGER + 1),
  fc.integer({ min: 60, max: 70 }).map((levels): unknown => JSON.parse(deepJson(levels))),
  fc.integer({ min: 1_001, max: 100_000 }).map((size) => new Array<string>(size).fill('x')),
  fc.jsonValue({ maxDepth: 4 }),
);

/** A change of one place: something else stands there, or nothing. */
interface Change {
  readonly path: readonly number[];
  readonly value: unknown;
  readonly isRemoval: boolean;
}

const change: fc.Arbitrary<Change> = fc.record({
  path: fc.array(fc.nat(20), { minLength: 1, maxLength: 4 }),
  value: wild,
  isRemoval: fc.boolean(),
});

/** Changes a value at a place, however far the path leads. */
function changed(value: unknown, { path: [step = 0, ...rest], value: other, isRemoval }: Change): unknown {
  if (typeof value !== 'object' || value === null) return other;
  const keys = Object.keys(value);
  const key = keys[step % (keys.length + 1)] ?? 'more';
  const fields = { ...(value as Record<string, unknown>) };
  const inner = rest.length === 0 ? other : changed(fields[key], { path: rest, value: other, isRemoval });
  if (rest.length === 0 && isRemoval) delete fields[key];
  else Object.defineProperty(fields, key, { value: inner, enumerable: true, configurable: true });
  return Array.isArray(value) ? Object.values(fields) : fields;
}

function jsonOf(value: unknown): string {
  return (JSON.stringify(value) ?? '').replaceAll(JSON.stringify(deepMark), deepJson(100_000));
}

/** Makes a value for one message of so many, and null for the others. */
function oneOf<T>(messages: number, value: fc.Arbitrary<T>): fc.Arbitrary<T | null> {
  return fc.oneof({ weight: messages - 1, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: value });
}

/** Messages that are nearly right, and some that are nothing at all. */
export const sentMessage: fc.Arbitrary<SentMessage> = fc
  .record({
    channel: fc.constantFrom(...channels),
    target: fc.constantFrom<SentMessage['target']>('lane', 'promotion', 'config change'),
    message: fc.constantFrom(...messages),
    type: fc.constantFrom(...types),
    whole: oneOf(5, wild),
    changes: fc.array(change, { minLength: 1, maxLength: 3 }),
    broken: oneOf(12, fc.string({ unit: 'binary' })),
    encoding: fc.constantFrom(...new Array<string>(12).fill('json/plain'), 'x/y', 'binary/null', 'binary/plain', ''),
  })
  .map(({ channel, target, message, type, whole, changes, broken, encoding }) => {
    const name = channel === 'start' ? type : message;
    const value = whole ?? changes.reduce(changed, right[name] ?? {});
    return { channel, target, name, encoding, json: broken ?? jsonOf(value) };
  });
