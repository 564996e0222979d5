import { MockActivityEnvironment } from '@temporalio/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { asActivity } from '../../../src/activities/as-activity.ts';
import { stillWaiting, type WaitingNews } from '../../../src/activities/still-waiting.ts';
import { Failure } from '../../../src/failure.ts';
import { isStepTrouble } from '../../../src/operation/trouble/step-trouble.ts';

interface Told {
  readonly reason: string | undefined;
  readonly since: string | undefined;
}

let details: unknown;
let told: Told[];
let isDeaf: boolean;

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-11-30T05:00:00Z'), toFake: ['Date'] });
  details = undefined;
  told = [];
  isDeaf = false;
});
afterEach(() => {
  vi.useRealTimers();
});

/** Makes one attempt that ends in this way, with what the attempt before has left. */
async function attempt(end: WaitingNews | Failure | 'without a reason'): Promise<void> {
  const environment = new MockActivityEnvironment({ heartbeatDetails: details });
  environment.on('heartbeat', (beat: unknown) => {
    details = beat;
  });
  const signal = async (_id: string, _name: string, message: unknown) => {
    if (isDeaf) throw new Failure('Unavailable', 'Temporal does not answer.');
    if (!isStepTrouble(message)) throw new TypeError(`no message of a step: ${JSON.stringify(message)}`);
    told.push({ reason: message.waiting?.reason, since: message.waiting?.since });
    return true;
  };
  const step = asActivity<undefined, void>(
    async () => {
      if (end instanceof Failure) throw end;
      throw stillWaiting('it waits', 10, end === 'without a reason' ? undefined : end);
    },
    { signal },
  );
  await expect(environment.run(step, undefined)).rejects.toThrow();
}

const later = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1_000);

describe('A step that waits', () => {
  it('tells its workflow once what for, and since when', async () => {
    await attempt({ reason: 'e2e is running' });
    for (let looks = 0; looks < 5; looks += 1) {
      later(10);
      await attempt({ reason: 'e2e is running' });
    }
    expect(told).toEqual([{ reason: 'e2e is running', since: '2026-11-30T05:00:00.000Z' }]);
  });

  it('tells what is new, and not more often than history can bear', async () => {
    for (let looks = 0; looks < 120; looks += 1) {
      await attempt({ reason: `${looks} of 120` });
      later(10);
    }
    expect(told.slice(0, 5).map(({ reason }) => reason)).toEqual(['0', '1', '2', '3', '4'].map((n) => `${n} of 120`));
    expect(told.length).toBeLessThan(5 + 20);
  });

  it('says nothing where it gives no reason', async () => {
    await attempt('without a reason');
    expect(told).toEqual([]);
    expect(details).toBeUndefined();
  });

  it('tells what passes by itself only when it stays', async () => {
    const brief = { reason: 'GitHub computes it', isBrief: true };
    await attempt(brief);
    later(30);
    await attempt(brief);
    expect(told).toEqual([]);
    later(30);
    await attempt(brief);
    expect(told).toEqual([{ reason: 'GitHub computes it', since: '2026-11-30T05:00:00.000Z' }]);
  });

  it('that is made anew does not repeat what its workflow knows', async () => {
    const known = { reason: 'e2e is running', since: '2026-11-30T04:00:00.000Z' };
    await attempt({ reason: 'e2e is running', known });
    expect(told).toEqual([]);
    await attempt({ reason: 'e2e failed', known });
    expect(told).toEqual([{ reason: 'e2e failed', since: '2026-11-30T05:00:00.000Z' }]);
  });

  it('tells again what nobody heard, and what it waits for beside its failures', async () => {
    isDeaf = true;
    await attempt({ reason: 'e2e is running' });
    isDeaf = false;
    later(5);
    await attempt(new Failure('Unavailable', '503'));
    await attempt({ reason: 'e2e is running' });
    expect(told).toEqual([{ reason: 'e2e is running', since: '2026-11-30T05:00:00.000Z' }]);
  });
});
