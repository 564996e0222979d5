import { proxyActivities } from '@temporalio/workflow';

/** A workflow that waits by one step, as the real ones do: its failures are retried. */
export interface WaitingActivities {
  look(): Promise<unknown>;
}

const { look } = proxyActivities<WaitingActivities>({
  startToCloseTimeout: '1 minute',
  heartbeatTimeout: '30 seconds',
  retry: { initialInterval: '10ms', backoffCoefficient: 1 },
});

export async function Waiting(): Promise<unknown> {
  return look();
}
