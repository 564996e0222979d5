import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { commandPackage, type ReleaseServer, releaseVersion, serveRelease } from '../support/action/release.ts';
import { runAction } from '../support/action/run.ts';
import { temporaryDirectory } from '../support/git.ts';
import { World } from '../workflows/support/world.ts';
import { type CommandLine, withCommandLine } from './support/command-line.ts';

let directory: ReturnType<typeof temporaryDirectory>;
let release: ReleaseServer;

beforeEach(async () => {
  directory = temporaryDirectory('action');
  release = await serveRelease(join(directory.path, 'release'));
});
afterEach(async () => {
  await release.close();
  directory.remove();
});

/** The variables of a job of GitHub for a push to a branch of the test's own source. */
function pushTo(branch: string, { test, platform, commit }: CommandLine): NodeJS.ProcessEnv {
  const [host = '', ...repository] = platform.split('/');
  return {
    HOME: process.env.HOME,
    TEMPORAL_ADDRESS: test.address,
    TEMPORAL_NAMESPACE: test.namespace,
    FAIRLEAD_TASK_QUEUE: test.taskQueue,
    GITHUB_ACTIONS: 'true',
    GITHUB_SERVER_URL: `https://${host}`,
    GITHUB_API_URL: `https://${host}/api/v3`,
    GITHUB_REPOSITORY: repository.join('/'),
    GITHUB_EVENT_NAME: 'push',
    GITHUB_REF: `refs/heads/${branch}`,
    GITHUB_SHA: commit,
  };
}

it('promote starts the promotion of what was pushed, and says where to look', () =>
  withCommandLine(new World([['dev']]), async (line) => {
    const inputs = { command: 'promote', wait: 'true', timeout: '2m', 'temporal-ui': 'https://temporal.test' };
    const ran = await runAction(
      { ...inputs, download: release.url },
      { place: directory.path, env: pushTo('main', line) },
    );
    expect(ran, ran.log).toMatchObject({ code: 0, outputs: { id: line.id, state: 'promoted', 'exit-code': '0' } });
    expect(ran.outputs.url).toMatch(/^https:\/\/temporal\.test\/namespaces\/.*promote%2F/);
    expect(ran.log).toContain(`${line.id}: promoted\n  dev: promoted`);
    expect(ran.summary).toContain(`](${ran.outputs.url})`);
    expect(ran.summary).toContain('| dev | promoted |');
    await line.reaches('dev', 'promoted');
    // What only renders and workers need is not fetched.
    expect(release.asked.map((path) => path.split('/').at(-1))).toEqual(['SHA256SUMS', commandPackage]);
    expect(release.asked[0]).toContain(`/v${releaseVersion}/`);
  }));

it('apply-config brings what was pushed to the environment of the branch', async () => {
  const world = new World([['qa']]);
  await withCommandLine(world, async (line) => {
    world.at('qa').configs.push(line.commit);
    const inputs = { command: 'apply-config', download: release.url };
    const ran = await runAction(inputs, { place: directory.path, env: pushTo('qa', line) });
    const id = `configure/${line.platform}/qa`;
    expect(ran, ran.log).toMatchObject({ code: 0, outputs: { id } });
    expect(ran.summary).toContain('## Config change');
    await line.reaches('qa', 'configured', id);
  });
});

it('a pull request promotes nothing, and the job says why', () =>
  withCommandLine(new World([['dev']]), async (line) => {
    const env = { ...pushTo('main', line), GITHUB_EVENT_NAME: 'pull_request', GITHUB_REF: 'refs/pull/7/merge' };
    const ran = await runAction({ command: 'promote', download: release.url }, { place: directory.path, env });
    expect(ran).toMatchObject({ code: 2, outputs: { 'exit-code': '2' } });
    expect(ran.log).toContain('::error title=fairlead promote::It is not known which commit is meant.');
    expect((await line.run('status', line.id)).code).toBe(2);
  }));
