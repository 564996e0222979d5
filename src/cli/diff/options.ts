import type { MainBranchOption } from '../main-branch.ts';
import type { SummaryOption } from '../options.ts';

/** What `fairlead diff` is asked for. */
export interface DiffOptions extends MainBranchOption, SummaryOption {
  readonly source?: string;
  readonly main?: string;
  readonly environment?: readonly string[];
  readonly to: string;
  readonly against?: string;
  readonly format: 'text' | 'markdown' | 'json';
  readonly json?: boolean;
  /** The number of a pull request; true: the one of the CI job. */
  readonly comment?: string | true;
}

/** The word of `--to` for what the GitOps branches hold. */
export const deployedWord = 'deployed';
