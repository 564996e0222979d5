import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { onFrames } from '../../../src/processes/frame-stream.ts';
import { encodeFrame } from '../../../src/processes/frames.ts';

function listen(longest = 1_000_000) {
  const stream = new PassThrough();
  const [messages, excesses]: [unknown[], number[]] = [[], []];
  onFrames(stream, { onMessage: (each) => messages.push(each), longest, onExcess: () => excesses.push(1) });
  return { stream, messages, excesses };
}

const message = fc.record({
  data: fc.anything({ withMap: true, withSet: true, withNullPrototype: false, maxDepth: 3 }),
  bytes: fc.array(fc.uint8Array().map((each) => Buffer.from(each))),
});

describe('Messages in frames', () => {
  it('arrive as they were sent, however the stream is cut', async () => {
    const arrive = async (sent: readonly object[], cuts: readonly number[]) => {
      const { stream, messages } = listen();
      const whole = Buffer.concat(sent.flatMap(encodeFrame));
      const ends = [...cuts.map((cut) => cut % (whole.length + 1)), whole.length].sort((a, b) => a - b);
      for (const [index, end] of ends.entries()) stream.write(whole.subarray(ends[index - 1] ?? 0, end));
      stream.end();
      await new Promise((resolve) => stream.on('end', resolve));
      expect(messages).toEqual(sent);
    };
    await fc.assert(fc.asyncProperty(fc.array(message), fc.array(fc.nat(5_000)), arrive));
  });

  it('that are larger than they may be are told once, and nothing follows', async () => {
    const { stream, messages, excesses } = listen(1_000);
    for (const size of [10, 2_000, 2_000, 10])
      for (const part of encodeFrame({ bytes: Buffer.alloc(size) })) stream.write(part);
    stream.end();
    await new Promise((resolve) => stream.on('end', resolve));
    expect(messages).toEqual([{ bytes: Buffer.alloc(10) }]);
    expect(excesses).toEqual([1]);
  });

  it.each([[() => undefined], [new Float64Array(1)], [new SharedArrayBuffer(1)]])('hold nothing else', (wrong) => {
    expect(() => encodeFrame({ wrong })).toThrow();
  });
});
