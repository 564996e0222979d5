import { Failure } from '../failure.ts';
import { isThisMachine } from '../this-machine.ts';
import { isBypassed } from './no-proxy.ts';

/** A proxy on the way to a host. */
export interface HttpProxy {
  /** With the user and the password, where there are any: for connections alone, never for messages. */
  readonly url: URL;
  /** For messages: `http://proxy.example.com:3128 of HTTPS_PROXY`. */
  readonly name: string;
  /** Where it comes from: `HTTPS_PROXY`. */
  readonly setting: string;
}

/** Answers the proxy on the way to an address; undefined: the way is direct. */
export type ProxyRule = (target: URL) => HttpProxy | undefined;

/** The variables of an environment, of which an empty one counts as not set. */
type Variables = Readonly<Record<string, string | undefined>>;

/** The variables that name proxies, in lower case; of each list the first one that is set counts. */
export interface ProxyNames {
  readonly https: readonly string[];
  readonly http: readonly string[];
  /** What is reached without a proxy. */
  readonly none: readonly string[];
}

const usualNames: ProxyNames = { https: ['https_proxy'], http: ['http_proxy'], none: ['no_proxy'] };

/**
 * Makes the rule of an environment's `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, each in either case, the lower one
 * first. It is that of Go's programs, kubectl among them (golang.org/x/net/http/httpproxy): the scheme of the target
 * chooses the variable, and what is on this machine is never asked through a proxy. Throws `Failure` InvalidConfig.
 */
export function proxyRule(env: Variables, names: ProxyNames = usualNames): ProxyRule {
  const [https, http] = [names.https, names.http].map((each) => {
    const found = variable(env, each);
    return found && httpProxyAt(found.value, found.name);
  });
  const direct = variable(env, names.none)?.value ?? '';
  return (target) => {
    const proxy = target.protocol === 'https:' ? https : http;
    return isThisMachine(target.hostname) || isBypassed(target, direct) ? undefined : proxy;
  };
}

/**
 * Reads the address of a proxy that speaks HTTP. Throws `Failure` InvalidConfig, which does not repeat the value: it may
 * hold a password.
 */
export function httpProxyAt(value: string, setting: string): HttpProxy {
  const text = value.includes('://') ? value : `http://${value}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.hostname === '' || !/^https?:$/.test(url.protocol))
    throw new Failure(
      'InvalidConfig',
      `${setting} is not the address of an HTTP proxy. Write it as http://proxy.example.com:3128, with NAME:PASSWORD@ before the host where it asks for them.`,
    );
  url.username = encodeURIComponent(decodedText(url.username));
  url.password = encodeURIComponent(decodedText(url.password));
  return { url, name: `${url.protocol}//${url.host} of ${setting}`, setting };
}

/** Answers the user and the password for a proxy, decoded; undefined: there are none. */
export function proxyCredentials({
  url,
}: HttpProxy): { readonly username: string; readonly password: string } | undefined {
  if (url.username === '' && url.password === '') return undefined;
  return { username: decodeURIComponent(url.username), password: decodeURIComponent(url.password) };
}

/** Answers the `Proxy-Authorization` for a proxy; undefined: it has no user and no password. */
export function proxyAuthorization(proxy: HttpProxy): string | undefined {
  const credentials = proxyCredentials(proxy);
  if (credentials === undefined) return undefined;
  return `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64')}`;
}

/** Answers the first variable of these names that is set, in lower or upper case, and how it is called. */
export function variable(
  env: Variables,
  lower: readonly string[],
): { readonly name: string; readonly value: string } | undefined {
  for (const name of lower.flatMap((each) => [each, each.toUpperCase()])) {
    const value = env[name]?.trim();
    if (value) return { name, value };
  }
  return undefined;
}

/** A password with a bare % in it is taken as it stands. */
function decodedText(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
