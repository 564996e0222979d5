import { Failure } from '../../../src/failure.ts';
import type { LeafOutput, LeafRequest, ObjectId, Renderer } from '../../../src/render/types.ts';
import { manifest } from './trees.ts';

/** Stands in for the pool where only what is asked of it matters. It answers by the request's root. */
export function fakeRenderer(answers: Readonly<Record<string, LeafOutput | string>> = {}) {
  const requests: LeafRequest[] = [];
  let running = 0;
  let most = 0;
  const renderer: Renderer = {
    render: async (request) => {
      requests.push(request);
      running++;
      most = Math.max(most, running);
      await Promise.resolve();
      running--;
      const answer = answers[request.root] ?? output('ConfigMap', request.root.slice(1).replaceAll('/', '-'));
      if (typeof answer === 'string') throw new Failure('RenderFailed', answer);
      return answer;
    },
    versions: async () => ({ protocol: '1', kustomize: 'v1' }),
    close: async () => {},
  };
  return { renderer, requests, most: () => most };
}

export function output(kind: string, ...names: readonly string[]): LeafOutput {
  const objects = names.map((name): ObjectId => ({ apiVersion: 'v1', kind, namespace: '', name }));
  return { yaml: names.map((name) => manifest(kind, name)).join('---\n'), objects };
}
