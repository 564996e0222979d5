import { z } from 'zod';
import { branchKey } from './branch-key.ts';
import { durationForms, durationPattern, parseDuration } from './duration.ts';
import { forbiddenInFile } from './repository/repository-url.ts';
import { KEY_SEPARATOR } from './schema-problems.ts';

/** Makes a map that takes these keys and no others; its message for an unknown key lists the known ones. */
export function map<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  const keys = Object.keys(shape).join(KEY_SEPARATOR);
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? keys : `Write a map with these keys: ${keys}.`),
  });
}

/** Makes a text of one line that matches; `remedy` says how to write it. */
export function text(pattern: RegExp, remedy: string) {
  return z.string({ error: remedy }).regex(pattern, { error: remedy });
}

/** Makes a choice of one of these words. */
export function oneOf<const Words extends readonly [string, ...string[]]>(words: Words) {
  return z.enum(words, { error: `Write one of: ${words.join(', ')}.` });
}

/** Makes a duration, which is read as milliseconds. */
export function duration(limits: { readonly atLeastMs: number } = { atLeastMs: 0 }) {
  const remedy = `Write a duration such as ${durationForms}.`;
  return text(durationPattern, remedy).transform((written, context) => {
    const milliseconds = parseDuration(written) ?? Number.NaN;
    if (milliseconds < limits.atLeastMs) {
      context.addIssue({ code: 'custom', message: `Write a duration of at least ${limits.atLeastMs / 1000}s.` });
    }
    return milliseconds;
  });
}

const NAME = /^[A-Za-z0-9](?:(?!\.\.)[A-Za-z0-9._-]){0,98}(?<![._-]|\.lock)$/;
const NAME_RULE =
  'letters, digits, ".", "_" and "-", beginning and ending with a letter or digit, without "..", 100 at most';

/** A name that is safe as a branch, as a folder and in a shell. */
export const plainName = text(NAME, `Write a name of ${NAME_RULE}; quote it where it is a number.`);

/**
 * Branches that hold or begin Fairlead's own (`deploy/<sha>/<GitOps branch>`); git cannot keep `deploy` beside them.
 */
const OURS = ['deploy', 'configure', 'rollback'] as const;
const NOT_ENVIRONMENTS = ['main', 'HEAD'] as const;

/** The name of an environment: its config branch, and by default its GitOps branch. */
export const environmentNameField = plainName.superRefine((name, context) => {
  if (NOT_ENVIRONMENTS.some((reserved) => reserved === name)) {
    context.addIssue({ code: 'custom', message: `"${name}" cannot be the branch of an environment. Rename it.` });
  }
});

const BRANCH = /^(?!.*(?:\.\.|\/\/|\/\.|\.\/|\.lock(?:\/|$)|\/-))[A-Za-z0-9][A-Za-z0-9._/+=@#%,-]{0,198}(?<![./])$/;

/** A branch of the GitOps repository. */
export const gitopsBranch = text(
  BRANCH,
  'Write the name of a branch: letters, digits and "._/-", beginning with a letter or digit, without "..", spaces or shell characters.',
).superRefine((branch, context) => {
  const message = reservedBranch(branch) ?? tooLongBranch(branch);
  if (message !== undefined) context.addIssue({ code: 'custom', message });
});

/**
 * The longest key of a branch, so that the branches and notes that are named after it (`deploy/<sha>/<branch>`) stay
 * valid refs.
 */
const longestKey = 150;

function tooLongBranch(branch: string): string | undefined {
  if (branchKey(branch).length <= longestKey) return undefined;
  return `Write a shorter name of a branch: ${longestKey} characters at most, where each "/" and "%" counts as three.`;
}

/** Says why a branch cannot be an environment's GitOps branch; undefined: it can. */
export function reservedBranch(branch: string): string | undefined {
  const prefix = OURS.find((ours) => branch === ours || branch.startsWith(`${ours}/`));
  if (prefix === undefined) return undefined;
  return `Fairlead names its own branches ${prefix}/…, so an environment cannot be there. Give it another \`gitops.branch\`.`;
}

const SEGMENT = '(?![._-])[A-Za-z0-9._-]{1,100}';

/** A cluster group: a folder of the config branch, nested with `/`. */
export const groupPath = text(
  new RegExp(`^${SEGMENT}(?:/${SEGMENT})*$`),
  'Write the folder of a cluster group, such as west-us or us/east: no leading or trailing "/", no part that begins with ".", "_" or "-".',
);

/** A repository by HTTPS, SSH, `file:` or an absolute path; never with a password or token inside. */
export const repositoryUrl = z
  .string({ error: 'Write the URL of a git repository, such as https://github.com/acme/platform.' })
  .superRefine((url, context) => {
    const message = forbiddenInFile(url);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  })
  .meta({ examples: ['https://github.com/acme/platform', 'git@github.com:acme/platform.git'] });

/** Something that must stand in a list once, and where in the list's item it stands. */
export interface Single {
  readonly key: string;
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/**
 * Makes a list in which no two entries have the same key. It also looks at lists with other problems, so that all are
 * told at once; `singles` therefore meets items that their schema has refused.
 */
export function withoutRepeats<S extends z.ZodType<readonly unknown[]>>(
  list: S,
  singles: (items: readonly unknown[]) => readonly Single[],
): S {
  return list.superRefine(
    (items, context) => {
      const seen = new Set<string>();
      for (const { key, path, message } of singles(items)) {
        if (seen.has(key)) context.addIssue({ code: 'custom', path: [...path], message });
        seen.add(key);
      }
    },
    { when: ({ value }) => Array.isArray(value) },
  );
}
