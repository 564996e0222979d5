import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ObjectStore } from '../git/object-store.ts';

/** Lets anybody fetch any commit, as forges do, and never tidies up in the middle of a test. */
const settings = `[core]
	repositoryformatversion = 0
	bare = true
	logAllRefUpdates = false
[uploadpack]
	allowAnySHA1InWant = true
[gc]
	auto = 0
[receive]
	autogc = false
`;

/** What `git init --bare` makes, as far as git asks for it. */
export function createRepository(directory: string): ObjectStore {
  for (const folder of ['objects', 'refs/heads', 'refs/notes']) mkdirSync(join(directory, folder), { recursive: true });
  writeFileSync(join(directory, 'HEAD'), 'ref: refs/heads/main\n');
  writeFileSync(join(directory, 'config'), settings);
  return new ObjectStore(directory);
}
