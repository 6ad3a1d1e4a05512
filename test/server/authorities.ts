import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import {
  makeAuthorityIn,
  makeSelfSignedIn,
  type Authority,
  type Certificate,
} from '../support/certificates';

/** An authority whose files go when the test ends. */
export function makeAuthority(commonName?: string): Authority {
  return makeAuthorityIn(folderOfTest(), commonName);
}

/** A certificate that vouches for itself, until the test ends. */
export function makeSelfSigned(names?: string): Certificate {
  return makeSelfSignedIn(folderOfTest(), names);
}

function folderOfTest(): string {
  const folder = mkdtempSync(join(tmpdir(), 'certificates-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}
