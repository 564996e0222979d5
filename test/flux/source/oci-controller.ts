import { createHash } from 'node:crypto';
import type { KubeObject } from '../kubernetes/objects.ts';
import { conditions, control, type SourceControllerOptions } from './control.ts';

const kind = { apiVersion: 'source.toolkit.fluxcd.io/v1', kind: 'OCIRepository' };

interface OciRepository extends KubeObject {
  readonly spec: { readonly url: string; readonly ref?: { readonly tag?: string }; readonly suspend?: boolean };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly artifact?: { readonly revision: string; readonly metadata?: object };
  };
}

/** Plays the part of source-controller that pulls OCIRepositories, from the rig's registry. Answers how to end it. */
export function startOciController({ client, remote, artifacts }: SourceControllerOptions): () => Promise<void> {
  return control(client, kind, async (object) => {
    const { metadata, spec, status } = object as OciRepository;
    const tag = spec.ref?.tag ?? 'latest';
    const found = await remote.head(spec.url, tag);
    if (spec.suspend || found === undefined) return;
    const digest = createHash('sha256').update(found.sha).digest('hex');
    const revision = `${tag}@sha256:${digest}`;
    if (status?.observedGeneration === metadata.generation && status?.artifact?.revision === revision) return;
    // A merge patch keeps the annotations that the artifact before had.
    const before = Object.keys(status?.artifact?.metadata ?? {}).map((name) => [name, null]);
    const artifact = {
      ...artifacts.publish(found.files),
      revision,
      metadata: { ...Object.fromEntries(before), ...found.annotations },
      lastUpdateTime: new Date().toISOString(),
    };
    const ready = conditions(object, ['Ready', 'True'], ['Succeeded', `stored artifact for digest '${revision}'`]);
    await client.patch(
      object,
      { status: { observedGeneration: metadata.generation, artifact, conditions: ready } },
      'status',
    );
  });
}
