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

/** Tells whether a name, or one of those that it seems to join, stands for Fairlead itself, so that no person may give it. */
export function isOwnName(name: string): boolean {
  const isOwn = (one: string) => ownNames.some((own) => own.toLowerCase() === one.trim().toLowerCase());
  return name.split(';').some(isOwn);
}
