/** The kinds of forge that Fairlead speaks to, as settings name them. What each brings is in `forges.ts`. */
export const forgeKinds = ['github', 'gitea', 'forgejo'] as const;
export type ForgeKind = (typeof forgeKinds)[number];

/** Answers the base of the API of a forge where the settings name none. */
export function defaultApiUrl(kind: ForgeKind, host: string): string {
  if (kind !== 'github') return `https://${host}/api/v1`;
  return host.toLowerCase() === 'github.com' ? 'https://api.github.com' : `https://${host}/api/v3`;
}
