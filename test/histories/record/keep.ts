import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { RecordedHistory } from '../../support/temporal-executions.ts';

/** Names the directory into which a recording has every test write its histories. */
export const keepingIn = 'FAIRLEAD_RECORD_HISTORIES';

/** Tells whether a recording is under way. */
export const isRecording = Boolean(process.env[keepingIn]);

/** What one test writes for a recording. */
export interface KeptTest {
  /** The path of its file. */
  readonly file: string;
  readonly test: string;
  readonly executions: readonly { readonly workflowId: string; readonly history: object }[];
}

/** Writes the histories of the present test for the recording that is under way. */
export async function keepHistories(histories: readonly RecordedHistory[]): Promise<void> {
  const directory = process.env[keepingIn] ?? '';
  const { testPath: file = '', currentTestName: test = '' } = expect.getState();
  const executions = histories.map(({ workflowId, history }) => ({ workflowId, history }));
  const kept: KeptTest = { file, test, executions };
  await writeFile(join(directory, `${randomUUID()}.json`), JSON.stringify(kept));
}
