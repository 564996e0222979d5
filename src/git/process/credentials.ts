import { Failure } from '../../failure.ts';
import type { RepositoryUrl } from '../../platform/repository/repository-url.ts';

/** The sign-in for one host; the password may be a token. */
export interface Credential {
  readonly username: string;
  readonly password: string;
}

/** What a connection is for. */
export type ConnectionUse = 'fetch' | 'push';

/** Answers the user name and the password or token for a repository's host; it is asked before each connection. */
export interface Credentials {
  for(url: string, use?: ConnectionUse): Promise<Credential | undefined>;
  /** Is told that the remote did not take the credential, or not for this use. */
  refused?(url: string): void;
  /** Names, for messages, what a person sets to give a credential for this URL, such as the variable `GITHUB_TOKEN`. */
  setting?(url: string): string;
}

/** What a connection needs to sign in, and what must never be seen in a message about it. */
export interface SignIn {
  /** One line of an HTTP header; undefined: the connection is made without. */
  readonly header: string | undefined;
  readonly secrets: readonly string[];
}

/** The sign-in of a connection without a credential. */
export const anonymousSignIn: SignIn = { header: undefined, secrets: [] };

/** Asks for the credential of an HTTP remote. Throws `Failure` `InvalidConfig` for one that no header can carry. */
export async function signIn(
  url: RepositoryUrl,
  credentials: Credentials | undefined,
  use: ConnectionUse,
): Promise<SignIn> {
  if (url.kind !== 'http') return anonymousSignIn;
  const credential = await credentials?.for(url.href, use);
  if (credential === undefined) return anonymousSignIn;
  const { username, password } = credential;
  if (username.includes(':') || /\p{Cc}/u.test(username + password)) {
    throw new Failure(
      'InvalidConfig',
      `The credential for ${url.host} contains a line break or another character that HTTP cannot carry` +
        `${settingHint(url, credentials)}. Set it again, without white space around it.`,
    );
  }
  const basic = Buffer.from(`${username}:${password}`, 'utf8').toString('base64');
  return { header: `Authorization: Basic ${basic}`, secrets: [password, basic] };
}

/** Answers " (setting)" where the credentials name what is set, else nothing. */
export function settingHint(url: RepositoryUrl, credentials: Credentials | undefined): string {
  const setting = credentials?.setting?.(url.href);
  return setting === undefined ? '' : ` (${setting})`;
}
