import { checkScenes } from './checks.ts';
import { changedScenes } from './evidence/changed.ts';
import { coverageScenes } from './evidence/coverage.ts';
import { customResourceScenes } from './evidence/custom-resources.ts';
import { healthCheckScenes } from './evidence/health-checks.ts';
import { liveObjectScenes } from './evidence/live-objects.ts';
import { relaxedScenes } from './evidence/relaxed.ts';
import { healthyScenes } from './healthy.ts';
import { helmScenes } from './helm.ts';
import { outageScenes } from './outage.ts';
import { permissionScenes } from './permissions.ts';
import { refusedScenes } from './refused.ts';
import { removedScenes } from './removed.ts';
import type { Scene } from './scene.ts';
import { soakScenes } from './soak.ts';
import { unavailableScenes } from './unavailable.ts';
import { waitingScenes } from './waiting.ts';

/** All scenes, those that take long first. */
export const scenes: readonly Scene[] = [
  ...outageScenes,
  ...unavailableScenes,
  ...checkScenes,
  ...healthyScenes,
  ...soakScenes,
  ...refusedScenes,
  ...removedScenes,
  ...waitingScenes,
  ...coverageScenes,
  ...relaxedScenes,
  ...permissionScenes,
  ...healthCheckScenes,
  ...liveObjectScenes,
  ...customResourceScenes,
  ...changedScenes,
  ...helmScenes,
];
