import type { RepositoryAddress } from '../../platform/repository/repository-url.ts';
import { type Budget, createBudget } from '../budget/budget.ts';
import { createRequestMemory, type RequestMemory } from './request-memory.ts';

/** What a worker knows of one forge, whoever asks: what is left of its limits, and which requests are open. */
export interface ForgeMemory {
  /** The budget of a repository: one for a token, and for an App one for each owner, who has an installation. */
  budgetOf(repository: RepositoryAddress): Budget;
  /** Answers the share of the calls that is left of the budget that has the least; undefined: nothing is known of any. */
  shareLeft(): number | undefined;
  /** The open requests of a repository, as they were listed last. */
  requestsOf(repository: RepositoryAddress): RequestMemory;
}

/** How a memory is made. */
export interface ForgeMemoryOptions {
  /** An App signs in, and no token. */
  readonly isApp: boolean;
  /** Answers the time in milliseconds. Default: the system's. */
  readonly now?: (() => number) | undefined;
}

/** Makes an empty memory. */
export function createForgeMemory({ isApp, now = Date.now }: ForgeMemoryOptions): ForgeMemory {
  const budgets = new Map<string, Budget>();
  const open = new Map<string, RequestMemory>();
  return {
    budgetOf: ({ owner }) => kept(budgets, isApp ? owner.toLowerCase() : '', () => createBudget(now)),
    shareLeft() {
      const shares = [...budgets.values()].flatMap((budget) => budget.shareLeft() ?? []);
      return shares.length === 0 ? undefined : Math.min(...shares);
    },
    requestsOf: ({ owner, name }) => kept(open, `${owner}/${name}`.toLowerCase(), () => createRequestMemory(now)),
  };
}

function kept<T>(map: Map<string, T>, key: string, make: () => T): T {
  const present = map.get(key) ?? make();
  map.set(key, present);
  return present;
}
