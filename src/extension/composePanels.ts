import type * as vscode from 'vscode';
import { pagePanels } from '../views/page/pagePanels';
import type { Panels } from '../views/page/panels';
import {
  bucketPages,
  type BucketPageParts,
  type BucketPagePlace,
} from '../views/properties/bucketPage';
import { glancePages, type GlanceParts, type GlancePlace } from '../views/properties/glancePage';

/** The pages of buckets: loaded with the first of them. */
export function bucketPanels(parts: BucketPageParts, dist: vscode.Uri): Panels<BucketPagePlace> {
  return pagePanels({ kind: bucketPages(parts), dist, inBackground: parts.inBackground });
}

/** The pages of connections: loaded with the first of them. */
export function glancePanels(parts: GlanceParts, dist: vscode.Uri): Panels<GlancePlace> {
  return pagePanels({ kind: glancePages(parts), dist, inBackground: parts.inBackground });
}
