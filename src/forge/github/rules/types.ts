import type { BranchRules } from '../../port.ts';

/** A check that a branch requires; `app`: the id of the only app that may report it. */
export interface RequiredContext {
  readonly name: string;
  readonly app: number | undefined;
}

/** What GitHub requires of a branch: the rules of the port, and of which app each check must be. */
export interface GitHubBranchRules extends BranchRules {
  readonly contexts: readonly RequiredContext[];
}
