import { describe, expect, it } from 'vitest';
import { parseSettings } from '../../../src/settings/settings.ts';
import type { DeploymentVersion, QueuePollers } from '../../../src/temporal/pollers.ts';
import { identityText } from '../../../src/temporal/worker-identity.ts';
import { buildIdOf, unknownPatches } from '../../../src/worker/versioning/build-id.ts';
import { neighbourWords } from '../../../src/worker/versioning/neighbours.ts';
import { patchWords } from '../../../src/worker/versioning/own-worker.ts';
import { settingsDigest } from '../../../src/worker/versioning/settings-digest.ts';

const own = { identity: { process: 1, host: 'one', build: '0.2.0-b', settings: 'same' } };

interface Other {
  readonly build?: string;
  readonly settings?: string;
  readonly ago?: number;
  readonly version?: DeploymentVersion;
}

function polledBy(others: readonly Other[], current?: DeploymentVersion): QueuePollers {
  const pollers = others.map(({ build, settings, ago = 0, version }, index) => ({
    identity: identityText({ process: 10 + index, host: 'two', build, settings }),
    polledAt: new Date(Date.now() - ago),
    version,
  }));
  return { pollers, serving: [current] };
}

describe('A worker that starts', () => {
  it('says nothing of those that are like it, and of those that have gone', () => {
    const like = { build: '0.2.0-b', settings: 'same' };
    expect(neighbourWords(own, polledBy([like, { build: '0.1.0-a', settings: 'same', ago: 120_000 }]))).toEqual([]);
  });

  it('names in one plain line those with another release, and what to do where it stays so', () => {
    const older = { build: '0.1.0-a', settings: 'other' };
    expect(neighbourWords(own, polledBy([older, older]))).toEqual([
      "2 other workers, 10@two, 11@two, polled this task queue within the last minute with another release, 0.1.0-a; this worker's is 0.2.0-b. " +
        'That is as it should be while one is replaced by the other; otherwise stop the release that is not wanted.',
    ]);
  });

  it('names those with other settings, and those that do not say what they are', () => {
    const words = neighbourWords(own, polledBy([{ build: '0.2.0-b', settings: 'other' }, {}]));
    expect(words).toEqual([
      expect.stringMatching(
        /^Another worker, 10@two, .* with other settings, other; this worker's are same\. .* give both the same/,
      ),
      expect.stringMatching(/^Another worker, 11@two, .* it is not said with which release/),
    ]);
  });

  it('is told that it gets no task where Temporal gives them to a version, and it has none', () => {
    const version = { deployment: 'fairlead', build: '0.2.0-b' };
    const [words] = neighbourWords(own, polledBy([], version));
    expect(words).toContain("--deployment-name 'fairlead' --unversioned");
    expect(neighbourWords({ ...own, version }, polledBy([], version))).toEqual([]);
  });
});

describe('The digest of settings', () => {
  const digest = (text: string, file = '/etc/fairlead/worker.yaml', env = {}) =>
    settingsDigest(parseSettings(`apiVersion: fairlead.dev/v1\nkind: Worker\n${text}`, file, env));

  it('is the same where only the machine differs', () => {
    const here = digest('git: { aliases: { a.test: b.test, c.test: d.test } }');
    const there = digest(
      'git: { aliases: { c.test: d.test, a.test: b.test } }\ncache: /var/tmp\nconcurrency: { activities: 3 }\nrenderer: { processes: 7 }\nmetrics: { address: "0.0.0.0:1" }',
      '/srv/worker.yaml',
      { KUBECONFIG: '/elsewhere' },
    );
    expect(there).toBe(here);
    expect(here).toMatch(/^[0-9a-f]{8}$/);
  });

  it.each([
    'forges: [{ host: ghe.test, kind: github }]',
    'git: { aliases: { a.test: b.test } }',
    'allow: { httpChecks: [a.test] }',
    'renderer: { timeLimit: 5s }',
    'inactivePatches: [lane-rests]',
    'versioning: { deployment: fairlead }',
  ])('is another one with %s', (text) => {
    expect(digest(text)).not.toBe(digest(''));
  });
});

describe('A build', () => {
  it('is named by its release and its workflows', () => {
    expect(buildIdOf({ code: 'one' })).toMatch(/^\d+\.\d+\.\d+\S*-[0-9a-f]{12}$/);
    expect(buildIdOf({ code: 'one' })).not.toBe(buildIdOf({ code: 'two' }));
  });

  it('has the patches that its workflows ask for', () => {
    const bundle = { code: 'if ((0, w.patched)("lane-rests")) return;' };
    expect(unknownPatches(bundle, ['lane-rests', 'lane'])).toEqual(['lane']);
    expect(patchWords(['lane-rests', 'lane'], bundle)).toEqual([
      expect.stringContaining('takes on lane-rests'),
      expect.stringContaining('has no patch lane.'),
    ]);
    expect(patchWords([], bundle)).toEqual([]);
  });
});
