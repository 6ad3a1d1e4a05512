import * as vscode from 'vscode';
import { bucketNameProblem } from '../../kv/model/key';
import { bucketConfigScheme } from '../contributions';

const ending = '.bucket.json';
/** The query of the document that shows what the server has, to compare with. */
const ofServer = 'server';

/** The bucket that a document configures. */
export interface BucketAddress {
  readonly connectionId: string;
  readonly bucket: string;
}

export function bucketUri({ connectionId, bucket }: BucketAddress): vscode.Uri {
  const path = `/${bucket}${ending}`;
  return vscode.Uri.from({ scheme: bucketConfigScheme, authority: connectionId, path });
}

/** The document of what the server has. */
export function serverUri(address: BucketAddress): vscode.Uri {
  return bucketUri(address).with({ query: ofServer });
}

export function isServerUri({ query }: vscode.Uri): boolean {
  return query === ofServer;
}

/** Undefined for what is no document of a bucket. */
export function bucketAddress(uri: vscode.Uri | undefined): BucketAddress | undefined {
  if (uri?.scheme !== bucketConfigScheme || !uri.path.endsWith(ending)) {
    return undefined;
  }
  const bucket = uri.path.slice(1, -ending.length);
  return bucketNameProblem(bucket) === undefined
    ? { connectionId: uri.authority, bucket }
    : undefined;
}
