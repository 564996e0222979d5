import { Failure } from '../../../src/failure.ts';
import { giteaProgram } from './program.ts';

// `npm run build:gitea`: finds or builds the Gitea of the rig, so that nothing waits for it later.
try {
  process.stdout.write(`${(await giteaProgram()).executable}\n`);
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
