/** What is asked, in the order of the list, and how it is called there. */
export const checks = {
  temporal: 'Temporal',
  namespace: 'Namespace',
  attributes: 'Search attributes',
  worker: 'A worker that polls',
  'workers alike': 'Workers that differ',
  renderer: 'Renderer',
  source: 'Source repository',
  reports: 'Statuses on the source',
  environment: 'Environment file',
  branch: 'GitOps branch',
  push: 'Push to the GitOps repository',
  access: 'Account on the forge',
  budget: 'Rate budget',
  'merge methods': 'Ways to merge',
  'own branches': 'Rules for our branches',
  rules: 'Rules of the branch',
  'required checks': 'Required checks',
  cluster: 'Cluster',
  flux: 'Flux',
  permissions: 'Permissions on the cluster',
  record: 'Keys of the record',
  clock: 'Clock',
} as const;

/** What is asked. */
export type CheckName = keyof typeof checks;
