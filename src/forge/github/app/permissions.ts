import type { LackingPermissions } from '../../access.ts';

/** What a token is for: to fetch, to push, or to serve requests through the API. */
export type TokenUse = 'fetch' | 'push' | 'api';

/** Permissions in GitHub's words, such as `contents: write`. */
export type Permissions = Readonly<Record<string, string>>;

/** What each use needs at most. What is needed to see why a request waits is read only. */
const wanted: Readonly<Record<TokenUse, Permissions>> = {
  fetch: { contents: 'read' },
  push: { contents: 'write' },
  api: {
    contents: 'write',
    pull_requests: 'write',
    // The older protection of branches is shown to nobody else.
    administration: 'read',
    checks: 'read',
    deployments: 'write',
    merge_queues: 'write',
    statuses: 'write',
  },
};

/** What Fairlead cannot do without, for each use; the other permissions only make it say or show more. */
const needed: Readonly<Record<TokenUse, readonly string[]>> = {
  fetch: ['contents'],
  push: ['contents'],
  api: ['contents', 'pull_requests'],
};

/** Names the permissions that a use wants and an installation has not, those first that Fairlead cannot do without. */
export function lackingFor(use: TokenUse, granted: Permissions): LackingPermissions {
  const lacking = Object.entries(wanted[use]).filter(
    ([name, level]) => granted[name] !== 'write' && granted[name] !== level,
  );
  const words = (isNeeded: boolean) =>
    lacking.filter(([name]) => needed[use].includes(name) === isNeeded).map(([name, level]) => `${name}: ${level}`);
  return { needed: words(true), wished: words(false) };
}

/** The permissions of a token that is asked for. */
export interface TokenScope {
  readonly permissions: Permissions;
  /** Says that the installation lacks something that the use needs. */
  readonly isShort: boolean;
}

/**
 * Answers the permissions to ask for: what the use wants, as far as the installation has it, because GitHub refuses a token
 * that shall have more.
 */
export function scopeFor(use: TokenUse, granted: Permissions): TokenScope {
  const entries = Object.entries(wanted[use]).flatMap(([name, level]) => {
    const most = granted[name];
    if (most === undefined) return [];
    return [[name, level === 'write' && most !== 'read' ? 'write' : 'read'] as const];
  });
  const permissions = Object.fromEntries(entries);
  const isShort = needed[use].some((name) => permissions[name] !== wanted[use][name]);
  // A token without any permission named would have all of the installation's.
  return { permissions: entries.length === 0 ? { metadata: 'read' } : permissions, isShort };
}
