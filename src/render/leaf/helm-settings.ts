import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { Failure } from '../../failure.ts';
import { placeOf, textOf } from '../source/sources.ts';
import type { FileNode, Source } from '../source/tree.ts';

const releaseName = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const LONGEST_RELEASE_NAME = 53;
const LONGEST_NAMESPACE = 63;

const schema = z.strictObject({
  releaseName: z
    .string()
    .max(LONGEST_RELEASE_NAME)
    .regex(releaseName, 'Write lower-case letters, digits and "-", 53 at most.')
    .optional(),
  namespace: z
    .string()
    .max(LONGEST_NAMESPACE)
    .regex(releaseName, 'Write the name of a namespace: lower-case letters, digits and "-".')
    .optional(),
  includeCRDs: z.boolean('Write true or false.').optional(),
  kubeVersion: z
    .string()
    .regex(/^v?\d+\.\d+(\.\d+)?([-+][\w.+-]+)?$/, 'Write a version such as "1.33.0", in quotes.')
    .optional(),
  apiVersions: z
    .array(z.string().regex(/^[\w./-]+$/, 'Write an API version such as monitoring.coreos.com/v1.'))
    .optional(),
  hooks: z.enum(['keep', 'drop'], 'Write keep or drop.').optional(),
});

/** `helm.yaml`: how a chart is rendered; see DESIGN "The source layout". */
export type HelmSettings = z.output<typeof schema>;

/** Reads one `helm.yaml`. Throws `Failure` RenderFailed with file, line, value and remedy, all problems at once. */
export function readHelmSettings(source: Source, file: FileNode): HelmSettings {
  const lines = new LineCounter();
  const document = parseDocument(textOf(source, file), { lineCounter: lines, prettyErrors: false });
  const at = (offset: number) => placeOf(source, file.path, lines.linePos(offset).line);
  const [error] = document.errors;
  if (error) throw new Failure('RenderFailed', `${at(error.pos[0])}: not valid YAML: ${error.message}`);
  const content: unknown = document.toJS() ?? {};
  const result = schema.safeParse(content);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => {
    const keys = issue.code === 'unrecognized_keys' ? issue.keys : [issue.path[0]];
    return keys.map((key) => {
      const node = key === undefined ? undefined : document.get(String(key), true);
      const offset =
        typeof node === 'object' && node !== null && 'range' in node ? (node.range as number[] | null)?.[0] : 0;
      const what =
        issue.code === 'unrecognized_keys'
          ? `unknown key. Known are ${Object.keys(schema.shape).join(', ')}.`
          : issue.message;
      return `${at(offset ?? 0)}: ${key === undefined ? 'the file' : `${String(key)}: ${shown(content, issue.path)}`}: ${what}`;
    });
  });
  throw new Failure('RenderFailed', problems.flat().join('\n'));
}

/** Settings beside the chart, with those of the leaf over them. */
export function mergedSettings(chart: HelmSettings, leaf: HelmSettings): HelmSettings {
  return { ...chart, ...leaf };
}

/** Why this cannot be a release name; undefined: it can. */
export function refuseReleaseName(name: string): string | undefined {
  if (releaseName.test(name) && name.length <= LONGEST_RELEASE_NAME) return undefined;
  return `${JSON.stringify(name)} cannot be a Helm release name (lower-case letters, digits and "-", ${LONGEST_RELEASE_NAME} at most): set releaseName in helm.yaml`;
}

function shown(content: unknown, path: readonly PropertyKey[]): string {
  let value = content;
  for (const key of path) value = (value as Readonly<Record<PropertyKey, unknown>> | undefined)?.[key];
  return JSON.stringify(value)?.slice(0, 80) ?? 'nothing';
}
