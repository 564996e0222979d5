import { describe, expect, it } from 'vitest';
import type { DeploymentVersion } from '../../../src/temporal/pollers.ts';
import { type KnownDeployment, versionState } from '../../../src/worker/versioning/current-version.ts';

const version = (build: string): DeploymentVersion => ({ deployment: 'fairlead', build });
const [older, newer] = [version('1'), version('2')];
const was = (each: DeploymentVersion) => ({ ...each, wasActive: true });
const isNew = (each: DeploymentVersion) => ({ ...each, wasActive: false });

function deployment(more: Partial<KnownDeployment>): KnownDeployment {
  return { current: undefined, isCurrentServed: true, ramping: undefined, versions: [], ...more };
}

describe('A version of the workers', () => {
  it('gets tasks while it is the current one, or is being ramped up', () => {
    expect(versionState(newer, deployment({ current: newer })).kind).toBe('serves');
    expect(versionState(newer, deployment({ current: older, ramping: newer })).kind).toBe('serves');
  });

  it('is not known before its first poll has arrived', () => {
    expect(versionState(newer, deployment({ current: older, versions: [was(older)] })).kind).toBe('unknown yet');
  });

  it('may become the current one when it is new, after another one or none', () => {
    const versions = [was(older), isNew(newer)];
    expect(versionState(newer, deployment({ current: older, versions })).kind).toBe('new');
    expect(versionState(newer, deployment({ versions: [isNew(newer)] }))).toMatchObject({
      kind: 'new',
      why: expect.stringContaining('workers without `versioning`'),
    });
  });

  it('takes nothing back when an instance of it starts again during an upgrade', () => {
    const versions = [was(older), was(newer)];
    expect(versionState(older, deployment({ current: newer, versions }))).toMatchObject({
      kind: 'replaced',
      why: expect.stringContaining('2 of fairlead, which came after'),
    });
  });

  it('is wanted again where nobody polls for the current one any more', () => {
    const versions = [was(older), was(newer)];
    expect(versionState(older, deployment({ current: newer, isCurrentServed: false, versions })).kind).toBe('wanted');
  });

  it('of another deployment is another version', () => {
    const other = { ...newer, deployment: 'staging' };
    expect(versionState(newer, deployment({ current: other, versions: [isNew(newer)] })).kind).toBe('new');
  });
});
