import { isMap, isScalar, isSeq, type Node, parseDocument, stringify, type YAMLSeq } from 'yaml';
import { Failure } from '../failure.ts';
import { flow } from './platform-files.ts';
import type { NewCluster } from './types.ts';

/*
 * Additions to files that somebody wrote: what stands there stays byte for byte. The new text is parsed by whoever asks for it.
 */

/** Adds an environment to `stages` of a Platform file, behind another one. Throws `Failure` InvalidInput where that cannot be done in place. */
export function withStage(text: string, environment: string, after: string): string {
  const stages = listAt(text, 'stages');
  const names = (node: unknown): readonly unknown[] =>
    isSeq(node) ? node.items.flatMap(names) : isScalar(node) ? [`${node.value}`] : [];
  const item = stages.items.find((each) => names(each).includes(after));
  return insertBehind({ text, list: stages, item, field: 'stages' }, stringify(environment).trimEnd());
}

/** Adds a cluster to an Environment file. Throws `Failure` InvalidInput where that cannot be done in place. */
export function withCluster(text: string, { name, group }: NewCluster): string {
  const clusters = listAt(text, 'clusters');
  return insertBehind({ text, list: clusters, item: clusters.items.at(-1), field: 'clusters' }, flow({ name, group }));
}

/** Writes the Environment file of a new environment that is like another one: its clusters and its branch are its own. */
export function likeEnvironment(text: string, clusters: readonly NewCluster[]): string {
  const document = parseDocument(text);
  const gitops = document.get('gitops');
  if (isMap(gitops)) {
    gitops.delete('branch');
    gitops.delete('renamedFrom');
    if (gitops.items.length === 0) document.delete('gitops');
  }
  const list = document.createNode(clusters.map(({ name, group }) => ({ name, group }))) as YAMLSeq;
  for (const item of list.items) if (isMap(item)) item.flow = true;
  document.set('clusters', list);
  return document.toString({ lineWidth: 0 });
}

interface Insertion {
  readonly text: string;
  readonly list: YAMLSeq;
  readonly item: unknown;
  readonly field: string;
}

function listAt(text: string, field: string): YAMLSeq {
  const list = parseDocument(text).get(field);
  if (isSeq(list)) return list;
  throw byHand(field);
}

function insertBehind({ text, list, item, field }: Insertion, addition: string): string {
  const range = (item as Node | undefined)?.range;
  if (!range) throw byHand(field);
  const [start, end] = range;
  if (list.flow) return `${text.slice(0, end)}, ${addition}${text.slice(end)}`;
  const line = text.slice(text.lastIndexOf('\n', start - 1) + 1, start);
  const indent = /^ *(?=-)/.exec(line)?.[0];
  if (indent === undefined) throw byHand(field);
  // Behind the item's own comment.
  const from = text[end - 1] === '\n' ? end - 1 : end;
  const newline = text.indexOf('\n', from);
  const at = newline < 0 ? text.length : newline;
  return `${text.slice(0, at)}\n${indent}- ${addition}${text.slice(at)}`;
}

function byHand(field: string): Failure {
  return new Failure(
    'InvalidInput',
    `fairlead.yaml: \`${field}\` is written in a way to which nothing can be added. Write it as a plain list, or add it by hand.`,
  );
}
