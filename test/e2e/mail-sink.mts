// A mail server for tests that keeps every message and forwards none.
import { createServer } from 'node:net';

export interface MailSink {
	/** Port on the loopback interface. */
	port: number;
	/** Oldest first; `text` is decoded. */
	messages: { to: string[]; text: string }[];
	close: () => Promise<void>;
}

/**
 * @param data of the DATA command
 * @returns decoded body of a plain-text message
 */
function bodyOf(data: string): string {
	const end = data.indexOf('\r\n\r\n');
	const [head, body] = [data.slice(0, end), data.slice(end + 4)];
	if (/transfer-encoding: base64/i.test(head)) return Buffer.from(body, 'base64').toString();
	if (!/transfer-encoding: quoted-printable/i.test(head)) return body;
	const bytes = body
		.replace(/=\r\n/g, '')
		.replace(/=([0-9A-F]{2})/g, (_all, hex) => String.fromCharCode(parseInt(hex, 16)));
	return Buffer.from(bytes, 'latin1').toString();
}

export async function openMailSink(): Promise<MailSink> {
	const messages: MailSink['messages'] = [];
	const server = createServer((socket) => {
		let to: string[] = [];
		let inData = false;
		let rest = '';
		const reply = (line: string) => socket.write(`${line}\r\n`);
		const command = (line: string) => {
			if (/^RCPT TO:/i.test(line)) to.push(/<(.*)>/.exec(line)?.[1] ?? '');
			inData = /^DATA/i.test(line);
			if (/^QUIT/i.test(line)) socket.end('221 bye\r\n');
			else reply(inData ? '354 go on' : '250 ok');
		};
		socket.setEncoding('utf8').on('error', () => {});
		socket.on('data', (text) => {
			rest += text;
			for (;;) {
				const end = rest.indexOf(inData ? '\r\n.\r\n' : '\r\n');
				if (end < 0) return;
				const part = rest.slice(0, end);
				rest = rest.slice(end + (inData ? 5 : 2));
				if (inData) {
					messages.push({ to, text: bodyOf(part) });
					[to, inData] = [[], false];
					reply('250 kept');
				} else command(part);
			}
		});
		reply('220 sink');
	});
	await new Promise((done) => server.listen(0, '127.0.0.1', () => done(null)));
	const address = server.address();
	return {
		port: typeof address === 'object' && address ? address.port : 0,
		messages,
		close: () => new Promise((done) => server.close(() => done())),
	};
}
