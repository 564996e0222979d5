import { z } from 'zod';
import { type RecordKeys, readPublicKey } from '../record/signing/keys.ts';
import { environmentNameField, map, plainName, repositoryUrl, type Single, withoutRepeats } from './fields.ts';
import type { Platform } from './types.ts';
import { apiVersion, type FileOfKind, parseFileOfKind } from './yaml-file.ts';

const stageRemedy =
  'List the environments in order, such as `stages: [dev, qa, prod]`; a list inside runs side by side.';

/**
 * The most environments of one stage. A worker that has lost their workflow carries it on from its history in one task, which has
 * four seconds, also on a busy machine: each environment takes up to 20 ms of a core (docs/performance.md). What the workflow hands
 * on when it continues as new, 2.4 kB for each of them and four times as much where clusters are in trouble, must be less than 2 MB.
 */
export const mostInStage = 150;

const stage = z.union(
  [
    environmentNameField,
    z
      .array(environmentNameField, { error: stageRemedy })
      .min(1, { error: `Remove it. ${stageRemedy}` })
      .max(mostInStage, {
        error: ({ input }) =>
          `It lists ${(input as readonly unknown[]).length} environments, and a stage takes ${mostInStage} at most: part it into several, one after the other.`,
      }),
  ],
  {
    error: 'Write the name of an environment, or a list of names that run side by side; quote it where it is a number.',
  },
);

const stages = withoutRepeats(z.array(stage, { error: stageRemedy }).min(1, { error: stageRemedy }), (list) =>
  list.flatMap((entry, index) =>
    Array.isArray(entry) ? entry.flatMap((name, inner) => namedOnce(name, [index, inner])) : namedOnce(entry, [index]),
  ),
);

function namedOnce(name: unknown, path: readonly PropertyKey[]): readonly Single[] {
  if (typeof name !== 'string') return [];
  return [{ key: name, path, message: `The environment "${name}" is listed in \`stages\` twice. Name it once.` }];
}

const keyRemedy =
  'Write an Ed25519 public key, as `openssl pkey -in KEY.pem -pubout` prints it: its one line between BEGIN and END, or all of it.';

const publicKeys = withoutRepeats(
  z
    .array(
      z.string({ error: keyRemedy }).refine((text) => readPublicKey(text) !== undefined, { error: keyRemedy }),
      { error: `List the keys. ${keyRemedy}` },
    )
    .min(1, { error: `Remove \`record\`, or list a key. ${keyRemedy}` })
    .max(20, { error: 'List 20 keys at most: remove those of workers that are gone.' }),
  (list) =>
    list.flatMap((text, index) => {
      const id = typeof text === 'string' ? readPublicKey(text)?.id : undefined;
      return id === undefined
        ? []
        : [{ key: id, path: [index], message: 'This key stands in the list already. Keep it once.' }];
    }),
);

const timeRemedy = 'Write a time in UTC such as 2026-12-01T08:00:00Z.';
const time = z
  .string({ error: timeRemedy })
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?Z$/, { error: timeRemedy })
  .refine((text) => !Number.isNaN(Date.parse(text)), { error: timeRemedy });

const record = map({
  publicKeys: publicKeys.describe('The keys whose lines count in the record; any of them does.'),
  unsignedBefore: time.optional().describe('Lines that are older count without a signature. Default: none does.'),
});

/** The schema of `fairlead.yaml` of kind Platform. The descriptions are what editors show. */
export const platformSchema = map({
  apiVersion: z.literal(apiVersion),
  kind: z.literal('Platform'),
  name: plainName.describe('The name of the platform, for people.'),
  source: map({ repository: repositoryUrl })
    .optional()
    .describe(
      'The URL by which kustomizations refer to this repository, where it differs from the one it is fetched from.',
    ),
  gitops: map({ repository: repositoryUrl })
    .optional()
    .describe('The GitOps repository of every environment that names no other.'),
  record: record
    .optional()
    .describe('Who may write the record of the environments: lines that no listed key has signed count for nothing.'),
  stages: stages.describe('The environments in order. A list inside the list is one stage that runs side by side.'),
}).meta({
  title: 'Fairlead platform',
  description: 'fairlead.yaml at the root of main: what is common to all environments, and their order.',
});

const platformFile: FileOfKind<typeof platformSchema> = {
  kind: 'Platform',
  schema: platformSchema,
  otherKinds: 'At the root of main stands the Platform file; an Environment file belongs to a config branch.',
};

/**
 * Parses `fairlead.yaml` of main. Throws `Failure` `InvalidConfig` with all its problems at once; `file` is how
 * messages call it, such as `fairlead.yaml of main`.
 */
export function parsePlatform(text: string | Buffer, file: string): Platform {
  const { value } = parseFileOfKind(text, file, platformFile);
  return {
    name: value.name,
    sourceRepository: value.source?.repository,
    gitopsRepository: value.gitops?.repository,
    record: value.record && recordKeys(value.record),
    stages: value.stages.map((stage) => (typeof stage === 'string' ? [stage] : stage)),
  };
}

function recordKeys({ publicKeys, unsignedBefore }: z.output<typeof record>): RecordKeys {
  return {
    publicKeys: publicKeys.flatMap((text) => readPublicKey(text) ?? []),
    ...(unsignedBefore !== undefined && { unsignedBefore: new Date(unsignedBefore).toISOString() }),
  };
}
