import { posix } from 'node:path';
import { Failure } from '../failure.ts';
import type { SourceFile } from '../render/types.ts';
import type { KustomizationFile } from './remote/references.ts';
import { type Scope, scopeOf } from './wanted.ts';

/** The files that take the place of `helmCharts`, and the checkout as if they were there. */
export interface WrittenHelmFiles {
  readonly scope: Scope;
  readonly files: ReadonlyMap<string, Buffer>;
  /** What is left to do for a person, in sentences. */
  readonly notes: readonly string[];
}

/**
 * Plans a `helm.yaml` for each chart that a kustomization would have kustomize render. Throws `Failure` InvalidInput where
 * there is one that says something else.
 */
export function writeHelmFiles(scope: Scope, kustomizations: readonly KustomizationFile[]): WrittenHelmFiles {
  const files = new Map<string, Buffer>();
  const notes: string[] = [];
  for (const { directory, path, charts } of kustomizations) {
    for (const { name, text, notes: more } of charts()) {
      const base = posix.join(directory, name);
      const file = `${base}/helm.yaml`;
      const there = scope.tree.files.get(file)?.content?.toString('utf8') ?? files.get(file)?.toString('utf8');
      if (there !== undefined && there !== text)
        throw new Failure(
          'InvalidInput',
          `${file} is there already, and is not what replaces ${name} in ${path}. Remove one of the two.`,
        );
      files.set(file, Buffer.from(text));
      notes.push(
        `${base}: remove ${name} from ${path}, and assign this base in each group. ${more.join(' ')}`.trimEnd(),
      );
    }
  }
  const entries = [...files].map(([path, content]): readonly [string, SourceFile] => [
    path,
    { mode: '100644', oid: path, content },
  ]);
  const tree = { ...scope.tree, files: new Map([...scope.tree.files, ...entries]) };
  return { scope: { ...scopeOf(tree, []), includes: scope.includes }, files, notes };
}
