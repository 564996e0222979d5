import type { LeafOutput } from '../types.ts';

/** A leaf whose base lies above that of another leaf in the same group, with its output. */
export interface RenderedParent {
  readonly path: string;
  readonly output: LeafOutput;
}

/** The namespace of a release, or a clause on why it is not known. */
export type NamespaceSearch = { readonly namespace: string } | { readonly problem: string };

/**
 * Finds a release's namespace: the one Namespace in the output of the closest parent that has any. `parents` come
 * closest first.
 */
export function namespaceFrom(parents: readonly RenderedParent[]): NamespaceSearch {
  for (const { path, output } of parents) {
    const names = output.objects
      .filter((each) => each.kind === 'Namespace' && each.apiVersion === 'v1')
      .map(({ name }) => name);
    const [namespace, ...others] = names;
    if (namespace === undefined) continue;
    if (others.length === 0) return { namespace };
    return {
      problem: `its namespace is ambiguous: its parent ${path} renders the Namespaces ${names.join(', ')}. Set \`namespace\` in helm.yaml, beside the chart or in the leaf.`,
    };
  }
  const searched =
    parents.length === 0
      ? 'it has no parent in this group'
      : `none of its parents (${parents.map(({ path }) => path).join(', ')}) renders a Namespace`;
  return {
    problem: `its namespace is missing: ${searched}. Set \`namespace\` in helm.yaml, beside the chart or in the leaf.`,
  };
}
