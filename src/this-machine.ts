import { isIP } from 'node:net';

/** Tells whether a host is this machine: `localhost`, `127.…` or `::1`, with brackets or without. */
export function isThisMachine(host: string): boolean {
  const name = host.replace(/^\[|\]$/g, '');
  return name === 'localhost' || name === '::1' || (isIP(name) === 4 && name.startsWith('127.'));
}
