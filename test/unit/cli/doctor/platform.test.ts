import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DoctorFinding } from '../../../../src/cli/doctor/finding.ts';
import { loadClusters } from '../../../../src/cli/doctor/load-clusters.ts';
import { tellTroubles } from '../../../../src/cli/doctor/tell-troubles.ts';
import { findWorkerPackage } from '../../../../src/cli/worker/load.ts';
import { loadSettings } from '../../../../src/settings/settings.ts';
import { freePorts } from '../../../support/network/free-ports.ts';
import { fairlead } from '../test-io.ts';
import { createDoctorWorld, type DoctorWorld, token } from './doctor-world.ts';

let world: DoctorWorld;
beforeEach(async () => {
  world = await createDoctorWorld();
});
afterEach(() => world.close());

const wrong = (findings: readonly DoctorFinding[]) => findings.filter(({ state }) => state === 'wrong');
const of = (findings: readonly DoctorFinding[], check: string) => findings.filter((each) => each.check === check);

/** A command, with a Temporal that is not there. */
async function doctor(...args: readonly string[]) {
  const [port] = await freePorts(1);
  const env = { ...world.env(), TEMPORAL_ADDRESS: `127.0.0.1:${port}`, FAIRLEAD_SOURCE: world.source.path };
  return fairlead(['doctor', ...args], { env });
}

describe('A platform that is well', () => {
  it('has nothing wrong: what applies which folder is told, and nothing is written', async () => {
    const fleet = await world.startCluster();
    await expect.poll(async () => wrong(await world.look())).toEqual([]);
    const before = [world.gitops.git(['for-each-ref']), await world.server.pullRequests('acme/gitops')];
    const annotations = () =>
      fleet
        .cluster('dev-1')
        .objects('GitRepository')
        .map(({ metadata }) => metadata.annotations);
    const annotated = annotations();
    const findings = await world.look();
    expect(of(findings, 'flux')).toMatchObject([{ detail: 'Kustomization flux-system/west applies west' }]);
    expect(of(findings, 'branch')).toMatchObject([{ detail: expect.stringContaining('main aaaaaaaa is deployed') }]);
    expect([world.gitops.git(['for-each-ref']), await world.server.pullRequests('acme/gitops')]).toEqual(before);
    expect(annotations()).toEqual(annotated);
  });

  it('is one where nothing is deployed yet, but for the folder that Flux is to apply', async () => {
    world.gitops.deleteBranch('dev');
    world.gitops.commit('dev', {});
    await world.startCluster();
    await expect.poll(async () => wrong(await world.look())).toEqual([]);
    world.policy('clusters: [{ name: dev-1, group: east }]');
    expect(wrong(await world.look())).toMatchObject([
      {
        trouble: 'folder not applied',
        detail: expect.stringContaining('No Kustomization applies east; of this branch are'),
      },
    ]);
  });

  it('has a listed key, where it lists keys', async () => {
    expect(of(await world.look(), 'record')).toMatchObject([{ state: 'not asked' }]);
  });
});

describe('An Environment file that is wrong', () => {
  it('is told with its place and remedy, and what is not asked therefore', async () => {
    world.policy('merge: soon', 'clusters: none');
    const findings = await world.look();
    const [file] = of(findings, 'environment');
    expect(file).toMatchObject({
      state: 'wrong',
      about: 'dev',
      detail: expect.stringContaining('fairlead.yaml of branch dev'),
    });
    expect(of(findings, 'cluster')).toMatchObject([{ state: 'not asked', about: 'dev' }]);
  });
});

describe('One environment', () => {
  it('is looked at alone', async () => {
    const findings = await world.look({ environment: 'dev' });
    expect(of(findings, 'environment')).toMatchObject([{ about: 'dev', state: 'well' }]);
    expect(of(await world.look({ environment: 'den' }), 'environment')).toMatchObject([
      { about: 'den', state: 'wrong', detail: expect.stringContaining('there are: dev'), remedy: 'Is "dev" meant?' },
    ]);
  });
});

describe('What does not answer', () => {
  it('is wrong, with its time, and keeps nothing else back', async () => {
    const fleet = await world.startCluster();
    await expect.poll(async () => wrong(await world.look())).toEqual([]);
    world.server.fail({ times: 99, trouble: { kind: 'silence' } });
    const began = Date.now();
    const findings = await world.look({ limitMs: 6_000 });
    expect(Date.now() - began).toBeLessThan(40_000);
    expect(of(findings, 'access')).toMatchObject([
      { state: 'wrong', detail: expect.stringMatching(/[Nn]o answer within 6 s/) },
    ]);
    expect(of(findings, 'flux')).toMatchObject([{ state: 'well' }]);
    expect(of(findings, 'push')).toMatchObject([{ state: 'well' }]);
    world.server.clearFaults();
    fleet.cluster('dev-1').setReachable(false);
    const cutOff = await world.look();
    expect(of(cutOff, 'cluster')).toMatchObject([{ trouble: 'unreachable cluster', type: 'Unavailable' }]);
    expect(of(cutOff, 'access')).toMatchObject([{ state: 'well' }]);
  });
});

describe("Without the worker's package", () => {
  it('clusters are not asked, and it is said what to install', async () => {
    const settings = await loadSettings(world.env());
    const nowhere = { env: {}, cwd: '/' };
    const notInstalled = () => findWorkerPackage({ places: [pathToFileURL('/package.json')], version: '0.1.0' });
    expect(
      await loadClusters(settings, nowhere, async () => Promise.reject(await notInstalled().catch((e) => e))),
    ).toMatchObject({ message: expect.stringContaining('npm install -g @fairlead/worker@0.1.0') });
    const other = Object.assign(new Error("Cannot find package 'p-limit'"), { code: 'ERR_MODULE_NOT_FOUND' });
    await expect(loadClusters(settings, nowhere, () => Promise.reject(other))).rejects.toBe(other);
    const findings = await world.look({ clusters: 'not installed' });
    expect(of(findings, 'cluster')).toMatchObject([{ state: 'not asked', detail: 'The worker is not installed.' }]);
  });
});

describe('fairlead doctor', () => {
  it('prints one list with marks and remedies, and ends with 3 where something cannot be reached', async () => {
    const { code, out, err } = await doctor();
    expect({ code, err }).toEqual({ code: 3, err: '' });
    expect(out).toMatch(/^✘ Temporal: Temporal does not answer at .*\n {4}→ Start it, or set TEMPORAL_ADDRESS\.$/m);
    expect(out).toMatch(/^– Namespace: Temporal could not be asked$/m);
    expect(out).toMatch(/^✔ Environment file dev: `merge: manual`, 1 cluster$/m);
    expect(out).toMatch(/\n\n\d of \d+ are wrong; \d+ could not be asked or do not apply\.\n$/);
    expect(out).not.toContain(token);
  });

  it('prints the same as JSON', async () => {
    const { code, out } = await doctor('--json');
    const { ok, findings } = JSON.parse(out);
    expect({ code, ok }).toEqual({ code: 3, ok: false });
    expect(findings[0]).toEqual({
      check: 'temporal',
      title: 'Temporal',
      state: 'wrong',
      detail: expect.stringContaining('Temporal does not answer at'),
      trouble: 'temporal away',
      remedy: 'Start it, or set TEMPORAL_ADDRESS.',
    });
    expect(findings.map(({ check }: { readonly check: string }) => check)).toContain('cluster');
  });

  it('warns of `auto` where nothing is required in the words of validate, and takes it for no fault', async () => {
    world.policy('merge: auto', 'clusters: none');
    const { out } = await doctor();
    expect(out).toMatch(
      /^! Rules of the branch dev: The forge requires neither checks nor reviews for dev of \S+, and `merge` of dev is `auto`: its requests are merged at once\.\n {4}→ Require a check/m,
    );
    expect(out).toMatch(/\d are wrong; 1 warning; \d+ could not be asked/);
    const { findings } = JSON.parse((await doctor('--json')).out);
    expect(of(findings, 'rules')).toMatchObject([{ state: 'warning', trouble: 'nothing required under auto' }]);
  });

  it('refuses settings that are wrong before anything is asked', async () => {
    const env = { FAIRLEAD_SETTINGS: '/nonexistent/worker.yaml' };
    expect(await fairlead(['doctor'], { env })).toMatchObject({ code: 2, out: '' });
  });
});

describe('A worker that looks for itself', () => {
  it('writes a line for each ✘, and one for the rest', async () => {
    const [port] = await freePorts(1);
    const io = {
      out: () => {},
      err: () => {},
      interactive: false,
      env: { ...world.env(), TEMPORAL_ADDRESS: `127.0.0.1:${port}` },
      cwd: '/',
    };
    const lines: (readonly [string, object, string])[] = [];
    const write = (level: string) => (fields: object, words: string) => void lines.push([level, fields, words]);
    const log = { info: write('info'), warn: write('warn'), error: write('error') };
    const order = { url: world.source.path, environment: undefined };
    await tellTroubles(await loadSettings(io.env), order, { io, log });
    expect(lines[0]).toEqual([
      'warn',
      { trouble: 'temporal away', remedy: 'Start it, or set TEMPORAL_ADDRESS.' },
      expect.stringMatching(/^Temporal: Temporal does not answer at/),
    ]);
    expect(lines.at(-1)).toEqual([
      'info',
      { well: expect.any(Number), wrong: lines.length - 1, warnings: 0, notAsked: expect.any(Number) },
      expect.stringMatching(/^doctor has looked, and found \d+ troubles$/),
    ]);
    expect(JSON.stringify(lines)).not.toContain(token);
  });
});
