import { type HttpProxy, proxyCredentials } from './proxy.ts';

/** Says what it means that a proxy answers with this status instead of connecting to `host`, and what to do. */
export function proxyRefusal(proxy: HttpProxy, status: number, host: string): string {
  const { name, setting } = proxy;
  const bypass = `add ${host} to NO_PROXY if it is reached without`;
  if (status === 407)
    return proxyCredentials(proxy) === undefined
      ? `the proxy ${name} asks for a name and a password (407): write them into ${setting} as http://NAME:PASSWORD@HOST:PORT, or ${bypass}`
      : `the proxy ${name} does not accept the name and the password in ${setting} (407)`;
  if (status === 403) return `the proxy ${name} does not allow ${host} (403): have it allowed there, or ${bypass}`;
  return `the proxy ${name} answers ${status} instead of connecting to ${host}: see whether it reaches ${host}, or ${bypass}`;
}

/** Says that a proxy itself does not answer, and what to do. `why`: `ECONNREFUSED`. */
export function proxyAway(proxy: HttpProxy, why: string, host: string): string {
  return `the proxy ${proxy.name} on the way to ${host} cannot be reached (${why}): see whether it runs, or add ${host} to NO_PROXY if it is reached without`;
}

/** Says that what comes through a proxy is no TLS. */
export function proxyNoTls(proxy: HttpProxy, host: string): string {
  return `the proxy ${proxy.name} gives something else than TLS for ${host}, perhaps a page of its own or a sign-in: check ${proxy.setting}, or add ${host} to NO_PROXY if it is reached without`;
}

/** The codes of Node's errors by which a connection was never made. */
const noConnection: readonly unknown[] = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
];

/**
 * Says what an error of Node's HTTP means where a proxy is on the way; undefined: it says nothing about the proxy. The
 * clients of undici and hpagent tell the status of a proxy in their messages alone.
 */
export function proxyTrouble(error: unknown, proxy: HttpProxy, host: string): string | undefined {
  for (let each: unknown = error; each instanceof Error; each = each.cause) {
    const status = /^(?:Bad response: (\d{3})$|Proxy response \((\d{3})\))/.exec(each.message);
    if (status) return proxyRefusal(proxy, Number(status[1] ?? status[2]), host);
    const code = 'code' in each ? each.code : undefined;
    if (noConnection.includes(code)) return proxyAway(proxy, String(code), host);
    if (code === 'EPROTO' || /wrong version number|before secure TLS connection/i.test(each.message))
      return proxyNoTls(proxy, host);
    if (typeof code === 'string' && /^HPE_/.test(code))
      return `the proxy ${proxy.name} does not answer as an HTTP proxy (${code}): check ${proxy.setting}`;
  }
  return undefined;
}
