// A program that is a channel of Beseda: see docs/run/own-channel.md. It needs Node 20 and nothing else.
//
//   SECRET=sixteen-letters-or-more PORT=8090 node echo.mjs
//
// Then connect it: Settings, Channels, Add, Own channel; address http://127.0.0.1:8090/beseda, the same secret, and as
// abilities {"edit":{"own":true},"delete":{"own":true},"receipts":{"delivered":true,"read":true},"idempotent":true}
//
// There is one client, called Echo. Each line you type here is a message of theirs; whatever is answered to them comes
// back as an echo, with its files. By default Beseda asks for events; with HOOK=address (the page of the channel shows it)
// this program delivers them itself.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';

const secret = process.env.SECRET ?? '';
const port = Number(process.env.PORT ?? 8090);
const hook = process.env.HOOK ?? '';
if (secret.length < 16) throw new Error('SECRET has to be 16 characters or more');

// --- The signature, both ways: HMAC-SHA256 over time, a dot, and what is said.

const proof = (time, said) => createHmac('sha256', secret).update(`${time}.`).update(said).digest('hex');

function signed(said) {
	const time = String(Math.floor(Date.now() / 1000));
	return { 'X-Beseda-Timestamp': time, 'X-Beseda-Signature': proof(time, said) };
}

function holds(headers, said) {
	const time = headers['x-beseda-timestamp'] ?? '';
	const given = Buffer.from(headers['x-beseda-signature'] ?? '');
	const right = Buffer.from(proof(time, said));
	const near = /^\d+$/.test(time) && Math.abs(Date.now() / 1000 - Number(time)) <= 300;
	return near && given.length === right.length && timingSafeEqual(given, right);
}

// --- Events: what the client does. A real program keeps them on disk until Beseda has them.

// Ids have to be new for ever, so they begin with the moment of the start.
const start = Date.now();
const events = [];
const files = new Map();
const chat = { id: 'echo', name: 'Echo', language: 'en' };
let waiting = [];

function tell(event) {
	events.push({ id: `${start}-${events.length}`, chat, at: Date.now(), ...event });
	waiting.forEach((wake) => wake());
	waiting = [];
}

function say(text, more = {}) {
	tell({ type: 'message', message: { id: `m-${start}-${events.length}`, at: Date.now(), text, ...more } });
}

// Beseda asks: GET /beseda/events?after=CURSOR&wait=SECONDS. The cursor is "start:how many were taken"; one of an earlier
// start says nothing about this one.
async function asked(query) {
	const [run, number] = (query.get('after') ?? '').split(':');
	const after = run === String(start) ? Number(number) : 0;
	if (events.length <= after) {
		const patience = Math.min(Number(query.get('wait') ?? 0), 60) * 1000;
		await new Promise((wake) => {
			waiting.push(wake);
			setTimeout(wake, patience).unref();
		});
	}
	const some = events.slice(after, after + 100);
	return { events: some, cursor: `${start}:${after + some.length}` };
}

// Or we deliver: in order, again and again until Beseda says 200.
async function deliver() {
	for (let sent = 0; ; ) {
		if (sent === events.length) await new Promise((wake) => waiting.push(wake));
		const some = events.slice(sent, sent + 100);
		const body = JSON.stringify({ events: some });
		const headers = { 'Content-Type': 'application/json', ...signed(body) };
		const answer = await fetch(hook, { method: 'POST', headers, body }).catch((error) => error);
		if (answer.status === 200) sent += some.length;
		else {
			console.error(`not delivered: ${answer.status ?? answer.message}`);
			await new Promise((wake) => setTimeout(wake, 3000));
		}
	}
}

// --- Requests: what Beseda wants done.

const done = new Map(); // by key: a repeated send is answered as the first

function send({ key, text, files: told }, form) {
	if (done.has(key)) return done.get(key);
	const ids = (told.length ? told : [null]).map((_, n) => `ours-${key}-${n}`);
	done.set(key, { ids });
	console.log(`answer: ${text}${told.map((file) => ` [${file.name}]`).join('')}`);
	// The client has it, has read it, and says it back.
	void echo(ids, text, told, form);
	return { ids };
}

async function echo(ids, text, told, form) {
	const back = [];
	for (const file of told) {
		const bytes = Buffer.from(await form.get(file.field).arrayBuffer());
		const name = `${start}-${files.size}`;
		files.set(name, { bytes, mime: file.mime });
		const { name: shown, mime, kind, size } = file;
		back.push({ url: `http://127.0.0.1:${port}/files/${name}`, name: shown, mime, kind, size });
	}
	for (const state of ['delivered', 'read']) {
		tell({ type: 'receipt', up_to: ids.at(-1), state });
	}
	say(`Echo: ${text}`, { files: back, reply_to: ids[0] });
}

function perform(request, form) {
	switch (request.type) {
		case 'check':
			return { ok: true, name: 'Echo' };
		case 'send':
			if (request.chat !== chat.id) throw { status: 404, code: 'no_such_chat', text: 'There is only Echo here' };
			return send(request, form);
		case 'edit':
			console.log(`changed: ${request.text}`);
			return {};
		case 'delete':
			console.log(`deleted: ${request.ids}`);
			return {};
		default:
			throw { status: 422, code: 'unsupported', text: `This program does not know ${request.type}` };
	}
}

// --- The server.

async function read(request) {
	const chunks = [];
	for await (const chunk of request) chunks.push(chunk);
	return Buffer.concat(chunks);
}

async function serve(request, answer) {
	const url = new URL(request.url, 'http://here');
	const reply = (status, body) => answer.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
	const refuse = () => reply(401, { code: 'bad_signature', text: 'The signature is wrong: compare secrets and clocks' });
	if (request.method === 'GET') {
		if (!holds(request.headers, `GET ${request.url}`)) return refuse();
		if (url.pathname === '/beseda/events') return reply(200, await asked(url.searchParams));
		const file = files.get(url.pathname.replace('/files/', ''));
		if (!file) return reply(404, { code: 'no_such_file' });
		return answer.writeHead(200, { 'Content-Type': file.mime }).end(file.bytes);
	}
	if (url.pathname !== '/beseda') return reply(404, {});
	// With files the question is the field "request" of the form, and that is what is signed.
	const body = await read(request);
	const type = request.headers['content-type'] ?? '';
	const form = type.startsWith('multipart/') ? await new Response(body, { headers: { 'Content-Type': type } }).formData() : null;
	const said = form ? form.get('request') : body;
	if (!holds(request.headers, said)) return refuse();
	try {
		reply(200, perform(JSON.parse(said), form));
	} catch ({ status = 500, code = 'broken', text = 'See the log of the program' }) {
		reply(status, { code, text });
	}
}

createServer((request, answer) => {
	serve(request, answer).catch((error) => {
		console.error(error);
		answer.writeHead(500).end();
	});
}).listen(port, '127.0.0.1', () => console.log(`listening on http://127.0.0.1:${port}/beseda`));
createInterface({ input: process.stdin }).on('line', (line) => line.trim() && say(line));
if (hook) void deliver();
