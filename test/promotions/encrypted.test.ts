import { randomBytes } from 'node:crypto';
import type { Payload } from '@temporalio/common';
import { ApplicationFailure } from '@temporalio/common';
import { describe, it } from 'vitest';
import type { Activities } from '../../src/activities/contract.ts';
import { laneId, laneSignals } from '../../src/lane/messages.ts';
import { platformId } from '../../src/platform/repository/platform-id.ts';
import { createCodec } from '../../src/temporal/codec/codec.ts';
import { type Readable, readableOf } from '../support/wire/readable.ts';
import { onPlatform } from './support/promotion.ts';
import { refusal } from './support/refusal.ts';

const keys = [{ id: 'of-the-test', bytes: randomBytes(32) }];

/** What somebody wrote, wherever it can get into a history. */
const markers = {
  subject: 'marker-of-the-subject',
  stepFailure: 'marker-of-a-failed-step',
  holdReason: 'marker-of-a-hold',
  holder: 'marker-of-who-holds',
  rejection: 'marker-of-a-rejection',
  rejecter: 'marker-of-who-rejects',
  config: 'marker-in-a-config-file',
  commit: 'marker-of-no-commit',
};

/** The server itself says so of a step that was cancelled before a worker had it. */
const serversWord = /\.activityTaskCanceledEventAttributes\.details\.payloads\./;

/** What stays readable: docs/encryption.md lists it in words. */
const staysReadable: readonly RegExp[] = [
  /\.(workflowId|normalName|namespace|namespaceId)$/,
  /(originalExecutionRunId|firstExecutionRunId|[rR]unId|requestId|updateId|RequestMessageId|protocolInstanceId)$/,
  /\.(workflowType|activityType|type|taskQueue)(\.name)?$/,
  /\.(activityId|timerId|signalName|markerName)$/,
  /\.acceptedRequest\.input\.name$/,
  /\.(identity|lastWorkerIdentity|buildId|sdkName|sdkVersion)$/,
  /\.searchAttributes\.indexedFields\.(Fairlead|TemporalChangeVersion|BuildIds)/,
  /\.markerRecordedEventAttributes\.details\.patch-data\./,
  /(failure|lastFailure|cause)\.(message|source)$/,
  /\.applicationFailureInfo\.type$/,
  /\.priority\.fairnessKey$/,
  serversWord,
];

describe('A promotion whose payloads are encrypted', () => {
  it('goes its way, and its histories hold nothing that anybody wrote', async ({ expect }) => {
    const gate = { isDown: true };
    const steps = (worker?: Activities) => ({
      ...worker,
      closePullRequest: async (order: Parameters<Activities['closePullRequest']>[0]) => {
        const message = `It fails: ${markers.stepFailure}`;
        if (gate.isDown) throw ApplicationFailure.create({ type: 'Unavailable', message, nextRetryDelay: 100 });
        return worker?.closePullRequest(order);
      },
    });
    await onPlatform(
      [{ name: 'dev' }, { name: 'prod', merge: 'manual' }],
      async ({ platform, promote, test, lane }) => {
        const gitops = platformId(`${platform.forge.url}/${platform.names.gitops}`);
        const readLater: unknown[] = [];
        platform.source.commit('dev', { 'fairlead.yaml': brokenPolicy });
        const commit = platform.source.commit('main', { 'README.md': 'x' }, { message: markers.subject });
        const promotion = await promote(commit);
        const { message } = await promotion.reaches('dev', 'needs attention');
        expect(message).toContain(markers.config);
        platform.setPolicy({ name: 'dev' });
        await promotion.decide('retry', { environment: 'dev' });
        await promotion.reaches('prod', 'pull request open');

        const prodLane = test.client.workflow.getHandle(laneId(gitops, 'prod'));
        const hold: [object] = [{ by: markers.holder, reason: markers.holdReason }];
        await prodLane.executeUpdate(laneSignals.hold, { args: hold });
        expect(JSON.stringify(await lane('prod').status())).toContain(markers.holdReason);

        await promotion.decide('reject', { environment: 'prod', by: markers.rejecter, reason: markers.rejection });
        await expect
          .poll(async () => {
            const { raw } = await promotion.handle.describe();
            readLater.push(raw);
            return raw.pendingActivities?.find(({ lastFailure }) => lastFailure)?.lastFailure?.message;
          })
          .toBe('Encoded failure');
        gate.isDown = false;
        expect((await promotion.result()).environments.map(({ state }) => state)).toEqual(['promoted', 'rejected']);
        expect((await refusal(await promote(markers.commit))).message).toContain(markers.commit);

        const readable = readableOf([(await test.histories()).map(({ history }) => history), readLater]);
        for (const marker of Object.values(markers)) {
          // The id of what was started with a marker for its commit shows it, as it would show a commit.
          if (marker !== markers.commit) expect(readable.text).not.toContain(marker);
          expect(await decryptedText(readable)).toContain(marker);
        }
        expect([...readable.fields.keys()].filter((path) => !staysReadable.some((each) => each.test(path)))).toEqual(
          [],
        );
        expect(valuesOf(readable, /(?:failure|lastFailure|cause)\.message$/i)).toEqual(['Encoded failure']);
        for (const word of valuesOf(readable, serversWord))
          expect(['json/plain', '"ACTIVITY_ID_NOT_STARTED"']).toContain(word);
      },
      { keys, steps },
    );
  });
});

const brokenPolicy = `apiVersion: fairlead.dev/v1\nkind: Environment\nmerge: ${markers.config}\n`;

function valuesOf({ fields }: Readable, path: RegExp): readonly string[] {
  const found = [...fields].filter(([name]) => path.test(name)).flatMap(([, values]) => [...values]);
  return [...new Set(found)];
}

/** Answers what the holder of the key reads: what was not written cannot be missing in the histories by encryption. */
async function decryptedText({ encrypted }: Readable): Promise<string> {
  const payloads = await createCodec(keys).decode(encrypted as Payload[]);
  return payloads.map(({ data }) => Buffer.from(data ?? []).toString('utf8')).join('\n');
}
