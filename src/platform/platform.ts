import { z } from 'zod';
import { environmentNameField, map, plainName, repositoryUrl, type Single, withoutRepeats } from './fields.ts';
import type { Platform } from './types.ts';
import { apiVersion, type FileOfKind, parseFileOfKind } from './yaml-file.ts';

const stageRemedy =
  'List the environments in order, such as `stages: [dev, qa, prod]`; a list inside runs side by side.';

/**
 * The most environments of one stage. Each of them is a step in flight, of which Temporal takes 2,000 for a workflow, and a part
 * of what the workflow hands on when it continues as new.
 */
export const mostInStage = 1_000;

const stage = z.union(
  [
    environmentNameField,
    z
      .array(environmentNameField, { error: stageRemedy })
      .min(1, { error: `Remove it. ${stageRemedy}` })
      .max(mostInStage, {
        error: `A stage takes ${mostInStage} environments at most: part it into several, one after the other.`,
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
    stages: value.stages.map((stage) => (typeof stage === 'string' ? [stage] : stage)),
  };
}
