import { expect, it } from 'vitest';
import { type TroubleName, troubles } from '../../../src/cli/doctor/catalogue.ts';
import { clusterClockWarnings } from '../../../src/fleet/cluster-clock.ts';
import { RefusedRequest } from '../../../src/fleet/flux/http.ts';
import { clusterResources } from '../../../src/fleet/flux/resources.ts';
import { whyUnreachable } from '../../../src/fleet/flux/why-unreachable.ts';
import { checkGroups } from '../../../src/fleet/groups.ts';
import { remoteFailure } from '../../../src/git/process/remote-failure.ts';
import { checkRepositoryUrl } from '../../../src/platform/repository/repository-url.ts';
import { attributesMissing, ownAttributes } from '../../../src/temporal/attributes/registered-attributes.ts';
import { serverTooOld } from '../../../src/temporal/server-version.ts';
import { remedies, sentence } from '../../../src/text/remedies.ts';

const forbidden = new RefusedRequest(403, '', { verb: 'patch', resource: clusterResources.kustomizations });
const nowhere = { name: 'dev', clusters: [], clustersWaived: false, withoutClusters: [] };
const url = checkRepositoryUrl('https://github.com/acme/gitops');
const archived = remoteFailure('remote: This repository was archived so it is read-only.', {
  url,
  hint: '',
  signedIn: true,
});

/** What a promotion, or a worker, says of a trouble, and what doctor calls it. */
const said: readonly (readonly [keyof typeof remedies, TroubleName, string | undefined])[] = [
  ['upgradeTemporal', 'temporal too old', serverTooOld('1.20.0', 'temporal:7233')?.message],
  ['searchAttributes', 'attributes missing', attributesMissing('prod', ownAttributes).message],
  ['clock', 'clock off', clusterClockWarnings(Date.now() + 120_000, Date.now())[0]],
  ['bindClusterRole', 'may not annotate', whyUnreachable(forbidden, 'https://cluster')],
  ['unarchive', 'archived', archived?.message],
  [
    'listClusters',
    'group without cluster',
    checkGroups(['west'], { ...nowhere, clusters: [{ name: 'one', group: 'east', context: 'one' }] }).errors[0],
  ],
];

it.each(said)('%s is said by a promotion as doctor says it', (remedy, trouble, message) => {
  expect(message?.toLowerCase()).toContain(remedies[remedy].toLowerCase());
  expect(troubles[trouble].remedy).toBe(sentence(remedies[remedy]));
});
