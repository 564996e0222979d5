import { Html, html } from './html.ts';
import { style } from './style.ts';

/** Renders a whole page around its content. */
export function page(title: string, content: Html): string {
  const whole = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${new Html(style)}</style>
</head>
<body>
<header><a href="/">Demo forge</a><span>a local stand-in for GitHub</span></header>
<main>${content}</main>
</body>
</html>
`;
  return whole.text;
}
