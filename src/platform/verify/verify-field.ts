import { z } from 'zod';
import { duration, map, text, withoutRepeats } from '../fields.ts';
import type { ObjectReference, VerifyCheck } from './verify-check.ts';

const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const OBJECT_NAME = '(?:[a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?|[a-z0-9][a-z0-9.-]{0,250}\\*)';

const objectRemedy =
  'Write kind and name, or kind, namespace and name, such as Job/smoke or Job/tests/smoke; a name may end with "*".';

const object = text(new RegExp(`^[A-Z][A-Za-z0-9]{0,62}/(?:${LABEL}/)?${OBJECT_NAME}$`), objectRemedy).superRefine(
  (written, context) => {
    if (!written.startsWith('Secret/')) return;
    const message = 'A Secret has no status, and Fairlead reads no secrets. Name an object that says how it went.';
    context.addIssue({ code: 'custom', message });
  },
);

const urlRemedy =
  'Write a URL such as https://shop.example.com/health: http or https, without user, password, fragment and spaces.';

const url = text(/^https?:\/\/[^\s/?#@\\]{1,255}(?:[/?][^\s#]{0,1700})?$/, urlRemedy).superRefine(
  (written, context) => {
    if (!URL.canParse(written)) context.addIssue({ code: 'custom', message: urlRemedy });
  },
);

const statusError = 'Write the HTTP status of the answer, from 200 to 599.';
const httpStatus = z
  .number({ error: statusError })
  .int({ error: statusError })
  .min(200, { error: statusError })
  .max(599, { error: statusError });

/** The longest time for which answers are watched, in milliseconds: one attempt of a step watches all of it. */
const longestWatchMs = 10 * 60_000;

const check = map({
  object: object
    .optional()
    .describe(
      'An object of the rendered manifests that must be done or ready: KIND/NAME or KIND/NAMESPACE/NAME; a name may end with "*".',
    ),
  http: url.optional().describe('A URL that must answer. Its host must be in `allow.httpChecks` of the worker.'),
  expect: httpStatus.optional().describe('Of `http`: the HTTP status. Default: 200.'),
  for: duration()
    .optional()
    .describe('Of `http`: how long it must answer without a break, 10m at most. Default: 0s, one answer.'),
  timeout: duration({ atLeastMs: 1_000 })
    .prefault('10m')
    .describe('How long the check may take; of `http`, until the answers begin.'),
}).superRefine((written, context) => {
  const refuse = (path: PropertyKey[], message: string) => context.addIssue({ code: 'custom', path, message });
  if (written.object === undefined && written.http === undefined)
    refuse([], 'A check has `object` or `http`: write `{ object: Job/smoke }` or `{ http: https://… }`.');
  if ((written.for ?? 0) > longestWatchMs) refuse(['for'], 'Write 10m at most; `soak` makes a rollout last longer.');
  if (written.object === undefined) return;
  if (written.http !== undefined) refuse(['http'], 'This check has `object` already. Make two checks of it.');
  for (const key of ['expect', 'for'] as const)
    if (written[key] !== undefined) refuse([key], 'It belongs to a check of `http`. Remove it here.');
});

/** The field `verify`: what is checked once every cluster is healthy, in this order. */
export const verifyField = withoutRepeats(
  z
    .array(check, { error: 'List the checks as `- { object: Job/smoke }` or `- { http: https://… }`.' })
    .max(20, { error: 'Write 20 checks at most.' }),
  (checks) =>
    checks.flatMap((each, index) => {
      const { data } = z.object({ object: z.string().optional(), http: z.string().optional() }).safeParse(each);
      const key = data?.object ?? data?.http;
      const at = data?.object === undefined ? 'http' : 'object';
      const message = 'Another check is of the same. Keep one.';
      return key === undefined ? [] : [{ key, path: [index, at], message }];
    }),
);

/** Makes a check of what a file says, defaults filled in. */
export function verifyCheck(written: z.output<typeof verifyField>[number]): VerifyCheck {
  const { timeout: timeoutMs } = written;
  if (written.object !== undefined) return { kind: 'object', object: objectReference(written.object), timeoutMs };
  return { kind: 'http', url: written.http ?? '', expect: written.expect ?? 200, forMs: written.for ?? 0, timeoutMs };
}

function objectReference(written: string): ObjectReference {
  const [kind = '', ...rest] = written.split('/');
  const [name = '', namespace] = rest.reverse();
  return { kind, name, namespace };
}
