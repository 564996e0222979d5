import { Failure } from '../../failure.ts';
import type { OperationKind } from '../../operation/kind.ts';
import type { Action } from '../../operation/messages.ts';
import { branchOfKey } from '../../platform/branch-key.ts';
import { normalizedPlatformId } from '../../platform/platform-id.ts';
import type { OperationView } from '../view/view.ts';

export type ReferenceKind = OperationKind | 'lane';

/** A workflow id of ours, taken apart. */
export interface WorkflowName {
  readonly id: string;
  readonly kind: ReferenceKind;
  /** `platformId`, as `github.com/acme/platform`: of a lane, of its GitOps repository; else of the source. */
  readonly repository: string;
  /** A commit, an environment, or a lane's branch. */
  readonly name: string;
}

/** What a person means. `run`: one run among several of the same id; undefined: the latest. */
export interface OperationReference {
  readonly id: string;
  readonly run?: string;
}

const full = '[0-9a-f]{40}';
/** What ids of each kind begin with and end in; see promotion/messages.ts and lane/messages.ts. */
const forms = [
  { prefix: 'promote', kind: 'promotion', name: full },
  { prefix: 'configure', kind: 'config change', name: '[^/]+' },
  { prefix: 'rollback', kind: 'rollback', name: '[^/]+' },
  { prefix: 'rollback-promotion', kind: 'rollback', name: full },
  { prefix: 'lane', kind: 'lane', name: '[^/]+' },
] as const;
/** Host and path of a repository. */
const repositoryForm = '[^/]+(?:/[^/]+)+';

/**
 * Undefined where the text is no workflow id of ours. `host/owner/repo/<sha>` is taken for its promotion; a repository
 * in another letter case is the same one.
 */
export function parseId(text: string): WorkflowName | undefined {
  for (const { prefix, kind, name } of forms) {
    const parts = new RegExp(`^${prefix}/(${repositoryForm})/(${name})$`).exec(text);
    if (parts) return named(prefix, kind, parts);
  }
  const short = new RegExp(`^(${repositoryForm})/(${full})$`).exec(text);
  return short ? named('promote', 'promotion', short) : undefined;
}

function named(prefix: string, kind: ReferenceKind, [, given = '', name = '']: readonly string[]): WorkflowName {
  const repository = normalizedPlatformId(given);
  return { id: `${prefix}/${repository}/${name}`, kind, repository, name: kind === 'lane' ? branchOfKey(name) : name };
}

/** Of an id of ours. */
export function kindOf(id: string): ReferenceKind {
  return parseId(id)?.kind ?? 'promotion';
}

/** The first digits of a commit, or all of it. */
export function isCommitPrefix(text: string): boolean {
  return /^[0-9a-f]{7,40}$/.test(text);
}

/** For text that is neither an id nor digits of a commit. */
export function noReference(text: string): Failure {
  return new Failure(
    'InvalidInput',
    `${JSON.stringify(text)} names nothing that Fairlead runs. Give an id (promote/HOST/OWNER/REPO/COMMIT, configure/HOST/OWNER/REPO/ENV or rollback/HOST/OWNER/REPO/ENV), or at least 7 digits of a commit.`,
  );
}

export function unknown(reference: string): Failure {
  const named = parseId(reference);
  const what = named ? `There is no ${named.kind} ${named.id}.` : `There is no promotion of ${reference}.`;
  return new Failure('NotFound', `${what} \`fairlead status --all\` lists what there is.`);
}

/** For a decision about something that has ended. */
export function tooLate(action: Action, { kind, id, state }: Pick<OperationView, 'kind' | 'id' | 'state'>): Failure {
  return new Failure('Refused', `${action} refused: the ${kind} ${id} has ended as ${state}.`);
}
