export { PromoteMainCommit } from './promote-main-commit.ts';
