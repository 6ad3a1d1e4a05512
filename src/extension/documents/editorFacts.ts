import type { EditorFacts, EditorFactsSource } from '../../views/editorStatus';
import { isLiveVersion } from './keyDocument';
import type { KeyDocuments } from './keyDocuments';

/** What a status item shows of the open documents. */
export function editorFacts(documents: KeyDocuments): EditorFactsSource {
  return {
    onDidChangeFacts: documents.onDidChangeFacts,
    facts: (uri): EditorFacts | undefined => {
      const document = documents.peek(uri);
      if (!document) {
        return undefined;
      }
      const { latest, base } = document;
      return {
        base: base?.revision,
        latest: {
          revision: latest.revision,
          created: latest.created,
          size: latest.value.byteLength,
        },
        exists: isLiveVersion(latest),
        conflict: documents.conflict(uri) !== undefined,
      };
    },
  };
}
