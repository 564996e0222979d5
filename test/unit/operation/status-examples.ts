import type { EnvironmentStatus, OperationStatus } from '../../../src/operation/status.ts';

export const sha = (digit: string) => digit.repeat(40);

/** A promotion with one environment, `prod`, in the given state. */
export function promotionWith(
  environment: Partial<EnvironmentStatus>,
  rest: Partial<OperationStatus> = {},
): OperationStatus {
  return {
    id: `promote/acme/platform/${sha('a')}`,
    kind: 'promotion',
    platform: 'acme/platform',
    source: 'https://forge.test/acme/platform',
    commit: sha('a'),
    subject: 'Raise the limits',
    state: 'running',
    startedAt: '2026-01-02T03:04:05.678Z',
    environments: [
      {
        environment: 'prod',
        stage: 0,
        state: 'waiting',
        since: '2026-01-02T03:04:05.678Z',
        main: sha('a'),
        operation: 'promotion',
        waitingFor: [],
        message: '',
        ...environment,
      },
    ],
    refusals: [],
    ...rest,
  };
}

export const request = {
  number: 7,
  url: 'https://forge.test/acme/gitops/pull/7',
  branch: `deploy/${sha('a')}/prod`,
  head: sha('b'),
  merge: 'approval',
  open: true,
} as const;

export const hold = {
  by: 'bob',
  reason: 'Christmas',
  since: '2026-12-18T15:00:00.000Z',
  until: '2027-01-04T07:00:00.000Z',
  config: false,
} as const;

export const unhealthy = {
  total: 3,
  healthy: 1,
  others: [
    { name: 'prod-1', state: 'failed', awaited: 'HealthCheckFailed' },
    { name: 'prod-2', state: 'unknown', awaited: 'no answer' },
  ],
  warnings: [],
} as const;
