import {
  type Authenticator,
  credsAuthenticator,
  jwtAuthenticator,
  nkeyAuthenticator,
  tokenAuthenticator,
  usernamePasswordAuthenticator,
} from 'nats';
import type { Credentials } from './connectOptions';

/** The client's authenticator for the given credentials. */
export function authenticatorFor(credentials: Credentials): Authenticator {
  const bytes = (text: string) => new TextEncoder().encode(text);
  switch (credentials.kind) {
    case 'userPassword':
      return usernamePasswordAuthenticator(credentials.user, credentials.password);
    case 'token':
      return tokenAuthenticator(credentials.token);
    case 'creds':
      // The client's pattern needs \n, also after the last line; otherwise it fails as BAD_CREDS.
      return credsAuthenticator(bytes(`${credentials.contents.replace(/\r\n?/g, '\n')}\n`));
    case 'nkey':
      return nkeyAuthenticator(bytes(credentials.seed.trim()));
    case 'jwt':
      return jwtAuthenticator(
        credentials.jwt,
        credentials.seed === undefined ? undefined : bytes(credentials.seed.trim()),
      );
  }
}
