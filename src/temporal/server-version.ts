import { Failure } from '../failure.ts';
import { remedies } from '../text/remedies.ts';

/**
 * The oldest Temporal server that Fairlead works with: before it an update cannot start a workflow by default, which is how
 * `hold` reaches a lane that does not run.
 */
const oldest = { major: 1, minor: 27 } as const;

/**
 * Makes the failure of a server that is too old; undefined: it is not, or its version cannot be read. `version`: as
 * `GetSystemInfo` answers it, such as `1.31.0`, or `1.29.0-145.1` of Temporal Cloud.
 */
export function serverTooOld(version: string | null | undefined, address: string): Failure | undefined {
  const [, major, minor] = /^v?(\d+)\.(\d+)\b/.exec(version ?? '') ?? [];
  if (major === undefined || minor === undefined) return undefined;
  const isOld = Number(major) < oldest.major || (Number(major) === oldest.major && Number(minor) < oldest.minor);
  if (!isOld) return undefined;
  return new Failure(
    'Refused',
    `The Temporal server at ${address} is ${version}. Fairlead needs ${oldest.major}.${oldest.minor} or later: ${remedies.upgradeTemporal}.`,
  );
}
