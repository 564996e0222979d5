import { createRequire } from 'node:module';
import { parser } from '@prometheus-io/lezer-promql';

// All of one form of modules: they must share one editor. What checks types in Prometheus' own page is in a file that its
// package does not export.
const require = createRequire(import.meta.url);
const { EditorState } = require('@codemirror/state') as {
  readonly EditorState: { create(config: { readonly doc: string; readonly extensions: readonly unknown[] }): object };
};
const { LanguageType, promQLLanguage } = require('@prometheus-io/codemirror-promql') as {
  readonly LanguageType: { readonly PromQL: string };
  readonly promQLLanguage: (top: string) => unknown;
};
const { Parser } = require('@prometheus-io/codemirror-promql/dist/cjs/parser/parser.js') as {
  readonly Parser: new (state: object) => TypeCheck;
};

interface TypeCheck {
  analyze(): void;
  getDiagnostics(): readonly { readonly message: string; readonly from: number }[];
}

/** Says what Prometheus would refuse of a query: its grammar, its types, the number of arguments. */
export function problemsOf(query: string): readonly string[] {
  const problems: string[] = query.trim() === '' ? ['it is empty'] : [];
  parser.parse(query).iterate({
    enter({ type, from }) {
      if (type.isError) problems.push(`it cannot be read at ${from}: "${query.slice(from, from + 20)}"`);
    },
  });
  const types = new Parser(EditorState.create({ doc: query, extensions: [promQLLanguage(LanguageType.PromQL)] }));
  types.analyze();
  return [...problems, ...types.getDiagnostics().map(({ message, from }) => `${message} at ${from}`)];
}

/** What a query asks for: `up{job="a"}`. */
export interface Selector {
  readonly metric: string;
  readonly labels: readonly { readonly name: string; readonly operator: string; readonly value: string }[];
}

/** Lists what a query asks for, in its order. */
export function selectorsOf(query: string): readonly Selector[] {
  const found: { metric: string; labels: { name: string; operator: string; value: string }[] }[] = [];
  const text = ({ from, to }: { readonly from: number; readonly to: number }) => query.slice(from, to);
  parser.parse(query).iterate({
    enter(node) {
      const selector = found.at(-1);
      if (node.name === 'VectorSelector') found.push({ metric: '', labels: [] });
      if (node.name === 'Identifier' && selector !== undefined) selector.metric ||= text(node);
      if (node.name !== 'UnquotedLabelMatcher') return;
      const [name, operator, value] = ['LabelName', 'MatchOp', 'StringLiteral'].map((kind) => {
        const part = node.node.getChild(kind);
        return part === null ? '' : text(part);
      });
      selector?.labels.push({ name: name ?? '', operator: operator ?? '', value: (value ?? '').slice(1, -1) });
    },
  });
  return found;
}

/** Lists the labels that a query groups by. */
export function groupedBy(query: string): readonly string[] {
  const names: string[] = [];
  parser.parse(query).iterate({
    enter({ name, node, from, to }) {
      if (name === 'LabelName' && node.parent?.name === 'GroupingLabels') names.push(query.slice(from, to));
    },
  });
  return names;
}
