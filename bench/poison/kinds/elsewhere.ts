import type { Poison } from './poison.ts';

/** What names another repository, or a place that is none. */
export const elsewhere = {
  /** A GitOps repository of another owner, which the worker's token reaches. */
  'foreign-gitops': { main: ({ forge }) => platformOf(`${forge}/other/gitops`) },
  'local-gitops': { main: () => platformOf('/etc/passwd') },
  'local-source': { source: () => '/etc/passwd' },
  'file-source': { source: () => 'file:///etc/passwd' },
  /** A host behind `http://` that is not loopback, for which the settings have a token. */
  'plain-http': { source: ({ plain }) => `${plain}/acme/poisoned` },
} satisfies Record<string, Poison>;

function platformOf(gitops: string): ReadonlyMap<string, string> {
  const platform = `apiVersion: fairlead.dev/v1\nkind: Platform\nname: bench\ngitops: { repository: ${gitops} }\nstages: [[dev]]\n`;
  return new Map([['fairlead.yaml', platform]]);
}
