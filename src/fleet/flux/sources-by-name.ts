import type { GitRepositoryObject, KustomizationObject } from './schemas.ts';

/** GitRepositories by namespace and name. */
export type SourcesByName = ReadonlyMap<string, GitRepositoryObject>;

export function sourcesByName(repositories: readonly GitRepositoryObject[]): SourcesByName {
  return new Map(repositories.map((each) => [`${each.metadata.namespace}/${each.metadata.name}`, each]));
}

/** Answers which of these GitRepositories, which may lie in another namespace, a Kustomization applies; undefined: none. */
export function sourceIn(
  sources: SourcesByName,
  { metadata, spec }: Pick<KustomizationObject, 'metadata' | 'spec'>,
): GitRepositoryObject | undefined {
  const { kind, name, namespace } = spec.sourceRef;
  return kind === 'GitRepository' ? sources.get(`${namespace || metadata.namespace}/${name}`) : undefined;
}
