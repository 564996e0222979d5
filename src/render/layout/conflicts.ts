import { apiGroup, objectName } from '../../object-name.ts';
import type { ObjectId } from '../types.ts';
import type { LaidOutLeaf } from './files.ts';

/** The most problems that are told: whoever mends these finds the others. */
const mostProblems = 20;

/**
 * Finds objects that two leaves of one group would both bring, so that clusters would flip between them. Answers
 * sentences.
 */
export function sameObjectTwice(leaves: readonly LaidOutLeaf[]): readonly string[] {
  const owners = new Map<string, string>();
  const problems: string[] = [];
  for (const { group, path, output } of leaves) {
    for (const object of output.objects) {
      const key = `${group}\n${objectKey(object)}`;
      const owner = owners.get(key);
      if (owner === undefined) owners.set(key, path);
      else if (owner !== path && problems.length < mostProblems) {
        problems.push(
          `group ${group}: ${objectName(object)} comes from two leaves, ${owner} and ${path}. Take it out of one of them.`,
        );
      }
    }
  }
  return problems;
}

/** Names one object of a cluster, whatever version of its API it is written in. */
export function objectKey({ apiVersion, kind, namespace, name }: ObjectId): string {
  return `${apiGroup(apiVersion)}/${kind}/${namespace}/${name}`;
}
