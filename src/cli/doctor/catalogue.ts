import { remedies, sentence } from '../../text/remedies.ts';
import type { CheckName } from './check-names.ts';

/** A trouble as the catalogue has it. */
export interface KnownTrouble {
  /** Undefined: any check may meet it. */
  readonly check: CheckName | undefined;
  /** When it is found, as docs/doctor.md says it. */
  readonly when: string;
  /** What mends it, as a sentence, where what was found does not say it more exactly. */
  readonly remedy: string;
  /** It is a choice that a person may have made: it is told, and is no fault. */
  readonly isWarning?: true;
}

/** Everything that may be found to be wrong. */
export const troubles = {
  'temporal away': {
    check: 'temporal',
    when: 'it does not answer at the address, or not in time',
    remedy: 'Start it, or set TEMPORAL_ADDRESS.',
  },
  'temporal refuses': {
    check: 'temporal',
    when: 'it refuses the API key or the certificate, or TLS with it cannot be made',
    remedy: 'Set what the sentence names: TEMPORAL_API_KEY, or the files of TEMPORAL_TLS_….',
  },
  'temporal too old': {
    check: 'temporal',
    when: 'the server is older than 1.27',
    remedy: sentence(remedies.upgradeTemporal),
  },
  'no namespace': {
    check: 'namespace',
    when: 'the namespace is not there',
    remedy: 'Create it, or set TEMPORAL_NAMESPACE.',
  },
  'attributes missing': {
    check: 'attributes',
    when: 'search attributes are not registered in the namespace',
    remedy: sentence(remedies.searchAttributes),
  },
  'attribute of another type': {
    check: 'attributes',
    when: 'a search attribute of that name is something else there',
    remedy: sentence(remedies.attributeType),
  },
  'no worker': {
    check: 'worker',
    when: 'nobody polls the task queue',
    remedy: 'Start one with `fairlead worker`, or set FAIRLEAD_TASK_QUEUE to the queue of one that runs.',
  },
  'idle workers': {
    check: 'worker',
    when: 'workers poll, and Temporal gives the tasks to another version',
    remedy: 'Make the version that polls the current one, by the command that is printed.',
  },
  'another release than this command': {
    check: 'workers alike',
    when: 'a worker runs another release than this command',
    remedy: 'Install the same release: a command may not understand what a worker of another one answers.',
  },
  'workers of several releases': {
    check: 'workers alike',
    when: 'workers of one task queue run different builds, or one does not say which',
    remedy: `That is as it should be while one is replaced by the other; otherwise ${remedies.workersOfReleases}.`,
  },
  'workers with other settings': {
    check: 'workers alike',
    when: 'workers of one build have different settings',
    remedy: `That is as it should be while one is replaced by the other; otherwise ${remedies.workersOfSettings}.`,
  },
  'no renderer': {
    check: 'renderer',
    when: 'the renderer is not on this machine, or FAIRLEAD_RENDERER names none',
    remedy:
      'Install Fairlead anew, with its renderer; in a checkout, `fairlead render` or a worker makes it. Or set FAIRLEAD_RENDERER to one.',
  },
  'unfit renderer': {
    check: 'renderer',
    when: 'what is there is no renderer, or one of another version',
    remedy:
      'In a checkout of Fairlead run `npm run build:renderer`, else install Fairlead anew; and unset FAIRLEAD_RENDERER, or let it name a renderer of this version.',
  },
  'unreadable source': {
    check: 'source',
    when: 'the source repository, its main branch or the Platform file cannot be read',
    remedy: 'Check the URL and the credential, or mend fairlead.yaml on main.',
  },
  'may not report': {
    check: 'reports',
    when: 'statuses or deployments are on, and the account may not write them to the source',
    remedy:
      'Give the account write access to the source, or set `statuses: false` and `deployments: false` of the forge in the settings.',
    isWarning: true,
  },
  'environment file': {
    check: 'environment',
    when: 'the config branch is missing, or its Environment file is not valid',
    remedy: 'Mend fairlead.yaml of that branch: docs/fairlead-yaml.md has every key.',
  },
  'group without cluster': {
    check: 'environment',
    when: 'the branch has a group of which the environment lists no cluster',
    remedy: sentence(remedies.listClusters),
  },
  'no GitOps branch': {
    check: 'branch',
    when: 'the GitOps repository cannot be read, or the branch of the environment is not there',
    remedy: 'Create the branch once, empty, or give the credential access.',
  },
  'push refused': {
    check: 'push',
    when: 'the remote takes no pushes from the credential',
    remedy: 'Give the credential write access.',
  },
  'forge refuses': {
    check: 'access',
    when: 'no forge is configured, its API does not answer, or it refuses the token or the App',
    remedy: 'Mend what the sentence names: `forges` in the settings, the token, the installation of the App.',
  },
  archived: { check: 'access', when: 'the repository is archived', remedy: sentence(remedies.unarchive) },
  'permissions missing': {
    check: 'access',
    when: 'the account may not write, the token lacks a scope, or the App a permission',
    remedy: 'Give it what is named: docs/github.md and docs/gitea.md list all.',
  },
  'token ends soon': {
    check: 'access',
    when: 'the token has ended, or ends within two weeks',
    remedy: 'Make a new one, and put it where the old one is: workers read it before every call.',
  },
  'little budget': {
    check: 'budget',
    when: 'so few calls are left in this hour that looks at requests wait',
    remedy: 'Sign in as an App, or give each platform a token of its own; the next hour begins anew.',
  },
  'no way to merge': {
    check: 'merge methods',
    when: 'the repository allows no way to merge that Fairlead knows',
    remedy: sentence(remedies.mergeMethods),
  },
  'pushes refused by rules': {
    check: 'own branches',
    when: 'a ruleset refuses to create, move or delete our branches, and the account may not pass it',
    remedy: sentence(remedies.ownBranches),
  },
  'may not merge': {
    check: 'rules',
    when: 'the branch names who may merge, and the account is not among them',
    remedy: sentence(remedies.mayMerge),
  },
  'nothing required under auto': {
    check: 'rules',
    when: 'the branch requires neither checks nor reviews, and `merge` is `auto`',
    remedy: sentence(remedies.requireSomething),
    isWarning: true,
  },
  'approvals outlive a push': {
    check: 'rules',
    when: 'approvals of a request stay when it is rendered again, and `merge` is `auto`',
    remedy: sentence(remedies.staleApprovals),
  },
  'check never reported': {
    check: 'required checks',
    when: 'nothing has reported a required check at the head of the latest request',
    remedy: sentence(remedies.unreportedCheck),
  },
  'unreachable cluster': {
    check: 'cluster',
    when: 'the API server does not answer in time, or refuses the credentials, or the kubeconfig lacks the context',
    remedy: sentence(remedies.reachCluster),
  },
  'no Flux': {
    check: 'flux',
    when: "the cluster does not serve Flux's kinds",
    remedy: 'Install Flux 2.0 or later there.',
  },
  'folder not applied': {
    check: 'flux',
    when: 'no Kustomization of this branch applies what the group has',
    remedy: sentence(remedies.applyFolder),
  },
  'health not evaluated': {
    check: 'flux',
    when: 'what applies the group does not wait for its health',
    remedy: sentence(remedies.waitForHealth),
  },
  'Flux at rest': {
    check: 'flux',
    when: 'a Kustomization of the group is suspended or being deleted, or its source brings nothing new',
    remedy: 'Resume it by `flux resume`, or mend what its source says.',
  },
  'changed by Flux': {
    check: 'flux',
    when: '`coverage` is `strict`, and something on the way changes or repeats what is applied',
    remedy: 'Take that out, or set `coverage: inventory` in the Environment file.',
  },
  'may not annotate': {
    check: 'permissions',
    when: "the kubeconfig's user may not annotate Flux's objects, so that each merge waits for Flux's own interval",
    remedy: sentence(remedies.bindClusterRole),
  },
  'may not read': {
    check: 'permissions',
    when: "the kubeconfig's user may not list kinds that the branch has, which `coverage: strict` needs",
    remedy: sentence(remedies.bindClusterRole),
  },
  'record key': {
    check: 'record',
    when: 'the platform lists keys, and the worker has none of them, or its key is none',
    remedy: 'Give the worker a listed key: docs/signed-record.md says how.',
  },
  'clock off': {
    check: 'clock',
    when: "a cluster's, a forge's or this machine's clock differs by more than a minute",
    remedy: sentence(remedies.clock),
  },
  'check failed': {
    check: undefined,
    when: 'a check took longer than its time, or failed in another way; the list names it',
    remedy: 'See what keeps it from answering, and call `fairlead doctor` again.',
  },
} as const satisfies Readonly<Record<string, KnownTrouble>>;

/** Something that is wrong, or a warning. */
export type TroubleName = keyof typeof troubles;
