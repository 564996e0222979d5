import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { FileNode } from '../source/nodes.ts';
import { fileBytes, type Sources } from '../source/sources.ts';
import type { ChartRequest, LeafRequest } from '../types.ts';
import type { LeafPlan } from './plan.ts';

/** A part of every key. It grows when Fairlead asks for something else with the same inputs. */
const REQUEST_VERSION = '1';

/** Makes requests of plans. */
export interface RequestMaker {
  /**
   * Makes the request of a leaf; `namespace` is the chart's, where the plan has none. Throws `Failure` RenderFailed for
   * a file that is too large to be read.
   */
  makeRequest(plan: LeafPlan, namespace: string | undefined): LeafRequest;
  /**
   * Answers a digest of everything that can influence the output: equal keys mean equal outputs. Throws as `request`
   * does.
   */
  requestKey(plan: LeafPlan, namespace: string | undefined, versions: Readonly<Record<string, string>>): string;
}

/** Makes a request maker that reads and digests each file once for all leaves. */
export function createRequestMaker(sources: Sources): RequestMaker {
  const texts = new Map<FileNode, { readonly text: string; readonly binary: boolean }>();
  const digests = new Map<FileNode, string>();
  const readOnce = (path: string, file: FileNode) => {
    const known = texts.get(file);
    if (known) return known;
    const content = fileBytes(path.startsWith('/main/') ? sources.main : sources.config, file);
    const binary = !isUtf8(content);
    const fresh = { text: content.toString(binary ? 'base64' : 'utf8'), binary };
    texts.set(file, fresh);
    return fresh;
  };
  const digestOf = (path: string, file: FileNode | string) => {
    if (typeof file === 'string') return sha256(file);
    const digest =
      digests.get(file) ?? sha256(fileBytes(path.startsWith('/main/') ? sources.main : sources.config, file));
    digests.set(file, digest);
    return digest;
  };
  return {
    makeRequest: (plan, namespace) => {
      const files: Record<string, string> = {};
      const binaryFiles: Record<string, string> = {};
      for (const [path, file] of plan.files) {
        const { text, binary } = typeof file === 'string' ? { text: file, binary: false } : readOnce(path, file);
        (binary ? binaryFiles : files)[path] = text;
      }
      return {
        files,
        binaryFiles: Object.keys(binaryFiles).length > 0 ? binaryFiles : undefined,
        root: plan.root,
        chart: chartRequest(plan, namespace),
      };
    },
    requestKey: (plan, namespace, versions) => {
      const files = [...plan.files].map(([path, file]) => [path, digestOf(path, file)]).sort(byFirst);
      const all = { REQUEST_VERSION, versions: Object.entries(versions).sort(byFirst), root: plan.root, files };
      return sha256(JSON.stringify({ ...all, chart: chartRequest(plan, namespace) ?? null }));
    },
  };
}

function chartRequest({ chart }: LeafPlan, namespace: string | undefined): ChartRequest | undefined {
  return chart && { ...chart, namespace: chart.namespace ?? namespace ?? '' };
}

function byFirst([a = '']: readonly string[], [b = '']: readonly string[]): number {
  return a < b ? -1 : 1;
}

function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
