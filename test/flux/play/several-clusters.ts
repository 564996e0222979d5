import { leaveOut } from '../../../src/activities/rollout/leave-out.ts';
import { type NamedVerdict, severityRank, summarizeFleet } from '../../../src/fleet/summary.ts';
import type { MaxUnavailable } from '../../../src/platform/types.ts';
import type { Look } from '../scenes/scene.ts';

/** Judges several clusters together by `maxUnavailable`, as the step `awaitRollout` does. */
export function lookAtSeveral(judged: readonly NamedVerdict[], maxUnavailable: MaxUnavailable): Look {
  const { counting, out } = leaveOut(judged, { maxUnavailable }, {});
  const others = counting.filter(({ state }) => state !== 'healthy').sort((a, b) => severityRank(a) - severityRank(b));
  const awaited = others.map(({ name, awaited: each }) => `${name}: ${each}`).join('; ');
  const warnings = counting.flatMap((each) => each.warnings ?? []);
  if (summarizeFleet(counting).failed > 0) return { state: 'failed', awaited, warnings, leftOut: [] };
  if (others.length === out.length) return { state: 'healthy', awaited, warnings, leftOut: out };
  const isUnknown = others.every(({ state }) => state === 'unknown');
  return { state: isUnknown ? 'unknown' : 'pending', awaited, warnings, leftOut: [] };
}
