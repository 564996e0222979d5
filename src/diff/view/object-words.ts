import type { ObjectId } from '../../render/types.ts';
import { codeText, htmlText } from '../../untrusted-text.ts';

/** Names an object in a code span of Markdown: `` `shop/web` ``. */
export function objectCode(id: Pick<ObjectId, 'namespace' | 'name'>): string {
  return codeText(nameIn(id));
}

/** Names an object in HTML: `<code>shop/web</code>`. */
export function objectHtml(id: Pick<ObjectId, 'namespace' | 'name'>): string {
  return `<code>${htmlText(nameIn(id))}</code>`;
}

function nameIn({ namespace, name }: Pick<ObjectId, 'namespace' | 'name'>): string {
  return namespace === '' ? name : `${namespace}/${name}`;
}
