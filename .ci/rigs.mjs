/** The rigs of real parts. Each takes minutes to build and to run, so that a run of CI has one of them. */
export const rigs = ['flux', 'gitea'];

/** Chooses the rig by the commit's number, so that every rig has its turn, and a commit always the same one. */
export function chooseRig(commitNumber) {
  return rigs[commitNumber % rigs.length];
}

/** The parts of a rig: its build, and its runs. */
export function partsOfRig(rig, vitest, reports) {
  const parts = {
    flux: [
      {
        name: 'build the Flux rig',
        needs: ['npm ci'],
        command: 'npm run --silent build:flux',
        limitMinutes: 75,
      },
      {
        name: 'real Flux',
        needs: ['build the Flux rig', 'types'],
        command: `npm run --silent test:flux -- ${vitest('flux')}`,
        report: { kind: 'vitest', file: `${reports}/flux.json` },
        limitMinutes: 30,
      },
      {
        name: 'demo on real Flux',
        // After the scenes, which would slow it down, and the other way round.
        needs: ['real Flux', "build Temporal's servers", 'build the renderer'],
        command: 'npm run --silent demo -- --flux --regions 1',
        limitMinutes: 20,
      },
      {
        name: 'random scenes on real Flux',
        needs: ['demo on real Flux'],
        command: `npm run --silent test:flux:random -- --minutes 1 --side-by-side 8 \
        --seed "$((16#$(git rev-parse --short=7 HEAD || echo 1)))"`,
        limitMinutes: 15,
      },
    ],
    gitea: [
      {
        name: 'build the Gitea rig',
        needs: ['npm ci'],
        command: 'npm run --silent build:gitea',
        limitMinutes: 40,
      },
      {
        name: 'real Gitea',
        needs: [
          'build the Gitea rig',
          "build Temporal's servers",
          'build the renderer',
          'build, with the workflow bundle',
        ],
        // The tutorial's part on a forge is in it, and calls the build.
        command: `FAIRLEAD_TUTORIAL_COMMAND="node $PWD/dist/src/cli/main.js" npm run --silent test:forge -- ${vitest('forge')}`,
        report: { kind: 'vitest', file: `${reports}/forge.json` },
        limitMinutes: 30,
      },
      {
        name: 'demo on real Gitea',
        needs: ['real Gitea'],
        command: 'npm run --silent demo -- --gitea --regions 1',
        limitMinutes: 15,
      },
    ],
  };
  return parts[rig];
}
