import type { PlatformInputs } from '../../../../src/render/platform.ts';
import type { SourceTree } from '../../../../src/render/types.ts';

/** The inputs without contents, and the contents by their ids, of which it is noted what was read. */
export function listed(inputs: PlatformInputs) {
  const contents = new Map<string, Buffer>();
  const withoutContents = ({ revision, files }: SourceTree): SourceTree => ({
    revision,
    files: new Map(
      [...files].map(([path, { mode, oid, content }]) => {
        if (content) contents.set(oid, content);
        return [path, { mode, oid, size: content?.length ?? 0 }];
      }),
    ),
  });
  const reads: string[][] = [];
  const read = async (oids: Iterable<string>) => {
    const wanted = [...oids];
    reads.push(wanted);
    return new Map(wanted.map((oid) => [oid, contents.get(oid) ?? Buffer.alloc(0)]));
  };
  const otherMains = inputs.otherMains?.map(({ what, tree }) => ({ what, tree: withoutContents(tree) }));
  return {
    inputs: { ...inputs, main: withoutContents(inputs.main), config: withoutContents(inputs.config), otherMains },
    read,
    reads,
  };
}
