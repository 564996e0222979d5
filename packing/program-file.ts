import { open } from 'node:fs/promises';
import { Failure } from '../src/failure.ts';
import type { PackagedPlatform } from '../src/programs/platform-package.ts';

/** What the bytes at some places of an executable are, by platform. `pointer`: where the place of the rest is written. */
const formats: Readonly<Record<PackagedPlatform, ExecutableFormat>> = {
  'linux-x64': { magic: '7f454c46', machine: { at: 18, is: '3e00' } },
  'linux-arm64': { magic: '7f454c46', machine: { at: 18, is: 'b700' } },
  'darwin-x64': { magic: 'cffaedfe', machine: { at: 4, is: '07000001' } },
  'darwin-arm64': { magic: 'cffaedfe', machine: { at: 4, is: '0c000001' } },
  'win32-x64': { magic: '4d5a', pointer: 0x3c, machine: { at: 4, is: '6486' } },
};

interface ExecutableFormat {
  readonly magic: string;
  readonly pointer?: number;
  readonly machine: { readonly at: number; readonly is: string };
}

/** Tells whether the beginning of a file, 4 KiB at least, is that of an executable of a platform. */
export function isExecutableOf(platform: PackagedPlatform, head: Buffer): boolean {
  const { magic, pointer, machine } = formats[platform];
  const start = pointer === undefined ? 0 : head.length < pointer + 4 ? 0 : head.readUInt32LE(pointer);
  const bytesAt = (at: number, like: string) => head.toString('hex', at, at + like.length / 2);
  return bytesAt(0, magic) === magic && bytesAt(start + machine.at, machine.is) === machine.is;
}

/** Throws `Failure` where a file is no executable of the platform: such a package would be installed, and be of no use. */
export async function checkProgram(path: string, platform: PackagedPlatform): Promise<void> {
  const file = await open(path).catch((error: unknown) => {
    throw new Failure('InvalidInput', `The package of ${platform} cannot be packed: ${path} is missing.`, {
      cause: error,
    });
  });
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4096), 0, 4096, 0);
    if (isExecutableOf(platform, buffer.subarray(0, bytesRead))) return;
  } finally {
    await file.close();
  }
  throw new Failure(
    'InvalidInput',
    `The package of ${platform} cannot be packed: ${path} is no executable of ${platform}.`,
  );
}
