import { Failure, type FailureType } from '../../failure.ts';
import type { RepositoryUrl } from '../../platform/repository/repository-url.ts';
import type { HttpProxy } from '../../proxy/proxy.ts';
import { proxyAway, proxyNoTls, proxyRefusal } from '../../proxy/proxy-words.ts';
import { remedies, sentence } from '../../text/remedies.ts';

/** What a message about a failed connection names. */
export interface Connection {
  readonly url: RepositoryUrl;
  /** Where people set the credential; empty where nobody says. */
  readonly hint: string;
  readonly signedIn: boolean;
  /** The proxy on the way, as far as the environment names one. */
  readonly proxy?: HttpProxy;
}

type WordsRule = readonly [RegExp, FailureType, (connection: Connection) => string];

/**
 * Answers what git's words about a remote (in English, redacted) mean for a caller; undefined: nothing is known. The
 * order of the rules counts: ssh says "Could not read from remote repository" after each of its own errors.
 */
export function remoteFailure(words: string, connection: Connection): Failure | undefined {
  if (damageWords.test(words)) return undefined;
  const atProxy = proxyFailure(words, connection);
  if (atProxy) return atProxy;
  const rule = wordsRules.find(([pattern]) => pattern.test(words));
  if (rule === undefined) return undefined;
  const [, type, sentence] = rule;
  return new Failure(type, `${sentence(connection)} git says: ${words}`);
}

/** Answers what the words say about the proxy on the way; libcurl has two ways to say it. */
function proxyFailure(words: string, { url, proxy }: Connection): Failure | undefined {
  const [, after, status = after] =
    /Received HTTP code (\d{3}) from proxy|CONNECT tunnel failed, response (\d{3})/i.exec(words) ?? [];
  if (proxy === undefined)
    return status === undefined
      ? undefined
      : new Failure(
          'Unavailable',
          `A proxy answers ${status} instead of connecting to ${url.host}. Check http.proxy in git's configuration. git says: ${words}`,
        );
  const { host } = new URL(url.href);
  const told = (sentence: string) => `${url.href} could not be reached: ${sentence}. git says: ${words}`;
  if (status !== undefined)
    return new Failure(
      status === '407' ? 'Unauthorized' : 'Unavailable',
      told(proxyRefusal(proxy, Number(status), host)),
    );
  const away =
    /could not resolve|connection refused|couldn't connect|failed to connect|timed? ?out|CONNECT aborted/i.exec(words);
  if (away) return new Failure('Unavailable', told(proxyAway(proxy, away[0], host)));
  return /wrong version number|unexpected eof|unrecognized name|unexpected TLS packet|packet with unexpected length/i.test(
    words,
  )
    ? new Failure('Unavailable', told(proxyNoTls(proxy, host)))
    : undefined;
}

/** Matches the words of a broken mirror. It ends a transfer too, and the remote then seems to have hung up. */
const damageWords =
  /bad object|unable to read|corrupt|inflate|packfile .* (cannot|is truncated|does not match)|missing (blob|tree|commit)|necessary objects|unresolved delta|not a git repository/i;

const askedAgain = () => 'A worker asks again by itself.';

const wordsRules: readonly WordsRule[] = [
  [
    // With the 403 of a push over HTTPS, or before ssh ends. GitHub, as googleapis/repo-automation-bots#2671 has it: "This repository was
    // archived so it is read-only." Gitea 1.27.3 over HTTPS (routers/web/repo): "This repo is archived. You can view files and clone it, …",
    // over ssh (routers/private/serv.go): "Repo: acme/gitops is archived."
    /\b(repo|repository)\b.* (was|is) archived/i,
    'Refused',
    ({ url }) => `${url.href} is archived: it can be read, but takes no push. ${sentence(remedies.unarchive)}`,
  ],
  [
    /could not read (Username|Password)|Authentication failed|returned error: 401/i,
    'Unauthorized',
    ({ url, hint, signedIn }) =>
      signedIn
        ? `${url.host} does not accept the credential for ${url.href}. Check the one set for ${url.host}${hint}.`
        : `${url.href} asks for a credential, but none is set for ${url.host}. Set one in the worker's settings${hint}.`,
  ],
  [
    /returned error: 403|Permission to \S+ denied|insufficient permission/i,
    'Unauthorized',
    ({ url, hint, signedIn }) =>
      `${url.host} denies access to ${url.href}. ` +
      (signedIn
        ? `Give the credential set for ${url.host}${hint} the permission that this needs.`
        : `Set a credential for ${url.host} in the worker's settings${hint}.`),
  ],
  [
    /Permission denied \((publickey|password|keyboard)/i,
    'Unauthorized',
    ({ url }) => `${url.host} does not accept the worker's SSH key for ${url.href}. Register its public key there.`,
  ],
  [
    /Host key verification failed|REMOTE HOST IDENTIFICATION HAS CHANGED/i,
    'Unauthorized',
    ({ url }) => `The SSH host key of ${url.host} is not known or has changed. Check it, and add it to known_hosts.`,
  ],
  [
    /dubious ownership/i,
    'Unauthorized',
    ({ url }) => `${url.href} belongs to another user. Add it to safe.directory in the worker's git configuration.`,
  ],
  [
    /not valid: is this a git repo/i,
    'NotFound',
    ({ url }) =>
      `What answers at ${url.href} is no git repository: a page of a proxy or a sign-in, or the URL is wrong. Open it from the worker's machine, and check the worker's proxy settings (HTTPS_PROXY) and the URL.`,
  ],
  [
    /repository .* not found|does not appear to be a git repository|repository not found|returned error: (404|410)/i,
    'NotFound',
    ({ url }) =>
      `There is no repository ${url.href}, or it is hidden from whoever asks. Check the URL, and that the credential may read it.`,
  ],
  [
    /returned error: 3\d\d/i,
    'Refused',
    ({ url }) =>
      `${url.href} redirects to another address, and a credential is not sent on. Configure the repository's present URL.`,
  ],
  [
    /certificate|SSL routines|CAfile/i,
    'Refused',
    ({ url }) =>
      `The certificate of ${url.host} cannot be verified. Give its authority in the worker's GIT_SSL_CAINFO or in the trust store of its machine.`,
  ],
  [
    /returned error: (429|5\d\d)|too many requests|rate limit/i,
    'Unavailable',
    ({ url }) => `${url.href} cannot answer at present. ${askedAgain()}`,
  ],
  [
    /could not resolve|connection refused|failed to connect|couldn't connect|connection (timed out|reset|was reset|closed|died)|timed? ?out|too slow|less than \d+ bytes\/sec|network is unreachable|no route to host|empty reply|recv failure|send failure|hung up unexpectedly|early EOF|RPC failed|unexpected disconnect|transfer closed|expected flush|expected packfile|TLS|unexpected eof|bad line length|invalid index-pack output|kex_exchange_identification/i,
    'Unavailable',
    ({ url }) => `${url.href} could not be reached, or the connection broke. ${askedAgain()}`,
  ],
  [
    /returned error: 4\d\d/i,
    'Refused',
    ({ url }) => `${url.href} refuses the request. Check the URL and the permissions of the credential.`,
  ],
];
