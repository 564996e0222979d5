import { DefaultDeserializer, DefaultSerializer } from 'node:v8';

/*
 * A frame is a message between two processes: the lengths of its two parts, the message without the bytes in it, and those bytes
 * one after the other. So large contents are written as they are, without being copied into the message first.
 */

/** The length of what stands before a frame's parts. */
const prefixBytes = 8;

/** Node's own has views of bytes written by `_writeHostObject`, and read by `_readHostObject`. */
class FrameSerializer extends DefaultSerializer {
  readonly views: Uint8Array[] = [];
  #length = 0;

  get viewBytes(): number {
    return this.#length;
  }

  _writeHostObject(view: NodeJS.ArrayBufferView): void {
    if (!(view instanceof Uint8Array)) throw new TypeError('A message holds bytes and plain data, and nothing else.');
    this.writeUint32(this.#length);
    this.writeUint32(view.length);
    this.views.push(view);
    this.#length += view.length;
  }
}

class FrameDeserializer extends DefaultDeserializer {
  readonly #bytes: Buffer;

  constructor(message: Buffer, bytes: Buffer) {
    super(message);
    this.#bytes = bytes;
  }

  _readHostObject(): Buffer {
    const start = this.readUint32();
    return this.#bytes.subarray(start, start + this.readUint32());
  }
}

/** Writes a message of plain data and bytes, as parts that follow each other. Throws where it holds something else. */
export function encodeFrame(message: unknown): readonly Uint8Array[] {
  const serializer = new FrameSerializer();
  serializer.writeHeader();
  serializer.writeValue(message);
  const head = serializer.releaseBuffer();
  const prefix = Buffer.alloc(prefixBytes);
  prefix.writeUInt32LE(head.length, 0);
  prefix.writeUInt32LE(serializer.viewBytes, 4);
  return [prefix, head, ...serializer.views];
}

/** The lengths of a frame's parts. */
export interface FrameLengths {
  readonly message: number;
  readonly bytes: number;
}

/** Reads the lengths of a frame's parts at its beginning; undefined: there is not enough of it yet. */
export function frameLengths(beginning: Buffer): FrameLengths | undefined {
  if (beginning.length < prefixBytes) return undefined;
  return { message: beginning.readUInt32LE(0), bytes: beginning.readUInt32LE(4) };
}

/** Reads the message of a whole frame. The bytes in it are parts of the frame's. */
export function decodeFrame(frame: Buffer): unknown {
  const { message } = frameLengths(frame) ?? { message: 0 };
  const end = prefixBytes + message;
  const deserializer = new FrameDeserializer(frame.subarray(prefixBytes, end), frame.subarray(end));
  deserializer.readHeader();
  return deserializer.readValue();
}

/** The length of a whole frame. */
export function frameBytes({ message, bytes }: FrameLengths): number {
  return prefixBytes + message + bytes;
}
