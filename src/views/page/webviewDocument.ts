import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

/** What of `dist` a page is made of: `<name>.js`, `<name>.css` and the element that they define. */
export interface WebviewSource {
  readonly dist: vscode.Uri;
  readonly name: string;
  readonly element: string;
  readonly title: string;
}

/** The document of a webview: our script by nonce, our style sheet, nothing from elsewhere. */
export function webviewDocument(webview: vscode.Webview, source: WebviewSource): string {
  const { dist, name, element, title } = source;
  const nonce = randomBytes(16).toString('base64');
  const uriOf = (file: string) =>
    webview.asWebviewUri(dist.with({ path: `${dist.path}/${file}` })).toString();
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource}`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${vscode.env.language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="stylesheet" href="${uriOf(`${name}.css`)}">
</head>
<body>
<${element}></${element}>
<script type="module" nonce="${nonce}" src="${uriOf(`${name}.js`)}"></script>
</body>
</html>`;
}
