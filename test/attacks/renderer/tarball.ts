import { gzipSync } from 'node:zlib';

/** A file of an archive, or a link: type `1` is a hard one, `2` a symbolic one. */
export type TarEntry =
  | { readonly name: string; readonly content: string | Buffer }
  | { readonly name: string; readonly link: string; readonly type: '1' | '2' };

/** Packs entries as they are: no program that makes archives writes such names. */
export function tarball(entries: readonly TarEntry[]): Buffer {
  const blocks = entries.flatMap((entry) => {
    const content = 'content' in entry ? Buffer.from(entry.content) : Buffer.alloc(0);
    return [header(entry, content.length), content, Buffer.alloc((512 - (content.length % 512)) % 512)];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]));
}

function header(entry: TarEntry, size: number): Buffer {
  const block = Buffer.alloc(512);
  block.write(entry.name, 0);
  block.write('0000644\x000000000\x000000000\0', 100);
  block.write(`${size.toString(8).padStart(11, '0')}\0${'0'.repeat(11)}\0        `, 124);
  block.write('type' in entry ? entry.type : '0', 156);
  if ('link' in entry) block.write(entry.link, 157);
  block.write('ustar\x0000', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}
