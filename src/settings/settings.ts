import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import type { RequestTemplates } from '../dependencies.ts';
import { Failure } from '../failure.ts';
import type { ForgeSetting } from '../forge/forges.ts';
import type { CommitAuthor } from '../git/identity.ts';
import type { AllowedRepositories } from '../platform/repository/allowed-repositories.ts';
import type { HostAliases } from '../platform/repository/unchecked-url.ts';
import { parseFileOfKind } from '../platform/yaml-file.ts';
import { cacheDirectory } from '../programs/cache.ts';
import { defaultPoolSize } from '../render/renderer/size.ts';
import { type CodecSettings, codecSettings } from './codec-settings.ts';
import {
  allCredentials,
  type CommitSignerSetting,
  checkPlainHttp,
  commitSigners,
  forgeSettings,
  type GitCredential,
} from './forge-settings.ts';
import { type Secret, type SecretOrigin, secretFrom } from './secret.ts';
import { type WrittenSettings, workerFile, workerSchema } from './worker-schema.ts';

/**
 * What a worker or a command needs to know of the world around it. Durations are in milliseconds, and no secret is in
 * here: settings say where secrets are kept.
 */
export interface Settings {
  readonly taskQueue: string;
  /** The address of the Temporal UI, without a trailing slash. */
  readonly temporalUi?: string;
  readonly forges: readonly ForgeSetting[];
  readonly gitCredentials: readonly GitCredential[];
  /** Who Fairlead is in the commits that it builds; undefined: the one that it is by itself. */
  readonly commitAuthor: CommitAuthor | undefined;
  /** Who signs the commits that are pushed to a forge. */
  readonly commitSigners: readonly CommitSignerSetting[];
  /** Other names by which Flux on the clusters knows hosts of GitOps repositories. */
  readonly gitAliases: HostAliases;
  readonly allow: {
    /** What the worker serves; sources and GitOps repositories are listed by id, in lower case. */
    readonly repositories: AllowedRepositories;
    /** The hosts to which credentials may go over plain HTTP, in lower case, with the port where it is not 80. */
    readonly plainHttp: readonly string[];
    /** The hosts that `verify` may ask over HTTP, in lower case, with the port where it is not the scheme's own. */
    readonly httpChecks: readonly string[];
  };
  /** Where metrics are served, `host:port`; undefined: nowhere. */
  readonly metricsAddress: string | undefined;
  /** How requests are written; what is left out has Fairlead's own words. */
  readonly requestTemplates: RequestTemplates;
  readonly codec: CodecSettings;
  /** The key that signs what this worker records; undefined: none does. */
  readonly signingKey: Secret | undefined;
  /** The files in the order in which they are merged, as kubectl does with KUBECONFIG. */
  readonly kubeconfigFiles: readonly string[];
  readonly cacheDirectory: string;
  readonly renderer: {
    readonly processes: number;
    readonly timeLimitMs: number;
    readonly memoryLimitMiB: number;
  };
  readonly intervals: { readonly mergeMs: number; readonly healthMs: number };
  readonly timeouts: { readonly forgeMs: number; readonly clusterMs: number; readonly forgeLagMs: number };
  readonly concurrency: {
    readonly activities: number;
    readonly clusters: number;
    readonly renders: number;
    readonly merges: number;
    readonly cachedWorkflows: number;
  };
  /** How the worker takes part in Temporal's worker versioning; undefined: it does not. */
  readonly versioning: { readonly deployment: string; readonly makeCurrent: boolean } | undefined;
  /** The ids of patches that no workflow takes on from this worker. */
  readonly inactivePatches: readonly string[];
  /** How many running workflows are replayed before the worker polls; 0: none. */
  readonly replayCheck: number;
}

/**
 * Reads the settings file that FAIRLEAD_SETTINGS names, where it names one, over the defaults. FAIRLEAD_CACHE and
 * FAIRLEAD_TASK_QUEUE win over the file. Secrets are only located here. Throws `Failure` `InvalidConfig`.
 */
export async function loadSettings(env: NodeJS.ProcessEnv = process.env): Promise<Settings> {
  const file = env.FAIRLEAD_SETTINGS;
  if (!file) {
    return resolveSettings(workerSchema.parse({ apiVersion: 'fairlead.dev/v1', kind: 'Worker' }), env, process.cwd());
  }
  return parseSettings(await readSettings(file), file, env);
}

/** Reads the content of a settings file; paths in it are relative to `file`. Throws `Failure` `InvalidConfig`. */
export function parseSettings(text: string, file: string, env: NodeJS.ProcessEnv): Settings {
  return resolveSettings(parseFileOfKind(text, file, workerFile).value, env, dirname(resolve(file)));
}

async function readSettings(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new Failure(
      'InvalidConfig',
      `The settings file ${file} cannot be read (${why}). Mend or unset FAIRLEAD_SETTINGS.`,
      { cause: error },
    );
  }
}

function resolveSettings(written: WrittenSettings, env: NodeJS.ProcessEnv, directory: string): Settings {
  const home = env.HOME || homedir();
  const absolutePath = (path: string) => resolve(directory, path.replace(/^~(?=\/|$)/, home));
  const origin: SecretOrigin = { env, absolute: absolutePath };
  const forges = forgeSettings(written, origin);
  checkPlainHttp(forges, written.allow.plainHttp);
  const processes = written.renderer.processes ?? defaultPoolSize(written.renderer.memoryLimit * 1024 * 1024);
  return {
    taskQueue: env.FAIRLEAD_TASK_QUEUE || written.taskQueue,
    temporalUi: written.temporalUi?.replace(/\/+$/, ''),
    forges,
    gitCredentials: allCredentials(written, forges, origin),
    gitAliases: new Map(
      Object.entries(written.git.aliases).map(([name, host]) => [name.toLowerCase(), host.toLowerCase()]),
    ),
    allow: allowance(written.allow),
    metricsAddress: written.metrics.address,
    commitSigners: commitSigners(written, origin),
    commitAuthor: written.requestTemplates.author,
    requestTemplates: written.requestTemplates,
    codec: codecSettings(written, origin),
    signingKey: written.record.signingKey && secretFrom(written.record.signingKey, origin),
    kubeconfigFiles: kubeconfigFiles(written.kubeconfig && absolutePath(written.kubeconfig), env.KUBECONFIG, home),
    cacheDirectory: !env.FAIRLEAD_CACHE && written.cache ? absolutePath(written.cache) : resolve(cacheDirectory(env)),
    renderer: {
      processes,
      timeLimitMs: written.renderer.timeLimit,
      memoryLimitMiB: written.renderer.memoryLimit,
    },
    intervals: { mergeMs: written.intervals.merge, healthMs: written.intervals.health },
    timeouts: {
      forgeMs: written.timeouts.forge,
      clusterMs: written.timeouts.cluster,
      forgeLagMs: written.timeouts.forgeLag,
    },
    concurrency: { ...written.concurrency, renders: written.concurrency.renders ?? 2 * processes },
    versioning: written.versioning,
    inactivePatches: written.inactivePatches,
    replayCheck: written.replayCheck,
  };
}

function allowance({ sources, gitops, local, plainHttp, httpChecks }: WrittenSettings['allow']): Settings['allow'] {
  const lowerCase = (entries: readonly string[]) => entries.map((entry) => entry.toLowerCase());
  return {
    repositories: { sources: sources && lowerCase(sources), gitops: lowerCase(gitops), local },
    plainHttp: lowerCase(plainHttp),
    httpChecks: lowerCase(httpChecks),
  };
}

function kubeconfigFiles(written: string | undefined, variable: string | undefined, home: string): readonly string[] {
  if (written) return [written];
  const listed = (variable ?? '').split(delimiter).filter((path) => path !== '');
  return listed.length > 0 ? listed.map((path) => resolve(path)) : [join(home, '.kube', 'config')];
}
