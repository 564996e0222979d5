import { readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { parse } from 'yaml';
import { z } from 'zod';
import { listNames } from '../words.ts';

/** Where kubeconfigs come from: files (one path, or several as in KUBECONFIG), or their text. */
export type KubeconfigSource = { readonly files: string } | { readonly yaml: string };

/** A cluster cannot be looked at for a reason on this side; the message is for people. */
export class KubeconfigProblem extends Error {}

/** The contexts of the kubeconfigs. */
export interface Kubeconfigs {
  /** Answers the configuration with this context as the current one. Throws `KubeconfigProblem`. */
  context(name: string): Promise<KubeConfig>;
}

const userSchema = z.looseObject({ user: z.looseObject({ tokenFile: z.string().optional() }).nullish() });
const fileSchema = z.looseObject({ users: z.array(userSchema).nullish() });

/**
 * Opens kubeconfigs; without a source `KUBECONFIG`, `~/.kube/config` or the pod's service account, as kubectl does.
 * Files are read again when they change, so that rotated credentials need no restart. Between changes every context
 * keeps its `KubeConfig`, and with it the tokens that its credential plugin has issued.
 */
export function openKubeconfigs(source?: KubeconfigSource): Kubeconfigs {
  const contexts = new Map<string, KubeConfig>();
  let loaded: { readonly stamp: string; readonly all: Promise<KubeConfig> } | undefined;
  return {
    async context(name) {
      const stamp = await stampOf(source);
      if (loaded?.stamp !== stamp) {
        contexts.clear();
        loaded = { stamp, all: loadSource(source) };
      }
      const mine = loaded;
      const all = await mine.all.catch((error: unknown) => {
        if (loaded === mine) loaded = undefined;
        throw error;
      });
      const known = contexts.get(name) ?? chooseContext(all, name);
      contexts.set(name, known);
      return known;
    },
  };
}

function chooseContext(all: KubeConfig, context: string): KubeConfig {
  const entry = all.getContextObject(context);
  if (!entry) {
    const others = all.getContexts().map((each) => each.name);
    throw new KubeconfigProblem(
      `The kubeconfig has no context ${context}; ${others.length === 0 ? 'it has none at all' : `it has ${listNames(others, 10)}`}.`,
    );
  }
  const { clusters, users, contexts } = all;
  for (const [kind, name, found] of [
    ['cluster', entry.cluster, all.getCluster(entry.cluster)],
    ['user', entry.user, all.getUser(entry.user)],
  ] as const) {
    if (!found)
      throw new KubeconfigProblem(
        `Context ${context} of the kubeconfig names a ${kind}, ${name}, that it does not have.`,
      );
  }
  const chosen = new KubeConfig();
  chosen.loadFromOptions({ clusters, users, contexts, currentContext: context });
  return chosen;
}

async function loadSource(source: KubeconfigSource | undefined): Promise<KubeConfig> {
  if (source && 'yaml' in source) return fromText(source.yaml, process.cwd(), 'The kubeconfig');
  const files = filesOf(source);
  const present = await Promise.all(files.map(async (file) => ({ file, text: await readIfPresent(file) })));
  const texts = present.filter((each) => each.text !== undefined);
  if (texts.length === 0 && source) throw new KubeconfigProblem(`There is no kubeconfig at ${files.join(', ')}.`);
  const merged = new KubeConfig();
  if (texts.length === 0) merged.loadFromDefault();
  for (const { file, text = '' } of texts) mergeConfig(merged, fromText(text, dirname(file), `The kubeconfig ${file}`));
  return merged;
}

/** Merges as kubectl does: the first file that has a name wins. */
function mergeConfig(into: KubeConfig, from: KubeConfig): void {
  const withUnknown = <T extends { readonly name: string }>(
    mine: readonly T[] | undefined,
    theirs: readonly T[],
  ): T[] => {
    const known = new Set(mine?.map((each) => each.name));
    return [...(mine ?? []), ...theirs.filter((each) => !known.has(each.name))];
  };
  into.clusters = withUnknown(into.clusters, from.clusters);
  into.users = withUnknown(into.users, from.users);
  into.contexts = withUnknown(into.contexts, from.contexts);
}

function fromText(text: string, directory: string, what: string): KubeConfig {
  const config = new KubeConfig();
  try {
    const content = fileSchema.parse(parse(text));
    const users = content.users?.map((each) => withTokenFile(each, directory));
    config.loadFromString(JSON.stringify({ ...content, users }), { onInvalidEntry: 'filter' });
  } catch {
    // The parser's own message quotes the text around the mistake, and with it secrets.
    throw new KubeconfigProblem(`${what} is not one: it must be YAML with clusters, users and contexts.`);
  }
  config.makePathsAbsolute(directory);
  return config;
}

/**
 * Makes an `authProvider` of a `tokenFile`, which client-node does not know. It reads the file anew when the token is
 * rotated.
 */
function withTokenFile(entry: z.infer<typeof userSchema>, directory: string): unknown {
  const { tokenFile, ...user } = entry.user ?? {};
  if (tokenFile === undefined) return entry;
  const config = { tokenFile: resolve(directory, tokenFile) };
  return { ...entry, user: { ...user, 'auth-provider': { name: 'tokenFile', config } } };
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

/** Answers a text that changes when a file does. */
async function stampOf(source: KubeconfigSource | undefined): Promise<string> {
  if (source && 'yaml' in source) return 'text';
  const stamps = filesOf(source).map(async (file) => {
    try {
      const { mtimeMs, size, ino } = await stat(file);
      return `${file} ${mtimeMs} ${size} ${ino}`;
    } catch (error) {
      return `${file} ${codeOf(error)}`;
    }
  });
  return (await Promise.all(stamps)).join('\n');
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
}
