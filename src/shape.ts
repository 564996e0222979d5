import * as v from 'valibot';
import { cut } from './cut.ts';
import { Failure } from './failure.ts';
import {
  byteLength,
  depthFault,
  isFitText,
  isWellFormed,
  payloadFault,
  type TextKind,
  textLimits,
} from './text/message-text.ts';

/**
 * Schemas of what comes from outside: messages to workflows and lines of the record. Valibot rather than zod, because
 * every workflow evaluates these modules for itself. What a schema of a message does not name may be there, too:
 * another version may have sent it.
 */
export type Schema<T> = v.GenericSchema<unknown, T>;

/** A schema for each field of a type, the optional ones too: none can be forgotten. */
export type Fields<T> = { readonly [Field in keyof T]-?: Schema<T[Field]> };

/** Makes the schema of a type that is written down elsewhere. */
export function shapeOf<T>(fields: Fields<T>): Schema<T> {
  // The compiler cannot see that the mapped type and valibot's own inference come to the same.
  return v.object(fields) as unknown as Schema<T>;
}

/** Makes the schema of a message; its type is inferred from it. */
export function message<Entries extends v.ObjectEntries>(fields: Entries) {
  return v.pipe(v.object(fields), v.readonly());
}

/** Makes the type guard of the schema of a message. */
export function guardOf<T>(schema: Schema<T>): (value: unknown) => value is T {
  return (value): value is T => payloadFault(value) === undefined && faultOf(schema, value) === undefined;
}

/** Says what is wrong with a value, as `commit is "main"` or `gitops.branch is missing`; undefined: nothing. */
export function faultOf<T>(schema: Schema<T>, value: unknown): string | undefined {
  const fault = depthFault(value);
  if (fault !== undefined) return fault;
  if (!isObject(value)) return `the input is ${shownJson(value)}`;
  const [issue] = v.safeParse(schema, value, { abortEarly: true }).issues ?? [];
  if (issue === undefined) return undefined;
  const path = issue.path ?? [];
  if (path.length === 0) return `the input is ${shownJson(value)}`;
  const rule = issue.type === 'check' && issue.message.startsWith(expected) ? `, ${issue.message}` : '';
  return `${path.map(({ key }) => String(key)).join('.')} is ${shownJson(path.at(-1)?.value)}${rule}`;
}

/**
 * Reads what a person sends: only these fields, whose schemas say in their messages what is expected. Throws `Failure`
 * InvalidInput that names the field and what is expected. `example` is shown to who sends no object at all.
 */
export function readFields<Entries extends v.ObjectEntries>(
  what: string,
  payload: unknown,
  { fields, example }: { readonly fields: Entries; readonly example: string },
): v.InferOutput<v.StrictObjectSchema<Entries, undefined>> {
  const refuse = (why: string) => new Failure('InvalidInput', `${what}: ${why}`);
  const fault = payloadFault(payload);
  if (fault !== undefined) throw refuse(`the payload cannot be read: ${fault}`);
  if (!isObject(payload)) throw refuse(`expected an object such as ${example}, got ${shownJson(payload, 'nothing')}`);
  const known = Object.keys(fields);
  const unknown = Object.keys(payload).find((key) => !known.includes(key));
  if (unknown !== undefined) throw refuse(`unknown field ${shownJson(unknown)}; the fields are ${known.join(', ')}`);
  // A field that is missing is undefined, so that its own schema says what is expected.
  const given = Object.fromEntries(known.map((key) => [key, payload[key]]));
  const read = v.safeParse(v.object(fields), given, { abortEarly: true });
  if (!read.success) throw refuse(read.issues[0].message);
  return read.output;
}

/** How the rule begins that a fault names, beside what is there. */
const expected = 'expected';

/** Makes the schema of a text in a message or in the input of a workflow. */
export function textOf(kind: TextKind) {
  return v.pipe(
    v.string(),
    v.check((text) => isFitText(kind, text), `${expected} a text of at most ${textLimits[kind]} bytes`),
  );
}

/** Makes the schema of a text that a person writes, without white space around; `field` names it in the error. */
export function personsText(field: string, kind: TextKind = 'text') {
  const wrong = `"${field}" must be a text of 1 to ${textLimits[kind]} bytes`;
  return v.pipe(
    v.string(wrong),
    v.check((text) => text.trim() !== '', wrong),
    v.check(
      (text) => isFitText(kind, text),
      ({ input }) => `${wrong}, ${isWellFormed(input) ? `and has ${byteLength(input)}` : 'and has half a character'}`,
    ),
    v.trim(),
  );
}

/** Answers whether a value is an object with keys, and no list. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Shows a value from outside in a sentence, shortened; one without JSON is `missing`. */
export function shownJson(value: unknown, missing = 'missing'): string {
  return cut(JSON.stringify(value) ?? missing, 80);
}

/** A whole number, 0 or more. */
export const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** The full id of a commit. */
export const commit = v.pipe(v.string(), v.regex(/^[0-9a-f]{40}$/));

/** A time: ISO 8601, in UTC. */
export const instant = v.pipe(
  v.string(),
  v.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/),
  v.check((text) => !Number.isNaN(Date.parse(text))),
);

/** An id that Temporal takes for a workflow. */
export const workflowId = v.pipe(textOf('id'), v.minLength(1));

/** The id of a run of a workflow. */
export const runId = v.pipe(v.string(), v.regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/));
