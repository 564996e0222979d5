import { describe, expect, it } from 'vitest';
import { Failure } from '../../../src/failure.ts';
import { createOutbox, type OutboxOptions } from '../../../src/forge/reports/outbox.ts';
import type { ForgeReports } from '../../../src/forge/reports/port.ts';
import type { LateLabel, Report, WantedReport } from '../../../src/forge/reports/report.ts';

const repository = 'https://forge.test/acme/platform';

interface World {
  readonly outbox: ReturnType<typeof createOutbox>;
  readonly log: string[];
  readonly notices: string[];
  /** Lets the next write fail with this, or wait for it. */
  readonly next: (unknown: Error | Promise<void>) => void;
  readonly report: (text: string, change?: Partial<WantedReport>) => Report;
  /** A label of a request; nobody waits for it. */
  readonly label: (number: number, write?: LateLabel['write']) => LateLabel;
  time: number;
}

function world(options: Partial<OutboxOptions> = {}, wanted: Partial<ForgeReports['wanted']> = {}): World {
  const log: string[] = [];
  const notices: string[] = [];
  const troubles: (Error | Promise<void>)[] = [];
  const all = { statuses: true, comments: true, deployments: true, ...wanted };
  const made: World = {
    time: 0,
    log,
    notices,
    next: (trouble) => void troubles.push(trouble),
    outbox: createOutbox({
      forges: { reportsFor: () => ({ wanted: all }) as ForgeReports },
      notice: (sentence) => void notices.push(sentence),
      writeEveryMs: 0,
      now: () => made.time,
      ...options,
    }),
    report: (text, change = {}) => ({
      repository,
      what: 'statuses',
      key: 'abc fairlead/qa',
      text,
      weight: 'news',
      async write(_reports, known) {
        const trouble = troubles.shift();
        if (trouble instanceof Error) throw trouble;
        await trouble;
        log.push(known === undefined ? text : `${text} (${known})`);
        return log.length;
      },
      ...change,
    }),
    label: (number, write) => ({
      repository,
      what: 'labels',
      key: `#${number}`,
      text: 'promoted',
      weight: 'last',
      write: write ?? (async () => void log.push(`#${number}`)),
    }),
  };
  return made;
}

/** Has news and a last word written, and counts how often each is tried. `attempt` gets that number. */
async function triesOf(attempt: (tried: number) => void) {
  const tries = { news: 0, last: 0 };
  const { outbox, report, notices } = world();
  for (const weight of ['news', 'last'] as const)
    await outbox.send(
      report(weight, {
        key: weight,
        weight,
        async write() {
          tries[weight] += 1;
          attempt(tries[weight]);
          return undefined;
        },
      }),
    );
  return { tries, notices };
}

describe('An outbox', () => {
  it('writes what it is given, and hands on what the last write answered', async () => {
    const { outbox, report, log } = world();
    await outbox.send(report('waits'));
    await outbox.send(report('promoted', { weight: 'last' }));
    expect(log).toEqual(['waits', 'promoted (1)']);
  });

  it('leaves out what stands there, unless it is the last word or another worker may have written since', async () => {
    const made = world();
    const { outbox, report, log } = made;
    expect(await outbox.send(report('waits'))).toBe('taken');
    expect(await outbox.send(report('waits'))).toBe('left out');
    await outbox.send(report('promoted', { weight: 'last' }));
    await outbox.send(report('promoted', { weight: 'last' }));
    made.time = 61_000;
    await outbox.send(report('promoted'));
    expect(log).toHaveLength(4);
  });

  it('leaves out a repeated report that comes too soon', async () => {
    const made = world();
    const { outbox, report, log } = made;
    const send = async (text: string) => {
      await outbox.send(report(text, { weight: 'repeated' }));
      await outbox.send(report('x', { key: 'other', weight: 'last' }));
    };
    await send('1 of 3');
    await send('2 of 3');
    made.time = 15_000;
    await send('3 of 3');
    expect(log.filter((text) => text.includes('of 3'))).toEqual(['1 of 3', '3 of 3 (1)']);
  });

  it('writes the newest of what waits, the last words first, and these stay', async () => {
    const { outbox, report, log, next } = world();
    let open: () => void = () => undefined;
    next(new Promise((resolve) => (open = resolve)));
    const sent = [
      outbox.send(report('first', { key: 'other' })),
      outbox.send(report('old')),
      outbox.send(report('promoted', { weight: 'last' })),
      outbox.send(report('2 of 3', { weight: 'repeated' })),
    ];
    open();
    await Promise.all(sent);
    expect(log).toEqual(['promoted', 'first']);
  });

  it('writes first what a merge may wait for, and lets repositories take turns', async () => {
    const { outbox, report, log } = world();
    const many = Array.from({ length: 40 }, (_, key) => report(`many ${key}`, { key: `${key}`, weight: 'last' }));
    const sent = many.map((each) => outbox.send(each));
    const other = { repository: 'https://forge.test/acme/small' };
    sent.push(outbox.send(report('small 1', { ...other, key: 'one' })));
    sent.push(outbox.send(report('small 2', { ...other, key: 'two' })));
    sent.push(outbox.send(report('small is in order', { ...other, key: 'order', isAwaited: true })));
    await Promise.all(sent);
    expect(log.slice(0, 6)).toEqual(['small is in order', 'many 0', 'small 1', 'many 1', 'small 2', 'many 2']);
    expect(log).toHaveLength(43);
  });

  it('tries again what a forge could not do, and waits for as long as that says', async () => {
    const { outbox, report, log, next, notices } = world({ patienceMs: 60_000, now: Date.now });
    next(new Failure('Unavailable', 'too many', { retryAfterMs: 5 }));
    next(new Failure('Unavailable', 'too many', { retryAfterMs: 5 }));
    await outbox.send(report('promoted', { weight: 'last' }));
    expect({ log, notices }).toEqual({ log: ['promoted'], notices: [] });
  });

  it('gives up news after a minute of trouble, and the last word of something only after an hour', async () => {
    const { tries, notices } = await triesOf(() => {
      throw new Failure('Unavailable', 'down', { retryAfterMs: 0 });
    });
    expect(tries).toEqual({ news: 7, last: 66 });
    expect(notices).toEqual([expect.stringContaining('cannot be written: down')]);
  });

  it('tries what is said last for as long as a limit keeps it away, and other things not', async () => {
    const { tries, notices } = await triesOf((tried) => {
      if (tried <= 200) throw new Failure('Unavailable', 'too many', { retryAfterMs: 0, isWaiting: true });
    });
    expect(tries).toEqual({ news: 7, last: 201 });
    expect(notices).toEqual([expect.stringContaining('cannot be written: too many')]);
  });

  it('asks a forge that limits one label for no other one of that repository meanwhile, and then sets all', async () => {
    const made = world();
    const { outbox, label, log } = made;
    const elsewhere = { repository: 'https://forge.test/acme/small' };
    let tries = 0;
    const limited = label(1, async () => {
      tries += 1;
      if (tries === 1) throw new Failure('Unavailable', 'too many', { retryAfterMs: 60_000, isWaiting: true });
      log.push('#1');
    });
    const sent = [outbox.send(limited), outbox.send(label(2)), outbox.send({ ...label(3), ...elsewhere })];
    expect(await Promise.all(sent)).toEqual(['taken', 'taken', 'taken']);
    await new Promise((resolve) => setImmediate(resolve));
    expect(log).toEqual(['#3']);
    made.time = 60_000;
    await outbox.close();
    expect(log).toEqual(['#3', '#2', '#1']);
  });

  it('sets labels where nothing else is wanted, and where the token may not set one tries the next', async () => {
    const { outbox, label, log, notices } = world({ forges: { reportsFor: () => undefined } });
    const refused = label(1, async () => {
      throw new Failure('Unauthorized', 'The token may not.');
    });
    expect(await outbox.send(refused)).toBe('taken');
    await outbox.send(label(2));
    await outbox.close();
    expect(log).toEqual(['#2']);
    expect(notices).toEqual([expect.stringMatching(/^labels of .* The token may not\. Nothing waits for that/)]);
  });

  it('keeps nobody waiting for a forge that hangs', async () => {
    const { outbox, report, next } = world({ patienceMs: 5 });
    next(new Promise(() => undefined));
    expect(await outbox.send(report('promoted', { weight: 'last' }))).toBe('pending');
  });

  it('says once why it may not, with the setting, and is off from then on for ten minutes', async () => {
    const made = world();
    const { outbox, report, log, next, notices } = made;
    next(new Failure('Unauthorized', 'The token may not.'));
    await outbox.send(report('waits'));
    expect(await outbox.send(report('promoted', { weight: 'last' }))).toBe('left out');
    expect(await outbox.send(report('other', { what: 'comments' }))).toBe('taken');
    made.time = 600_001;
    next(new Failure('Unauthorized', 'The token may not.'));
    await outbox.send(report('waits'));
    made.time = 1_300_000;
    await outbox.send(report('waits'));
    expect(log).toEqual(['other', 'waits']);
    expect(notices).toEqual([expect.stringMatching(/The token may not\. They stay off .* `statuses: false`/)]);
  });

  it('gives up what is refused, goes on with the next, and hides no fault of ours', async () => {
    const { outbox, report, log, next, notices } = world();
    next(new Failure('Refused', 'A thousand are enough.'));
    await outbox.send(report('one'));
    next(new TypeError('x is not a function'));
    await outbox.send(report('two'));
    await outbox.send(report('three'));
    expect(log).toEqual(['three']);
    expect(notices).toEqual([
      expect.stringContaining('A thousand are enough.'),
      expect.stringContaining('x is not a function'),
    ]);
  });

  it.each(['git@forge.test:acme/gitops.git', 'ssh://git@forge.test:22/acme/gitops', 'https://forge.test/acme/gitops'])(
    'writes to the forge of %s, after what others have it write there',
    async (url) => {
      const { outbox, report, log, next } = world();
      let open: () => void = () => undefined;
      next(new Promise((resolve) => (open = resolve)));
      const sent = [outbox.send(report('first')), outbox.send(report('second', { repository: url, weight: 'last' }))];
      expect(await outbox.send(report('third', { repository: url, key: 'other', weight: 'repeated' }))).toBe('taken');
      open();
      await Promise.all(sent);
      await outbox.close();
      expect(log).toEqual(['second', 'first', 'third']);
    },
  );

  it.each(['news', 'last', 'repeated'] as const)(
    'throws nothing, whatever breaks in it, and says it: %s',
    async (weight) => {
      const broken = () => {
        throw new TypeError('x is not a function');
      };
      const { outbox, report, notices } = world({ forges: { reportsFor: broken } });
      expect(await outbox.send(report('one', { weight }))).toBe('left out');
      expect(notices).toEqual([expect.stringContaining('x is not a function')]);
    },
  );

  it('writes nothing that the settings do not want', async () => {
    const { outbox, report, log } = world({}, { deployments: false });
    expect(await outbox.send(report('x', { what: 'deployments' }))).toBe('left out');
    expect(log).toEqual([]);
    const none = world({ forges: { reportsFor: () => undefined } });
    expect(await none.outbox.send(none.report('x'))).toBe('left out');
  });

  it('writes all that waits before it closes, and takes nothing more', async () => {
    const { outbox, report, log } = world();
    await outbox.send(report('1 of 3', { weight: 'repeated' }));
    await outbox.close();
    expect(log).toEqual(['1 of 3']);
    expect(await outbox.send(report('2 of 3', { weight: 'last' }))).toBe('left out');
  });

  it('spreads what is more than fifteen writes', async () => {
    const made = world({ writeEveryMs: 1_000, patienceMs: 0 });
    const { outbox, report, log } = made;
    for (let key = 0; key < 20; key += 1) await outbox.send(report(`${key}`, { key: `${key}`, weight: 'repeated' }));
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    expect(log).toHaveLength(15);
    made.time = 10_000;
    await outbox.close();
    expect(log).toHaveLength(20);
  });
});
