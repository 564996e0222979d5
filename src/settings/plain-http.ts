/** Answers whether a credential may go to a host unencrypted: to this machine itself, or where the settings say so. */
export function mayGoInPlainText(host: string, listed: readonly string[]): boolean {
  const name = host.replace(/:\d+$/, '');
  return name === 'localhost' || name === '[::1]' || /^127(\.\d{1,3}){3}$/.test(name) || listed.includes(host);
}
