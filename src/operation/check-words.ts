import { cutMiddle } from '../cut.ts';
import { acceptedClusterWords, acceptOptions, unhealthyOf } from './accept.ts';
import type { EnvironmentStatus } from './status.ts';

/** Lists the clusters on which the present check has not passed, in a line each. */
export function checkNotes({ check }: EnvironmentStatus): readonly string[] {
  if (check === undefined) return [];
  const listed = check.clusters.map(({ name, state, awaited }) => `${name}, ${check.name} ${state}: ${awaited}`);
  const more = check.open - check.clusters.length;
  return more > 0 ? [...listed, `${check.name} has not passed on ${more} more clusters`] : listed;
}

/** Says in spite of what a person goes on: `prod-1, prod-2`, or what check has not passed, and where. */
export function acceptedWords(environment: EnvironmentStatus): string {
  const { accepted, check } = environment;
  const clusters = accepted === undefined ? '' : acceptedClusterWords(environment, accepted);
  if (check === undefined) return clusters;
  return `that ${check.name} has not passed${clusters === '' ? '' : ` (${clusters})`}`;
}

const longestWords = 800;

/**
 * Says what a person who must decide about a check needs to know: what has become of it, and the commands that help.
 */
export function checkTrouble(
  says: string,
  { environment, fleet, check }: EnvironmentStatus,
  reference: string,
): string {
  const options = acceptOptions(unhealthyOf({ fleet, check }));
  const it = `${reference} ${environment}`;
  return [
    `${cutMiddle(says, longestWords).replace(/\.$/, '')}.`,
    `When it is mended: fairlead retry ${it}.`,
    `To go on although it has not passed: fairlead accept ${it}${options} --reason "…".`,
    `To go back: fairlead rollback ${environment} --reason "…".`,
    `To end it: fairlead abort ${it} --reason "…".`,
  ].join(' ');
}
