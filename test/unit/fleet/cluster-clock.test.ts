import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { clusterClockWarnings } from '../../../src/fleet/cluster-clock.ts';
import { createFluxFleet } from '../../../src/fleet/flux/fleet.ts';
import { clusterVerdict } from '../../../src/fleet/verdict.ts';
import { temporaryDirectory } from '../../support/git.ts';
import { apiServer, kubeconfig, type TestApiServer } from './api-server.ts';
import { expectationOf } from './evidence.ts';

let server: TestApiServer | undefined;
afterEach(() => server?.close());

const hour = 3_600_000;
const empty = { kind: 'ThingList', apiVersion: 'v1', metadata: {}, items: [] };

it('The clock of a cluster that is an hour ahead is told, by the date of its answers', async () => {
  server = await apiServer((_, response) => {
    const headers = { 'Content-Type': 'application/json', Date: new Date(Date.now() + hour).toUTCString() };
    response.writeHead(200, headers).end(JSON.stringify(empty));
  });
  const directory = temporaryDirectory('clock');
  const file = join(directory.path, 'kubeconfig');
  writeFileSync(file, kubeconfig({ name: 'one', server: server.url, authority: server.authority }));
  const source = { repository: 'https://git.example.com/acme/gitops', branch: 'prod' };
  const fleet = createFluxFleet({ kubeconfig: { files: file } });
  const seen = await fleet.observe({ name: 'one', context: 'one' }, source, { timeoutMs: 10_000 });
  directory.remove();
  const { warnings } = clusterVerdict(seen, { ...expectationOf([]), now: Date.now() });
  expect(warnings).toHaveLength(1);
  expect(warnings?.[0]).toMatch(/^The clock of its API server is 3(59\d|60\d) s ahead of Temporal's\./);
});

it.each([
  ['says nothing of the time', undefined, []],
  ['is right but for a slow answer', 59_000, []],
  ['is behind', -120_000, ["The clock of its API server is 120 s behind Temporal's."]],
])('A cluster that %s', (_, off, expected) => {
  const now = Date.parse('2026-03-01T12:00:00Z');
  const warnings = clusterClockWarnings(off === undefined ? undefined : now + off, now);
  expect(warnings.map((each) => each.slice(0, each.indexOf(' What')))).toEqual(expected);
});
