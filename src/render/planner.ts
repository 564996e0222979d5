import { limits } from '../platform/limits.ts';
import type { ReadContents } from './leaf/contents.ts';
import { type PlannedRender, type PlatformInputs, planPlatform } from './platform.ts';
import type { SourceTree } from './types.ts';

/** Plans renders, and parses what people wrote for that. */
export interface Planner {
  /** Gets ready for a plan that comes soon: what plans starts while whoever asks for it still reads. */
  prepare?(): void;
  /**
   * Plans one environment. The trees of `inputs` need not have contents: `read` is asked for what is needed of them.
   * Throws what `planPlatform` and `read` throw, and the reason of `signal`, which ends it.
   */
  plan(inputs: PlatformInputs, read: ReadContents, options?: { readonly signal?: AbortSignal }): Promise<PlannedRender>;
}

/** Plans where it is called, which stands still meanwhile: for commands, whose files are those of their user. */
export const plannerHere: Planner = {
  plan: async (inputs, read, { signal } = {}) => {
    const { main, config, otherMains = [] } = inputs;
    const trees = [main, config, ...otherMains.map(({ tree }) => tree)];
    const contents = await read(new Set(trees.flatMap(readableIds)));
    signal?.throwIfAborted();
    const withContents = ({ revision, files }: SourceTree): SourceTree => ({
      revision,
      files: new Map([...files].map(([path, file]) => [path, { ...file, content: contents.get(file.oid) }])),
    });
    return planPlatform({
      ...inputs,
      main: withContents(main),
      config: withContents(config),
      otherMains: otherMains.map(({ what, tree }) => ({ what, tree: withContents(tree) })),
    });
  },
};

function readableIds({ files }: SourceTree): readonly string[] {
  return [...files.values()].flatMap(({ mode, oid, size = 0 }) =>
    mode === '160000' || size > limits.fileBytes ? [] : [oid],
  );
}
