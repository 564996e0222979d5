import { type ForgeState, timestamp } from '../model.ts';
import type { AppAccount, AppInstallation, InstallationChange, NewApp } from './model.ts';

/** What the owners of Apps and repositories do. */
export interface AppOwners {
  registerApp(app: NewApp): void;
  /** Installs the App for an owner, or changes its installation there. */
  installApp(id: number, owner: string, change: InstallationChange): void;
  uninstallApp(id: number, owner: string): void;
  /** Ends all tokens of an App at once. */
  revokeTokens(id: number): void;
}

/** Acts as the owners of Apps and repositories. */
export function createAppOwners(state: ForgeState): AppOwners {
  const appOf = (id: number): AppAccount => {
    const found = state.apps.find((app) => app.id === id);
    if (found === undefined) throw new Error(`The forge has no App ${id}`);
    return found;
  };
  return {
    registerApp: ({ id, clientId = `Iv23li${id}`, slug = `app-${id}`, publicKey }) =>
      void state.apps.push({ id, clientId, slug, publicKey, installations: [] }),
    installApp(id, owner, change) {
      const { installations } = appOf(id);
      const present = installations.find((one) => one.owner === owner);
      if (present) return void Object.assign(present, change);
      const { repositories = 'all', permissions = {}, suspendedAt = null } = change;
      const added: AppInstallation = {
        id: state.nextId(),
        owner,
        createdAt: timestamp(state),
        repositories,
        permissions,
        suspendedAt,
        tokens: new Map(),
      };
      installations.push(added);
    },
    uninstallApp(id, owner) {
      const { installations } = appOf(id);
      const index = installations.findIndex((one) => one.owner === owner);
      if (index >= 0) installations.splice(index, 1);
    },
    revokeTokens: (id) => {
      for (const { tokens } of appOf(id).installations) tokens.clear();
    },
  };
}
