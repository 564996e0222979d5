import { isThisMachine } from '../this-machine.ts';

/** Answers whether a credential may go to a host unencrypted: to this machine itself, or where the settings say so. */
export function mayGoInPlainText(host: string, listed: readonly string[]): boolean {
  return isThisMachine(host.replace(/:\d+$/, '')) || listed.includes(host);
}
