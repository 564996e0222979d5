import { Lexer, Parser } from 'yaml';
import { limits } from './limits.ts';

/**
 * Tells whether lists and maps of a YAML text are nested deeper than anybody writes. The parser calls itself for each
 * level. Where its stack is nearly full, a regular expression in it ends the whole process, and that cannot be caught:
 * ask this before each parse of what others wrote. Lexing and this parser keep a stack of their own.
 */
export function isNestedTooDeep(text: string): boolean {
  // What has no more indicators than levels are allowed cannot be deeper; nearly every file is like that.
  if (!mayBeDeep(text)) return false;
  const parser = new Parser();
  for (const lexeme of new Lexer().lex(text)) {
    // Each step has to be taken, because the parser works while its answers are asked for.
    for (const _ of parser.next(lexeme)) if (parser.stack.length > limits.yamlLevels) return true;
    if (parser.stack.length > limits.yamlLevels) return true;
  }
  return false;
}

function mayBeDeep(text: string): boolean {
  let indicators = 0;
  for (const { length } of text.matchAll(/[[{:?-]/g)) {
    indicators += length;
    if (indicators > limits.yamlLevels) return true;
  }
  return false;
}
