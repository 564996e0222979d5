/**
 * All workflow types. These hold for each of them:
 *
 * - Its exported name is a type on the wire, and never changes.
 * - It is deterministic: what it must know of the world, it asks a step for.
 * - It decides nothing by itself: src/operation and src/lane hold the rules, and know nothing of Temporal.
 * - No signal makes it fail: what it cannot carry out is refused, and shown in its status.
 */
export { ApplyConfig } from './apply-config.ts';
export { CatchUp } from './catch-up.ts';
export { EnvironmentLane } from './environment-lane.ts';
export { PromoteMainCommit } from './promote-main-commit.ts';
export { RollbackEnvironment } from './rollback-environment.ts';
export { RollbackPromotion } from './rollback-promotion.ts';
// biome-ignore lint/style/noDefaultExport: the SDK takes the default for every type that is not exported.
export { UnknownType as default } from './unknown-type.ts';
