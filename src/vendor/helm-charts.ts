import { posix } from 'node:path';
import { type Document, stringify } from 'yaml';
import { fieldOf, type Kustomization } from '../render/source/kustomization.ts';

/** A chart that a kustomization would have kustomize render, as a base of its own. */
export interface ChartBase {
  /** The directory of the base, below that of the kustomization. */
  readonly name: string;
  /** The content of its `helm.yaml`. */
  readonly text: string;
  /** What `helm.yaml` does not take, and what to do, in sentences. */
  readonly notes: readonly string[];
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Answers what replaces `helmCharts` and the former `helmChartInflationGenerator` of a kustomization: each chart as a base
 * of its own, which `fairlead vendor` fetches and rendering renders. Values move to the leaves, as those of every chart.
 */
export function chartBases(kustomization: Kustomization): readonly ChartBase[] {
  const { document } = kustomization;
  if (!document) return [];
  const read = (field: string): readonly Fields[] => {
    const value: unknown = fieldOf(document, field)?.toJS(document, { maxAliasCount: 100 });
    return Array.isArray(value) ? value.filter((each) => typeof each === 'object' && each !== null) : [];
  };
  const namespace = fieldOf(document, 'namespace')?.toJS(document);
  return [...read('helmCharts'), ...read('helmChartInflationGenerator').map(inPresentWords)].map((chart) =>
    chartBase(chart, textOf(namespace)),
  );
}

/** The kind of a generator's configuration that has kustomize render a chart. */
export const chartGeneratorKind = 'HelmChartInflationGenerator';

/** Answers what replaces a generator that has kustomize render a chart; undefined: it is another generator. */
export function generatorBase(document: Document): ChartBase | undefined {
  if (document.get('kind') !== chartGeneratorKind) return undefined;
  const fields: unknown = document.toJS({ maxAliasCount: 100 });
  return typeof fields === 'object' && fields !== null ? chartBase(fields as Fields, undefined) : undefined;
}

/** Translates the fields that kustomize renamed. */
function inPresentWords(old: Fields): Fields {
  const { chartName, chartVersion, chartRepoUrl, releaseNamespace, values, valuesLocal, ...same } = old;
  return {
    ...same,
    name: chartName,
    version: chartVersion,
    repo: chartRepoUrl,
    namespace: releaseNamespace,
    valuesFile: values,
    valuesInline: valuesLocal,
  };
}

function chartBase(chart: Fields, ownNamespace: string | undefined): ChartBase {
  const [name, repository, releaseName] = [chart.name, chart.repo, chart.releaseName].map(textOf);
  const directory = directoryName(releaseName ?? name ?? 'chart');
  const { apiVersions } = chart;
  const settings = {
    ...(repository !== undefined && { chart: `${repository.replace(/\/+$/, '')}/${name ?? 'NAME'}` }),
    version: textOf(chart.version) ?? 'VERSION',
    releaseName: releaseName === directory ? undefined : releaseName,
    namespace: textOf(chart.namespace) ?? ownNamespace,
    // kustomize leaves them out unless it is told otherwise, and Fairlead does not.
    includeCRDs: chart.includeCRDs === true ? undefined : false,
    kubeVersion: textOf(chart.kubeVersion),
    apiVersions: Array.isArray(apiVersions) && apiVersions.length > 0 ? apiVersions : undefined,
    hooks: chart.skipHooks === true ? 'drop' : undefined,
  };
  const text = stringify(settings, { lineWidth: 0, defaultStringType: 'PLAIN', singleQuote: false });
  return { name: directory, text: quotedVersion(text), notes: notesOn(chart, repository) };
}

function notesOn(chart: Fields, repository: string | undefined): readonly string[] {
  const values = ['valuesFile', 'additionalValuesFiles', 'valuesInline'].filter((field) => chart[field] !== undefined);
  return [
    ...(repository === undefined
      ? [
          'It names no `repo`: where the chart lies in this repository, move its files into that directory, and leave `version` out.',
        ]
      : []),
    ...(values.length > 0 ? [`Its values (${values.join(', ')}) move to values.yaml of the leaves.`] : []),
    ...(textOf(chart.nameTemplate) === undefined ? [] : ['`nameTemplate` becomes `releaseName`, a fixed name.']),
  ];
}

/** Writes the version in quotes: a person who changes it to 1.10 must not write a number. */
function quotedVersion(text: string): string {
  return text.replace(/^version: ([^"'\n]+)$/m, 'version: "$1"');
}

function directoryName(name: string): string {
  return (
    name
      .toLowerCase()
      .replace(/[^a-z0-9-]+/g, '-')
      .replace(/^-+|-+$/g, '') || 'chart'
  );
}

function textOf(value: unknown): string | undefined {
  return (typeof value === 'string' && value !== '') || typeof value === 'number' ? String(value) : undefined;
}

/** The most charts of one kustomization that a message spells out. */
const mostSpelled = 3;

/** Says in lines what to write in the place of the charts of the kustomization in `directory`. */
export function replacementWords(bases: readonly ChartBase[], directory: string): string {
  if (bases.length === 0) return 'Make the chart a base: a directory with its Chart.yaml.';
  const spelled = bases.slice(0, mostSpelled).map(({ name, text, notes }) => {
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => `  ${line}`);
    return [`${posix.join(directory, name)}/helm.yaml:`, ...lines, ...notes].join('\n');
  });
  const more = bases.length > mostSpelled ? [`and ${bases.length - mostSpelled} more`] : [];
  const first = `Make each chart a base of its own, which \`fairlead vendor --helm-charts ${directory || '.'}\` writes and fetches on main; then remove the field, and assign the new bases:`;
  return [first, ...spelled, ...more].join('\n');
}
