import { connect } from 'nats';
import { encodeJwt, makeKey } from '../../support/natsJwts';

/** A server's configuration that leaves logins to a service, and that service. */
export interface AuthCallout {
  readonly config: string;
  /** Logs into the account that has the bucket, without asking the service. */
  readonly owner: object;
  /** Answers logins until the result is called: users whose password is `p` get in. */
  serve(url: string): Promise<() => Promise<void>>;
}

interface AuthRequest {
  readonly nats: {
    readonly user_nkey: string;
    readonly server_id: { readonly id: string };
    readonly connect_opts: { readonly user?: string; readonly pass?: string };
  };
}

export function makeAuthCallout(): AuthCallout {
  const issuer = makeKey('account');
  const answer = ({ nats }: AuthRequest): string => {
    const { user_nkey: subject, server_id, connect_opts } = nats;
    const user = { type: 'user', subs: -1, data: -1, payload: -1 };
    const outcome =
      connect_opts.pass === 'p'
        ? { jwt: encodeJwt({ subject, issuer, audience: 'APP', name: connect_opts.user }, user) }
        : { error: 'wrong password' };
    const audience = server_id.id;
    return encodeJwt({ subject, issuer, audience }, { type: 'authorization_response', ...outcome });
  };
  return {
    owner: { user: 'owner', pass: 'owner' },
    config: `
accounts {
  AUTH: { users: [ { user: service, password: service } ] }
  APP: { jetstream: enabled, users: [ { user: owner, password: owner } ] }
  SYS: {}
}
system_account: SYS
authorization {
  timeout: 1
  auth_callout { issuer: ${issuer.publicKey}, account: AUTH, auth_users: [ service, owner ] }
}
`,
    async serve(url) {
      const service = await connect({ servers: url, user: 'service', pass: 'service' });
      service.subscribe('$SYS.REQ.USER.AUTH', {
        callback: (_, message) => {
          const [, claims = ''] = message.string().split('.');
          const text = Buffer.from(claims, 'base64url').toString();
          message.respond(answer(JSON.parse(text) as AuthRequest));
        },
      });
      await service.flush();
      return () => service.close();
    },
  };
}
