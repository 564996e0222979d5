import { closest } from '../../platform/closest.ts';

/** The kind of fairlead.yaml that a checkout should have: that of main, or that of a config branch. */
export type CheckoutKind = 'Platform' | 'Environment';

/** The facts that tell a checkout of main from one of a config branch. */
export interface KindClues {
  readonly mainBranch: string;
  /** The environment that a person names. */
  readonly environment?: string;
  /** The branch that a change goes to, and the one that is checked out. */
  readonly targetBranch?: string;
  readonly pushedBranch?: string;
  /** The text of fairlead.yaml; undefined: there is none, or it is far too large to be one. */
  readonly text: string | undefined;
  /** The names in `stages`, as far as they can be read. */
  readonly stages: readonly string[];
}

/**
 * Tells what a checkout is of. The branch decides where the file is wrong, so that a typo in `kind`, or a copy of main
 * on a config branch, is told as what it is.
 */
export function checkoutKind(clues: KindClues): CheckoutKind {
  const { text, environment, targetBranch, pushedBranch, mainBranch, stages } = clues;
  const branch = environment ?? targetBranch ?? pushedBranch;
  const written = writtenKind(text);
  if (pushedBranch === mainBranch && environment === undefined) return 'Platform';
  if (written === 'Environment') return written;
  if ([targetBranch, pushedBranch].some((each) => each !== undefined && stages.includes(each))) return 'Environment';
  if (written === 'Platform') return written;
  if (text === undefined) return branch === undefined || branch === mainBranch ? 'Platform' : 'Environment';
  return environment !== undefined || /^(clusters|merge|soak):/m.test(text) ? 'Environment' : 'Platform';
}

/** Answers the kind that the file names, or most likely means. */
function writtenKind(text = ''): string | undefined {
  const word = /^kind:[ \t]*["']?(\w+)/m.exec(text)?.[1];
  return word === undefined ? undefined : closest(word, ['Platform', 'Environment'] satisfies CheckoutKind[]);
}
