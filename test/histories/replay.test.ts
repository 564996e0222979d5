import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { bundleSmall } from '../../src/worker/bundle.ts';
import { replayFaults } from '../../src/worker/start/replay-check.ts';
import * as workflows from '../../src/workflows/index.ts';
import { productionWorkflows, quiet } from '../support/temporal-bundle.ts';
import { allScenarios, type RecordedScenario, readScenarios, recordedReleases, scenarioFiles } from './scenarios.ts';

const releases = recordedReleases();
let present: string;

beforeAll(async () => {
  present = await bundleSmall(productionWorkflows, quiet);
});

/** Names the scenarios that a bundle does not replay, and why. */
async function faultsOf(code: string, scenarios: readonly RecordedScenario[]): Promise<readonly string[]> {
  const faults = await replayFaults({ workflowBundle: { code } }, scenarios);
  return faults.map(({ of: { test, type, workflowId }, why }) => `${test}: ${type} ${workflowId}: ${why}`);
}

describe.each(releases)('What release %s has recorded', (release) => {
  test.each(scenarioFiles(release))('goes on with the present workflows: %s', async (file) => {
    const scenarios = await readScenarios(release, file);
    expect(scenarios).not.toEqual([]);
    expect(await faultsOf(present, scenarios)).toEqual([]);
  });

  test('has every type of workflow', async () => {
    const types = (await allScenarios(release)).map(({ type }) => type);
    // The default stands for every type that nobody knows.
    const { default: _unknown, ...known } = workflows;
    expect([...new Set(types)].sort()).toEqual(Object.keys(known).sort());
  });
});

describe('A change of the workflows', () => {
  const latest = releases.at(-1) ?? '';
  const promotions = () => readScenarios(latest, 'workflows/promotion.json.gz');
  const planted = (name: string) => bundleSmall(fileURLToPath(new URL(`changes/${name}.ts`, import.meta.url)), quiet);

  test('is seen where it adds a step to what runs', async () => {
    const scenarios = (await promotions()).filter(({ type }) => type === 'PromoteMainCommit');
    expect(scenarios).not.toEqual([]);
    const faults = await faultsOf(await planted('one-more-step'), scenarios);
    expect(faults).toEqual(scenarios.map(() => expect.stringContaining('Nondeterminism error')));
  });

  test('is none to what runs where it is patched', async () => {
    expect(await faultsOf(await planted('one-more-step-patched'), await promotions())).toEqual([]);
  });

  test('such as the real patch `lane-rests` would be seen without it', async () => {
    const before = 'A lane that began before lanes rested';
    const scenarios = (await allScenarios(latest)).filter(({ test }) => test.startsWith(before));
    expect(scenarios).not.toEqual([]);
    expect(await faultsOf(present, scenarios)).toEqual([]);
    const unpatched = present.replace(/\(0, ?\w+(?:\(\))?\.patched\)\("lane-rests"\)/, 'true');
    expect(unpatched).not.toBe(present);
    const faults = await faultsOf(unpatched, scenarios);
    expect(faults).toEqual(scenarios.map(() => expect.stringContaining('Nondeterminism error')));
  });
});
