import { type Document, isMap, isScalar, parseAllDocuments, visit } from 'yaml';
import { Failure } from '../../failure.ts';
import { isNestedTooDeep } from '../../platform/yaml-depth.ts';
import { joinPath } from '../../text/path.ts';
import { chartGeneratorKind, generatorBase, replacementWords } from '../../vendor/helm-charts.ts';
import type { DirectoryNode, FileNode } from '../source/nodes.ts';
import { pathAfterKey, type Reference } from '../source/references.ts';
import type { Resolved } from '../source/resolve.ts';
import { fileText, placeOf } from '../source/sources.ts';
import { findPath, type SourceDirectory } from '../source/tree.ts';
import type { Contributor } from './contributor.ts';

const functionAnnotations = ['config.kubernetes.io/function', 'config.k8s.io/function'];

/** A reference of a kustomization to the configuration of a generator, transformer or validator. */
export interface PluginReference {
  /** The directory of the kustomization. */
  readonly from: SourceDirectory;
  readonly reference: Reference;
  readonly target: Exclude<Resolved, { kind: 'main' | 'refused' }>;
  /** The place of the reference, for messages. */
  readonly place: string;
}

/**
 * Lists the files that a plugin's configuration names: path in the renderer's file system → file. As in kustomize, the
 * names are relative to the kustomization. Throws `Failure` RenderFailed for a plugin that is a program.
 */
export function pluginFiles(
  { from: { source, directory }, reference, target, place }: PluginReference,
  contribute: Contributor,
): ReadonlyMap<string, FileNode> {
  const files = new Map<string, FileNode>();
  const addNamedFiles = (text: string, where: string) => {
    for (const document of documentsOf(text)) {
      // Files of a directory may be patches to configuration; only the renderer can tell which are.
      if (target.kind !== 'directory')
        refuseExecutable({ document, place: where, field: reference.field, directory: directory.path });
      for (const value of stringsOf(document)) {
        const path = joinPath(directory.path, pathAfterKey(value));
        if (value === '' || value.includes('\n') || path.startsWith('..')) continue;
        const found = findPath(source.root, path);
        if (found.kind === 'file') files.set(`${source.mount}/${path}`, found.file);
      }
    }
  };
  if (target.kind === 'inline') addNamedFiles(reference.value, place);
  if (target.kind === 'file') addNamedFiles(fileText(source, target.file), placeOf(source, target.path));
  if (target.kind === 'directory') {
    const visited = new Set<DirectoryNode>();
    const queue = [{ source, directory: target.directory }];
    for (const next of queue) {
      if (visited.has(next.directory)) continue;
      visited.add(next.directory);
      const contribution = contribute(next);
      for (const file of contribution.files.values()) {
        addNamedFiles(fileText(next.source, file), placeOf(next.source, file.path));
      }
      queue.push(...contribution.next);
    }
  }
  return files;
}

/** A configuration, where it stands, and the kustomization that refers to it. */
interface PlacedDocument {
  readonly document: Document;
  readonly place: string;
  readonly field: string;
  /** The directory of the kustomization. */
  readonly directory: string;
}

function refuseExecutable({ document, place, field, directory }: PlacedDocument): void {
  if (!isMap(document.contents)) return;
  const refuseProgram = (what: string) => {
    throw new Failure(
      'RenderFailed',
      `${place}: ${field}: ${what}. Rendering runs no programs: use kustomize's built-in ones, or write the result out.`,
    );
  };
  for (const annotation of functionAnnotations) {
    if (document.getIn(['metadata', 'annotations', annotation]) !== undefined)
      refuseProgram('this is an executable function');
  }
  const apiVersion = document.get('apiVersion');
  if (typeof apiVersion === 'string' && apiVersion !== 'builtin')
    refuseProgram(`${apiVersion} ${String(document.get('kind'))} is a plugin that would be executed`);
  const chart = generatorBase(document);
  if (chart !== undefined)
    throw new Failure(
      'RenderFailed',
      `${place}: ${field}: ${chartGeneratorKind} fetches charts and runs helm, which rendering does not. ${replacementWords([chart], directory)}`,
    );
}

/** Parses the configurations of a generator or transformer. Throws `Failure` RenderFailed where they are nested too deep. */
export function documentsOf(text: string): readonly Document[] {
  if (isNestedTooDeep(text))
    throw new Failure('RenderFailed', 'The lists and maps of a generator or transformer are nested too deep.');
  const documents = parseAllDocuments(text, { prettyErrors: false, uniqueKeys: false, merge: true });
  return Array.isArray(documents) ? documents : [];
}

function stringsOf(document: Document): readonly string[] {
  const strings: string[] = [];
  visit(document, {
    Scalar: (_, node) => {
      if (isScalar(node) && typeof node.value === 'string') strings.push(node.value);
    },
  });
  return strings;
}
