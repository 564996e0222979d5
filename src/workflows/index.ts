/** All workflow types. Each exported name is a type on the wire: it never changes. */
export { ApplyConfig } from './apply-config.ts';
export { EnvironmentLane } from './environment-lane.ts';
export { PromoteMainCommit } from './promote-main-commit.ts';
export { RollbackEnvironment } from './rollback-environment.ts';
export { RollbackPromotion } from './rollback-promotion.ts';
