import { z } from 'zod';
import { map, type Single, withoutRepeats } from '../../../platform/fields.ts';
import type { UnstableAnswer } from '../../types.ts';

const answerRemedy = 'Write one of `drop: true`, `keep: true` and `value: "…"`, the value in quotes.';
const mostEntries = 1_000;
const objectRemedy = 'Write kind and name, such as Secret grafana, or Secret monitoring/grafana.';

/**
 * One entry. What is wrong with its answer is told of the entry as a whole, because a secret that stands in the wrong place
 * must not be quoted.
 */
const entry = map({
  object: z.string(objectRemedy).regex(/^[A-Z][A-Za-z0-9]* [^\s/]+(?:\/[^\s/]+)?$/, objectRemedy),
  field: z
    .string('Write the path of a field, such as data.password.')
    .min(1, 'Leave it out for the object.')
    .optional(),
  drop: z.unknown().optional(),
  keep: z.unknown().optional(),
  value: z.unknown().optional(),
}).superRefine(({ field, drop, keep, value }, context) => {
  const given = [drop, keep, value].filter((each) => each !== undefined);
  const isRight = drop === true || keep === true || (typeof value === 'string' && field !== undefined);
  if (given.length === 1 && isRight) return;
  const needsField = typeof value === 'string' && field === undefined && given.length === 1;
  context.addIssue({
    code: 'custom',
    message: needsField ? 'A value needs the `field` that it is for.' : answerRemedy,
  });
});

/** The list of `unstable` in `helm.yaml`: what becomes of output that changes from run to run. */
export const unstableField = withoutRepeats(
  z
    .array(entry, 'Write a list such as [{object: Secret grafana, field: data.admin-password, keep: true}].')
    .max(mostEntries, `Write ${mostEntries} entries at most: one may name an object as a whole.`),
  (items) =>
    items.flatMap((item, index): readonly Single[] => {
      const { object, field = '' } = (item ?? {}) as { readonly object?: unknown; readonly field?: unknown };
      const message = 'This is answered twice. Keep one of the two.';
      return object === undefined ? [] : [{ key: JSON.stringify([object, field]), path: [index], message }];
    }),
);

/** Makes the answers of a list that was checked; `placeOf` names the place of an entry. */
export function unstableAnswers(
  entries: z.output<typeof unstableField>,
  placeOf: (index: number) => string,
): readonly UnstableAnswer[] {
  return entries.map(({ object, field, drop, keep, value }, index) => ({
    object,
    ...(field !== undefined && { field }),
    answer: drop === true ? 'drop' : keep === true ? 'keep' : 'value',
    ...(typeof value === 'string' && { value }),
    place: placeOf(index),
  }));
}
