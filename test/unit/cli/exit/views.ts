import type { OperationView } from '../../../../src/cli/view/view.ts';
import type { EnvironmentStatus } from '../../../../src/operation/status.ts';

/** An operation that has got as far as `state`, with one environment in another. */
export function viewOf(
  kind: OperationView['kind'],
  state: OperationView['state'],
  environment: Partial<EnvironmentStatus> = {},
): OperationView {
  return {
    id: `${idOf[kind]}/github.com/acme/platform/${'a'.repeat(40)}`,
    kind,
    platform: 'github.com/acme/platform',
    commit: 'a'.repeat(40),
    state,
    startedAt: '2026-01-02T03:04:05Z',
    environments: [
      {
        environment: 'qa',
        stage: 0,
        state: 'rendering',
        since: '2026-01-02T03:04:05Z',
        main: 'a'.repeat(40),
        operation: kind,
        waitingFor: [],
        message: '',
        ...environment,
      },
    ],
    refusals: [],
  };
}

const idOf = { promotion: 'promote', 'config change': 'configure', rollback: 'rollback' } as const;
