import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Keeps VS Code quiet and its web edition's auto save off; laid under what a caller sets. */
const quiet = {
  'files.autoSave': 'off',
  'workbench.startupEditor': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.tips.enabled': false,
  'workbench.reduceMotion': 'on',
  'workbench.enableExperiments': false,
  'telemetry.telemetryLevel': 'off',
  'security.workspace.trust.enabled': false,
  'update.mode': 'none',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'chat.disableAIFeatures': true,
  'git.enabled': false,
};

/** Writes user settings into a user data folder, before VS Code starts on it. */
export function writeProfile(userDataDir, settings = {}) {
  mkdirSync(join(userDataDir, 'User'), { recursive: true });
  const text = JSON.stringify({ ...quiet, ...settings }, undefined, 2);
  writeFileSync(join(userDataDir, 'User', 'settings.json'), text);
}
