import { describe, expect, test } from 'vitest';
import { createFluxFleet } from '../../../src/fleet/flux/fleet.ts';
import { apiServer, json, kubeconfig, status } from './api-server.ts';
import { standIns } from './stand-ins.ts';

const { start } = standIns();
const inTime = { timeoutMs: 10_000 };
const named = (name: string) => ({ name, context: name });

describe('Whether Flux may be asked to look', () => {
  test('is known without asking it: the rules that are missing are named', async () => {
    const { flux, running } = await start('asked', [
      { name: 'all' },
      { name: 'some', permissions: { patch: ['gitrepositories'] } },
    ]);
    const before = running.cluster('some').objects('GitRepository');
    expect(await flux.askAccess(named('all'), inTime)).toEqual({ kind: 'asked', lacking: [] });
    expect(await flux.askAccess(named('some'), inTime)).toEqual({
      kind: 'asked',
      lacking: ['{ apiGroups: [kustomize.toolkit.fluxcd.io], resources: [kustomizations], verbs: [patch] }'],
    });
    const annotations = ({ metadata }: (typeof before)[number]) => metadata.annotations;
    expect(running.cluster('some').objects('GitRepository').map(annotations)).toEqual(before.map(annotations));
  });

  test('is not known of a cluster that is cut off, or answers otherwise', async () => {
    const { flux, running } = await start('cut-off', [{ name: 'one' }]);
    running.cluster('one').setReachable(false);
    expect(await flux.askAccess(named('one'), inTime)).toMatchObject({ kind: 'unreachable' });
    const server = await apiServer((_, response) => json(response, 403, status(403, 'no')));
    const yaml = kubeconfig({ name: 'one', server: server.url, authority: server.authority });
    const other = createFluxFleet({ kubeconfig: { yaml } });
    expect(await other.askAccess(named('one'), inTime)).toEqual({
      kind: 'unreachable',
      why: `The API server ${server.url} answers with HTTP 403. It says: no`,
    });
    await server.close();
  });
});
