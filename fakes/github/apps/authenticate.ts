import { type ForgeState, type Permission, repositoryKey, type User } from '../model.ts';
import type { Grants } from './model.ts';

/** Answers who a token belongs to, with what it may do in one repository; undefined: GitHub does not know it. */
export function authenticate(
  state: ForgeState,
  token: string | undefined,
  repository: { readonly owner: string; readonly name: string },
): User | undefined {
  if (token === undefined) return undefined;
  return state.users.find((one) => one.token === token) ?? installationUser(state, token, repository);
}

function installationUser(
  state: ForgeState,
  token: string,
  { owner, name }: { readonly owner: string; readonly name: string },
): User | undefined {
  for (const app of state.apps) {
    for (const installation of app.installations) {
      const found = installation.tokens.get(token);
      if (found === undefined || installation.suspendedAt !== null) continue;
      if (found.expiresAtMs <= state.now().getTime()) return undefined;
      const reaches =
        repositoryKey(owner, '') === repositoryKey(installation.owner, '') &&
        (found.repositories === 'all' || found.repositories.some((one) => one.toLowerCase() === name.toLowerCase()));
      const permission: Permission = reaches ? permissionOf(found.permissions) : 'none';
      return { id: app.id, login: `${app.slug}[bot]`, token, permission, grants: found.permissions, isApp: true };
    }
  }
  return undefined;
}

function permissionOf({ contents }: Grants): Permission {
  return contents === 'write' ? 'write' : contents === 'read' ? 'read' : 'none';
}

/** Answers whether an account may make a call that needs one of these permissions: `issues=write; pull_requests=write`. */
export function mayWrite({ permission, grants }: User, needed: string): boolean {
  if (grants === undefined) return permission !== 'read';
  return needed.split('; ').some((one) => grants[one.replace(/=write$/, '')] === 'write');
}
