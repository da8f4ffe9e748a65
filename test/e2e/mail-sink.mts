// A mail server for tests that keeps every message and forwards none.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';

export interface MailSink {
	/** Port on the loopback interface. */
	port: number;
	/** Oldest first; `text` is decoded. */
	messages: { to: string[]; text: string }[];
	close: () => Promise<void>;
}

export async function openMailSink(): Promise<MailSink> {
	const messages: MailSink['messages'] = [];
	const server = new SMTPServer({
		authOptional: true,
		disabledCommands: ['AUTH', 'STARTTLS'],
		onData(stream, { envelope }, done) {
			simpleParser(stream).then(({ text = '' }) => {
				messages.push({ to: envelope.rcptTo.map(({ address }) => address), text });
				done();
			}, done);
		},
	});
	const { server: socket } = server;
	server.listen(0, '127.0.0.1');
	await once(socket, 'listening');
	return {
		port: (socket.address() as AddressInfo).port,
		messages,
		close: () => new Promise((done) => server.close(done)),
	};
}
