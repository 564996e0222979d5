import { randomBytes } from 'node:crypto';
import { type Answer, created, invalid, notFound, ok, Refusal, refused } from '../answer.ts';
import { appOfJwt } from '../apps/jwt.ts';
import type { AppAccount, AppInstallation, Grants } from '../apps/model.ts';
import { installationBody } from '../bodies/installation.ts';
import { type ForgeState, repositoryKey } from '../model.ts';
import type { ApiRequest } from './call.ts';

const INSTALLATION = /^\/v3\/repos\/([^/]+)\/([^/]+)\/installation$/;
const TOKENS = /^\/v3\/app\/installations\/(\d+)\/access_tokens$/;
const HOUR_MS = 3_600_000;

/** Answers what Apps ask in their own name; undefined: it is another call. Throws `Refusal`. */
export function answerApp(state: ForgeState, { method, path, token, body }: ApiRequest): Answer | undefined {
  const [, owner, name] = (method === 'GET' && INSTALLATION.exec(path)) || [];
  if (owner !== undefined && name !== undefined)
    return readInstallation(state, appOfJwt(state, token), { owner, name });
  const [, id] = (method === 'POST' && TOKENS.exec(path)) || [];
  return id === undefined ? undefined : createToken(state, appOfJwt(state, token), { id, body });
}

function readInstallation(
  state: ForgeState,
  app: AppAccount,
  { owner, name }: { readonly owner: string; readonly name: string },
): Answer {
  const found = app.installations.find((one) => reaches(one, owner, name));
  const exists = state.repositories.has(repositoryKey(owner, name));
  return found && exists ? ok(installationBody(state, app, found)) : notFound;
}

function reaches(installation: AppInstallation, owner: string, name: string): boolean {
  const isOwner = installation.owner.toLowerCase() === owner.toLowerCase();
  return isOwner && hasRepository(installation, name);
}

function hasRepository({ repositories }: AppInstallation, name: string): boolean {
  return repositories === 'all' || repositories.some((one) => one.toLowerCase() === name.toLowerCase());
}

function createToken(
  state: ForgeState,
  app: AppAccount,
  { id, body }: { readonly id: string; readonly body: ApiRequest['body'] },
): Answer {
  const installation = app.installations.find((one) => String(one.id) === id);
  if (installation === undefined) return notFound;
  if (installation.suspendedAt !== null) return refused(403, 'This installation has been suspended');
  const repositories = (body.repositories as readonly string[] | undefined) ?? installation.repositories;
  const permissions = (body.permissions as Grants | undefined) ?? installation.permissions;
  if (repositories !== 'all' && repositories.some((name) => !isThere(state, installation, name)))
    throw refusal(
      'There is at least one repository that does not exist or is not accessible to the parent installation.',
    );
  if (Object.entries(permissions).some(([name, level]) => !isGranted(installation, name, level)))
    throw refusal('The permissions requested are not granted to this installation.');
  const token = `ghs_${randomBytes(18).toString('hex')}`;
  const expiresAtMs = state.now().getTime() + HOUR_MS;
  installation.tokens.set(token, { repositories, permissions, expiresAtMs });
  return created({
    token,
    expires_at: `${new Date(expiresAtMs).toISOString().slice(0, 19)}Z`,
    permissions,
    repository_selection: repositories === 'all' ? 'all' : 'selected',
  });
}

function refusal(message: string): Refusal {
  return new Refusal(invalid({ resource: 'Installation', code: 'custom', message }));
}

function isThere(state: ForgeState, installation: AppInstallation, name: string): boolean {
  return hasRepository(installation, name) && state.repositories.has(repositoryKey(installation.owner, name));
}

function isGranted({ permissions }: AppInstallation, name: string, level: string): boolean {
  const granted = name === 'metadata' ? 'read' : permissions[name];
  return granted === level || granted === 'write';
}
