// P-22: SMS with a centre that we did not write (npm smpp): busy, receipts early and late, ids in both spellings, parts both
// ways, a connection that ends between a message and its answer. And what people see of it (L-85, L-87, L-88).
import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { after } from 'node:test';
import smpp from 'smpp';
import { seen, shot } from './look.js';
import { composer, inboxRow, message, say } from './screens.js';
import { plain, story } from './story.js';
import { World } from './world.js';

const CLIENT = '79161234567';

/** The centre: what it took, what it does with the next, and what it is told. */
class Centre extends EventEmitter {
	taken = [];
	plans = [];
	answered = 0;
	lastId = 500_000;
	hexAnswers = false;
	async start() {
		this.server = smpp.createServer({}, (session) => this.#serve(session));
		this.server.listen(0, '127.0.0.1');
		await once(this.server, 'listening');
		this.port = this.server.address().port;
		return this;
	}
	stop() {
		this.session?.destroy();
		return new Promise((done) => this.server.close(done));
	}
	#serve(session) {
		session.on('error', () => session.destroy());
		session.on('bind_transceiver', (pdu) => {
			const known = pdu.system_id === 'beseda' && pdu.password === 'secret08' && pdu.interface_version === 0x34;
			session.send(pdu.response({ command_status: known ? smpp.ESME_ROK : smpp.ESME_RINVPASWD }));
			if (!known) return session.close();
			this.session = session;
			this.emit('bound');
		});
		session.on('enquire_link', (pdu) => session.send(pdu.response()));
		session.on('unbind', (pdu) => (session.send(pdu.response()), session.close()));
		session.on('submit_sm', (pdu) => this.#submit(session, pdu));
	}
	#submit(session, pdu) {
		const plan = this.plans.shift();
		if (plan === 'busy') return session.send(pdu.response({ command_status: smpp.ESME_RTHROTTLED }));
		const id = (this.lastId += 1001);
		const { message: words, udh } = pdu.short_message;
		this.taken.push({ id, words, udh: udh?.[0] ? [...udh[0]] : null, to: pdu.destination_addr, from: pdu.source_addr, receipt: pdu.registered_delivery, coding: pdu.data_coding, esm: pdu.esm_class });
		if (plan === 'cut') session.destroy();
		else {
			if (plan === 'early') this.receipt(id);
			session.send(pdu.response({ message_id: this.hexAnswers ? id.toString(16).toUpperCase() : String(id) }));
		}
		this.emit('taken');
	}
	/** Waits until it took so many. */
	async took(count) {
		while (this.taken.length < count) await once(this, 'taken');
		return this.taken;
	}
	#deliver(fields) {
		return new Promise((done) => this.session.deliver_sm(fields, (pdu) => (assert.equal(pdu.command_status, 0), (this.answered += 1), done())));
	}
	/** The message has arrived; by its parameters, or by its text alone. */
	receipt(id, { byText = false } = {}) {
		const words = `id:${id} sub:001 dlvrd:001 submit date:2611200930 done date:2611200931 stat:DELIVRD err:000 text:`;
		const tlvs = byText ? {} : { receipted_message_id: String(id), message_state: 2 };
		return this.#deliver({ source_addr_ton: 1, source_addr_npi: 1, source_addr: CLIENT, destination_addr: 'LavkaLamp', esm_class: smpp.ESM_CLASS.MC_DELIVERY_RECEIPT, short_message: words, ...tlvs });
	}
	/** The client writes; each part in an SMS of its own. */
	async say(...parts) {
		for (const [at, words] of parts.entries()) {
			const head = parts.length > 1 ? { udh: Buffer.from([5, 0, 3, 42, parts.length, at + 1]) } : {};
			const body = head.udh ? { esm_class: smpp.ESM_CLASS.UDH_INDICATOR, short_message: { udh: Buffer.from([5, 0, 3, 42, parts.length, at + 1]), message: words } } : { short_message: words };
			await this.#deliver({ source_addr_ton: 1, source_addr_npi: 1, source_addr: CLIENT, destination_addr: 'LavkaLamp', data_coding: 8, ...body });
		}
	}
}

const world = await World.start();
const step = story(world);
const anna = await world.company();
const boris = await world.employee('Борис Белов', 'boris');
const centre = await new Centre().start();
after(() => centre.stop());
let page;

step('P-22 the administrator connects the centre; a wrong password is told in words', async () => {
	const form = await world.as(anna, '/settings/channels/new');
	await form.getByText('SMS', { exact: true }).first().click();
	const field = (name) => form.getByRole('textbox', { name });
	await seen(field('Адрес центра'));
	await shot(form, 'sms-form-smpp');
	await field('Адрес центра').fill('127.0.0.1');
	await field('Порт').fill(String(centre.port));
	await field('Имя для входа').fill('beseda');
	await form.getByLabel('Пароль или ключ').fill('secret09');
	await field('Имя отправителя').fill('LavkaLamp');
	await field('Цена одной SMS').fill('4,50 ₽');
	await field('Пауза после отказа').fill('1');
	await form.getByRole('button', { name: 'Проверить' }).click();
	await seen(form.getByText('ESME_RINVPASWD'));
	await form.getByLabel('Пароль или ключ').fill('secret08');
	await form.getByRole('button', { name: 'Проверить' }).click();
	await seen(form.getByText('LavkaLamp').last());
	await shot(form, 'sms-form-checked');
	const bound = once(centre, 'bound');
	await form.getByRole('button', { name: /Подключить|Сохранить/ }).last().click();
	await bound;
	await seen(form.getByText('Работает').first());
	await form.context().close();
});

step('P-22 a client writes in two parts of Cyrillic, and the centre is answered for each', async () => {
	await centre.say('Здравствуйте, есть ', 'чёрная лампа?');
	assert.equal(centre.answered, 2);
	page = await world.as(anna, '/inbox/queue');
	await inboxRow(page, 'чёрная лампа').click();
	await seen(message(page, 'Здравствуйте, есть чёрная лампа?'));
});

step('L-85 the composer counts: 71 characters are 2 SMS; the answer arrives whole under the sender', async () => {
	const words = `${'Лампа есть. '.repeat(5)}Ждём вас!!!`;
	assert.equal(words.length, 71);
	await composer(page).fill(words);
	await seen(page.getByText(/71\W* символ — \W*2\W* SMS/));
	assert.match(plain(await page.locator('[data-region=composer] [role=status]').innerText()), /^71 символ — 2 SMS · 4,50 ₽ за SMS$/);
	await shot(page, 'sms-counter');
	await say(page, words);
	const [one, two] = await centre.took(2);
	assert.equal(one.words + two.words, words);
	assert.deepEqual([one.udh?.slice(0, 2), one.udh?.slice(-2), two.udh?.slice(-2)], [[0, 3], [2, 1], [2, 2]]);
	for (const sent of [one, two]) assert.deepEqual([sent.to, sent.from, sent.receipt, sent.coding, sent.esm], [CLIENT, 'LavkaLamp', 1, 8, smpp.ESM_CLASS.UDH_INDICATOR]);
	await centre.receipt(two.id);
	await centre.receipt(one.id, { byText: true });
	await seen(message(page, 'Лампа есть.').getByRole('img', { name: 'Доставлено' }));
});

step('P-22 a busy centre is waited for, once is enough', async () => {
	centre.plans.push('busy');
	await say(page, 'Подождёт');
	const taken = await centre.took(3);
	assert.equal(taken.at(-1).words, 'Подождёт');
});

step('L-88 a receipt in another spelling that overtakes the answer counts', async () => {
	centre.hexAnswers = true;
	centre.plans.push('early');
	await say(page, 'Уже в пути');
	await seen(message(page, 'Уже в пути').getByRole('img', { name: 'Доставлено' }));
	centre.hexAnswers = false;
});

step('P-22 a connection that ends before the answer leaves the message unknown and never sends it again', async () => {
	centre.plans.push('cut');
	const bound = once(centre, 'bound');
	await say(page, 'Счёт на 100 ₽');
	await seen(message(page, 'Счёт на 100 ₽').getByRole('img', { name: /^Неизвестно/ }));
	await bound;
	await say(page, 'Дальше по новой связи');
	await centre.took(6);
	assert.deepEqual(centre.taken.filter((one) => one.words === 'Счёт на 100 ₽').length, 1);
	await shot(page, 'sms-talk');
	await page.context().close();
});

step('L-87 who may not spend reads why, and may leave a note', async () => {
	const { people } = await world.call('GET', '/people', { as: anna });
	const me = people.find((one) => one.name === 'Борис Белов');
	const { items } = await world.call('GET', '/inbox?group=my', { as: anna });
	await world.call('POST', `/client-chats/${items[0].id}/observers`, { as: anna, body: { add: [me.id], remove: [] } });
	const his = await world.as(boris, `/inbox/watched/${items[0].id}`);
	await seen(his.getByText('Каждое сообщение здесь платное.'));
	await shot(his, 'sms-may-not');
	await his.context().close();
});

step('P-22 the form of a gateway is filled in by a choice', async () => {
	const form = await world.as(anna, '/settings/channels/new');
	await form.getByText('SMS', { exact: true }).first().click();
	await form.getByLabel('Как отправлять').selectOption('http');
	const field = (name) => form.getByRole('textbox', { name, exact: true });
	assert.equal(await field('Адрес запроса').inputValue(), '');
	for (const [gateway, address] of [['smsc_ru', 'https://smsc.ru/sys/send.php'], ['sms_ru', 'https://sms.ru/sms/send'], ['json', '']]) {
		await form.getByLabel('Провайдер', { exact: true }).selectOption(gateway);
		assert.equal(await field('Адрес запроса').inputValue(), address);
		await shot(form, `sms-form-${gateway}`);
	}
	assert.match(await field('Шаблон тела').inputValue(), /"text": "\{text\}"/);
	assert.equal(await field('Адрес центра').count(), 0, 'what the other way needs is not asked for');
	await form.setViewportSize({ width: 390, height: 844 });
	await shot(form, 'sms-form-narrow');
	await form.context().close();
});
