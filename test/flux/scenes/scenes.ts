import { changedScenes } from './changed.ts';
import { checkScenes } from './checks.ts';
import { coverageScenes } from './coverage.ts';
import { healthCheckScenes } from './health-checks.ts';
import { healthyScenes } from './healthy.ts';
import { liveObjectScenes } from './live-objects.ts';
import { outageScenes } from './outage.ts';
import { permissionScenes } from './permissions.ts';
import { refusedScenes } from './refused.ts';
import { relaxedScenes } from './relaxed.ts';
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
  ...changedScenes,
];
