import { describe, expect, it } from 'vitest';
import { refusalMeaning } from '../../../src/git/process/refusal-words.ts';

describe('what a remote says of a refused push', () => {
  it.for([
    ["[remote rejected] (cannot lock ref 'refs/heads/a': is at 1 but expected 2)", 'passing'],
    ['[remote rejected] (failed to update ref)', 'passing'],
    ['[remote rejected] (Internal Server Error)', 'passing'],
    ['[remote rejected] (failure); fatal error in commit_refs', 'passing'],
    ['[remote rejected] (unpacker error)', 'passing'],
    ['[remote rejected] (pre-receive hook declined); GitLab: Internal API error (502)', 'passing'],
    ['[remote rejected] (pre-receive hook declined); GitLab: Internal API unreachable', 'passing'],
    ['[remote rejected] (pre-receive hook declined); Gitea: Internal Server Error', 'passing'],
    ['[remote rejected] (protected branch hook declined); GH006: Protected branch update failed', 'refused'],
    ['[remote rejected] (push declined due to repository rule violations); GH013: try again later', 'refused'],
    ['[remote rejected] (pre-receive hook declined); GitLab: You are not allowed to push code', 'refused'],
    ['[remote rejected] (something that nobody has seen)', 'refused'],
    ["[remote rejected] (cannot lock ref 'refs/heads/a/b': 'refs/heads/a' exists; cannot create it)", 'in the way'],
    ['[remote rejected] (directory file conflict)', 'in the way'],
  ] as const)('%s: %s', ([words, meaning]) => {
    expect(refusalMeaning(words)).toBe(meaning);
  });
});
