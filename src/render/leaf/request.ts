import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { FileNode } from '../source/nodes.ts';
import type { Sources } from '../source/sources.ts';
import { contentOf } from '../source/sources.ts';
import type { ChartRequest, LeafRequest } from '../types.ts';
import type { LeafPlan } from './plan.ts';

/** Part of every key: what a plan of the same inputs asks for may change from version to version. */
const REQUEST_VERSION = '1';

export interface RequestMaker {
  /** Throws `Failure` RenderFailed for a file that is too large to be read. */
  request(plan: LeafPlan, namespace: string | undefined): LeafRequest;
  /** Equal keys, equal requests: sha256 of everything that can influence the output. */
  key(plan: LeafPlan, namespace: string | undefined, versions: Readonly<Record<string, string>>): string;
}

/** Reads and digests each file once for all leaves. */
export function createRequestMaker(sources: Sources): RequestMaker {
  const texts = new Map<FileNode, { readonly text: string; readonly binary: boolean }>();
  const digests = new Map<FileNode, string>();
  const read = (path: string, file: FileNode) => {
    const known = texts.get(file);
    if (known) return known;
    const content = contentOf(path.startsWith('/main/') ? sources.main : sources.config, file);
    const binary = !isUtf8(content);
    const fresh = { text: content.toString(binary ? 'base64' : 'utf8'), binary };
    texts.set(file, fresh);
    return fresh;
  };
  const digestOf = (path: string, file: FileNode | string) => {
    if (typeof file === 'string') return sha256(file);
    const digest =
      digests.get(file) ?? sha256(contentOf(path.startsWith('/main/') ? sources.main : sources.config, file));
    digests.set(file, digest);
    return digest;
  };
  return {
    request: (plan, namespace) => {
      const files: Record<string, string> = {};
      const binaryFiles: Record<string, string> = {};
      for (const [path, file] of plan.files) {
        const { text, binary } = typeof file === 'string' ? { text: file, binary: false } : read(path, file);
        (binary ? binaryFiles : files)[path] = text;
      }
      const chart = chartOf(plan, namespace);
      return {
        files,
        ...(Object.keys(binaryFiles).length > 0 ? { binaryFiles } : {}),
        root: plan.root,
        ...(chart ? { chart } : {}),
      };
    },
    key: (plan, namespace, versions) => {
      const files = [...plan.files].map(([path, file]) => [path, digestOf(path, file)]).sort(byFirst);
      const all = { REQUEST_VERSION, versions: Object.entries(versions).sort(byFirst), root: plan.root, files };
      return sha256(JSON.stringify({ ...all, chart: chartOf(plan, namespace) ?? null }));
    },
  };
}

function chartOf({ chart }: LeafPlan, namespace: string | undefined): ChartRequest | undefined {
  return chart && { ...chart, namespace: chart.namespace ?? namespace ?? '' };
}

function byFirst([a = '']: readonly string[], [b = '']: readonly string[]): number {
  return a < b ? -1 : 1;
}

function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
