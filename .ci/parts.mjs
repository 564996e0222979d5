import { chooseRig, partsOfRig } from './rigs.mjs';

/** Attacks that take minutes each: a commit has one of them. `npm run test:workflows` and `npm run test:promotions` have all. */
const longAttacks = ['message/floods', 'message/many-holds', 'promotions/wedged-worker'];

/**
 * Lists what CI runs. A part begins when those that it `needs` have passed and one of the places is free, in this order:
 * the rig comes first, whose runs follow one another for eleven minutes, then what takes longest, and what is short fills the
 * end. `report`: who counts its tests; a part without one is a check and counts as one. `commitNumber` chooses the rig of real
 * parts, with which workers the tests of several operations run, which half of the promotions, and one of the long attacks.
 */
export function partsOf({ reports, commitNumber = 0 }) {
  const vitest = (name) => `--reporter=default --reporter=json --outputFile.json=${reports}/${name}.json`;
  const without = longAttacks.filter((_, index) => index !== commitNumber % longAttacks.length);
  const shorter = without.map((name) => `--exclude 'test/attacks/${name}.test.ts'`).join(' ');
  const half = 1 + ((commitNumber >> 2) % 2);
  const [buildRig, ...runRig] = partsOfRig(chooseRig(commitNumber), vitest, reports);
  return [
    { name: 'npm ci', command: 'npm ci --no-audit --no-fund', limitMinutes: 15 },
    { name: 'build the renderer', needs: ['npm ci'], command: 'npm run --silent build:renderer', limitMinutes: 20 },
    {
      name: "build Temporal's servers",
      needs: ['npm ci'],
      command: 'npm run --silent build:servers',
      limitMinutes: 30,
    },
    buildRig,
    { name: 'types', needs: ['npm ci'], command: 'npm run --silent check:types', limitMinutes: 10 },
    {
      name: 'build, with the workflow bundle',
      needs: ['types'],
      command: 'npm run --silent build',
      limitMinutes: 10,
    },
    ...runRig,
    {
      name: 'workflows',
      needs: ["build Temporal's servers", 'build the renderer', 'types'],
      // The other half of the commits restart the worker in the middle of the tests of several operations.
      command: `FAIRLEAD_DEPLOYMENT=${(commitNumber >> 1) % 2} npm run --silent test:workflows -- ${shorter} ${vitest('workflows')}`,
      report: { kind: 'vitest', file: `${reports}/workflows.json` },
      limitMinutes: 60,
    },
    {
      name: `whole promotions: half ${half} of 2`,
      needs: ["build Temporal's servers", 'build the renderer', 'types'],
      command: `npm run --silent test:promotions -- --shard=${half}/2 ${shorter} ${vitest('promotions')}`,
      report: { kind: 'vitest', file: `${reports}/promotions.json` },
      limitMinutes: 60,
    },
    {
      name: 'one commit from dev to prod',
      needs: ["build Temporal's servers", 'build the renderer', 'types'],
      command: `npx vitest run --project temporal ${vitest('temporal')}`,
      report: { kind: 'vitest', file: `${reports}/temporal.json` },
      limitMinutes: 15,
    },
    {
      name: 'units',
      needs: ['build the renderer', 'types'],
      command: `npm run --silent test:unit -- ${vitest('units')}`,
      report: { kind: 'vitest', file: `${reports}/units.json` },
      limitMinutes: 30,
    },
    {
      name: 'killed workers: what three minutes allow',
      needs: ["build Temporal's servers", 'build the renderer', 'build, with the workflow bundle'],
      // `npm run test:crash`, whose build is there.
      command: `node_modules/.bin/tsx test/crash/main.ts --minutes 3 --side-by-side 2 \
        --seed "$((16#$(git rev-parse --short=7 HEAD || echo 1)))"`,
      limitMinutes: 20,
    },
    {
      name: 'model: 40 random sequences',
      needs: ["build Temporal's servers", 'build the renderer', 'types'],
      command: `npm run --silent test:model -- --sequences 40 --events 6 \
        --seed "$((16#$(git rev-parse --short=7 HEAD || echo 1)))"`,
      limitMinutes: 45,
    },
    {
      name: 'demo',
      needs: ["build Temporal's servers", 'build the renderer', 'types'],
      command: 'npm run --silent demo',
      limitMinutes: 10,
    },
    {
      name: 'histories of releases',
      needs: ['types'],
      command: `npm run --silent test:histories -- ${vitest('histories')}`,
      report: { kind: 'vitest', file: `${reports}/histories.json` },
      limitMinutes: 30,
    },
    {
      name: 'packed packages',
      needs: ['build the renderer', 'types'],
      command: `npm run --silent test:packed -- ${vitest('packed')}`,
      report: { kind: 'vitest', file: `${reports}/packed.json` },
      limitMinutes: 20,
    },
    {
      name: 'the tutorial, word for word',
      // As a user has it; two that pack at once would be in each other's way.
      needs: ["build Temporal's servers", 'packed packages'],
      command: `place=$(mktemp -d) || exit
        npm run --silent pack -- --out "$place/archives" &&
          npm install --global --prefix "$place/installed" --no-audit --no-fund --loglevel=error "$place"/archives/*.tgz &&
          FAIRLEAD_TUTORIAL_COMMAND="$place/installed/bin/fairlead" npm run --silent test:tutorial -- ${vitest('tutorial')}
        code=$?
        rm -rf "$place"
        exit $code`,
      report: { kind: 'vitest', file: `${reports}/tutorial.json` },
      limitMinutes: 15,
    },
    {
      name: 'bursts on one worker',
      needs: ["build Temporal's servers", 'build the renderer', 'build, with the workflow bundle'],
      command: 'node_modules/.bin/tsx bench/burst.ts --small',
      limitMinutes: 15,
    },
    {
      name: 'charts of Go modules',
      needs: ['build the renderer', 'types'],
      command: 'node .ci/try-charts.mjs',
      limitMinutes: 20,
    },
    ...goModule('renderer', reports, ['build the renderer']),
    ...goModule('.ci/deployment', reports),
    ...goModule('.ci/workflows', reports),
    { name: 'structure', command: 'npm run --silent check:structure', limitMinutes: 5 },
    { name: 'integrity of the lock file', command: 'npm run --silent check:lock', limitMinutes: 5 },
    { name: 'links', needs: ['npm ci'], command: 'npm run --silent check:links', limitMinutes: 10 },
    { name: 'spelling', needs: ['npm ci'], command: 'npm run --silent check:spelling', limitMinutes: 10 },
    { name: 'format and lint', needs: ['npm ci'], command: 'npm run --silent check:format', limitMinutes: 10 },
    {
      name: 'published schemas are current',
      needs: ['npm ci'],
      command: `npm run --silent build:schemas && [ -z "$(git status --porcelain -- docs/schemas)" ] && exit
        git --no-pager diff --stat -- docs/schemas
        echo 'docs/schemas differs from what the sources say: run "npm run build:schemas" and commit it.'
        exit 1`,
      limitMinutes: 5,
    },
  ];
}

/** As the renderer is built: with other flags Go compiles the libraries of kustomize and Helm a second time. */
const go = 'CGO_ENABLED=0 GOFLAGS=-trimpath go';

/** `needs`: what has compiled its libraries by then; Go does it twice where two ask at the same time. */
function goModule(directory, reports, needs = []) {
  const report = `${reports}/go-${directory.replaceAll('/', '-')}.json`;
  return [
    {
      name: `gofmt ${directory}`,
      command: `files=$(gofmt -l ${directory}) && [ -z "$files" ] && exit
        printf 'Run gofmt -w on:\\n%s\\n' "$files"
        exit 1`,
      limitMinutes: 5,
    },
    { name: `go vet ${directory}`, needs, command: `${go} -C ${directory} vet ./...`, limitMinutes: 20 },
    {
      name: `go test ${directory}`,
      needs: [`go vet ${directory}`],
      command: `${go} -C ${directory} test -count=1 -json ./... >${report}`,
      report: { kind: 'go', file: report },
      limitMinutes: 30,
    },
  ];
}
