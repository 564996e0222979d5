import { hostname } from 'node:os';
import type { WorkerOptions } from '@temporalio/worker';
import type { Settings } from '../../settings/settings.ts';
import type { DeploymentVersion } from '../../temporal/pollers.ts';
import { identityText, type WorkerIdentity } from '../../temporal/worker-identity.ts';
import { buildIdOf, unknownPatches } from './build-id.ts';
import { settingsDigest } from './settings-digest.ts';

/** What a worker is, as others see it. */
export interface OwnWorker {
  readonly identity: WorkerIdentity;
  /** Its version; undefined: it takes no part in Temporal's worker versioning. */
  readonly version?: DeploymentVersion;
}

interface Bundle {
  readonly code: string;
}

/** Answers who this worker is, by its settings and the workflows that it runs. */
export function ownWorker(settings: Settings, bundle: Bundle): OwnWorker {
  const build = buildIdOf(bundle);
  const { versioning } = settings;
  return {
    identity: { process: process.pid, host: hostname(), build, settings: settingsDigest(settings) },
    ...(versioning && { version: { deployment: versioning.deployment, build } }),
  };
}

/**
 * Answers the options that make the workers of a process what they are. Workflows of a versioned worker follow the current
 * version (`AUTO_UPGRADE`): lanes never end and approvals take weeks, so that versions to which they were pinned would have
 * to run for as long.
 */
export function ownOptions({ identity, version }: OwnWorker, inactivePatches: readonly string[]) {
  return {
    identity: identityText(identity),
    ...(version && {
      workerDeploymentOptions: {
        useWorkerVersioning: true,
        version: { deploymentName: version.deployment, buildId: version.build },
        defaultVersioningBehavior: 'AUTO_UPGRADE',
      },
    }),
    ...(inactivePatches.length > 0 && {
      patchActivationCallback: ({ patchId }: { readonly patchId: string }) => !inactivePatches.includes(patchId),
    }),
  } satisfies Partial<WorkerOptions>;
}

/** Says which patches wait, and which of the settings this build does not have. */
export function patchWords(inactivePatches: readonly string[], bundle: Bundle): readonly string[] {
  const unknown = unknownPatches(bundle, inactivePatches);
  const waiting = inactivePatches.filter((id) => !unknown.includes(id));
  return [
    ...(waiting.length > 0
      ? [`\`inactivePatches\`: no workflow takes on ${waiting.join(', ')} from this worker.`]
      : []),
    ...(unknown.length > 0
      ? [`\`inactivePatches\`: this release has no patch ${unknown.join(', ')}. See that it is no slip of the pen.`]
      : []),
  ];
}
