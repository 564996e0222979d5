import { posix } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { keyOf } from '../kubernetes/object-store.ts';
import type { KubeObject } from '../types.ts';
import type { Files } from './git-source.ts';

/** Says why the manifests cannot be built, in the words of kustomize and kustomize-controller. */
export class BuildError extends Error {}

const KUSTOMIZATION = ['kustomization.yaml', 'kustomization.yml'];

/** Says whether the folder exists at the commit. */
export function hasFolder(files: Files, path: string): boolean {
  return path === '' || [...files.keys()].some((file) => file.startsWith(`${path}/`));
}

/**
 * The objects that Flux applies from a folder. Of kustomize only `resources` is done, which is all that a GitOps
 * branch of Fairlead uses; a folder without a kustomization is taken with everything below it, as Flux generates
 * one. Throws `BuildError`.
 */
export function buildFolder(files: Files, path: string): readonly KubeObject[] {
  const objects = folder(files, path);
  const seen = new Set<string>();
  for (const object of objects) {
    const key = keyOf(object);
    if (seen.has(key)) {
      const { kind, metadata } = object;
      throw new BuildError(
        `kustomize build failed: may not add resource with an already registered id: ${kind}.${metadata.name}.${metadata.namespace ?? '[noNs]'}`,
      );
    }
    seen.add(key);
  }
  return objects;
}

function folder(files: Files, path: string): readonly KubeObject[] {
  const name = KUSTOMIZATION.map((each) => posix.join(path, each)).find((each) => files.has(each));
  if (name !== undefined) return resources(files, path, files.get(name) ?? '');
  return [...files.keys()]
    .filter((file) => path === '' || file.startsWith(`${path}/`))
    .filter((file) => !KUSTOMIZATION.includes(posix.basename(file)))
    .flatMap((file) => manifests(file, files.get(file) ?? ''));
}

function resources(files: Files, path: string, kustomization: string): readonly KubeObject[] {
  const { resources: listed = [], ...others } = (parse(kustomization) ?? {}) as { readonly resources?: string[] };
  const unknown = Object.keys(others).filter((field) => !['apiVersion', 'kind', 'metadata'].includes(field));
  if (unknown.length > 0) {
    throw new BuildError(`kustomize build failed: this stand-in for Flux knows no ${unknown.join(', ')} in ${path}`);
  }
  return listed.flatMap((entry) => {
    const target = posix.join(path, entry);
    const content = files.get(target);
    if (content !== undefined) return manifests(target, content);
    if (hasFolder(files, target)) return folder(files, target);
    throw new BuildError(
      `kustomize build failed: accumulating resources: accumulation err='accumulating resources from '${entry}': open /tmp/kustomization-2480126734/${target}: no such file or directory'`,
    );
  });
}

function manifests(file: string, content: string): readonly KubeObject[] {
  return parseAllDocuments(content).flatMap((document) => {
    const [error] = document.errors;
    if (error) throw new BuildError(`kustomize build failed: MalformedYAMLError: ${error.message} in File: ${file}`);
    const object: unknown = document.toJS();
    if (object === null || object === undefined) return [];
    if (!isObject(object)) throw new BuildError(`kustomize build failed: missing Resource metadata in File: ${file}`);
    return [object];
  });
}

function isObject(value: unknown): value is KubeObject {
  const { apiVersion, kind, metadata } = value as Partial<KubeObject>;
  return typeof apiVersion === 'string' && typeof kind === 'string' && typeof metadata?.name === 'string';
}
