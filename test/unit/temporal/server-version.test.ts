import { expect, it } from 'vitest';
import { serverTooOld } from '../../../src/temporal/server-version.ts';

it.each(['1.26.3', '1.9.0', '0.30.0', 'v1.20.1'])('A server of version %s is too old, and is told so', (version) => {
  expect(serverTooOld(version, 'temporal:7233')).toMatchObject({
    type: 'Refused',
    message: `The Temporal server at temporal:7233 is ${version}. Fairlead needs 1.27 or later: upgrade the server.`,
  });
});

it.each(['1.27.0', '1.31.0', '1.29.0-145.1', '2.0.0', 'unknown', '', undefined])(
  'A server of version %s is not',
  (version) => {
    expect(serverTooOld(version, 'temporal:7233')).toBeUndefined();
  },
);
