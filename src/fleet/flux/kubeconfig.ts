import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import pLimit from 'p-limit';
import { parse } from 'yaml';
import { z } from 'zod';
import { listNames } from '../words.ts';
import { codeOf, fileStamps, paced } from './file-stamps.ts';

/** Where kubeconfigs come from: files (one path, or several as in KUBECONFIG), or their text. */
export type KubeconfigSource = { readonly files: string } | { readonly yaml: string };

/** A cluster cannot be looked at for a reason on this side; the message is for people. */
export class KubeconfigProblem extends Error {}

/** The contexts of the kubeconfigs. */
export interface Kubeconfigs {
  /** Answers the configuration with this context as the only one. Throws `KubeconfigProblem`. */
  context(name: string): Promise<KubeConfig>;
}

type Entries = Pick<KubeConfig, 'clusters' | 'users' | 'contexts'>;

/** The entries of all files, by name. */
interface Index {
  readonly clusters: ReadonlyMap<string, Entries['clusters'][number]>;
  readonly users: ReadonlyMap<string, Entries['users'][number]>;
  readonly contexts: ReadonlyMap<string, Entries['contexts'][number]>;
}

interface KnownContext {
  /** A digest of the context with its cluster and its user. */
  readonly digest: string;
  readonly config: KubeConfig;
}

/** How many kubeconfigs are read at once: a fleet may have one for each cluster. */
const READS = 32;

const userSchema = z.looseObject({ user: z.looseObject({ tokenFile: z.string().optional() }).nullish() });
const fileSchema = z.looseObject({ users: z.array(userSchema).nullish() });

/**
 * Opens kubeconfigs; without a source `KUBECONFIG`, `~/.kube/config` or the pod's service account, as kubectl does.
 * These hold:
 *
 * - A file is read and parsed again when it has changed, so that rotated credentials need no restart. That is noticed
 *   within a second, or some seconds where there are thousands of files.
 * - A context keeps its `KubeConfig`, and with it its connections and the tokens that its credential plugin has issued,
 *   until its own part of the files changes.
 */
export function openKubeconfigs(source?: KubeconfigSource): Kubeconfigs {
  const contexts = new Map<string, { readonly index: Index } & KnownContext>();
  const currentIndex = paced(indexLoader(source));
  return {
    async context(name) {
      const index = await currentIndex();
      const known = contexts.get(name);
      if (known?.index === index) return known.config;
      const { digest, config } = chooseContext(index, name, known);
      contexts.set(name, { index, digest, config });
      return config;
    },
  };
}

/** Makes what answers the index of all files, and makes another one only where a file has changed. */
function indexLoader(source: KubeconfigSource | undefined): () => Promise<Index> {
  const parsed = new Map<string, FileEntries & { readonly stamp: string }>();
  let loaded: { readonly stamp: string; readonly index: Index } | undefined;
  return async () => {
    const stamps = source && 'yaml' in source ? [] : await fileStamps(filesOf(source));
    const stamp = stamps.map((each) => each.stamp).join('\n');
    if (loaded?.stamp === stamp) return loaded.index;
    const reads = pLimit(READS);
    const files = stamps.map(({ file, stamp: own }) => {
      const known = parsed.get(file);
      if (known?.stamp === own) return known;
      const entries = reads(() => readEntries(file));
      // A file that is no kubeconfig is read again: it may have been written at this very moment.
      entries.catch(() => parsed.delete(file));
      const read = { file, stamp: own, entries };
      parsed.set(file, read);
      return read;
    });
    loaded = { stamp, index: await loadIndex(source, files) };
    return loaded.index;
  };
}

function chooseContext(index: Index, context: string, known: KnownContext | undefined): KnownContext {
  const entry = index.contexts.get(context);
  if (!entry) {
    const others = [...index.contexts.keys()];
    throw new KubeconfigProblem(
      `The kubeconfig has no context ${context}; ${others.length === 0 ? 'it has none at all' : `it has ${listNames(others, 10)}`}.`,
    );
  }
  const cluster = index.clusters.get(entry.cluster);
  const user = index.users.get(entry.user);
  for (const [kind, name, found] of [
    ['cluster', entry.cluster, cluster],
    ['user', entry.user, user],
  ] as const) {
    if (!found)
      throw new KubeconfigProblem(
        `Context ${context} of the kubeconfig names a ${kind}, ${name}, that it does not have.`,
      );
  }
  const digest = createHash('sha256')
    .update(JSON.stringify([cluster, user, entry]))
    .digest('base64');
  if (known?.digest === digest) return known;
  const config = new KubeConfig();
  config.loadFromOptions({ clusters: [cluster], users: [user], contexts: [entry], currentContext: context });
  return { digest, config };
}

interface FileEntries {
  readonly file: string;
  /** Undefined: the file is not there. */
  readonly entries: Promise<Entries | undefined>;
}

async function loadIndex(source: KubeconfigSource | undefined, files: readonly FileEntries[]): Promise<Index> {
  if (source && 'yaml' in source) return indexOf([fromText(source.yaml, process.cwd(), 'The kubeconfig')]);
  const read = await Promise.all(files.map((each) => each.entries));
  const present = read.filter((each) => each !== undefined);
  if (present.length > 0) return indexOf(present);
  if (source) throw new KubeconfigProblem(`There is no kubeconfig at ${files.map(({ file }) => file).join(', ')}.`);
  const config = new KubeConfig();
  config.loadFromDefault();
  return indexOf([config]);
}

/** Merges as kubectl does: the first file that has a name wins. */
function indexOf(all: readonly Entries[]): Index {
  const firstNamed = <T extends { readonly name: string }>(entries: readonly T[]) => {
    const named = new Map<string, T>();
    for (const each of entries) if (!named.has(each.name)) named.set(each.name, each);
    return named;
  };
  return {
    clusters: firstNamed(all.flatMap(({ clusters }) => clusters ?? [])),
    users: firstNamed(all.flatMap(({ users }) => users ?? [])),
    contexts: firstNamed(all.flatMap(({ contexts }) => contexts ?? [])),
  };
}

async function readEntries(file: string): Promise<Entries | undefined> {
  const text = await readIfPresent(file);
  return text === undefined ? undefined : fromText(text, dirname(file), `The kubeconfig ${file}`);
}

function fromText(text: string, directory: string, what: string): Entries {
  const config = new KubeConfig();
  try {
    config.loadFromString(withTokenFiles(text, directory), { onInvalidEntry: 'filter' });
    // Something else than a kubeconfig is read as an empty one.
    if (config.contexts.length === 0) fileSchema.parse(parse(text));
  } catch {
    // The parser's own message quotes the text around the mistake, and with it secrets.
    throw new KubeconfigProblem(`${what} is not one: it must be YAML with clusters, users and contexts.`);
  }
  config.makePathsAbsolute(directory);
  return config;
}

/**
 * Makes an `authProvider` of each `tokenFile`, which client-node does not know. It reads the file anew when the token is
 * rotated. A text without one is left as it is: parsing it twice takes a fleet of 5,000 clusters more than a second.
 */
function withTokenFiles(text: string, directory: string): string {
  if (!text.includes('tokenFile')) return text;
  const content = fileSchema.parse(parse(text));
  const users = content.users?.map(({ user, ...entry }) => {
    const { tokenFile, ...others } = user ?? {};
    if (tokenFile === undefined) return { ...entry, user };
    const config = { tokenFile: resolve(directory, tokenFile) };
    return { ...entry, user: { ...others, 'auth-provider': { name: 'tokenFile', config } } };
  });
  return JSON.stringify({ ...content, users });
}

function filesOf(source: KubeconfigSource | undefined): string[] {
  const fromEnvironment = process.env.KUBECONFIG || join(homedir(), '.kube', 'config');
  const list = source && 'files' in source ? source.files : fromEnvironment;
  return list.split(delimiter).filter((file) => file !== '');
}

async function readIfPresent(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw new KubeconfigProblem(`The kubeconfig ${file} cannot be read (${codeOf(error)}).`);
  }
}
