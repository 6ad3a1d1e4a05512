import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

/** The document of the panel: our script by nonce, our style sheet, nothing from elsewhere. */
export function livePage(webview: vscode.Webview, dist: vscode.Uri): string {
  const nonce = randomBytes(16).toString('base64');
  const uriOf = (name: string) =>
    webview.asWebviewUri(dist.with({ path: `${dist.path}/${name}` })).toString();
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
<title>NATS KV Live</title>
<link rel="stylesheet" href="${uriOf('live.css')}">
</head>
<body>
<nats-kv-live></nats-kv-live>
<script nonce="${nonce}" src="${uriOf('live.js')}"></script>
</body>
</html>`;
}
