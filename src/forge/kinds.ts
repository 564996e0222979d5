/** The base of the API of a host where nobody names it, by the kind of forge. Settings need this, and no forge. */
const apiBases = {
  github: (host: string) => (host.toLowerCase() === 'github.com' ? 'https://api.github.com' : `https://${host}/api/v3`),
  gitea: giteaApi,
  forgejo: giteaApi,
} as const;

function giteaApi(host: string): string {
  return `https://${host}/api/v1`;
}

/** A kind of forge that Fairlead speaks to. */
export type ForgeKind = keyof typeof apiBases;
/** All kinds, as settings name them. */
export const forgeKinds = Object.keys(apiBases) as readonly ForgeKind[];

/** Answers the base of the API of a forge where the settings name none. */
export function defaultApiUrl(kind: ForgeKind, host: string): string {
  return apiBases[kind](host);
}
