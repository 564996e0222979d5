import { execFileSync } from 'node:child_process';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { asActivity } from '../../../src/activities/as-activity.ts';
import { type EndingDependencies, endingWith } from '../../../src/activities/ending-dependencies.ts';
import type { Dependencies } from '../../../src/dependencies.ts';
import { createFluxFleet } from '../../../src/fleet/flux/fleet.ts';
import { createForges } from '../../../src/forge/forges.ts';
import { createGitRepositories } from '../../../src/git/repositories.ts';
import { ensureRenderer } from '../../../src/render/renderer/ensure.ts';
import { createRendererPool } from '../../../src/render/renderer/pool.ts';
import { gitTestEnvironment, temporaryDirectory } from '../../support/git.ts';
import { openJudge } from '../../support/pools/judge.ts';
import { apiServer, kubeconfig, type TestApiServer } from '../fleet/api-server.ts';
import { kustomization, leafAt } from '../fleet/evidence.ts';
import { chartLeaf, plainLeaf } from '../renderer/request.ts';

/** Each wait would take ten minutes: a step that ends within a test's time has ended because it was cancelled. */
const forLongMs = 600_000;
const endless = '{{ range untilStep 0 2000000000 1 }}{{ end }}';

const directory = temporaryDirectory('cancelled-steps');
let asked = 0;
let open = 0;
let silent: Server;
let cluster: TestApiServer;
let url: string;
let binary: string;
let parts: Dependencies;

beforeAll(async () => {
  binary = await ensureRenderer();
  silent = createServer(neverAnswer);
  cluster = await apiServer(neverAnswer);
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
}, 600_000);

beforeEach(() => {
  asked = 0;
  const forge = { host: new URL(url).host, apiUrl: url, token: async () => 't', tokenName: 'a token' };
  const fleet = createFluxFleet({
    kubeconfig: { yaml: kubeconfig({ name: 'one', server: cluster.url, authority: cluster.authority }) },
  });
  parts = {
    repositories: createGitRepositories({
      cacheDir: join(directory.path, 'git'),
      environment: gitTestEnvironment,
      timeouts: { askMs: forLongMs, silenceMs: forLongMs, transferMs: forLongMs },
    }),
    forges: createForges({ forges: [{ ...forge, kind: 'github' }], requestTimeoutMs: forLongMs }),
    fleet,
    objects: fleet,
    renderer: createRendererPool({ binary, size: 1, timeoutMs: forLongMs }),
  } as Partial<Dependencies> as Dependencies;
});

afterEach(() => parts.renderer.close());

/** Takes a request and leaves it open. */
function neverAnswer(_request: IncomingMessage, response: ServerResponse): void {
  asked += 1;
  open += 1;
  response.on('close', () => {
    open -= 1;
  });
}

afterAll(async () => {
  await cluster.close();
  silent.closeAllConnections();
  silent.close();
  directory.remove();
});

/** Runs a step as an activity; it can be cancelled as Temporal does that. */
function attempt(step: (ending: EndingDependencies) => Promise<unknown>) {
  const environment = new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });
  const activity = asActivity<void, unknown>((_, signal) => step(endingWith(parts, signal)));
  return { environment, ended: environment.run(activity) };
}

const source = () => ({ repository: `${url}/acme/gitops`, branch: 'dev' });
const one = { name: 'one', context: 'one' };
const options = { timeoutMs: forLongMs };

describe('A cancelled step ends at once', () => {
  it.each<[string, (ending: Dependencies) => Promise<unknown>]>([
    ['git', ({ repositories }) => repositories.open(`${url}/acme/gitops`).branchHead('dev')],
    ['a question to the forge', ({ forges }) => forges.for(`${url}/acme/gitops`).pullRequest(1)],
    ['a change on the forge', ({ forges }) => forges.for(`${url}/acme/gitops`).close(1, 'Bye')],
    ['a look at a cluster', ({ fleet }) => fleet.observe(one, source(), options)],
    ['a look at objects', ({ objects }) => objects.observeObjects(one, { source: source(), wanted: [] }, options)],
    [
      'a request to Flux',
      ({ fleet }) => fleet.requestReconciliation(one, source(), { ...options, token: 't', ask: 'fetch' }),
    ],
  ])('that waits for %s, and its request is given up', async (_what, step) => {
    const { environment, ended } = attempt(step);
    const outcome = expect(ended).rejects.toMatchObject({ name: 'CancelledFailure' });
    await expect.poll(() => asked).toBe(1);
    environment.cancel();
    await outcome;
    await expect.poll(() => open).toBe(0);
    expect(gitsNaming(url)).toEqual([]);
  });

  it('that renders, and the renderer is free for others', async () => {
    await parts.renderer.render(plainLeaf('warm'));
    const { environment, ended } = attempt(({ renderer }) => renderer.render(chartLeaf(endless)));
    const outcome = expect(ended).rejects.toMatchObject({ name: 'CancelledFailure' });
    const next = parts.renderer.render(plainLeaf('next'));
    environment.cancel();
    await outcome;
    await expect(next).resolves.toMatchObject({ objects: [{ name: 'next' }] });
  });

  it('that has answers of a cluster judged, and its place is free for others', async () => {
    const { judge, close } = openJudge();
    parts = { ...parts, judge };
    const named = (count: number, prefix: string) => Array.from({ length: count }, (_, index) => `${prefix}${index}`);
    const kustomizations = named(20_000, 'k').map((name) =>
      kustomization({
        name,
        changes: { namePrefix: name, alters: [] },
        inventory: new Set(named(20, `blue_${name}w`)),
      }),
    );
    const objects = named(490, 'w').flatMap((name) => leafAt(name).objects);
    const question = { kustomizations, leaves: [{ folder: 'west', objects }] };
    const judgedFor = { cluster: 'one', repository: url };
    const { environment, ended } = attempt(async (ending) => ending.judge?.('kinds', question, judgedFor));
    const outcome = expect(ended).rejects.toMatchObject({ name: 'CancelledFailure' });
    environment.cancel();
    await outcome;
    const other = { kustomizations: kustomizations.slice(0, 300), leaves: question.leaves };
    expect(await judge('kinds', other, judgedFor)).toHaveProperty('found');
    await close();
  });

  it('but for what must be seen to its end', async () => {
    const { environment, ended } = attempt(async ({ forges, toTheEnd }) => {
      await forges
        .for(`${url}/acme/gitops`)
        .pullRequest(1)
        .catch(() => undefined);
      return toTheEnd.renderer.render(plainLeaf('merge'));
    });
    await expect.poll(() => asked).toBe(1);
    environment.cancel();
    await expect(ended).resolves.toMatchObject({ objects: [{ name: 'merge' }] });
  });
});

describe('A step whose worker stops', () => {
  it('is handed to another one at once, and has not failed', async () => {
    const { environment, ended } = attempt(({ forges }) => forges.for(`${url}/acme/gitops`).pullRequest(1));
    const outcome = expect(ended).rejects.toMatchObject({
      type: 'StillWaiting',
      category: 'BENIGN',
      nextRetryDelay: expect.any(Number),
      nonRetryable: false,
    });
    await expect.poll(() => asked).toBe(1);
    environment.cancel('WORKER_SHUTDOWN', { ...nothing, workerShutdown: true });
    await outcome;
  });
});

const nothing = { notFound: false, cancelRequested: false, paused: false, timedOut: false, reset: false };

function gitsNaming(text: string): readonly string[] {
  const listed = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' });
  return listed.split('\n').filter((line) => line.startsWith('git ') && line.includes(text));
}
