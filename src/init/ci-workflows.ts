import { version } from '../version.ts';
import { flow } from './platform-files.ts';
import type { CiForge, NewFiles } from './types.ts';

/** What a branch of the source repository is, for its workflow. */
export interface CiBranch {
  readonly branch: string;
  readonly kind: 'main' | 'config';
  readonly forge: CiForge;
}

const paths = { github: '.github/workflows/fairlead.yml', gitea: '.gitea/workflows/fairlead.yml' } as const;

/** Answers the forge whose workflow these files have; undefined: of none. */
export function forgeOf(files: { has(path: string): boolean }): CiForge | undefined {
  if (files.has(paths.github)) return 'github';
  return files.has(paths.gitea) ? 'gitea' : undefined;
}

/**
 * Writes the workflow of a branch: it validates each change, says on a pull request what would change, and starts the promotion
 * or the config change of what was pushed. A forge runs the workflow that lies on the branch itself.
 */
export function ciWorkflow({ branch, kind, forge }: CiBranch): NewFiles {
  if (forge === 'none') return new Map();
  const start = kind === 'main' ? 'promote' : 'apply-config';
  const action = { github: `fairlead/fairlead@v${version}`, gitea: `https://github.com/fairlead/fairlead@v${version}` };
  const step = (command: string) => `      - uses: ${action[forge]}\n        with: { command: ${command} }\n`;
  const text = `name: Fairlead
on:
  push:
    branches: ${flow([branch])}
  pull_request:
    branches: ${flow([branch])}
permissions:
  contents: read
  pull-requests: write
jobs:
  validate:
    runs-on: ubuntu-latest
    steps:
${checkout}${step('validate')}
  diff:
    if: github.event_name == 'pull_request'
    runs-on: ubuntu-latest
    steps:
${checkout}${step('diff')}        env:
          # A token that reads the GitOps repository.
          FAIRLEAD_TOKEN: \${{ secrets.FAIRLEAD_TOKEN }}

  ${start}:
    if: github.event_name == 'push'
    needs: validate
    runs-on: ubuntu-latest
    steps:
${step(start)}        env:
          TEMPORAL_ADDRESS: \${{ vars.TEMPORAL_ADDRESS }}
`;
  return new Map([[paths[forge], text]]);
}

const checkout = `      - uses: actions/checkout@v6
        with: { fetch-depth: 0, persist-credentials: false }
`;
