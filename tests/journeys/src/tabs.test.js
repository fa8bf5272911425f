// One person in two tabs and on a second device: the same words, the same counts, and each message once whichever tab dies.
import assert from 'node:assert/strict';
import { after } from 'node:test';
import { TornLine } from './line.js';
import { count, gone, seen, shot } from './look.js';
import { composer, crash, message, say } from './screens.js';
import { plain, story } from './story.js';
import { World } from './world.js';

const world = await World.start();
const step = story(world);
const anna = await world.company();
const boris = await world.employee('Борис Ким', 'boris');
const chat = await world.call('POST', '/chats', { as: anna, body: { kind: 'direct', person_id: boris.person.id } });
const line = await TornLine.start(world.url);
after(() => line.stop());
const path = `/chats/${chat.id}`;
/** Two tabs of one browser, by one line; a phone by another. */
let first;
let second;
let phone;
const tab = async () => {
	const page = await first.context().newPage();
	await page.goto(path);
	await seen(composer(page));
	return page;
};
const holds = (page, text, timeout = 10_000) => page.waitForFunction((wanted) => document.querySelector('[data-region=composer] textarea')?.value === wanted, text, { polling: 50, timeout });
const waits = (page, text) => message(page, text).getByRole('img', { name: 'Ждёт отправки' });
const stored = async () => (await world.call('GET', `/threads/${chat.id}/messages?limit=200`, { as: boris })).messages.filter((one) => one.kind === 'text').map((one) => plain(one.text));

step('U-04 what is typed in one tab stands in the other with the letter, and on the phone two seconds later', async () => {
	first = await world.as(anna, path, { url: line.url });
	second = await tab();
	phone = await world.as(anna, path, { width: 390, lang: 'en' });
	await composer(first).pressSequentially('Доброе утро');
	await holds(second, 'Доброе утро');
	await holds(phone, 'Доброе утро');
	await composer(second).press('End');
	await composer(second).pressSequentially(', Борис');
	await holds(first, 'Доброе утро, Борис');
	await holds(phone, 'Доброе утро, Борис');
	await composer(phone).press('Enter');
	await seen(message(phone, 'Доброе утро, Борис'));
	for (const page of [first, second]) await holds(page, '');
	assert.deepEqual(await stored(), ['Доброе утро, Борис']);
});

step('U-04 words typed on two devices, one of them without a network, all stay, and both show the same', async () => {
	await first.context().setOffline(true);
	line.away();
	await composer(first).pressSequentially('Сказано в метро');
	await holds(second, 'Сказано в метро');
	await composer(phone).pressSequentially('Сказано с телефона');
	const [away, said] = ['Сказано в метро', 'Сказано с телефона'];
	line.back();
	await first.context().setOffline(false);
	const both = await first.waitForFunction(([a, b]) => {
		const { value } = document.querySelector('[data-region=composer] textarea');
		return value.includes(a) && value.includes(b) && value;
	}, [away, said]).then((one) => one.jsonValue());
	for (const page of [second, phone]) await holds(page, both);
	await shot(first, 'tabs-joined');
	await composer(first).fill('');
	for (const page of [second, phone]) await holds(page, '');
});

step('U-04 X-05 a message waits in both tabs; the one in which it was written dies, the other sends it, once', async () => {
	await first.context().setOffline(true);
	line.away();
	await say(first, 'Раз, без сети');
	await say(second, 'Два, без сети');
	await say(first, 'Три, без сети');
	for (const page of [first, second]) for (const text of ['Раз', 'Два', 'Три']) await seen(waits(page, text));
	await shot(second, 'tabs-waiting');
	await crash(first);
	line.back();
	await second.context().setOffline(false);
	for (const text of ['Раз', 'Два', 'Три']) {
		await gone(waits(second, text));
		await seen(message(phone, text));
		await count(message(phone, text), 1);
		await count(message(second, text), 1);
	}
	assert.deepEqual((await stored()).slice(-3), ['Раз, без сети', 'Два, без сети', 'Три, без сети']);
});

step('U-04 what is taken back in one tab the other does not send', async () => {
	first = await tab();
	await first.context().setOffline(true);
	line.away();
	await say(first, 'Беру назад');
	await seen(waits(second, 'Беру назад'));
	await first.locator('.failure').getByRole('button', { name: 'Удалить' }).click();
	await gone(message(second, 'Беру назад'));
	await say(second, 'А это уйдёт');
	line.back();
	await first.context().setOffline(false);
	await seen(message(phone, 'А это уйдёт'));
	await gone(waits(second, 'А это уйдёт'));
	assert.deepEqual((await stored()).slice(-2), ['Три, без сети', 'А это уйдёт']);
});

step('U-04 what is read in one tab is read in the other and on the phone, also when it was read without a network', async () => {
	await Promise.all([first, second, phone].map((page) => page.goto('/people')));
	for (const text of ['Сколько?', 'Когда?']) await world.call('POST', `/chats/${chat.id}/messages`, { as: boris, body: { client_id: crypto.randomUUID(), text } });
	const badge = (page) => page.locator('nav[data-region=rail] a[href="/chats"] .badge').filter({ hasText: '1' });
	for (const page of [first, second]) await seen(badge(page));
	await first.bringToFront();
	await first.goto(path);
	await seen(message(first, 'Когда?'));
	await gone(badge(second));
	await world.call('POST', `/chats/${chat.id}/messages`, { as: boris, body: { client_id: crypto.randomUUID(), text: 'И почём?' } });
	await seen(message(first, 'И почём?'));
	await gone(badge(second));
	await phone.goto('/chats');
	await seen(phone.locator(`.pane a.row[href="${path}"]`));
	await gone(phone.locator(`.pane a.row[href="${path}"] .badge`));
	assert.equal((await world.call('GET', '/chats', { as: anna })).find((one) => one.id === chat.id).unread, 0);
});
