import { type Document, isNode, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { Failure } from '../../failure.ts';
import { map, oneOf, text } from '../../platform/fields.ts';
import { schemaProblems } from '../../platform/schema-problems.ts';
import { isNestedTooDeep } from '../../platform/yaml-depth.ts';
import { contentFault } from '../../platform/yaml-file.ts';
import type { FileNode } from '../source/nodes.ts';
import { fileText, placeOf } from '../source/sources.ts';
import type { Source } from '../source/tree.ts';
import type { HookAnswer, UnstableAnswer } from '../types.ts';
import { unstableAnswers, unstableField } from './unstable/answers.ts';

/** The rules of Helm (pkg/chart/v2/util, ValidateReleaseName) and of Kubernetes (RFC 1123 label). */
const releasePattern = /^[a-z0-9](?:[-a-z0-9]{0,51}[a-z0-9])?$/;
const namespacePattern = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;
const versionPattern = /^v?\d+\.\d+(\.\d+)?([-+][\w.+-]+)?$/;
const apiVersionsRemedy = 'Write a list of API versions such as monitoring.coreos.com/v1.';

const hookChoice = oneOf(['keep', 'drop']);

const helmSchema = map({
  releaseName: text(releasePattern, 'Write lower-case letters, digits and "-", 53 at most.').optional(),
  namespace: text(namespacePattern, 'Write the name of a namespace: lower-case letters, digits and "-".').optional(),
  chart: text(
    /^(?:oci|https?):\/\/\S+$/,
    'Write the address of a chart: oci://HOST/PATH/NAME, or https://HOST/PATH/NAME of a repository.',
  ).optional(),
  version: text(/^\S.*$/, 'Write the version of the chart, such as "1.2.3", in quotes.').optional(),
  includeCRDs: z.boolean('Write true or false.').optional(),
  kubeVersion: text(versionPattern, 'Write a version such as "1.33.0", in quotes.').optional(),
  apiVersions: z.array(text(/^[\w./-]+$/, apiVersionsRemedy), apiVersionsRemedy).optional(),
  hooks: z
    .union([hookChoice, z.record(z.string(), hookChoice)], {
      error: 'Write keep or drop, or a map of hooks such as {Job migrate: drop}.',
    })
    .optional(),
  unstable: unstableField.optional(),
});

/** The content of `helm.yaml`, which says how a chart is rendered; see docs/source-layout.md. */
export interface HelmSettings extends Omit<z.output<typeof helmSchema>, 'hooks' | 'unstable'> {
  /** One answer for all hooks that need one, or answers to single ones. */
  readonly hooks?: 'keep' | 'drop' | readonly HookAnswer[];
  /** What becomes of output that changes from run to run. */
  readonly unstable?: readonly UnstableAnswer[];
}

/** Reads one `helm.yaml`. Throws `Failure` RenderFailed with file, line, value and remedy, all problems at once. */
export function readHelmSettings(source: Source, file: FileNode): HelmSettings {
  const lines = new LineCounter();
  const text = fileText(source, file);
  if (isNestedTooDeep(text))
    throw new Failure('RenderFailed', `${placeOf(source, file.path)}: its lists and maps are nested too deep.`);
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true });
  const failWith = (problems: readonly { readonly line?: number; readonly text: string }[]): never => {
    throw new Failure(
      'RenderFailed',
      problems.map((each) => `${placeOf(source, file.path, each.line)}: ${each.text}`).join('\n'),
    );
  };
  const lineOf = (path: readonly PropertyKey[]): number => {
    const node = path.length === 0 ? undefined : document.getIn(path, true);
    if (path.length > 1 && !isNode(node)) return lineOf(path.slice(0, -1));
    return lines.linePos(isNode(node) ? (node.range?.[0] ?? 0) : 0).line;
  };
  const [error] = document.errors;
  if (error) return failWith([{ line: lines.linePos(error.pos[0]).line, text: `not valid YAML: ${error.message}` }]);
  const content = readContent(document, failWith);
  const result = helmSchema.safeParse(content);
  if (!result.success) return failWith(schemaProblems(result.error.issues, content, lineOf));
  const { hooks, unstable, ...others } = result.data;
  const placeAt = (...path: readonly PropertyKey[]) => placeOf(source, file.path, lineOf(path));
  return {
    ...others,
    ...(hooks && { hooks: typeof hooks === 'string' ? hooks : hookAnswers(hooks, (name) => placeAt('hooks', name)) }),
    ...(unstable && { unstable: unstableAnswers(unstable, (index) => placeAt('unstable', index)) }),
  };
}

function hookAnswers(
  hooks: Readonly<Record<string, HookAnswer['answer']>>,
  place: (name: string) => string,
): readonly HookAnswer[] {
  return Object.entries(hooks).map(([object, answer]) => ({ object, answer, place: place(object) }));
}

function readContent(document: Document, failWith: (problems: readonly { readonly text: string }[]) => never): unknown {
  try {
    return document.toJS() ?? {};
  } catch (error) {
    return failWith([{ text: contentFault(error) }]);
  }
}

/** Merges the settings beside the chart with those of the leaf, which win. */
export function mergeSettings(chart: HelmSettings, leaf: HelmSettings): HelmSettings {
  return { ...chart, ...leaf };
}

/** Says why this cannot be a release name; undefined: it can. */
export function releaseNameProblem(name: string): string | undefined {
  if (releasePattern.test(name)) return undefined;
  return `${JSON.stringify(name)} cannot be a Helm release name (lower-case letters, digits and "-", 53 at most): set releaseName in helm.yaml`;
}
