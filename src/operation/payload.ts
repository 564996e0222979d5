import * as v from 'valibot';
import { isObject, personsText, readFields, shownJson } from '../shape.ts';
import { isFitText, listedLimit, textLimits } from '../text/message-text.ts';
import { claimedName } from './claim.ts';
import type { Action, Decision } from './messages.ts';

const needsReason: readonly Action[] = ['reject', 'accept', 'rollback', 'abort'];
const decisionExample = '{"environment":"prod","by":"ann"}';

/**
 * Checks the payload of a signal or update. Throws `Failure` InvalidInput that names the field and what is expected.
 */
export function parseDecision(action: Action, payload: unknown): Decision {
  const givesOverride = isObject(payload) && payload.override === true;
  const decision = readFields(action, payload, { fields: fieldsOf(action, givesOverride), example: decisionExample });
  const { override, removals } = decision;
  return { ...decision, override: override || undefined, removals: removals || undefined };
}

function fieldsOf(action: Action, givesOverride: boolean) {
  const needed = (needs: boolean, text: ReturnType<typeof personsText>) => (needs ? text : v.optional(text));
  return {
    environment: needed(action !== 'abort', personsText('environment', 'name')),
    by: claimedName(),
    override: v.optional(ofApprove(action, 'override')),
    removals: v.optional(ofApprove(action, 'removals')),
    reason: needed(needsReason.includes(action) || givesOverride, personsText('reason')),
    // An operation that is held from the start has no request yet.
    head: action === 'approve' && !givesOverride ? head : v.optional(head),
    // None is unhealthy where a check of a URL does not pass; the status says which must be named.
    clusters: action === 'accept' ? v.optional(clusters) : v.fallback(v.optional(clusters), undefined),
    groups: v.optional(groupsOf(action)),
    allUnknown: v.optional(allUnknownOf(action)),
  } satisfies Record<keyof Decision, unknown>;
}

function ofApprove(action: Action, field: 'override' | 'removals') {
  return v.pipe(
    v.boolean(({ input }) => `"${field}" must be true or false, not ${shownJson(input)}`),
    v.check((isGiven) => !isGiven || action === 'approve', `"${field}" belongs to approve alone`),
  );
}

function groupsOf(action: Action) {
  return v.pipe(
    groups,
    v.check(() => action === 'accept', '"groups" belongs to accept alone'),
  );
}

function allUnknownOf(action: Action) {
  return v.pipe(
    v.boolean(({ input }) => `"allUnknown" must be true or false, not ${shownJson(input)}`),
    v.check((all) => !all || action === 'accept', '"allUnknown" belongs to accept alone'),
  );
}

const head = v.pipe(
  personsText('head'),
  v.regex(
    /^[0-9a-f]{7,40}$/,
    ({ input }) => `"head" must be the head commit of the request, 7 to 40 hexadecimal digits, not ${shownJson(input)}`,
  ),
);

const clusters = listOf('clusters', 'the names of the unhealthy clusters');
const groups = listOf('groups', 'names of groups of clusters');

function listOf(field: string, what: string) {
  const wrong = `"${field}" must list ${what}, at most ${listedLimit}`;
  const name = v.pipe(
    v.string(wrong),
    v.minLength(1, wrong),
    v.check((text) => isFitText('name', text), `${wrong}, each of at most ${textLimits.name} bytes`),
  );
  return v.pipe(v.array(name, wrong), v.maxLength(listedLimit, wrong));
}
