import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Failure } from '../../failure.ts';
import { configFile } from '../../gitops/platform-file.ts';
import { parsePlatform } from '../../platform/platform.ts';
import { checkRepositoryUrl } from '../../platform/repository/repository-url.ts';
import type { Platform } from '../../platform/types.ts';
import type { SourceTree } from '../../render/types.ts';
import type { Io } from '../io.ts';
import { mainBranchOf } from '../main-branch.ts';
import { sourceFrom, sourceUrl } from '../options.ts';
import { checkedEnvironment } from '../validate/checked-environment.ts';
import { type Checkout, openCheckout } from '../validate/checkout.ts';
import { checkoutKind } from '../validate/checkout-kind.ts';
import { ciBranches, queueTarget } from '../validate/ci-branch.ts';

/** The source as it is named: a repository, or a checkout of one, whose files are the change that is looked at. */
export type NamedSource =
  | { readonly kind: 'repository'; readonly url: string }
  | { readonly kind: 'checkout'; readonly url: string; readonly checkout: Checkout };

/**
 * Answers which source is meant: the one that is named, else the checkout in which the command is called, else
 * `FAIRLEAD_SOURCE`. Throws `Failure` InvalidInput where there is none.
 */
export async function namedSource(source: string | undefined, io: Io): Promise<NamedSource> {
  const url = source === undefined ? undefined : sourceUrl(source, io);
  const directory = url === undefined ? io.cwd : localDirectory(url, io);
  if (directory !== undefined && (await isRoot(directory))) {
    const checkout = await openCheckout(directory, io);
    return { kind: 'checkout', url: checkout.origin ?? directory, checkout };
  }
  return { kind: 'repository', url: url ?? sourceFrom({}, io) };
}

function localDirectory(url: string, io: Io): string | undefined {
  return checkRepositoryUrl(url).kind === 'local' && !url.startsWith('file:') ? resolve(io.cwd, url) : undefined;
}

/** Tells whether a directory is the root of a checkout. A bare repository is none. */
async function isRoot(directory: string): Promise<boolean> {
  return (await stat(join(directory, '.git')).catch(() => undefined)) !== undefined;
}

/** The files of a checkout, and what they are: main, or the config branch of an environment. */
export interface CheckedOut {
  readonly checkout: Checkout;
  readonly tree: SourceTree;
  /** The commit that is checked out; undefined: there is none yet. */
  readonly head: string | undefined;
  /** The environment whose config branch it is; undefined: it is main. */
  readonly environment: string | undefined;
}

/** What is known beside the checkout itself. */
export interface CheckoutClues {
  /** The environments that a person names. */
  readonly environments: readonly string[];
  readonly mainBranch: string | undefined;
  /** The platform at main's head; undefined: it cannot be read. */
  readonly platform: Platform | undefined;
}

/** Reads a checkout as `validate` does: its files as they are now, whether they are committed or not. */
export async function readCheckout(checkout: Checkout, clues: CheckoutClues, io: Io): Promise<CheckedOut> {
  const tree = await checkout.readWorkingTree();
  const { target, branch } = ciBranches(io.env);
  const [environment, ...more] = clues.environments;
  const branches = {
    checkout,
    targetBranch: target ?? queueTarget(checkout.branch),
    pushedBranch: checkout.branch ?? branch,
    ...(environment !== undefined && { environment }),
  };
  const kind = checkoutKind({
    ...branches,
    mainBranch: clues.mainBranch ?? (await mainBranchOf(checkout, io)),
    text: tree.files.get(configFile)?.content?.toString('utf8'),
    stages: (clues.platform ?? platformOf(tree))?.stages.flat() ?? [],
  });
  const head = await checkout.resolveCommit('HEAD');
  if (kind === 'Platform') return { checkout, tree, head, environment: undefined };
  if (more.length > 0)
    throw new Failure(
      'InvalidInput',
      `${checkout.directory} is a checkout of a config branch, which is one environment's. Name one with --environment, not ${clues.environments.length}.`,
    );
  return { checkout, tree, head, environment: checkedEnvironment(branches, clues.platform) };
}

function platformOf({ files }: SourceTree): Platform | undefined {
  const content = files.get(configFile)?.content;
  try {
    return content === undefined ? undefined : parsePlatform(content, configFile);
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}
