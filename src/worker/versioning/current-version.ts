import { type DeploymentVersion, isSameVersion, makeCurrentCommand, versionName } from '../../temporal/pollers.ts';

/** What Temporal knows of a deployment, as far as it decides which version gets the tasks. */
export interface KnownDeployment {
  /** The version that gets the tasks; undefined: workers without one do. */
  readonly current: DeploymentVersion | undefined;
  /** Somebody polls the task queue for the current version. */
  readonly isCurrentServed: boolean;
  /** The version that gets a share of the tasks. */
  readonly ramping: DeploymentVersion | undefined;
  /** The versions that have polled: `wasActive` says that it has been the current one, or ramping, at some time. */
  readonly versions: readonly (DeploymentVersion & { readonly wasActive: boolean })[];
}

/** What is so with a worker's version: whether it gets tasks, and what may be done. `why`: a clause. */
export type VersionState =
  | { readonly kind: 'serves' }
  /** Its first poll has not arrived yet. */
  | { readonly kind: 'unknown yet' }
  /** It gets no task, has never got any, and may be made the current version. */
  | { readonly kind: 'new'; readonly why: string }
  /** It gets no task, and nobody takes those of the current version. */
  | { readonly kind: 'wanted'; readonly why: string }
  /** It gets no task. */
  | { readonly kind: 'replaced'; readonly why: string };

/**
 * Tells what is so with a version. One becomes the current version by itself when it is new, so at most once: an instance
 * of an older release that starts again in the middle of an upgrade takes nothing back. It is wanted again only where
 * nobody polls for the current version: that is how a release is taken back.
 */
export function versionState(own: DeploymentVersion, known: KnownDeployment): VersionState {
  const { current, isCurrentServed, ramping, versions } = known;
  if (isSameVersion(current, own) || (ramping && isSameVersion(ramping, own))) return { kind: 'serves' };
  const mine = versions.find((each) => isSameVersion(each, own));
  if (mine === undefined) return { kind: 'unknown yet' };
  const instead = `Temporal gives the tasks to ${versionName(current)}`;
  if (!mine.wasActive) return { kind: 'new', why: `${instead}; this version has not had any yet` };
  if (!isCurrentServed) return { kind: 'wanted', why: `${instead}, for which nobody polls any more` };
  return { kind: 'replaced', why: `${instead}, which came after this version` };
}

/** Says that a worker gets no task, why, and how its version is made the current one. */
export function noTaskWords({ deployment, build }: DeploymentVersion, why: string): string {
  return (
    `This worker gets no task: its version, ${build}, is not the current one of the deployment ${deployment}. ${why}. ` +
    `To make it the current one: ${makeCurrentCommand(deployment, build)}.`
  );
}
