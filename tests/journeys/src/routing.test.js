// Who gets a client: a queue that gives chats out to two operators, the routing table, the client's responsible person.
import assert from 'node:assert/strict';
import { faults } from './axe.js';
import { gone, seen, shot } from './look.js';
import { client, clientSays, composer, inboxRow, say, toast } from './screens.js';
import { story } from './story.js';
import { World } from './world.js';

const world = await World.start();
const step = story(world);
const anna = await world.company();
const boris = await world.employee('Борис Ким', 'boris');
const vera = await world.employee('Вера Лис', 'vera');
await world.widget();

/** Words with what was put into them: the page isolates that from the line's direction by marks nobody sees. */
const told = (text) => new RegExp([...text].map((letter) => (letter === ' ' ? '\\s' : letter).replace(/[.*+?^${}()|[\]]/, '\\$&')).join('[\u2068\u2069]*'));
const dialog = (page, name) => page.getByRole('dialog', { name });
const pages = {};

step('L-82 P-37 P-38 the queue is set up: evenly, two at most, who is warned; what it cannot keep to is said at its field', async () => {
	const page = await world.as(anna, '/settings/queues');
	await page.getByRole('button', { name: 'Общая очередь' }).click();
	const form = dialog(page, 'Изменить очередь');
	await seen(form);
	await form.getByLabel('Анна Орлова').uncheck();
	await form.getByLabel('Как отдавать беседы').selectOption('in_order');
	// The list's order, by keyboard: the first becomes the second.
	const order = form.getByRole('list', { name: 'Порядок' });
	await seen(order);
	const before = await order.getByRole('listitem').allInnerTexts();
	await order.getByRole('listitem').first().getByRole('button').last().focus();
	await page.keyboard.press('Alt+ArrowDown');
	const after = await order.getByRole('listitem').allInnerTexts();
	assert.match(after[1], new RegExp(before[0].split('\n')[1]));
	await shot(page, 'queue-order-ru-light-1440');
	await form.getByLabel('Как отдавать беседы').selectOption('evenly');
	await form.getByLabel('Сколько бесед на одного').fill('0');
	await form.getByRole('button', { name: 'Сохранить' }).click();
	await seen(form.getByText(told('Укажите целое число от 1 до 1000')));
	await form.getByLabel('Сколько бесед на одного').fill('2');
	await form.getByLabel('Руководитель очереди').selectOption({ label: 'Анна Орлова' });
	await form.getByLabel('Когда ждут, клиентов').fill('2');
	assert.deepEqual(await faults(page), []);
	await shot(page, 'queue-form-ru-light-1440');
	await form.getByRole('button', { name: 'Сохранить' }).click();
	await gone(form);
	await seen(page.getByText(told('Поровну, до 2')));
	await page.context().close();
});

step('P-37 L-82 P-39 a client is given to an operator, who may decline: then the other has them', async () => {
	pages.boris = await world.as(boris, '/inbox/my');
	pages.vera = await world.as(vera, '/inbox/my');
	const visitor = await client(world);
	await clientSays(visitor, 'Сколько стоит доставка?');
	const row = (page) => inboxRow(page, 'Сколько стоит доставка');
	// Whoever's turn it is: it is one of the two, and not both.
	const first = await Promise.any(['boris', 'vera'].map(async (name) => (await seen(row(pages[name])), name)));
	const second = first === 'boris' ? 'vera' : 'boris';
	const [has, waits] = [pages[first], pages[second]];
	assert.equal(await row(waits).count(), 0);
	await seen(row(has).getByRole('img', { name: 'Отдана вам очередью' }));
	await seen(has.getByRole('list', { name: 'В работе' }).getByText(told('1 из 2')));
	await row(has).click();
	await seen(has.locator('.state', { hasText: 'Отдана вам очередью' }));
	await seen(has.getByText(told('Очередь «Общая очередь» отдаёт беседу')));
	assert.deepEqual(await faults(has), []);
	await shot(has, 'given-ru-light-1440');
	await has.getByRole('button', { name: 'Отказаться' }).click();
	await seen(row(waits));
	await gone(row(has));
	await has.waitForURL('**/inbox/my');
	await row(waits).click();
	await say(waits, 'Доставка 300 рублей');
	await gone(waits.locator('.state', { hasText: 'Отдана вам очередью' }));
	// What is answered is theirs.
	await gone(waits.getByRole('button', { name: 'Отказаться' }));
	await visitor.context().close();
});

step('P-38 P-39 nobody has room: the client waits, the head is told, and a closed conversation makes room', async () => {
	for (const text of ['Первый вопрос', 'Второй вопрос', 'Третий вопрос']) {
		await clientSays(await client(world), text);
	}
	await seen(pages.boris.getByText(told('2 из 2')));
	await seen(pages.vera.getByText(told('2 из 2')));
	const head = await world.as(anna, '/inbox/all');
	for (const text of ['Четвёртый вопрос', 'Пятый вопрос']) {
		await clientSays(await client(world), text);
	}
	await seen(toast(head, 'Общая очередь').filter({ hasText: 'Ждут 2 клиента' }));
	await shot(head, 'backlog-ru-light-1440');
	await head.context().close();
	await pages.boris.goto('/inbox/my');
	await inboxRow(pages.boris, '').first().click();
	await seen(composer(pages.boris));
	await pages.boris.getByRole('button', { name: 'Закрыть', exact: false }).first().click();
	await seen(inboxRow(pages.boris, 'Четвёртый вопрос'));
});

step('L-72 P-40 the routing table is kept, ordered by keyboard, and tried before anybody writes', async () => {
	const page = await world.as(anna, '/settings/routing');
	await seen(page.getByText('Строк пока нет'));
	const add = async (name, words) => {
		await page.getByRole('button', { name: 'Новая строка' }).click();
		const form = dialog(page, 'Новая строка');
		await form.getByLabel('Название').fill(name);
		await form.getByLabel('Слова клиента').fill(words);
		await form.getByLabel('Сотруднику').check();
		await form.locator('select').selectOption({ label: 'Вера Лис' });
		await form.getByRole('button', { name: 'Сохранить' }).click();
		return form;
	};
	const empty = await add('О доставке', '?!');
	await seen(empty.getByText('нет ни одного слова'));
	assert.equal(await empty.getByLabel('Название').inputValue(), 'О доставке', 'nothing typed is lost');
	await empty.getByLabel('Слова клиента').fill('доставка, самовывоз');
	await shot(page, 'rule-form-ru-light-1440');
	await empty.getByRole('button', { name: 'Сохранить' }).click();
	await gone(empty);
	await gone(await add('О возврате', 'возврат'));
	const rows = page.getByRole('list', { name: 'Таблица маршрутов' }).getByRole('listitem');
	await seen(rows.nth(1));
	await page.getByRole('button', { name: told('Ниже: О доставке') }).focus();
	const kept = page.waitForResponse('**/routing/order');
	await page.keyboard.press('Enter');
	await seen(rows.nth(1).getByText('О доставке'));
	await kept;
	await page.getByLabel('Сообщение клиента').fill('Возможна ли доставка на дом?');
	await page.getByRole('button', { name: 'Проверить' }).click();
	await seen(page.getByText(told('подошла по словам: доставка')));
	await seen(page.getByText(told('О возврате: таких слов нет')));
	assert.deepEqual(await faults(page), []);
	await shot(page, 'routing-ru-light-1440');
	await page.getByRole('button', { name: told('Выключить: О доставке') }).click();
	await seen(rows.nth(1).getByText('Выключена'));
	await page.getByRole('button', { name: told('Удалить: О доставке') }).click();
	await toast(page, 'О доставке').getByRole('button', { name: 'Вернуть' }).or(toast(page, 'О доставке').getByRole('button', { name: 'Отменить' })).click();
	await seen(rows.nth(1).getByText('О доставке'));
	await page.context().close();
	// In the dark, in a pocket.
	const small = await world.as(anna, '/chats', { width: 390, height: 844, dark: true });
	await small.goto('/settings/routing');
	await seen(small.getByText('О возврате').first());
	assert.deepEqual(await faults(small), []);
	await shot(small, 'routing-ru-dark-390');
	await small.context().close();
});

step('P-41 X-12 a client\'s responsible person is set in the card, and the card says how the chat came where it is', async () => {
	const page = await world.as(anna, '/inbox/all');
	await inboxRow(page, 'Четвёртый вопрос').click();
	await seen(page.getByLabel('Отвечает'));
	await page.getByLabel('Отвечает').selectOption({ label: 'Вера Лис' });
	await seen(page.getByText('Как беседа попала сюда'));
	await seen(page.getByText('Таблица маршрутов: ни одна строка не подошла'));
	await seen(page.getByText(told('Очередь «Общая очередь» отдала беседу: Борис Ким')));
	assert.deepEqual(await faults(page), []);
	await shot(page, 'card-ru-light-1440');
	await page.reload();
	await page.waitForFunction(() => [...document.querySelectorAll('select')].some((one) => one.selectedOptions[0]?.textContent === 'Вера Лис'));
	await page.context().close();
});

step('L-82 L-72 the same in English, dark and narrow', async () => {
	await world.call('PATCH', '/me', { as: anna, body: { preferences: { language: 'en' } } });
	const page = await world.as(anna, '/chats', { lang: 'en', dark: true, width: 390, height: 844 });
	await page.goto('/settings/queues');
	await page.getByRole('button', { name: 'Общая очередь' }).click();
	await seen(page.getByText('Conversations per person'));
	assert.deepEqual(await faults(page), []);
	await shot(page, 'queue-form-en-dark-390');
	await page.goto('/settings/routing');
	await seen(page.getByText('Rows are looked at from the top', { exact: false }));
	await shot(page, 'routing-en-dark-390');
	await page.context().close();
	const wide = await world.as(anna, '/settings/queues', { lang: 'en', dark: true });
	await wide.getByRole('button', { name: 'Общая очередь' }).click();
	await seen(wide.getByText('Conversations per person'));
	await shot(wide, 'queue-form-en-dark-1440');
	await wide.context().close();
});
