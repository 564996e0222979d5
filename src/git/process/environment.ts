import type { RepositoryUrl } from '../../platform/repository/repository-url.ts';
import { type HttpProxy, proxyRule, variable } from '../../proxy/proxy.ts';
import type { SignIn } from './credentials.ts';

/**
 * The variables of the worker's own environment that git may see: where programs, keys, proxies and certificate
 * authorities are. Everything else, other `GIT_` variables above all, would change what git does.
 */
const passedOn = [
  ...['PATH', 'HOME', 'USER', 'LOGNAME', 'TMPDIR', 'XDG_CONFIG_HOME', 'SSH_AUTH_SOCK'],
  ...['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY', 'no_proxy', 'NO_PROXY'],
  ...['SSL_CERT_FILE', 'SSL_CERT_DIR', 'GIT_SSL_CAINFO', 'GIT_SSL_CAPATH', 'GIT_PROXY_SSL_CAINFO'],
  ...['GIT_HTTP_PROXY_AUTHMETHOD', 'GIT_SSH', 'GIT_SSH_COMMAND'],
];

/**
 * The ssh that git starts. It never asks for a passphrase or an unknown host, and gives up on a dead connection within
 * a minute.
 */
const ssh = 'ssh -o BatchMode=yes -o ConnectTimeout=30 -o ServerAliveInterval=15 -o ServerAliveCountMax=4';

/** The variables that a git process is started with. */
export type ProcessEnvironment = Readonly<Record<string, string>>;

/** How a command connects. */
export interface RemoteAccess {
  readonly url: RepositoryUrl;
  readonly signIn: SignIn;
  /** Whole seconds without a byte after which git gives up. */
  readonly quietSeconds: number;
}

/** Makes the environment for git on a mirror: no prompt, English, no replaced objects, this directory only. */
export function localEnvironment(ambient: Readonly<NodeJS.ProcessEnv>, gitDir: string): ProcessEnvironment {
  const inherited = passedOn.flatMap((name) => {
    const value = ambient[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...Object.fromEntries(inherited),
    LC_ALL: 'C',
    GIT_DIR: gitDir,
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_LITERAL_PATHSPECS: '1',
    GIT_TERMINAL_PROMPT: '0',
  };
}

/**
 * Makes the environment for a command that connects. Credentials travel here and nowhere else: not in argv, the URL or
 * a stored configuration. The user's and the system's configuration count for proxies and certificates;
 * their credential helpers and headers do not.
 */
export function remoteEnvironment(
  local: ProcessEnvironment,
  { url, signIn, quietSeconds }: RemoteAccess,
): ProcessEnvironment {
  const entries: [string, string][] = [
    ['credential.helper', ''],
    ['http.extraHeader', ''],
    ['http.lowSpeedLimit', '1'],
    ['http.lowSpeedTime', String(quietSeconds)],
    // A thread has whole files in memory: of a hundred megabytes each, which are kilobytes of a pack. git takes half of all cores.
    ['pack.threads', '2'],
    ['pack.windowMemory', '64m'],
    // git would carry the header over to wherever it is redirected.
    ['http.followRedirects', signIn.header === undefined ? 'initial' : 'false'],
  ];
  if (signIn.header !== undefined) entries.push([`http.${originOf(url)}/.extraHeader`, signIn.header]);
  return {
    ...(local.GIT_SSH === undefined ? { GIT_SSH_COMMAND: ssh } : {}),
    ...local,
    ...proxyVariables(local, url),
    GIT_ASKPASS: '',
    GIT_ALLOW_PROTOCOL: allowedProtocols(url),
    ...configVariables(entries),
  };
}

/**
 * Answers the proxy by which the environment makes git connect; undefined: there is none. Throws `Failure` InvalidConfig.
 */
export function proxyOf(local: ProcessEnvironment, url: RepositoryUrl): HttpProxy | undefined {
  return url.kind === 'http' ? proxyRule(local)(new URL(url.href)) : undefined;
}

/**
 * Makes git follow the rule that the rest of the worker follows. libcurl's own depends on its version, and knows no
 * `HTTP_PROXY`. Where the environment names no proxy, git's configuration may.
 */
function proxyVariables(local: ProcessEnvironment, url: RepositoryUrl): ProcessEnvironment {
  const name = url.href.startsWith('https:') ? 'https_proxy' : 'http_proxy';
  if (url.kind !== 'http' || variable(local, [name]) === undefined) return {};
  const proxy = proxyOf(local, url);
  // An empty NO_PROXY is one that is not set.
  return proxy === undefined ? { no_proxy: '*' } : { [name]: proxy.url.href, no_proxy: '', NO_PROXY: '' };
}

function allowedProtocols(url: RepositoryUrl): string {
  if (url.kind === 'ssh') return 'ssh';
  if (url.kind === 'local') return 'file';
  return url.href.startsWith('https:') ? 'https' : 'http:https';
}

function originOf(url: RepositoryUrl): string {
  return `${url.href.startsWith('https:') ? 'https' : 'http'}://${url.host}`;
}

function configVariables(entries: readonly (readonly [string, string])[]): ProcessEnvironment {
  const variables = entries.flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${index}`, key],
    [`GIT_CONFIG_VALUE_${index}`, value],
  ]);
  return { GIT_CONFIG_COUNT: String(entries.length), ...Object.fromEntries(variables) };
}
