import { Failure } from '../../failure.ts';
import type { OperationKind } from '../../operation/kind.ts';
import type { Action } from '../../operation/messages.ts';
import { branchOfKey } from '../../platform/branch-key.ts';
import { normalizedPlatformId } from '../../platform/repository/platform-id.ts';
import type { OperationView } from '../view/view.ts';

/** The kinds of workflow that an id may name. */
export type ReferenceKind = OperationKind | 'lane';

/** The parts of a workflow id of Fairlead. */
export interface WorkflowName {
  readonly id: string;
  readonly kind: ReferenceKind;
  /**
   * The `platformId` of the source repository, such as `github.com/acme/platform`; for a lane, of the GitOps
   * repository.
   */
  readonly repository: string;
  /** A commit, an environment, or the branch of a lane. */
  readonly name: string;
}

/** The operation that a person means. */
export interface OperationReference {
  readonly id: string;
  /** One run among several of the same id; undefined: the latest. */
  readonly run?: string;
}

const commitForm = '[0-9a-f]{40}';
/** The beginnings and ends of ids of each kind; see operation/messages.ts and lane/messages.ts. */
const idForms = [
  { prefix: 'promote', kind: 'promotion', name: commitForm },
  { prefix: 'configure', kind: 'config change', name: '[^/]+' },
  { prefix: 'rollback', kind: 'rollback', name: '[^/]+' },
  { prefix: 'rollback-promotion', kind: 'rollback', name: commitForm },
  { prefix: 'lane', kind: 'lane', name: '[^/]+' },
] as const;
/** The host and the path of a repository. */
const repositoryForm = '[^/]+(?:/[^/]+)+';

/**
 * Takes a workflow id apart; undefined: the text is none of Fairlead's. `host/owner/repo/<sha>` is taken for the id of
 * the promotion. Letter case makes no difference in a repository.
 */
export function parseId(text: string): WorkflowName | undefined {
  for (const { prefix, kind, name } of idForms) {
    const parts = new RegExp(`^${prefix}/(${repositoryForm})/(${name})$`).exec(text);
    if (parts) return nameFrom(prefix, kind, parts);
  }
  const short = new RegExp(`^(${repositoryForm})/(${commitForm})$`).exec(text);
  return short ? nameFrom('promote', 'promotion', short) : undefined;
}

function nameFrom(prefix: string, kind: ReferenceKind, [, given = '', name = '']: readonly string[]): WorkflowName {
  const repository = normalizedPlatformId(given);
  return { id: `${prefix}/${repository}/${name}`, kind, repository, name: kind === 'lane' ? branchOfKey(name) : name };
}

/** Answers what an id of Fairlead is one of. */
export function kindOfId(id: string): ReferenceKind {
  return parseId(id)?.kind ?? 'promotion';
}

/** Tells whether a text is a commit, or its first digits. */
export function isCommitPrefix(text: string): boolean {
  return /^[0-9a-f]{7,40}$/.test(text);
}

/** Makes the failure for a text that is neither an id nor digits of a commit. */
export function noReferenceFailure(text: string): Failure {
  const isWord = /^[\w.-]+$/.test(text);
  return new Failure(
    'InvalidInput',
    `${JSON.stringify(text)} names nothing that Fairlead runs. Give at least 7 digits of a commit, or an id: promote/HOST/OWNER/REPO/COMMIT, configure/HOST/OWNER/REPO/ENV, rollback/HOST/OWNER/REPO/ENV, rollback-promotion/HOST/OWNER/REPO/COMMIT or, for \`status\` alone, lane/HOST/OWNER/REPO/BRANCH.` +
      (isWord ? ` If it is an environment: fairlead status --environment ${text}.` : ''),
  );
}

/** Makes the failure for an operation that Temporal does not know. */
export function unknownFailure(reference: string): Failure {
  const named = parseId(reference);
  const what = named ? `There is no ${named.kind} ${named.id}.` : `There is no promotion of ${reference}.`;
  return new Failure('NotFound', `${what} \`fairlead status --all\` lists what there is.`);
}

/** Makes the failure for a decision about an operation that has ended. */
export function tooLateFailure(
  action: Action,
  { kind, id, state }: Pick<OperationView, 'kind' | 'id' | 'state'>,
): Failure {
  return new Failure('Refused', `${action} refused: the ${kind} ${id} has ended as ${state}.`);
}
