import * as v from 'valibot';
import { personsText, shownJson } from '../shape.ts';

/** Names that nobody gives: Fairlead and Temporal act by themselves, and a freeze stands in the Environment file. */
const ownNames: readonly string[] = ['Fairlead', 'Temporal', 'freeze'];

/**
 * Shows a name that somebody gave, such as by `--by`, as the claim that it is: `bob (as given)`; of holds that were joined,
 * each of the names. Nobody has checked who it
 * was. What only a forge says, the login of who merged or closed a request, is no claim and is shown as it is.
 */
export function asGiven(name: string): string {
  return name
    .split('; ')
    .map((each) => (ownNames.includes(each) ? each : `${each} (as given)`))
    .join('; ');
}

/**
 * Tells whether a name, or one of those that it seems to join, stands for Fairlead itself, so that no person may give it. What
 * looks the same is the same: other letters of Unicode for it, white space around, and what is not seen.
 */
export function isOwnName(name: string): boolean {
  const own = ownNames.map(looks);
  return looks(name)
    .split(';')
    .some((one) => own.includes(one.trim()));
}

/** Brings a name into a form that names which look alike have in common. */
function looks(name: string): string {
  return name
    .normalize('NFKC')
    .replace(/[\p{Default_Ignorable_Code_Point}\p{Cc}\u2800]/gu, '')
    .trim()
    .toLowerCase();
}

/** Makes the schema of the name that a person gives in a message: it is a claim, and may be anybody's but Fairlead's own. */
export function claimedName() {
  return v.pipe(
    personsText('by'),
    v.check(
      (name) => !isOwnName(name),
      ({ input }) => `"by" is ${shownJson(input)}, which stands for Fairlead itself: say who you are`,
    ),
  );
}
