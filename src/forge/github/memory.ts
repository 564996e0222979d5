import { LRUCache } from 'lru-cache';
import { createForgeMemory, type ForgeMemory, type ForgeMemoryOptions } from '../memory/forge-memory.ts';
import { type AnswerMemory, createAnswerMemory } from './conditional-fetch.ts';
import type { GitHubBranchRules } from './rules/types.ts';

/** What branches require, by repository and branch: it hardly ever changes. Undefined: it may not be read. */
export type RulesMemory = LRUCache<string, { readonly rules: GitHubBranchRules | undefined }>;

/** For how long, in milliseconds, rules are believed that were read. */
const rulesKeptMs = 5 * 60_000;

/** What a worker knows of one GitHub, whoever asks; beyond what it knows of any forge, what GitHub answered before. */
export interface GitHubMemory extends ForgeMemory {
  readonly answers: AnswerMemory;
  readonly rules: RulesMemory;
}

/** Makes an empty memory. */
export function createGitHubMemory(options: ForgeMemoryOptions): GitHubMemory {
  return {
    ...createForgeMemory(options),
    answers: createAnswerMemory(),
    rules: new LRUCache({ max: 1_000, ttl: rulesKeptMs }),
  };
}
