import { Failure } from '../failure.ts';
import type { ForgeSetting } from '../forge/forges.ts';
import { type AppTokens, createAppTokens } from '../forge/github/app/tokens.ts';
import { defaultApiUrl, type ForgeKind } from '../forge/kinds.ts';
import { proxiedFetch } from '../proxy/proxied-fetch.ts';
import { proxyRule } from '../proxy/proxy.ts';
import { mayGoInPlainText } from './plain-http.ts';
import { type Secret, type SecretOrigin, secretFrom } from './secret.ts';
import type { WrittenSettings } from './worker-schema.ts';

/** The sign-in for git over HTTPS to one host. */
export interface GitCredential {
  /** The host in lower case, with the port where the URL has one. */
  readonly host: string;
  readonly username: string;
  readonly token: Secret;
  /** The App of that host, whose tokens are used instead. */
  readonly app?: AppTokens;
}

/** Who signs the commits that are pushed to one forge. */
export interface CommitSignerSetting {
  /** The host in lower case, with the port where the URL has one. */
  readonly host: string;
  readonly name: string;
  readonly email: string;
  readonly key: Secret;
}

/** Locates the keys that sign commits. */
export function commitSigners(
  { forges }: Pick<WrittenSettings, 'forges'>,
  origin: SecretOrigin,
): readonly CommitSignerSetting[] {
  return forges.flatMap(({ host, signing }) =>
    signing ? [{ ...signing, host: host.toLowerCase(), key: secretFrom(signing.key, origin) }] : [],
  );
}

type WrittenForge = WrittenSettings['forges'][number];

/** Makes the settings of the forges, in the order in which they are written. */
export function forgeSettings(
  { forges, timeouts }: Pick<WrittenSettings, 'forges' | 'timeouts'>,
  origin: SecretOrigin,
): readonly ForgeSetting[] {
  return forges.map((forge) => forgeSetting(forge, timeouts.forge, origin));
}

function forgeSetting(
  { host, kind, api, token, app, statuses, comments, deployments }: WrittenForge,
  timeoutMs: number,
  origin: SecretOrigin,
): ForgeSetting {
  const isGitHub = host.toLowerCase() === 'github.com';
  const secret = token ?? (isGitHub ? { env: 'GITHUB_TOKEN' } : undefined);
  const located = secret === undefined ? undefined : secretFrom(secret, origin);
  const apiUrl = (api ?? defaultApiUrl(kind as ForgeKind, host)).replace(/\/+$/, '');
  return {
    host: host.toLowerCase(),
    kind: kind as ForgeKind,
    apiUrl,
    token: located?.read ?? (async () => undefined),
    tokenName: located?.name ?? `\`token\` of the forge ${host} in the worker's settings`,
    reports: { statuses, comments, deployments },
    ...(app?.commitsAs !== undefined && { commitsAs: app.commitsAs }),
    ...(app && {
      app: createAppTokens({
        apiUrl,
        app: { id: String(app.id), privateKey: secretFrom(app.privateKey, origin) },
        requestTimeoutMs: timeoutMs,
        fetch: proxiedFetch(proxyRule(origin.env)),
      }),
    }),
  };
}

/** Throws `Failure` InvalidConfig for a forge to whose API a token would go unencrypted. */
export function checkPlainHttp(forges: readonly ForgeSetting[], listed: readonly string[]): void {
  for (const { host, apiUrl } of forges) {
    const { protocol, host: apiHost } = new URL(apiUrl);
    if (protocol !== 'http:' || mayGoInPlainText(apiHost, listed)) continue;
    throw new Failure(
      'InvalidConfig',
      `The API of the forge ${host} is ${apiUrl}, and its token would go there over http://, which anybody on the way can read. Use https://, or list ${apiHost} in \`allow.plainHttp\`.`,
    );
  }
}

/** Answers the credentials of the settings, and for every forge that has none there its own token. */
export function allCredentials(
  written: WrittenSettings,
  forges: readonly ForgeSetting[],
  origin: SecretOrigin,
): readonly GitCredential[] {
  const own = written.git.credentials.map(({ host, username, token }) => ({
    host: host.toLowerCase(),
    username,
    token: secretFrom(token, origin),
  }));
  const others = forges
    .filter(({ host }) => !own.some((credential) => credential.host === host))
    .map(({ host, token, tokenName, app }) => ({
      host,
      username: 'x-access-token',
      token: { read: token, name: tokenName },
      ...(app && { app }),
    }));
  return [...own, ...others];
}
