import type { Readable } from 'node:stream';
import { decodeFrame, frameBytes, frameLengths } from './frames.ts';

/** What is done with the frames of a stream. */
export interface FrameListener {
  readonly onMessage: (message: unknown) => void;
  /** The most bytes of a frame. */
  readonly longest: number;
  /** Is called when a frame is longer, once; nothing is kept from then on. */
  readonly onExcess: () => void;
}

/** Passes on each message of a stream of frames. Half a frame at the end is dropped. */
export function onFrames(stream: Readable, { onMessage, longest, onExcess }: FrameListener): void {
  let chunks: Buffer[] = [];
  let length = 0;
  // The length at which there is something to do: the beginning of a frame, or all of it.
  let wanted = 0;
  let isOver = false;
  stream.on('data', (chunk: Buffer) => {
    if (isOver) return;
    chunks.push(chunk);
    length += chunk.length;
    if (length < wanted) return;
    let left = chunks.length === 1 ? chunk : Buffer.concat(chunks, length);
    for (;;) {
      const lengths = frameLengths(left);
      wanted = lengths ? frameBytes(lengths) : 0;
      if (wanted > longest) {
        [chunks, isOver] = [[], true];
        return onExcess();
      }
      if (!lengths || left.length < wanted) break;
      onMessage(decodeFrame(left.subarray(0, wanted)));
      left = left.subarray(wanted);
    }
    [chunks, length] = left.length === 0 ? [[], 0] : [[left], left.length];
  });
}
