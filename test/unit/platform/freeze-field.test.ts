import { expect, test } from 'vitest';
import { parseEnvironment } from '../../../src/platform/environment.ts';
import { environmentHeader, failureOf } from './examples.ts';

const file = 'fairlead.yaml of branch qa';
const platform = { gitopsRepository: 'https://github.com/acme/platform-gitops' };
const header = `${environmentHeader}clusters: none\nfreeze:\n`;
const parse = (text: string) => parseEnvironment(text, { file, name: 'qa', platform }).freeze;
const freeze = (...windows: readonly string[]) => `${header}${windows.map((window) => `  - { ${window} }\n`).join('')}`;
const problemsOf = (text: string) => failureOf(() => parse(text)).message.split('\n');
const weekend = 'from: "Fri 16:00", to: "Mon 08:00", timeZone: Europe/Oslo, reason: weekend';

test('windows of every week and of dates are read, quoted or not', () => {
  const windows = [
    weekend,
    'from: Fri 16:00, to: Mon 08:00, reason: " weekend "',
    'from: 2026-12-18 16:00, to: "2027-01-04 08:00", timeZone: America/New_York, reason: holidays',
  ];
  const times = { from: { weekday: 5, time: '16:00' }, to: { weekday: 1, time: '08:00' } };
  expect(parse(freeze(...windows))).toEqual([
    { kind: 'weekly', ...times, timeZone: 'Europe/Oslo', reason: 'weekend' },
    { kind: 'weekly', ...times, timeZone: 'UTC', reason: 'weekend' },
    {
      kind: 'dated',
      from: '2026-12-18T16:00',
      to: '2027-01-04T08:00',
      timeZone: 'America/New_York',
      reason: 'holidays',
    },
  ]);
  expect(parse(`${environmentHeader}clusters: none\nfreeze: []\n`)).toEqual([]);
});

test.each(['UTC', 'Asia/Kolkata', 'Asia/Calcutta', 'Europe/Kyiv', 'US/Eastern', 'europe/oslo', 'Etc/GMT+2'])(
  'the time zone %s is known',
  (timeZone) => {
    expect(parse(freeze(`from: Fri 16:00, to: Mon 08:00, timeZone: ${timeZone}, reason: x`))[0]?.timeZone).toBe(
      timeZone,
    );
  },
);

const zoneRemedy = 'Write a name of the IANA time zone database, such as Europe/Oslo, America/New_York or UTC.';

test.each([
  ['Europa/Oslo', 'Europe/Oslo'],
  ['Europe/Olso', 'Europe/Oslo'],
  ['Oslo', 'Europe/Oslo'],
  ['New York', 'America/New_York'],
  ['America/New York', 'America/New_York'],
])('for the time zone %s there is a suggestion', (timeZone, meant) => {
  expect(problemsOf(freeze(weekend, `from: Fri 16:00, to: Mon 08:00, timeZone: ${timeZone}, reason: x`))).toEqual([
    `${file}, line 6: freeze[1].timeZone is "${timeZone}". ${zoneRemedy} Did you mean "${meant}"?`,
  ]);
});

test.each(['CEST', 'GMT+2', '+02:00', 'Mars/Olympus_Mons', ''])('the time zone %j is refused', (timeZone) => {
  expect(problemsOf(freeze(`from: Fri 16:00, to: Mon 08:00, timeZone: "${timeZone}", reason: x`))).toEqual([
    `${file}, line 5: freeze[0].timeZone is "${timeZone}". ${zoneRemedy}`,
  ]);
});

const momentRemedy =
  'Write a time of every week such as Fri 16:00 (Mon, Tue, Wed, Thu, Fri, Sat, Sun; 00:00 to 23:59), or one of a date such as 2026-12-18 16:00.';

test.each([
  ['Friday 16:00', 'Fri 16:00'],
  ['fri 16:00', 'Fri 16:00'],
  ['Fry 16:00', 'Fri 16:00'],
  ['Wendesday 16:00', 'Wed 16:00'],
  ['Thurs, 16:00', 'Thu 16:00'],
  ['Fri 8:00', 'Fri 08:00'],
  ['2026-12-18T16:00:00', '2026-12-18 16:00'],
  ['2026-12-18 8:00', '2026-12-18 08:00'],
])('for the beginning "%s" there is a suggestion', (from, meant) => {
  expect(problemsOf(freeze(`from: "${from}", to: Mon 08:00, reason: x`))).toEqual([
    `${file}, line 5: freeze[0].from is "${from}". ${momentRemedy} Did you mean "${meant}"?`,
  ]);
});

test.each(['16:00', 'Fri', 'Fri 24:00', 'Fri 16:60', 'Xyz 16:00', 'Mon-Fri 16:00', '2026-12-18', '18.12.2026 16:00'])(
  'the end "%s" is refused',
  (to) => {
    expect(problemsOf(freeze(`from: Fri 16:00, to: "${to}", reason: x`))).toEqual([
      `${file}, line 5: freeze[0].to is "${to}". ${momentRemedy}`,
    ]);
  },
);

test.each(['2026-02-29', '2026-04-31', '2026-13-01', '2026-12-00'])('there is no day %s', (day) => {
  expect(problemsOf(freeze(`from: ${day} 16:00, to: 2027-12-24 08:00, reason: x`))).toEqual([
    `${file}, line 5: freeze[0].from is "${day} 16:00". The calendar has no such day. Write one that exists.`,
  ]);
});

test('a window that takes no time, goes backwards or mixes its forms is refused at its own line', () => {
  const windows = [
    weekend,
    'from: Fri 16:00, to: Fri 16:00, reason: x',
    'from: 2027-01-04 08:00, to: 2026-12-18 16:00, reason: x',
    'from: 2027-01-04 08:00, to: 2027-01-04 08:00, reason: x',
    'from: Fri 16:00, to: 2026-12-18 16:00, reason: x',
    'from: 2026-12-18 16:00, to: Mon 08:00, reason: x',
  ];
  const later = 'It must be later than the beginning, 2027-01-04 08:00. Write a later date or time.';
  const mixed = (begins: string) =>
    `A window is either of every week or of dates, but it begins ${begins}. Write both in the same form.`;
  expect(problemsOf(freeze(...windows))).toEqual([
    `${file}, line 6: freeze[1].to is "Fri 16:00". It ends when it begins. Write another day or time.`,
    `${file}, line 7: freeze[2].to is "2026-12-18 16:00". ${later}`,
    `${file}, line 8: freeze[3].to is "2027-01-04 08:00". ${later}`,
    `${file}, line 9: freeze[4].to is "2026-12-18 16:00". ${mixed('every week, Fri 16:00')}`,
    `${file}, line 10: freeze[5].to is "Mon 08:00". ${mixed('once, 2026-12-18 16:00')}`,
  ]);
});

test('what is missing, unknown or of another type is named with what to write', () => {
  const windows = ['to: 12, timeZone: 2, reson: x', 'from: Fri 16:00, to: Mon 08:00, reason: "  "'];
  const reason = 'Say in one line of 200 characters at most why nothing starts then; people who wait read it.';
  expect(problemsOf(`${freeze(...windows)}  - weekend\n`)).toEqual([
    `${file}, line 5: freeze[0].from is missing. ${momentRemedy}`,
    `${file}, line 5: freeze[0].to is 12. ${momentRemedy}`,
    `${file}, line 5: freeze[0].timeZone is 2. ${zoneRemedy}`,
    `${file}, line 5: freeze[0].reason is missing. ${reason}`,
    `${file}, line 5: unknown key "reson" in freeze[0]. Did you mean "reason"?`,
    `${file}, line 6: freeze[1].reason is "  ". ${reason}`,
    `${file}, line 7: freeze[2] is "weekend". Write a map with these keys: from, to, timeZone, reason.`,
  ]);
});

test('one window without its list is told how a list is written', () => {
  expect(problemsOf(`${environmentHeader}clusters: none\nfreeze: { ${weekend} }\n`)).toEqual([
    `${file}, line 4: freeze is a map. List windows such as \`- { from: Fri 16:00, to: Mon 08:00, timeZone: Europe/Oslo, reason: weekend }\`.`,
  ]);
});

test('there are 100 windows at most', () => {
  const windows = (count: number) =>
    freeze(...Array.from({ length: count }, () => 'from: 2026-12-18 16:00, to: 2027-01-04 08:00, reason: x'));
  expect(parse(windows(100))).toHaveLength(100);
  expect(problemsOf(windows(101))[0]).toContain('line 4: freeze is a list. Keep to 100 windows');
});

const noTime = 'line 4: freeze is a list. Its weekly windows together leave no time free';

test.each([
  ['in one time zone', 'from: Mon 00:00, to: Thu 12:00', 'from: Thu 12:00, to: Mon 00:00'],
  ['that overlap', 'from: Mon 00:00, to: Sun 12:00', 'from: Fri 00:00, to: Tue 00:00'],
  ['in summer', 'from: Mon 02:00, to: Mon 01:00, timeZone: Europe/Oslo', 'from: Sun 23:00, to: Mon 00:00'],
  ['in winter', 'from: Mon 02:00, to: Mon 01:00, timeZone: Europe/Oslo', 'from: Mon 00:00, to: Mon 01:00'],
])('weekly windows %s that leave no time free are refused', (_where, ...windows) => {
  expect(problemsOf(freeze(...windows.map((window) => `${window}, reason: x`)))[0]).toContain(noTime);
});

test('one free minute a week is enough, and dates may take that too', () => {
  const windows = [
    'from: Mon 00:01, to: Mon 00:00, timeZone: Europe/Oslo, reason: mostly',
    'from: 2026-01-01 00:00, to: 2099-01-01 00:00, reason: closed',
  ];
  expect(parse(freeze(...windows))).toHaveLength(2);
});
