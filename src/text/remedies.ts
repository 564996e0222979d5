/**
 * How a person mends what several parts find out, as clauses. Promotions and workers say it when they wait for a person, and
 * `fairlead doctor` says it before that, in the same words.
 */
export const remedies = {
  searchAttributes: 'run `fairlead setup` once',
  attributeType: 'remove it there, and run `fairlead setup` again',
  upgradeTemporal: 'upgrade the server',
  workersWithoutRelease: 'stop what should not be there',
  workersOfReleases: 'stop the release that is not wanted',
  workersOfSettings: 'give both the same, because any of them may get a step',
  waitForHealth: 'set `wait: true` on the Kustomization that applies it',
  clock: 'set it, best by NTP',
  mergeMethods: 'allow one of merge, squash and rebase in the settings of the repository',
  ownBranches:
    "let the worker's account push to `deploy/**`, `configure/**` and `rollback/**`, by force, and delete them",
  mayMerge: "add the worker's account to those who may merge there",
  unarchive: 'take it out of the archive, or name another repository in fairlead.yaml',
  staleApprovals: 'have its rules dismiss stale approvals, or set `merge: approval`, which counts for one commit',
  requireSomething: 'require a check or a review there, or set `merge: approval`, where somebody is to look first',
  unreportedCheck:
    'see that it runs for pull requests to this branch from branches such as `deploy/…`, and that the rule has its exact name',
  bindClusterRole: 'bind the ClusterRole of docs/fleet.md',
  reachCluster: 'mend the context in the kubeconfig, or what keeps this machine from the API server',
  listClusters: 'add one under "clusters", or the group under "withoutClusters"',
  applyFolder:
    'let a Kustomization of Flux apply the folder of the group from this branch, with `wait: true`: docs/fleet.md shows one',
} as const;

/** Writes a clause as a sentence. */
export function sentence(clause: string): string {
  return `${clause.slice(0, 1).toUpperCase()}${clause.slice(1)}.`;
}
