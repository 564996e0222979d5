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

const checkRemedy =
  'Write the name of a check or status as the forge shows it, 100 characters at most, such as e2e or ci/build.';

const forgeCheckName = text(/^[^\s\p{Cc}](?:[^\p{Cc}]{0,98}[^\s\p{Cc}])?$/u, checkRemedy).superRefine(
  (written, context) => {
    if (!/^fairlead\//i.test(written)) return;
    const message = 'This is a status of Fairlead itself, which would wait for itself. Name a check of CI.';
    context.addIssue({ code: 'custom', message });
  },
);

const checksList = withoutRepeats(
  z
    .array(forgeCheckName, { error: 'List the names of checks, such as [e2e].' })
    .min(1, { error: 'Name one check at least.' })
    .max(20, { error: 'Name 20 checks at most.' }),
  (names) =>
    names.map((name, index) => ({
      key: String(name),
      path: [index],
      message: 'This check is named already. Keep one.',
    })),
);

const check = map({
  object: object
    .optional()
    .describe(
      'An object of the rendered manifests that must be done or ready: KIND/NAME or KIND/NAMESPACE/NAME; a name may end with "*".',
    ),
  http: url.optional().describe('A URL that must answer. Its host must be in `allow.httpChecks` of the worker.'),
  checks: checksList
    .optional()
    .describe("Checks or statuses that must be green on the main commit, as the source's forge names them."),
  on: z
    .literal('main', { error: 'Write main: the commit that is promoted.' })
    .optional()
    .describe('Of `checks`: where they must be green. Default: main.'),
  expect: httpStatus.optional().describe('Of `http`: the HTTP status. Default: 200.'),
  for: duration()
    .optional()
    .describe('Of `http`: how long it must answer without a break, 10m at most. Default: 0s, one answer.'),
  timeout: duration({ atLeastMs: 1_000 })
    .prefault('10m')
    .describe('How long the check may take; of `http`, until the answers begin.'),
}).superRefine((written, context) => {
  const refuse = (path: PropertyKey[], message: string) => context.addIssue({ code: 'custom', path, message });
  const kinds = (['object', 'http', 'checks'] as const).filter((key) => written[key] !== undefined);
  const [kind, other] = kinds;
  if (kind === undefined)
    refuse(
      [],
      'A check has `object`, `http` or `checks`: write `{ object: Job/smoke }`, `{ http: https://… }` or `{ checks: [e2e] }`.',
    );
  if (other !== undefined) refuse([other], `This check has \`${kind}\` already. Make two checks of it.`);
  if ((written.for ?? 0) > longestWatchMs) refuse(['for'], 'Write 10m at most; `soak` makes a rollout last longer.');
  if (written.on !== undefined && kind !== undefined && kind !== 'checks')
    refuse(['on'], 'It belongs to `checks`. Remove it here.');
  if (kind === 'http' || kind === undefined) return;
  for (const key of ['expect', 'for'] as const)
    if (written[key] !== undefined) refuse([key], 'It belongs to a check of `http`. Remove it here.');
});

const keysOfCheck = z.object({
  object: z.string().optional(),
  http: z.string().optional(),
  checks: z.array(z.string()).optional(),
});

/** The field `verify`: what is checked once every cluster is healthy, in this order. */
export const verifyField = withoutRepeats(
  z
    .array(check, {
      error: 'List the checks as `- { object: Job/smoke }`, `- { http: https://… }` or `- { checks: [e2e] }`.',
    })
    .max(20, { error: 'Write 20 checks at most.' }),
  (checks) =>
    checks.flatMap((each, index) => {
      const { data } = keysOfCheck.safeParse(each);
      const checks = data?.checks && [...data.checks].sort().join('\n');
      const key = data?.object ?? data?.http ?? checks;
      const at = data?.object !== undefined ? 'object' : data?.http !== undefined ? 'http' : 'checks';
      const message = 'Another check is of the same. Keep one.';
      return key === undefined ? [] : [{ key, path: [index, at], message }];
    }),
);

/** Makes a check of what a file says, defaults filled in. */
export function verifyCheck(written: z.output<typeof verifyField>[number]): VerifyCheck {
  const { timeout: timeoutMs } = written;
  if (written.object !== undefined) return { kind: 'object', object: objectReference(written.object), timeoutMs };
  if (written.checks !== undefined)
    return { kind: 'checks', checks: written.checks, on: written.on ?? 'main', timeoutMs };
  return { kind: 'http', url: written.http ?? '', expect: written.expect ?? 200, forMs: written.for ?? 0, timeoutMs };
}

function objectReference(written: string): ObjectReference {
  const [kind = '', ...rest] = written.split('/');
  const [name = '', namespace] = rest.reverse();
  return { kind, name, namespace };
}
