import { Failure } from '../../failure.ts';
import type { DirectoryNode } from '../../render/source/nodes.ts';

/** A directory that a pattern names. */
export interface PatternMatch {
  readonly path: string;
  /** Undefined: the pattern names no environment, and what it finds goes to all. */
  readonly environment: string | undefined;
}

/** A pattern with `{environment}` and `*`, parted at its slashes. */
export interface Pattern {
  readonly text: string;
  readonly segments: readonly RegExp[];
  readonly namesEnvironment: boolean;
}

const placeholder = '{environment}';

/** Reads a pattern. Throws `Failure` InvalidInput for one that cannot be meant. */
export function parsePattern(text: string): Pattern {
  const parts = text.replace(/^\.\//, '').replace(/\/+$/, '').split('/');
  const places = text.split(placeholder).length - 1;
  const rest = text.replaceAll(placeholder, '');
  if (/[{}?[\]]|\*\*/.test(rest)) throw invalidPattern(text, 'only "*" and "{environment}" stand for something');
  if (places > 1) throw invalidPattern(text, '"{environment}" stands in it more than once');
  if (parts.some((part) => part === '' || part === '.' || part === '..'))
    throw invalidPattern(text, 'it has an empty part, "." or ".."');
  return { text, segments: parts.map(segmentPattern), namesEnvironment: places === 1 };
}

function segmentPattern(part: string): RegExp {
  const source = part
    .replace(/[.+^$()|\\]/g, '\\$&')
    .replaceAll('*', '[^/]*')
    .replace(placeholder, '(?<environment>[A-Za-z0-9][A-Za-z0-9._-]*)');
  return new RegExp(`^${source}$`);
}

function invalidPattern(text: string, why: string): Failure {
  return new Failure(
    'InvalidInput',
    `--from ${JSON.stringify(text)}: ${why}. Write folders of main such as apps/*/overlays/{environment}.`,
  );
}

/** Lists the directories that a pattern names, sorted by path. Hidden ones are named by patterns that begin with the dot. */
export function matchDirectories(root: DirectoryNode, { segments }: Pattern): readonly PatternMatch[] {
  const found: PatternMatch[] = [];
  const visit = (directory: DirectoryNode, path: string, environment: string | undefined): void => {
    const depth = path === '' ? 0 : path.split('/').length;
    const segment = segments[depth];
    if (segment === undefined) return void found.push({ path, environment });
    for (const [name, child] of directory.directories) {
      // What a symlink leads to stands where it lies.
      if (child.parent !== directory || (name.startsWith('.') && !segment.source.startsWith('^\\.'))) continue;
      const match = segment.exec(name);
      if (match) visit(child, path === '' ? name : `${path}/${name}`, match.groups?.environment ?? environment);
    }
  };
  visit(root, '', undefined);
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}
