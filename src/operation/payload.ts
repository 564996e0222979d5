import { Failure } from '../failure.ts';
import type { Action, Decision } from './messages.ts';

const needsReason: readonly Action[] = ['reject', 'accept', 'rollback', 'abort'];
const fields: readonly string[] = [
  'environment',
  'by',
  'reason',
  'head',
  'override',
  'clusters',
] satisfies (keyof Decision)[];
const lengthLimit = 1000;

/** Checks the payload of a signal or update. Throws `Failure` InvalidInput that names the field and what is expected. */
export function parseDecision(action: Action, payload: unknown): Decision {
  const refuse = (what: string): never => {
    throw new Failure('InvalidInput', `${action}: ${what}`);
  };
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload))
    return refuse(
      `expected an object such as {"environment":"prod","by":"ann"}, got ${JSON.stringify(payload) ?? 'nothing'}`,
    );
  const given = payload as Record<string, unknown>;
  for (const key of Object.keys(given))
    if (!fields.includes(key)) refuse(`unknown field ${JSON.stringify(key)}; the fields are ${fields.join(', ')}`);
  const text = (key: string, required: boolean): string | undefined => {
    const value = given[key];
    if (value === undefined && !required) return undefined;
    if (typeof value === 'string' && value.trim() !== '' && value.length <= lengthLimit) return value.trim();
    return refuse(`"${key}" must be a text of 1 to ${lengthLimit} characters`);
  };
  const environment = text('environment', action !== 'abort');
  const by = text('by', true) ?? refuse('"by" is missing');
  const { override = false } = given;
  if (typeof override !== 'boolean') return refuse(`"override" must be true or false, not ${JSON.stringify(override)}`);
  if (override && action !== 'approve') refuse('"override" belongs to approve alone');
  const reason = text('reason', needsReason.includes(action) || override);
  // What is held from the start has no request yet.
  const head = text('head', action === 'approve' && !override);
  if (head !== undefined && !/^[0-9a-f]{7,40}$/.test(head))
    refuse(`"head" must be the head commit of the request, 7 to 40 hexadecimal digits, not ${JSON.stringify(head)}`);
  const clusters = given.clusters;
  if (action === 'accept' && !isNames(clusters)) refuse('"clusters" must list the names of the unhealthy clusters');
  return {
    by,
    ...(environment !== undefined && { environment }),
    ...(reason !== undefined && { reason }),
    ...(head !== undefined && { head }),
    ...(override && { override }),
    ...(isNames(clusters) && { clusters }),
  };
}

function isNames(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length > 0 && value.every((name) => typeof name === 'string' && name !== '');
}
