/**
 * Reads the command line that @vscode/test-electron gives to VS Code: `--name=value` of the few names
 * that matter here, and the folder to open, if any. What only a desktop knows is passed over.
 */
export function readLaunchArguments(args) {
  const valueOf = (name) =>
    args.find((arg) => arg.startsWith(`--${name}=`))?.slice(`--${name}=`.length);
  return {
    extensionPath: valueOf('extensionDevelopmentPath'),
    testsPath: valueOf('extensionTestsPath'),
    userDataDir: valueOf('user-data-dir'),
    extensionsDir: valueOf('extensions-dir'),
    folder: args.find((arg) => !arg.startsWith('-')),
  };
}
