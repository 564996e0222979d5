import { TestWorkflowEnvironment } from '@temporalio/testing';

/** `download-server.ts <kind> <directory>`: has the SDK download a server there, and tries it with one start. */
const [kind, directory] = process.argv.slice(2);
const options = { server: { executable: { type: 'cached-download', downloadDir: directory } } } as const;

try {
  const environment =
    kind === 'dev server'
      ? await TestWorkflowEnvironment.createLocal(options)
      : await TestWorkflowEnvironment.createTimeSkipping(options);
  await environment.teardown();
} catch (error) {
  process.stderr.write(`${innermost(error)}\n`);
  process.exitCode = 1;
}

/** Answers the innermost error: the SDK repeats the address and the outer errors before it. */
function innermost(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split(': ').at(-1)?.split('\n')[0] ?? message;
}
