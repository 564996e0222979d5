import { Failure } from '../../failure.ts';
import { bytesText, limits } from '../../platform/limits.ts';
import { shortSha } from '../../short-names.ts';
import type { SourceTree } from '../types.ts';
import { type Bases, createBases } from './bases.ts';
import { type KustomizationReader, kustomizationNames } from './kustomization.ts';
import { type FileNode, sizeProblem } from './nodes.ts';
import type { OwnRepository } from './resolve.ts';
import { checkTree } from './sources.ts';
import { indexTree } from './tree.ts';

/** A commit of main beside the one that is rendered. An assignment of a base that it has waits instead of failing. */
export interface OtherMain {
  /** What it is, for messages: `main's head`. */
  readonly what: string;
  readonly tree: SourceTree;
}

/** The bases that assignments may name: those of the commit that is rendered, and those that are on main besides. */
export interface KnownBases extends Bases {
  /** Tells whether any of the commits has a base at this path. */
  has(path: string): boolean;
}

/** Says that another commit of main is not looked at, and why. */
export function leftOut(name: string, why: string): string {
  return `${name} was left out of account: ${why} An assignment of a base that only it has does not wait.`;
}

/** Puts the bases of the rendered commit, and those of others, together. `listed`: paths of bases of others. */
export function knownBases(rendered: Bases, listed: ReadonlySet<string>, others: readonly Bases[]): KnownBases {
  const categoriesOf = (paths: Iterable<string>) => [...paths].map((path) => path.slice(0, path.indexOf('/')));
  return {
    get: rendered.get,
    has: (path) =>
      rendered.get(path) !== undefined || listed.has(path) || others.some((other) => other.get(path) !== undefined),
    isAbove: (path) =>
      rendered.isAbove(path) ||
      [...listed].some((each) => each.startsWith(`${path}/`)) ||
      others.some((other) => other.isAbove(path)),
    categories: () => [
      ...rendered.categories(),
      ...categoriesOf(listed),
      ...others.flatMap((other) => other.categories()),
    ],
    all: () => [...new Set([...rendered.all(), ...listed, ...others.flatMap((other) => other.all())])].sort(),
  };
}

/**
 * Makes the bases of a commit that is not rendered. It must not stop the one that is: where it cannot be read, `warn`
 * takes a sentence that says why, and it has no base from then on.
 */
export function otherBases(
  { what, tree }: OtherMain,
  { own, read }: { readonly own: OwnRepository; readonly read: KustomizationReader },
  warn: (sentence: string) => void,
): Bases {
  const name = `${what} ${shortSha(tree.revision)}`;
  let isGivenUp = false;
  const orNone = <T>(none: T, work: () => T): T => {
    if (isGivenUp) return none;
    try {
      return work();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      isGivenUp = true;
      warn(leftOut(name, error.message));
      return none;
    }
  };
  const bases = orNone(undefined, () => {
    checkTree(tree);
    return createBases(indexTree(tree, '/main'), boundedReader(name, read), own);
  });
  for (const sentence of oversized(name, tree)) warn(sentence);
  return {
    get: (path) => orNone(undefined, () => bases?.get(path)),
    isAbove: (path) => orNone(false, () => bases?.isAbove(path) ?? false),
    categories: () => orNone([], () => bases?.categories() ?? []),
    all: () => orNone([], () => bases?.all() ?? []),
  };
}

/** The most files that are named in warnings. */
const mostNamed = 3;

/** Names the kustomizations of a commit that could not be rendered. Only their sizes are looked at. */
function oversized(name: string, { files }: SourceTree): readonly string[] {
  const problems = [...files].flatMap(([path, file]) => {
    if (!kustomizationNames.some((each) => path.endsWith(`/${each}`))) return [];
    const problem = sizeProblem({ size: file.size ?? file.content?.length ?? 0 }, 'kustomization');
    return problem === undefined ? [] : [`${name}, ${path}: ${problem}. It fails where it is assigned.`];
  });
  const more = problems.length - mostNamed;
  return [...problems.slice(0, mostNamed), ...(more > 0 ? [`${name}: ${more} more are as large.`] : [])];
}

/** Reads no more than so much, whoever else has read it already, so that the answer is always the same. */
function boundedReader(name: string, read: KustomizationReader): KustomizationReader {
  const seen = new Set<FileNode>();
  let bytes = 0;
  return (directory) => {
    const file = kustomizationNames.flatMap((each) => directory.files.get(each) ?? [])[0];
    if (file && !seen.has(file) && sizeProblem(file, 'kustomization') === undefined) {
      seen.add(file);
      bytes += file.size;
    }
    if (bytes <= limits.otherCommitBytes) return read(directory);
    throw new Failure(
      'RenderFailed',
      `${name}: its kustomizations have more than ${bytesText(limits.otherCommitBytes)} where the environment assigns.`,
    );
  };
}
