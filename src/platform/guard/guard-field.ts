import { z } from 'zod';
import { map, text } from '../fields.ts';
import { defaultGuard } from './guard.ts';

const shareRemedy =
  'Write a share of the objects from 0 to 1, such as 0.2 for a fifth: with 0 every removal counts, with 1 none does for its number.';

const kindRemedy = 'Write the kind of an object, such as Namespace or StatefulSet.';

/** The field `guard`: what a render may not remove without an approval that names it. */
export const guardField = map({
  share: z
    .number({ error: shareRemedy })
    .min(0, { error: shareRemedy })
    .max(1, { error: shareRemedy })
    .prefault(defaultGuard.share)
    .describe("Removing more than this share of the environment's objects needs `approve --removals`."),
  kinds: z
    .array(text(/^[A-Z][A-Za-z0-9]{0,62}$/, kindRemedy), { error: 'List kinds of objects, such as [Namespace].' })
    .max(50, { error: 'Write 50 kinds at most.' })
    .prefault([...defaultGuard.kinds])
    .describe('Removing an object of one of these kinds needs `approve --removals`, whatever its API group.'),
});
