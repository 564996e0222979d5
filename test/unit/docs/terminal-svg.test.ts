import { expect, test } from 'vitest';
import { terminalSvg } from '../../../demo/images/terminal-svg.ts';

test('a terminal is drawn line by line, each as wide as its characters', () => {
  const svg = terminalSvg('A <title>', ['$ fairlead status', '', '  dev  promoted & healthy']);
  expect(svg.match(/<text /g)).toHaveLength(2);
  expect(svg).toContain('>$&#160;fairlead&#160;status</text>');
  expect(svg).toContain('textLength="210.0">&#160;&#160;dev&#160;&#160;promoted&#160;&#38;&#160;healthy</text>');
  expect(svg).toContain('<title>A&#160;&#60;title&#62;</title>');
  expect(svg).toContain('width="242" height="89"');
});
