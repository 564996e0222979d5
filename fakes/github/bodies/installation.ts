import type { AppAccount, AppInstallation } from '../apps/model.ts';
import type { ForgeState } from '../model.ts';
import { userBody } from './user.ts';

/** Writes an installation as `installation` of GitHub's description. */
export function installationBody(state: ForgeState, app: AppAccount, installation: AppInstallation) {
  const { id, owner, createdAt, permissions, suspendedAt } = installation;
  const api = `${state.url}/api/v3`;
  return {
    id,
    account: userBody(state, { id: 1, login: owner }),
    repository_selection: installation.repositories === 'all' ? 'all' : 'selected',
    access_tokens_url: `${api}/app/installations/${id}/access_tokens`,
    repositories_url: `${api}/installation/repositories`,
    html_url: `${state.url}/organizations/${owner}/settings/installations/${id}`,
    app_id: app.id,
    app_slug: app.slug,
    target_id: 1,
    target_type: 'Organization',
    permissions: { metadata: 'read', ...permissions },
    events: [],
    created_at: createdAt,
    updated_at: createdAt,
    single_file_name: null,
    suspended_at: suspendedAt,
    suspended_by: suspendedAt === null ? null : userBody(state, { id: 1, login: owner }),
  };
}
