import { expect, it } from 'vitest';
import { lookAtMain } from '../../../../src/activities/catch-up/look-at-main.ts';
import { startPromotion } from '../../../../src/activities/catch-up/start-promotion.ts';
import { promotionStart } from '../../../../src/cli/temporal/starts.ts';
import type { Dependencies } from '../../../../src/dependencies.ts';
import { promotionId } from '../../../../src/operation/messages.ts';
import { startAttributes } from '../../../../src/temporal/attributes/search-attributes.ts';
import type { WorkflowStart } from '../../../../src/temporal/workflows-port.ts';
import { useWorld } from '../environment-world.ts';

const world = useWorld();

/** Temporal with promotions of these ids; `started` is what is started. */
function knowing(known: readonly string[]) {
  const asked: string[] = [];
  const started: WorkflowStart[] = [];
  const { dependencies } = world();
  const workflows: Dependencies['workflows'] = {
    ...dependencies.workflows,
    isKnown: async (id) => {
      asked.push(id);
      return known.includes(id);
    },
    startOnce: async (start) => {
      started.push(start);
      return !known.includes(start.workflowId);
    },
  };
  return { asked, started, dependencies: { ...dependencies, workflows } };
}

it('A look at main reads its head, and asks whether there ever was a promotion of it', async () => {
  const { source, platform } = world();
  const head = world().release('1');
  const id = promotionId(platform, head);
  expect(await lookAtMain(knowing([id]).dependencies, { source: source.path })).toEqual({ head, isKnown: true });
  const unknown = knowing([]);
  expect(await lookAtMain(unknown.dependencies, { source: source.path })).toEqual({ head, isKnown: false });
  expect(unknown.asked).toEqual([id]);
});

it('A head whose promotion is settled is asked about no more', async () => {
  const { source } = world();
  const head = world().release('1');
  const { asked, dependencies } = knowing([]);
  expect(await lookAtMain(dependencies, { source: source.path, settled: head })).toEqual({ head, isKnown: true });
  expect(asked).toEqual([]);
});

it('A promotion is started as `fairlead promote` does', async () => {
  const { source, platform } = world();
  const commit = world().release('1');
  const { started, dependencies } = knowing([]);
  expect(await startPromotion(dependencies, { source: source.path, commit })).toEqual({ started: true });
  const command = promotionStart(platform, { source: source.path, commit }, false);
  const [start] = started;
  expect(start).toMatchObject({ workflow: command.workflow, workflowId: command.id, summary: command.summary });
  expect(start?.args).toEqual([command.input]);
  expect(startAttributes(start?.attributes?.platform ?? '', start?.attributes ?? {})).toEqual(command.attributes);
  const again = knowing([promotionId(platform, commit)]);
  expect(await startPromotion(again.dependencies, { source: source.path, commit })).toEqual({ started: false });
});
