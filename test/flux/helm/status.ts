import type { HelmRelease } from './release.ts';

/** The chart of an attempt. */
export interface Attempt {
  readonly version: string;
  readonly digest: string | undefined;
}

/** Before an action: a source or a dependency is not there yet. The observed generation stays as it is. */
export function waitingStatus(release: HelmRelease, why: string): object {
  return {
    conditions: [
      condition(release, ['Ready', 'False'], ['SourceNotReady', why]),
      condition(release, ['Reconciling', 'True'], ['Progressing', 'Fulfilling prerequisites']),
    ],
  };
}

/** During an action. The observed generation stays as it is. */
export function runningStatus(release: HelmRelease, attempt: Attempt): object {
  const words = `Running '${actionOf(release)}' action with timeout of 5m0s`;
  return {
    ...attempted(release, attempt),
    conditions: [
      condition(release, ['Ready', 'Unknown'], ['Progressing', words]),
      condition(release, ['Reconciling', 'True'], ['Progressing', words]),
    ],
  };
}

export function readyStatus(release: HelmRelease, attempt: Attempt): object {
  const [reason, words] = [`${title(actionOf(release))}Succeeded`, `Helm ${actionOf(release)} succeeded`];
  return {
    ...attempted(release, attempt),
    observedGeneration: release.metadata.generation,
    failures: null,
    history: [{ chartName: 'web', chartVersion: attempt.version, status: 'deployed' }],
    conditions: [
      condition(release, ['Ready', 'True'], [reason, words]),
      condition(release, ['Released', 'True'], [reason, words]),
    ],
  };
}

/** A failed action; where it made no release, the controller does not count it against the retries. */
interface Failed extends Attempt {
  readonly why: string;
  readonly made: boolean;
}

/** After an action failed: it is tried again, or the release is stalled, and only then the generation is observed. */
export function failedStatus(release: HelmRelease, { why, made, ...attempt }: Failed): object {
  const action = actionOf(release);
  const failures = (isSameAttempt(release, attempt) ? (release.status?.failures ?? 0) : 0) + 1;
  const given = made && failures > (release.spec.upgrade?.remediation?.retries ?? 0);
  const [reason, words] = [`${title(action)}Failed`, `Helm ${action} failed: ${why}`];
  return {
    ...attempted(release, attempt),
    failures,
    ...(given && { observedGeneration: release.metadata.generation }),
    conditions: [
      condition(release, ['Ready', 'False'], [reason, words]),
      condition(release, ['Released', 'False'], [reason, words]),
      given
        ? condition(
            release,
            ['Stalled', 'True'],
            ['RetriesExceeded', `Failed to ${action} after ${failures} attempt(s)`],
          )
        : condition(release, ['Reconciling', 'True'], ['ProgressingWithRetry', words]),
    ],
  };
}

function attempted(release: HelmRelease, { version, digest }: Attempt): object {
  return {
    lastAttemptedGeneration: release.metadata.generation,
    lastAttemptedRevision: version,
    lastAttemptedRevisionDigest: digest ?? null,
    lastAttemptedReleaseAction: actionOf(release),
  };
}

/** It installs until a release was there, and upgrades from then on. */
function actionOf({ status }: HelmRelease): 'install' | 'upgrade' {
  return status && 'history' in status ? 'upgrade' : 'install';
}

function isSameAttempt({ metadata, status }: HelmRelease, { version }: Attempt): boolean {
  return status?.lastAttemptedGeneration === metadata.generation && status?.lastAttemptedRevision === version;
}

function title(action: string): string {
  return `${action.charAt(0).toUpperCase()}${action.slice(1)}`;
}

function condition(
  { metadata }: HelmRelease,
  [type, status]: readonly [string, string],
  [reason, message]: readonly [string, string],
) {
  const lastTransitionTime = new Date().toISOString();
  return { type, status, reason, message, lastTransitionTime, observedGeneration: metadata.generation };
}
