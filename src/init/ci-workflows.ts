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
  const uses = `uses: ${action[forge]}`;
  const text = `name: Fairlead
on:
  push:
    branches: ${flow([branch])}
  pull_request:
    branches: ${flow([branch])}
permissions:
  contents: read
env:
  TEMPORAL_ADDRESS: \${{ vars.TEMPORAL_ADDRESS }}
  TEMPORAL_API_KEY: \${{ secrets.TEMPORAL_API_KEY }}
jobs:
  check:
    runs-on: ubuntu-latest
    permissions:
      contents: read
      pull-requests: write
    steps:
      - uses: actions/checkout@v6
        with: { fetch-depth: 0, persist-credentials: false }
      - ${uses}
        with: { command: validate }
      # FAIRLEAD_TOKEN may read the source and the GitOps repositories. Pull requests from forks do not get it.
      - if: github.event_name == 'pull_request' && github.event.pull_request.head.repo.full_name == github.repository
        ${uses}
        with:
          command: diff
          token: \${{ secrets.FAIRLEAD_TOKEN }}
  ${start}:
    if: github.event_name == 'push'
    needs: check
    runs-on: ubuntu-latest
    steps:
      - ${uses}
        with: { command: ${start} }
`;
  return new Map([[paths[forge], text]]);
}
