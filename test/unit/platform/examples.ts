import { Failure } from '../../../src/failure.ts';

/** An example of a Platform file. */
export const platformText = `apiVersion: fairlead.dev/v1
kind: Platform
name: acme
source: { repository: https://github.com/acme/platform-src }
gitops: { repository: https://github.com/acme/platform-gitops }
stages: [dev, qa, [prod-us, prod-eu]]
`;

/** An example of an Environment file. */
export const environmentText = `apiVersion: fairlead.dev/v1
kind: Environment
gitops: { repository: https://github.com/acme/platform-gitops-prod, branch: prod-us }
merge: approval
soak: 10m
rolloutTimeout: 45m
onFailure: rollback
clusters:
  - { name: prod-us-1, group: us/east }
`;

export const environmentHeader = 'apiVersion: fairlead.dev/v1\nkind: Environment\n';
export const platformHeader = 'apiVersion: fairlead.dev/v1\nkind: Platform\nname: acme\n';

/** The failure that this throws; anything else fails the test. */
export function failureOf(action: () => unknown): Failure {
  try {
    action();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('It was expected to throw a Failure.');
}
