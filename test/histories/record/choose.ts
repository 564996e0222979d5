import { relative } from 'node:path';
import type { KeptScenario } from '../scenarios.ts';
import type { KeptTest } from './keep.ts';

/** Temporal's JSON of an event, as far as it is looked at here. */
interface JsonEvent {
  readonly eventType?: string;
  readonly [attributes: string]: unknown;
}

/** Where the tests are, and the workflows of which histories are kept: some tests bring their own. */
export interface Choice {
  readonly directory: string;
  readonly types: readonly string[];
}

/**
 * Chooses what is kept of a recording, by the file of the tests, relative to `directory` and without its ending. Two
 * executions whose events come in the same order are one and the same to a replay: the first is kept. What says which
 * machine recorded is taken out.
 */
export function chooseScenarios(
  tests: readonly KeptTest[],
  { directory, types }: Choice,
): ReadonlyMap<string, readonly KeptScenario[]> {
  const chosen = new Map<string, KeptScenario[]>();
  const seen = new Set<string>();
  for (const { file, test, executions } of [...tests].sort(byPlace))
    for (const { workflowId, history } of executions) {
      const shape = shapeOfHistory(history);
      if (seen.has(shape) || !types.includes(typeOf(history))) continue;
      seen.add(shape);
      const name = relative(directory, file).replace(/\.test\.ts$/, '');
      chosen.set(name, [...(chosen.get(name) ?? []), { test, workflowId, history: withoutMachine(history) }]);
    }
  return chosen;
}

function byPlace(a: KeptTest, b: KeptTest): number {
  return `${a.file} ${a.test}`.localeCompare(`${b.file} ${b.test}`, 'en');
}

/** Answers the type of the workflow that a history is of. */
function typeOf(history: unknown): string {
  const { events: [started = {}] = [] } = history as { readonly events?: readonly JsonEvent[] };
  return (attributesOf(started).workflowType as { readonly name?: string } | undefined)?.name ?? '';
}

/** Names the events with what decides of each in a replay: the workflow, the step, the signal, the patch. */
function shapeOfHistory(history: unknown): string {
  const { events = [] } = history as { readonly events?: readonly JsonEvent[] };
  return events.map((event) => `${event.eventType} ${namesIn(event).join(' ')}`).join('\n');
}

function namesIn(event: JsonEvent): readonly string[] {
  const { workflowType, activityType, signalName, markerName, updateName } = attributesOf(event);
  return [workflowType, activityType, signalName, markerName, updateName].flatMap((name) =>
    name === undefined ? [] : JSON.stringify(name),
  );
}

const ofMachine: readonly string[] = ['identity', 'stackTrace', 'binaryChecksum'];

function withoutMachine<T>(value: T): T;
function withoutMachine(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutMachine);
  // A worker's own queue is named after its process and host.
  if (typeof value === 'string') return value.replace(/^\d+@.*(?=-[0-9a-f]{32}$)/, 'worker');
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, each]) => (ofMachine.includes(key) ? [] : [[key, withoutMachine(each)]])),
  );
}

function attributesOf(event: JsonEvent): Readonly<Record<string, unknown>> {
  // Beside its attributes, an event has a time and metadata, which are objects, too.
  const name = Object.keys(event).find((key) => key.endsWith('Attributes'));
  return (name === undefined ? {} : event[name]) as Readonly<Record<string, unknown>>;
}
