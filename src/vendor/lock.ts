import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { parseDocument, stringify } from 'yaml';
import { Failure } from '../failure.ts';
import { isNestedTooDeep } from '../platform/yaml-depth.ts';

/** The name of the file in a base that says where its contents come from. */
export const lockName = 'vendor.lock';

const digest = v.pipe(v.string(), v.regex(/^sha256:[0-9a-f]{64}$/));
const text = v.pipe(v.string(), v.minLength(1), v.maxLength(2_000));

/** A chart in a chart, which its archive did not bring along. */
export const dependencySchema = v.object({ path: text, source: text, version: text, digest });
export type ChartDependency = v.InferOutput<typeof dependencySchema>;

const chartSchema = v.object({
  source: text,
  version: text,
  digest,
  dependencies: v.optional(v.array(dependencySchema), []),
  content: digest,
});

/** What is known of the chart in a base. */
export type ChartRecord = v.InferOutput<typeof chartSchema>;

const remoteSchema = v.object({
  repository: text,
  commit: v.pipe(v.string(), v.regex(/^[0-9a-f]{40}$/)),
  paths: v.pipe(v.array(v.string()), v.readonly()),
  directory: text,
  content: digest,
});

/** What is known of the copy of a remote repository's directories in a base. */
export type RemoteRecord = v.InferOutput<typeof remoteSchema>;

const lockSchema = v.object({ chart: v.optional(chartSchema), remotes: v.optional(v.array(remoteSchema), []) });

/** The content of `vendor.lock`. */
export type VendorLock = v.InferOutput<typeof lockSchema>;

/** Reads a `vendor.lock`. Throws `Failure` InvalidInput with the file, and what to do. */
export function readLock(file: string, content: Buffer): VendorLock {
  const text = content.toString('utf8');
  const document = isNestedTooDeep(text) ? undefined : parseDocument(text, { prettyErrors: false });
  const result =
    document?.errors.length === 0 ? v.safeParse(lockSchema, document.toJS({ maxAliasCount: 0 })) : undefined;
  if (result?.success) return result.output;
  const at = result && v.getDotPath(result.issues[0]);
  throw new Failure(
    'InvalidInput',
    `${file}${at ? `: ${at}` : ''}: that is not what \`fairlead vendor\` writes. Restore it with git, or delete it and run \`fairlead vendor\` again.`,
  );
}

/** Writes a `vendor.lock`, the same text for the same content. */
export function lockText({ chart, remotes }: VendorLock): string {
  const content = {
    ...(chart && { chart: { ...chart, dependencies: chart.dependencies.length > 0 ? chart.dependencies : undefined } }),
    ...(remotes.length > 0 && { remotes }),
  };
  return `# Written by \`fairlead vendor\`: where the files here come from. \`fairlead vendor --check\` compares them with it.\n${stringify(content, { lineWidth: 0 })}`;
}

/** Digests files by path and content: the SHA-256 of what `sha256sum` prints for them in the order of their bytes. */
export function digestFiles(files: ReadonlyMap<string, Buffer>): string {
  const hash = createHash('sha256');
  const byBytes = [...files].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  for (const [path, content] of byBytes)
    hash.update(`${createHash('sha256').update(content).digest('hex')}  ${path}\n`);
  return `sha256:${hash.digest('hex')}`;
}
