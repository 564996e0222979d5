import { stringify } from 'yaml';
import { isClusterScoped, type KubeObject, type ObjectRef } from '../kubernetes/objects.ts';
import type { Scene, Step, Tree } from '../scenes/scene.ts';

/** What the placeholders of a scene stand for. */
export interface Placeholders {
  readonly namespace: string;
  readonly otherKubeconfig: string;
}

/** Fills in a scene's placeholders, and puts its objects into its namespace. */
export function resolveScene(scene: Scene, { namespace, otherKubeconfig }: Placeholders): Scene {
  const text = JSON.stringify(scene)
    .replaceAll('$NAMESPACE', namespace)
    .replaceAll('$OTHER_KUBECONFIG', JSON.stringify(otherKubeconfig).slice(1, -1));
  const resolved = JSON.parse(text) as Scene;
  return {
    ...resolved,
    objects: resolved.objects?.map((each) => placed(each, namespace)),
    becomes: resolved.becomes?.map((each) => placed(each, namespace)),
    steps: resolved.steps.map((step) => placedStep(step, namespace)),
  };
}

/** Writes a tree as the files of a commit. */
export function filesOf(tree: Tree): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(tree).map(([path, content]) => [
      path,
      typeof content === 'string' ? content : content.map((each) => stringify(each)).join('---\n'),
    ]),
  );
}

/** Answers the objects in the leaves of a group. */
export function objectsIn(tree: Tree, group: string): readonly KubeObject[] {
  return Object.entries(tree).flatMap(([path, content]) =>
    path.startsWith(`${group}/`) && typeof content !== 'string' ? content : [],
  );
}

function placedStep(step: Step, namespace: string): Step {
  if ('tree' in step) return { ...step, tree: placedTree(step.tree, namespace) };
  if ('object' in step) return { ...step, object: placed(step.object, namespace) } as Step;
  return step;
}

function placedTree(tree: Tree, namespace: string): Tree {
  return Object.fromEntries(
    Object.entries(tree).map(([path, content]) => [
      path,
      typeof content === 'string' ? content : content.map((each) => placed(each, namespace)),
    ]),
  );
}

function placed<T extends KubeObject | ObjectRef>(object: T, namespace: string): T {
  if (isClusterScoped(object.kind) || object.metadata.namespace !== undefined) return object;
  return { ...object, metadata: { ...object.metadata, namespace } };
}
