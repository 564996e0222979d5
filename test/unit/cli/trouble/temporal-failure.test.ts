import { QueryNotRegisteredError, ServiceError } from '@temporalio/client';
import { describe, expect, it } from 'vitest';
import { isUnanswered, temporalFailure } from '../../../../src/temporal/client.ts';
import { sentCredentials } from '../../../../src/temporal/connection/credentials.ts';

const place = { address: 'temporal.test:7233', namespace: 'prod' };

/** An error as the SDK throws it for what the server answers. */
function grpcError(code: number, details: string): Error {
  const cause = Object.assign(new Error(`${code}: ${details}`), { code, details, metadata: {} });
  return new ServiceError('Failed to query Workflow', { cause });
}

describe('What Temporal answers instead of a worker', () => {
  it.each([
    [4, 'deadline exceeded'],
    [9, 'no poller seen for task queue recently, worker may be down'],
    [9, 'Unable to query workflow due to Workflow Task in failed state.'],
    [10, 'Workflow Update was aborted.'],
  ])('is no answer: %i %s', (code, details) => {
    expect(isUnanswered(grpcError(code, details))).toBe(true);
  });

  it('is an error of its own where it is about something else', () => {
    expect(isUnanswered(grpcError(3, 'invalid'))).toBe(false);
    expect(isUnanswered(new Error('a defect'))).toBe(false);
  });
});

describe('A failure of Temporal', () => {
  it('that has too much to do passes', () => {
    expect(temporalFailure(grpcError(8, 'workflow operation can not be applied'), place)).toMatchObject({
      type: 'Unavailable',
      message:
        'Temporal at temporal.test:7233 has too much to do (workflow operation can not be applied). Try again in a moment.',
    });
  });

  it('that is an answer of a worker of another kind says what to look at', () => {
    const error = new QueryNotRegisteredError('Workflow did not register a handler for status', 3);
    expect(temporalFailure(error, place)).toMatchObject({
      type: 'Internal',
      message: expect.stringMatching(/^The worker cannot answer \(Workflow did not register .*\)\. See its log/),
    });
  });

  it.each([
    [13, /^Temporal at temporal\.test:7233 refuses: broken by Bearer \*\*\*\.$/],
    [14, /^Temporal does not answer at temporal\.test:7233 \(broken by Bearer \*\*\*\)/],
    [8, /has too much to do \(broken by Bearer \*\*\*\)/],
    [7, /does not let this API key do this in the namespace "prod" \(broken by Bearer \*\*\*\)/],
  ])('that repeats the API key is told without it: code %i', (code, words) => {
    const credentials = sentCredentials({ connectionOptions: { apiKey: 'k3y-of-ours' } });
    const failure = temporalFailure(grpcError(code, 'broken by Bearer k3y-of-ours'), { ...place, credentials });
    expect(failure.message).toMatch(words);
  });
});
