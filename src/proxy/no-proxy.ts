import { BlockList, isIP } from 'node:net';

/**
 * Answers whether an address is reached without a proxy by the list of `NO_PROXY`, separated by commas or spaces:
 *
 * - `*`: every host;
 * - `example.com`: the host and those below it; `.example.com` and `*.example.com`: those below it alone;
 * - `10.1.2.3`, `10.0.0.0/8`, `fd00::/8`: addresses, as far as the target is named by one;
 * - each with `:port` for that port alone.
 */
export function isBypassed(target: URL, list: string): boolean {
  const host = target.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const port = target.port || (target.protocol === 'https:' ? '443' : '80');
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => matches(entry, host, port));
}

function matches(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true;
  if (entry.includes('/')) return isInRange(entry, host);
  const [, bracketed, named, onlyPort] = /^(?:\[([^\]]+)\]|([^:]+|.*:.*:.*?))(?::(\d+))?$/.exec(entry) ?? [];
  const name = bracketed ?? named ?? entry;
  if (onlyPort !== undefined && onlyPort !== port) return false;
  if (isIP(name) !== 0) return isSameAddress(name, host);
  if (name.startsWith('*.')) return host.endsWith(name.slice(1));
  if (name.startsWith('.')) return host.endsWith(name);
  return host === name || host.endsWith(`.${name}`);
}

function isInRange(entry: string, host: string): boolean {
  const [address = '', bits = ''] = entry.split('/');
  const [kind, ofHost] = [isIP(address), isIP(host)];
  if (kind === 0 || kind !== ofHost || !/^\d{1,3}$/.test(bits) || Number(bits) > (kind === 4 ? 32 : 128)) return false;
  const range = new BlockList();
  range.addSubnet(address, Number(bits), kind === 4 ? 'ipv4' : 'ipv6');
  return range.check(host, kind === 4 ? 'ipv4' : 'ipv6');
}

function isSameAddress(one: string, host: string): boolean {
  return isInRange(`${one}/${isIP(one) === 4 ? 32 : 128}`, host);
}
