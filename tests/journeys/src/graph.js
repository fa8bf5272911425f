// A stand-in for the Graph API of a WhatsApp number: takes messages and templates, signs what it delivers.
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';

export const NUMBER = '106540352242922';
export const BUSINESS = '102290129340398';
const SECRET = 'TEST-secret-of-an-app';
const TOKEN = 'TEST-token-of-a-journey';

export class Graph {
	sent = [];
	templates = [];
	made = 0;

	static async start() {
		const graph = new Graph();
		graph.server = createServer((request, response) => void graph.serve(request, response));
		graph.server.listen(0, '127.0.0.1');
		await once(graph.server, 'listening');
		graph.base = `http://127.0.0.1:${graph.server.address().port}`;
		return graph;
	}
	stop() {
		this.server.closeAllConnections();
		this.server.close();
	}
	/** What the form of the channel wants. */
	get settings() {
		return { phone_number_id: NUMBER, token: TOKEN, app_secret: SECRET, business_account_id: BUSINESS, base_url: this.base };
	}
	addTemplate(name, components, status = 'APPROVED', language = 'ru') {
		this.made += 1;
		this.templates.push({ id: `7${this.made}`, name, language, status, category: 'UTILITY', rejected_reason: 'NONE', components });
	}

	async serve(request, response) {
		let body = '';
		for await (const piece of request) body += piece;
		const answer = (status, value) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
		if (request.headers.authorization !== `Bearer ${TOKEN}`) return answer(401, { error: { code: 190, message: 'token' } });
		const path = new URL(request.url, this.base).pathname.replace(/^\/v[\d.]+\//, '');
		if (path === `${BUSINESS}/message_templates`) {
			if (request.method === 'GET') return answer(200, { data: this.templates, paging: { cursors: {} } });
			if (request.method === 'DELETE') {
				this.templates = this.templates.filter((one) => one.name !== new URL(request.url, this.base).searchParams.get('name'));
				return answer(200, { success: true });
			}
			const made = JSON.parse(body);
			this.addTemplate(made.name, made.components, 'PENDING');
			return answer(200, { id: this.templates.at(-1).id, status: 'PENDING', category: made.category });
		}
		if (path === `${NUMBER}/messages`) {
			const message = JSON.parse(body);
			if (message.status === 'read') return answer(200, { success: true });
			this.made += 1;
			this.sent.push(message);
			return answer(200, { messages: [{ id: `wamid.OUT${this.made}` }] });
		}
		return answer(200, { id: NUMBER, display_phone_number: '+7 4950001122', verified_name: 'Лампы и свет', quality_rating: 'GREEN' });
	}

	async deliver(hook, changes, time = Math.floor(Date.now() / 1000)) {
		const body = JSON.stringify({ object: 'whatsapp_business_account', entry: [{ id: BUSINESS, time, changes }] });
		const signature = `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`;
		const { status } = await fetch(hook, { method: 'POST', headers: { 'content-type': 'application/json', 'x-hub-signature-256': signature }, body });
		if (status !== 200) throw new Error(`The webhook answered ${status}.`);
	}
	/** A client's words, written so many seconds ago. */
	async say(hook, client, words, ago = 0) {
		this.made += 1;
		const message = { id: `wamid.IN${this.made}`, from: client.phone, from_user_id: client.id, timestamp: String(Math.floor(Date.now() / 1000) - ago), type: 'text', text: { body: words } };
		await this.deliver(hook, [{ field: 'messages', value: { messaging_product: 'whatsapp', metadata: { phone_number_id: NUMBER }, messages: [message], contacts: [{ profile: { name: client.name }, user_id: client.id, wa_id: client.phone }] } }]);
	}
	/** Its judgement of a template. */
	async judge(hook, name, status, reason = 'NONE') {
		const one = this.templates.find((other) => other.name === name);
		Object.assign(one, { status, rejected_reason: reason });
		await this.deliver(hook, [{ field: 'message_template_status_update', value: { event: status, message_template_id: one.id, message_template_name: name, message_template_language: 'ru', reason } }]);
	}
}
