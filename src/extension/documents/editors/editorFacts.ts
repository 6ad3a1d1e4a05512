import { placeOf } from '../../../views/buckets/rows/productionMark';
import type { EditorFacts, EditorFactsSource, ShownAs } from '../../../views/status/statusTexts';
import type { OpenedValue } from '../../../kv/values/valueForm';
import type { KeyDocuments } from '../model/keyDocuments';
import type { Variant } from '../address/keyUri';
import { isLiveVersion, type Version } from '../model/version';

/** What a status item shows of the open documents. */
export function editorFacts(documents: KeyDocuments): EditorFactsSource {
  return {
    onDidChangeFacts: documents.onDidChangeFacts,
    unread: (uri) => {
      const open = documents.find(uri);
      const isUnread = open && !open.document && documents.editorOf(uri);
      const { current: freshness } = open?.key.followed.freshness ?? {};
      return isUnread && freshness?.kind === 'stale' ? freshness : undefined;
    },
    facts: (uri): EditorFacts | undefined => {
      const open = documents.find(uri);
      const document = open?.document;
      if (!open || !document) {
        return undefined;
      }
      const { id, session, key } = open;
      const { latest, base } = document;
      const { current: freshness } = key.followed.freshness;
      return {
        base: base?.revision,
        latest: {
          revision: latest.revision,
          created: latest.created,
          size: latest.value.byteLength,
        },
        missing: document.isNew ? 'new' : missingOf(latest),
        conflict: documents.conflict(uri) !== undefined,
        mergedWith: documents.editorOf(uri)?.dirty ? document.merged?.revision : undefined,
        newTtl: document.isNew ? base?.ttl : undefined,
        shownAs: shownAs((base ?? latest).opened(), id.variant),
        readOnly: documents.readOnly(id),
        viewOnly: latest.opened().viewOnly,
        undecodable: latest.opened().undecodable,
        environment: session.config.environment,
        place: placeOf(session.config),
        stale: freshness.kind === 'stale' ? freshness : undefined,
        expiresAt: key.followed.expiresAt,
        headers: latest.headers,
      };
    },
  };
}

function missingOf(latest: Version): EditorFacts['missing'] {
  if (isLiveVersion(latest)) {
    return undefined;
  }
  return latest.operation === 'EXPIRED' ? 'expired' : 'deleted';
}

function shownAs({ encodings, form }: OpenedValue, variant: Variant | undefined): ShownAs {
  const kind = form.kind === 'formattedJson' ? 'formatted' : form.kind;
  return {
    encodings: encodings.map((encoding) =>
      encoding.kind === 'codec' ? { label: encoding.codec.label } : encoding.kind,
    ),
    kind: variant === 'raw' || variant === 'hex' ? variant : kind,
  };
}
