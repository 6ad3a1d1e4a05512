import { once } from 'node:events';
import { connect } from 'node:net';

/** Publishes raw header bytes, as a client does that checks nothing. */
export async function rawPublish(
  port: number,
  subject: string,
  headerBlock: string,
  payload: string,
): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'data');
  const total = headerBlock.length + payload.length;
  socket.write('CONNECT {"verbose":false,"headers":true}\r\n');
  socket.write(`HPUB ${subject} ${headerBlock.length} ${total}\r\n${headerBlock}${payload}\r\n`);
  socket.write('PING\r\n');
  await once(socket, 'data');
  socket.destroy();
}
