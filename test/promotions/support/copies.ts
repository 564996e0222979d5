import { randomUUID } from 'node:crypto';
import { promotionStart } from '../../../src/cli/temporal/starts.ts';
import { platformId } from '../../../src/platform/repository/platform-id.ts';
import { createTestRepository, type TestRepository } from '../../support/git.ts';
import { type Running, startOperation } from './operations.ts';
import type { SmallPlatform } from './platform.ts';
import type { PlatformTest } from './promotion.ts';

/** Another source repository on the forge of a platform. */
export interface Copy {
  readonly url: string;
  readonly source: TestRepository;
}

/** Makes another repository on the same forge, with all branches of the platform's source. */
export async function copyOf({ forge, source }: SmallPlatform): Promise<Copy> {
  const name = `copy-${randomUUID().slice(0, 8)}`;
  const { directory } = await forge.createRepository('acme', name);
  source.git(['push', '--quiet', directory, '+refs/heads/*:refs/heads/*']);
  return { url: `${forge.url}/acme/${name}`, source: createTestRepository(directory) };
}

/** Starts the promotion of a commit of another repository. */
export function promoteFrom({ test }: PlatformTest, { url: source }: Copy, commit: string): Promise<Running> {
  return startOperation(test, promotionStart(platformId(source), { source, commit }, true));
}
