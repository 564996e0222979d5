import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { type FileNode, sizeProblem } from '../source/nodes.ts';
import { type Commits, checkSize, fileBytes, refusePointer } from '../source/sources.ts';
import type { ChartRequest, LeafRequest } from '../types.ts';
import type { PlannedLeaf } from './plan.ts';

/** A part of every key. It grows when Fairlead asks for something else with the same inputs. */
const REQUEST_VERSION = '4';

/** What a plan does not know of its chart. */
export interface ChartFacts extends Pick<ChartRequest, 'kept' | 'placeholders'> {
  /** The namespace, where the plan has none. */
  readonly namespace?: string | undefined;
}

/** Makes requests of plans. */
export interface RequestMaker {
  /**
   * Makes the request of a leaf. `contents` has the files by their ids, where the plan has them not. Throws `Failure` RenderFailed for a file that is too large to be read, or kept in
   * Git LFS.
   */
  makeRequest(plan: PlannedLeaf, facts: ChartFacts, contents?: ReadonlyMap<string, Buffer>): LeafRequest;
  /**
   * Answers a digest of everything that can influence the output: equal keys mean equal outputs. Files go into it by
   * their ids, so that nothing is read for an output that is known. Throws
   * `Failure` RenderFailed for a file that is too large to be read.
   */
  requestKey(plan: PlannedLeaf, facts: ChartFacts, versions: Readonly<Record<string, string>>): string;
}

/** Makes a request maker that decodes each file once for all leaves. */
export function createRequestMaker(commits: Commits): RequestMaker {
  const texts = new Map<string, { readonly text: string; readonly binary: boolean }>();
  const commitOf = (path: string) => (path.startsWith('/main/') ? commits.main : commits.config);
  const textOf = (path: string, file: FileNode, contents: ReadonlyMap<string, Buffer> | undefined) => {
    const known = texts.get(file.oid);
    if (known) return known;
    const content = fileBytes(commitOf(path), withContent(file, contents));
    const binary = !isUtf8(content);
    const fresh = { text: content.toString(binary ? 'base64' : 'utf8'), binary };
    texts.set(file.oid, fresh);
    return fresh;
  };
  const digestOf = ({ files }: PlannedLeaf) => {
    for (const [path, file] of files) if (typeof file !== 'string') checkSize(commitOf(path), file, 'file');
    return filesDigest(files) ?? '';
  };
  return {
    makeRequest: (plan, facts, contents) => {
      const files: Record<string, string> = {};
      const binaryFiles: Record<string, string> = {};
      for (const [path, file] of plan.files) {
        if (typeof file !== 'string' && !isOfChart(plan, path))
          refusePointer(commitOf(path), withContent(file, contents));
        const { text, binary } =
          typeof file === 'string' ? { text: file, binary: false } : textOf(path, file, contents);
        (binary ? binaryFiles : files)[path] = text;
      }
      return {
        files,
        binaryFiles: Object.keys(binaryFiles).length > 0 ? binaryFiles : undefined,
        root: plan.root,
        chart: chartRequest(plan, facts),
      };
    },
    requestKey: (plan, facts, versions) => {
      const files = plan.digest ?? digestOf(plan);
      const all = { REQUEST_VERSION, versions: Object.entries(versions).sort(byFirst), root: plan.root, files };
      return sha256(JSON.stringify({ ...all, chart: keyOfChart(chartRequest(plan, facts)) }));
    },
  };
}

/**
 * Answers a digest of the files of a leaf, by their ids and the texts that Fairlead wrote; undefined: one of them is too large
 * to be read, which is told with its place where it is asked for.
 */
export function filesDigest(files: PlannedLeaf['files']): string | undefined {
  const entries: [string, string][] = [];
  for (const [path, file] of files) {
    if (typeof file !== 'string' && sizeProblem(file, 'file') !== undefined) return undefined;
    entries.push([path, typeof file === 'string' ? `text ${file}` : `blob ${file.oid}`]);
  }
  return sha256(JSON.stringify(entries.sort(byFirst)));
}

function withContent(file: FileNode, contents: ReadonlyMap<string, Buffer> | undefined): FileNode {
  return { path: file.path, oid: file.oid, size: file.size, content: contents?.get(file.oid) ?? file.content };
}

/** Tells whether a file lies in the chart of a leaf, where the renderer decides which files the chart has. */
function isOfChart({ chart }: PlannedLeaf, path: string): boolean {
  return chart !== undefined && path.startsWith(`${chart.directory}/`);
}

/**
 * Throws `Failure` RenderFailed for the first file of a leaf that is kept in Git LFS, as far as its contents are here:
 * for a check that renders nothing.
 */
export function refusePointersOf(commits: Commits, plan: PlannedLeaf): void {
  for (const [path, file] of plan.files) {
    if (typeof file === 'string' || isOfChart(plan, path)) continue;
    refusePointer(path.startsWith('/main/') ? commits.main : commits.config, file);
  }
}

function chartRequest({ chart }: PlannedLeaf, { namespace, ...held }: ChartFacts): ChartRequest | undefined {
  return chart && { ...chart, ...held, namespace: chart.namespace ?? namespace ?? '' };
}

/** Answers what of a chart's request goes into a key: places name commits, and decide nothing. */
function keyOfChart(chart: ChartRequest | undefined): unknown {
  if (!chart) return null;
  const { hookAnswers, unstable, ...others } = chart;
  return {
    ...others,
    ...(hookAnswers && { hookAnswers: hookAnswers.map(({ object, answer }) => [object, answer]).sort(byFirst) }),
    ...(unstable && { unstable: unstable.map(({ place: _, ...answer }) => answer) }),
  };
}

function byFirst([a = '']: readonly string[], [b = '']: readonly string[]): number {
  return a < b ? -1 : 1;
}

function sha256(content: string): string {
  return createHash('sha256').update(content).digest('hex');
}
