import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import proto from '@temporalio/proto';
import type { WorkflowHistory } from '../../src/worker/start/replay-check.ts';

const { History } = proto.temporal.api.history.v1;

/** The folder with a folder for each release. */
export const historiesDirectory = fileURLToPath(new URL('.', import.meta.url));

/** A history as it is kept: in a file named after that of its test, with the others of that file. */
export interface KeptScenario {
  readonly test: string;
  readonly workflowId: string;
  /** As protobufjs writes it. The SDK's own `historyToJSON` fails where npm installs protobufjs more than once. */
  readonly history: object;
}

/** A history that was recorded, and the test that made it. */
export interface RecordedScenario extends WorkflowHistory {
  readonly test: string;
  readonly type: string;
}

/** Lists the releases that were recorded, oldest first. */
export function recordedReleases(): readonly string[] {
  return readdirSync(historiesDirectory)
    .filter((name) => /^\d+\.\d+\.\d+$/.test(name))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}

/** Lists the files of a release, relative to its folder. */
export function scenarioFiles(release: string): readonly string[] {
  const directory = join(historiesDirectory, release);
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath ?? entry.path, entry.name)))
    .sort();
}

/** Reads the scenarios of a file. */
export async function readScenarios(release: string, file: string): Promise<readonly RecordedScenario[]> {
  const packed = await readFile(join(historiesDirectory, release, file));
  const kept = JSON.parse((await promisify(gunzip)(packed)).toString()) as readonly KeptScenario[];
  return kept.map(({ test, workflowId, history: json }) => {
    const history = History.fromObject(json);
    const type = history.events?.[0]?.workflowExecutionStartedEventAttributes?.workflowType?.name ?? '';
    return { test, workflowId, type, history };
  });
}

/** Reads all scenarios of a release. */
export async function allScenarios(release: string): Promise<readonly RecordedScenario[]> {
  return (await Promise.all(scenarioFiles(release).map((file) => readScenarios(release, file)))).flat();
}
