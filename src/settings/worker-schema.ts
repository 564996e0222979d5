import { z } from 'zod';
import { forgeKinds } from '../forge/kinds.ts';
import { defaultTaskQueue } from '../operation/messages.ts';
import { duration, map, oneOf, text, withoutRepeats } from '../platform/fields.ts';
import { apiVersion, type FileOfKind } from '../platform/yaml-file.ts';
import { isThisMachine } from '../this-machine.ts';
import { app, requestTemplates, signing } from './github-schema.ts';
import { path, secret } from './secret-schema.ts';

const HOST = /^(?!-)[A-Za-z0-9.-]+(?::\d{1,5})?$/;
const host = text(HOST, 'Write a host as in the URLs of its repositories, such as github.com or 127.0.0.1:8080.');
const repositories = z.array(
  text(
    /^(?!-)[A-Za-z0-9.-]+(?::\d{1,5})?(?:\/[^\s/]+)*$/,
    'Write a host, an owner or a repository, such as github.com/acme or github.com/acme/platform.',
  ),
  { error: 'List repositories such as github.com/acme/platform, or whole owners such as github.com/acme.' },
);
const webAddress = text(
  /^https?:\/\/[^\s/?#@]+[^\s?#@]*$/,
  'Write a URL such as https://example.com, without credentials.',
);
const listenAddress = text(/^[\w.:[\]-]+:\d{1,5}$/, 'Write a host and a port, such as 0.0.0.0:9464.');
const memory = text(/^[1-9]\d{0,5}[MG]iB$/, 'Write a size such as 512MiB or 2GiB.').transform(
  (size) => Number.parseInt(size, 10) * (size.endsWith('GiB') ? 1024 : 1),
);

function wholeNumber(most: number, least = 1) {
  const error = `Write a whole number from ${least} to ${most}.`;
  return z.number({ error }).int({ error }).min(least, { error }).max(most, { error });
}

function onOff(description: string) {
  return z.boolean({ error: 'Write true or false.' }).prefault(true).describe(description);
}

const forge = map({
  host: host.describe('As in the URLs of its repositories, with the port where there is one.'),
  kind: oneOf(forgeKinds).describe('Which API it speaks.'),
  api: webAddress
    .optional()
    .describe(
      'Base of its API. Default: https://api.github.com, else https://HOST/api/v3; of Gitea and Forgejo https://HOST/api/v1.',
    ),
  token: secret.optional().describe('Default, for github.com only: `{ env: GITHUB_TOKEN }`.'),
  signing: signing.optional().describe('Signs the commits that are pushed there. Default: nothing is signed.'),
  app: app.optional().describe('The GitHub App that signs in instead of a token.'),
  statuses: onOff('Statuses of each environment at commits of main, and whether a request has its turn. Default: on.'),
  comments: onOff('One comment on a request that tells how its rollout goes. Default: on.'),
  deployments: onOff("The forge's own records of what is deployed where. Default: on."),
}).superRefine(({ kind, token, app: given, signing: key }, context) => {
  const refuse = (message: string) => context.addIssue({ code: 'custom', path: ['app'], message });
  if (given !== undefined && kind !== 'github') refuse('Only GitHub has Apps: name a `token` instead.');
  if (given !== undefined && token !== undefined) refuse('There is a `token` beside it. Keep one of them.');
  if (given?.commitsAs !== undefined && key !== undefined)
    refuse('`commitsAs` has GitHub sign the commits, and `signing` a key. Keep one of them.');
});

const gitCredential = map({
  host: host.describe('As in the URLs of its repositories.'),
  username: text(/^[^\s:]+$/, 'Write a user name, without spaces and ":".').prefault('x-access-token'),
  token: secret,
});

function onePerHost<S extends z.ZodType<readonly unknown[]>>(list: S): S {
  return withoutRepeats(list, (entries) =>
    entries.flatMap((entry, index) => {
      const { data } = z.object({ host: z.string() }).safeParse(entry);
      const message = 'Another entry has this host already. Keep one.';
      return data === undefined ? [] : [{ key: data.host.toLowerCase(), path: [index, 'host'], message }];
    }),
  );
}

const codecKey = map({
  id: text(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'Write an id of letters, digits and "._-", 64 at most.').describe(
    'Stands, readable, beside what the key encrypted.',
  ),
  key: secret,
});

const codecEndpoint = map({
  address: listenAddress.prefault('127.0.0.1:8081').describe('Where it listens.'),
  origins: z
    .array(text(/^https?:\/\/[^\s/?#@]+$/, 'Write an origin such as https://temporal.example.com, without a path.'), {
      error: 'List origins such as https://temporal.example.com.',
    })
    .prefault([])
    .describe('The web pages that may ask: where the Temporal UI is. Default: none.'),
  token: secret
    .optional()
    .describe('What callers must show. Required where others than this machine reach the address.'),
}).superRefine(({ address, token }, context) => {
  if (token === undefined && !isThisMachine(address.replace(/:\d+$/, '')))
    context.addIssue({
      code: 'custom',
      path: ['token'],
      message: 'It decrypts, and others can reach this address: name a token, or listen on 127.0.0.1.',
    });
});

/** The schema of a worker's settings, as they are written. The descriptions are what editors show. */
export const workerSchema = map({
  apiVersion: z.literal(apiVersion),
  kind: z.literal('Worker'),
  taskQueue: text(/^[A-Za-z0-9][\w./-]{0,199}$/, 'Write the name of a task queue: letters, digits and "._/-".')
    .prefault(defaultTaskQueue)
    .describe('Workers and commands of one installation share it.'),
  temporalUi: webAddress.optional().describe('Address of the Temporal UI, for links.'),
  forges: onePerHost(z.array(forge, { error: 'List the forges as `- { host: …, kind: … }`.' }))
    .prefault([{ host: 'github.com', kind: 'github' }])
    .describe('Where pull requests are opened. A list here replaces the default, github.com.'),
  git: map({
    credentials: onePerHost(z.array(gitCredential, { error: 'List the credentials as `- { host: …, token: … }`.' }))
      .prefault([])
      .describe("For git over HTTPS, per host. Default: the forge's token of that host."),
    aliases: z
      .record(host, host, { error: 'Write `OTHER-NAME: HOST`, such as `git.internal: github.com`.' })
      .prefault({})
      .describe('Other names by which Flux on the clusters knows the hosts of GitOps repositories.'),
  }).prefault({}),
  allow: map({
    sources: repositories
      .optional()
      .describe('The sources that this worker serves, or their owners. Default: every one that is asked for.'),
    gitops: repositories
      .prefault([])
      .describe("GitOps repositories that Environment files may name beside those of their source's own owner."),
    local: z
      .boolean({ error: 'Write true or false.' })
      .prefault(false)
      .describe('Whether directories of its own machine are served, for a try or a test.'),
    plainHttp: z
      .array(host, { error: 'List hosts such as git.internal:8080.' })
      .prefault([])
      .describe('Hosts to which credentials may go over http://, which anybody on the way can read.'),
    httpChecks: z
      .array(host, { error: 'List hosts such as shop.example.com or shop.internal:8080.' })
      .prefault([])
      .describe('Hosts that `verify` of an environment may ask by `http`. Default: none.'),
  })
    .prefault({})
    .describe('What sources, config commits and URLs may make the worker do.'),
  metrics: map({
    address: listenAddress.optional().describe('Where Prometheus reads metrics. Default: nowhere.'),
  }).prefault({}),
  codec: map({
    keys: withoutRepeats(z.array(codecKey, { error: 'List the keys as `- { id: …, key: … }`.' }), (entries) =>
      entries.flatMap((entry, index) => {
        const { data } = z.object({ id: z.string() }).safeParse(entry);
        const message = 'Another entry has this id already. Keep one.';
        return data === undefined ? [] : [{ key: data.id, path: [index, 'id'], message }];
      }),
    )
      .prefault([])
      .describe('The first key encrypts what Temporal stores, all decrypt. Default: FAIRLEAD_CODEC_KEYS, else none.'),
    endpoint: codecEndpoint.optional().describe('Decrypts for the Temporal UI and command line. Default: off.'),
  }).prefault({}),
  record: map({
    signingKey: secret
      .optional()
      .describe('The Ed25519 key, PEM of PKCS#8, that signs what this worker records. Default: nothing is signed.'),
  }).prefault({}),
  requestTemplates: requestTemplates.prefault({}).describe('How requests are written.'),
  kubeconfig: path.optional().describe('Default: KUBECONFIG, else ~/.kube/config.'),
  cache: path.optional().describe('Mirrors and built programs. Default: FAIRLEAD_CACHE, else ~/.cache/fairlead.'),
  renderer: map({
    processes: wholeNumber(64)
      .optional()
      .describe('Default: one for each core, 8 at most, and no more than its memory less 1 GiB holds.'),
    timeLimit: duration({ atLeastMs: 1_000 }).prefault('60s').describe('Of a processor, for one leaf.'),
    memoryLimit: memory.prefault('1GiB').describe('For one process.'),
  }).prefault({}),
  intervals: map({
    merge: duration({ atLeastMs: 10 }).prefault('30s').describe('Between two looks at an open pull request.'),
    health: duration({ atLeastMs: 10 }).prefault('15s').describe('Between two looks at the clusters.'),
  }).prefault({}),
  timeouts: map({
    forge: duration({ atLeastMs: 100 }).prefault('30s').describe('For one request to a forge.'),
    cluster: duration({ atLeastMs: 100 }).prefault('20s').describe('For one look at one cluster.'),
    forgeLag: duration()
      .prefault('2m')
      .describe('How far a forge may be behind: its API behind git, and git behind what its API or CI has said.'),
  }).prefault({}),
  concurrency: map({
    activities: wholeNumber(1_000).prefault(40).describe('Activities that this worker runs at once.'),
    clusters: wholeNumber(1_000).prefault(32).describe('Clusters of an environment that are looked at at once.'),
    renders: wholeNumber(1_000)
      .optional()
      .describe('Environments that this worker renders at once. Default: two for each renderer process.'),
    merges: wholeNumber(1_000)
      .prefault(10)
      .describe('Requests that may be merged which this worker takes at once, beside `activities`.'),
    cachedWorkflows: wholeNumber(100_000).prefault(200).describe('Workflows that stay in memory.'),
  }).prefault({}),
  versioning: map({
    deployment: text(
      /^(?!__)[A-Za-z0-9_-]{1,100}$/,
      'Write a name of letters, digits, "_" and "-", such as fairlead.',
    ).describe('The name of the worker deployment in Temporal. All releases of one installation share it.'),
    makeCurrent: z
      .boolean({ error: 'Write true or false.' })
      .prefault(false)
      .describe(
        'A version that is new becomes the current one when its first worker polls. Default: a person does it.',
      ),
  })
    .optional()
    .describe("Temporal's worker versioning: only workers of the current version get tasks. Default: it is off."),
  inactivePatches: z
    .array(text(/^[a-z0-9][a-z0-9-]{0,99}$/, 'Write the id of a patch, as the changelog names it.'), {
      error: 'List ids of patches, such as `[lane-rests]`.',
    })
    .prefault([])
    .describe('Changes of the workflows that wait, so that the release before can take over again. Default: none.'),
  replayCheck: wholeNumber(100, 0)
    .prefault(5)
    .describe('How many running workflows must replay before this worker polls. 0: it polls at once.'),
}).meta({
  title: 'Fairlead worker settings',
  description: 'The file that FAIRLEAD_SETTINGS names: forges, credentials, caches and limits of a worker.',
});

/** A worker's settings, defaults filled in, before paths and secrets are located. */
export type WrittenSettings = z.output<typeof workerSchema>;
/** The settings file of a worker. */
export const workerFile: FileOfKind<typeof workerSchema> = {
  kind: 'Worker',
  schema: workerSchema,
  otherKinds:
    'FAIRLEAD_SETTINGS names the settings of a worker; Platform and Environment files belong to the source repository.',
};
