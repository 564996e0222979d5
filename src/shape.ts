/**
 * Tells whether a value from outside is what it should be: for messages to workflows, where zod has no place, and for
 * lines of the record. What a shape does not name may be there, too: another version may have sent it.
 */
export type Check = (value: unknown) => boolean;

/** A check for each field; those that may be left out are `optional`. */
export type Checks<T> = { readonly [Field in keyof Required<T>]: Check };

export function shapeOf<T>(checks: Checks<T>): (value: unknown) => value is T {
  return (value): value is T => faultOf(checks, value) === undefined;
}

/** What is wrong with a value, as `commit is "main"`; nothing when it is right. */
export function faultOf<T>(checks: Checks<T>, value: unknown): string | undefined {
  if (!isObject(value)) return `the input is ${shown(value)}`;
  const wrong = Object.entries<Check>(checks).find(([field, check]) => !check(value[field]));
  return wrong && `${wrong[0]} is ${shown(value[wrong[0]])}`;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'missing';
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

export function optional(check: Check): Check {
  return (value) => value === undefined || check(value);
}

export function oneOf(values: readonly string[]): Check {
  return (value) => isText(value) && values.includes(value);
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isText(value: unknown): value is string {
  return typeof value === 'string';
}

export function isFlag(value: unknown): value is boolean {
  return typeof value === 'boolean';
}

/** 0 or more. */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

/** A full id. */
export function isCommit(value: unknown): value is string {
  return isText(value) && /^[0-9a-f]{40}$/.test(value);
}

/** ISO 8601 in UTC. */
export function isInstant(value: unknown): value is string {
  return isText(value) && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(value) && !Number.isNaN(Date.parse(value));
}

/** What Temporal takes for one. */
export function isWorkflowId(value: unknown): value is string {
  return isText(value) && value !== '' && value.length <= 1000;
}

export function isRunId(value: unknown): value is string {
  return isText(value) && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value);
}
