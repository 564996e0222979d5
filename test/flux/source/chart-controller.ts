import { parse } from 'yaml';
import type { KubeObject } from '../kubernetes/objects.ts';

import { conditions, control, createLateness, type SourceControllerOptions } from './control.ts';
import type { Files } from './remote.ts';

const kind = { apiVersion: 'source.toolkit.fluxcd.io/v1', kind: 'HelmChart' };

interface HelmChart extends KubeObject {
  readonly spec: {
    readonly chart: string;
    readonly sourceRef: { readonly kind: string; readonly name: string };
    readonly reconcileStrategy?: string;
    readonly suspend?: boolean;
  };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly observedSourceArtifactRevision?: string;
    readonly artifact?: { readonly revision: string };
  };
}

interface ChartSource extends KubeObject {
  readonly spec: { readonly url: string };
  readonly status?: { readonly artifact?: { readonly revision: string } };
}

/**
 * Plays the part of source-controller that packs charts in a GitRepository, by both reconcile strategies. Answers how to
 * end it.
 */
export function startChartController({ client, remote, artifacts }: SourceControllerOptions): () => Promise<void> {
  const isDue = createLateness();
  return control(client, kind, async (object) => {
    const { metadata, spec, status } = object as HelmChart;
    const source = (await client.get({
      apiVersion: kind.apiVersion,
      kind: spec.sourceRef.kind,
      metadata: { name: spec.sourceRef.name, namespace: metadata.namespace ?? '' },
    })) as ChartSource | undefined;
    const artifact = source?.status?.artifact;
    const commit = await remote.commit(source?.spec.url ?? '', artifact?.revision.split('sha1:')[1] ?? '');
    if (spec.suspend || artifact === undefined || commit === undefined || !isDue(object, artifact.revision)) return;
    const isKnown = status?.observedSourceArtifactRevision === artifact.revision;
    if (isKnown && status?.observedGeneration === metadata.generation) return;
    const isNew = spec.reconcileStrategy === 'Revision';
    const { name, files, version } = chartIn(commit.files, {
      path: spec.chart,
      commit: isNew ? commit.sha : undefined,
    });
    const packed =
      status?.artifact?.revision === version
        ? {}
        : { artifact: { ...artifacts.publish(files), revision: version, lastUpdateTime: new Date().toISOString() } };
    const ready = conditions(
      object,
      ['Ready', 'True'],
      ['ChartPackageSucceeded', `packaged '${name}' chart with version '${version}'`],
    );
    await client.patch(
      object,
      {
        status: {
          observedGeneration: metadata.generation,
          observedSourceArtifactRevision: artifact.revision,
          conditions: ready,
          ...packed,
        },
      },
      'status',
    );
  });
}

/** Takes a chart out of a commit. With the commit's id, its version says of which one it is. */
function chartIn(all: Files, { path, commit }: { readonly path: string; readonly commit: string | undefined }) {
  const folder = `${path.replace(/^\.\//, '').replace(/\/$/, '')}/`;
  const inside = Object.entries(all).filter(([file]) => file.startsWith(folder));
  const named = Object.fromEntries(inside.map(([file, text]) => [file.slice(folder.length), text]));
  const chart = parse(named['Chart.yaml'] ?? '') as { readonly name: string; readonly version: string };
  const version = commit === undefined ? chart.version : `${chart.version}+${commit.slice(0, 12)}`;
  const files = { ...named, 'Chart.yaml': JSON.stringify({ ...chart, version }) };
  return {
    name: chart.name,
    version,
    files: Object.fromEntries(Object.entries(files).map(([file, text]) => [`${chart.name}/${file}`, text])),
  };
}
