/**
 * The address of the web workbench of a VS Code server. `extensionPath` loads an extension from its
 * source folder, `testsPath` runs a test suite in its extension host, `folder` is opened.
 * @param {string} serverUrl
 * @param {{ extensionPath?: string, testsPath?: string, folder?: string }} options
 */
export function workbenchUrl(serverUrl, { extensionPath, testsPath, folder } = {}) {
  const { host } = new URL(serverUrl);
  const remote = (path) => `vscode-remote://${host}${asUriPath(path)}`;
  const payload = [['skipWelcome', 'true']];
  if (extensionPath !== undefined) {
    payload.push(['extensionDevelopmentPath', remote(extensionPath)]);
  }
  if (testsPath !== undefined) {
    payload.push(['extensionTestsPath', remote(testsPath)]);
  }
  const place = folder === undefined ? 'ew=true' : `folder=${encodeURI(asUriPath(folder))}`;
  return `${serverUrl}/?${place}&payload=${encodeURIComponent(JSON.stringify(payload))}`;
}

/** Windows paths become `/c:/...`. */
function asUriPath(path) {
  const slashes = path.replaceAll('\\', '/');
  return slashes.startsWith('/') ? slashes : `/${slashes}`;
}
