import { gzipSync } from 'node:zlib';

const block = 512;

/** Packs files into a tar.gz as source-controller does: plain files, in order, always the same bytes. */
export function packArchive(files: Readonly<Record<string, string>>): Buffer {
  const entries = Object.entries(files).sort(([one], [other]) => (one < other ? -1 : 1));
  const blocks = entries.flatMap(([path, text]) => {
    const content = Buffer.from(text);
    return [header(path, content.length), content, Buffer.alloc(-content.length & (block - 1))];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(2 * block)]));
}

/** Makes the header of a file in the format of POSIX.1-1988 (ustar). */
function header(path: string, size: number): Buffer {
  const [prefix, name] = partName(Buffer.from(path));
  const bytes = Buffer.alloc(block);
  bytes.set(name, 0);
  bytes.set(prefix, 345);
  const octal = (value: number, at: number, length: number) =>
    bytes.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at, 'latin1');
  octal(0o644, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(size, 124, 12);
  octal(0, 136, 12);
  bytes.write('        ', 148, 'latin1');
  bytes.write('0', 156, 'latin1');
  bytes.write('ustar\x0000', 257, 'latin1');
  octal(
    bytes.reduce((sum, byte) => sum + byte, 0),
    148,
    7,
  );
  return bytes;
}

const mostBytes = { prefix: 155, name: 100 } as const;
const slash = 0x2f;

/** Parts a long path at a slash, as the format does. Throws where no slash parts it well. */
function partName(path: Buffer): readonly [Buffer, Buffer] {
  if (path.length <= mostBytes.name) return [Buffer.alloc(0), path];
  const at = path.lastIndexOf(slash, mostBytes.prefix);
  if (at < 1 || path.length - at - 1 > mostBytes.name)
    throw new Error(`${path} does not fit the 155 and 100 bytes of a name in a tar archive: shorten the path`);
  return [path.subarray(0, at), path.subarray(at + 1)];
}
