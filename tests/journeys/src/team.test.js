// Colleagues talk: one to one, in a group, with files, on two surfaces of one person.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { count, gone, seen, shot } from './look.js';
import { chatRow, composer, message, say, toast } from './screens.js';
import { plain, story } from './story.js';
import { World } from './world.js';

const world = await World.start();
const step = story(world);
const anna = await world.company();
const boris = await world.employee('Борис Ким', 'boris');
const vera = await world.employee('Вера Лис', 'vera');
let annaPage;
let borisPage;
let direct;

/** The dot at one's own face: the line to the server is open. */
const connected = (page) => seen(page.locator('nav[data-region=rail] .own .online'));

async function actOn(page, text, label) {
	const row = message(page, text);
	await row.hover();
	await row.getByRole('button', { name: 'Действия с сообщением' }).click();
	await page.getByRole('menuitem', { name: label }).click();
}

step('S0-01 a colleague is picked in Employees, and has the text within a second or two without a reload', async () => {
	annaPage = await world.as(anna, '/people');
	borisPage = await world.as(boris, '/chats');
	await annaPage.getByRole('button', { name: /Борис Ким/ }).click();
	await seen(composer(annaPage));
	await say(annaPage, 'Борис, отгрузка сегодня?');
	const row = chatRow(borisPage, 'отгрузка сегодня');
	await seen(row, 3000);
	direct = new URL(annaPage.url()).pathname;
	await seen(row.getByText('1', { exact: true }));
	await row.click();
	await seen(message(borisPage, 'отгрузка сегодня'));
	await shot(borisPage, 'direct');
});

step('X-05 the mark of the message climbs to read when the other has seen it', async () => {
	await borisPage.bringToFront();
	await seen(message(annaPage, 'отгрузка сегодня').getByRole('img', { name: 'Прочитано' }));
});

step('S0-02 a file arrives with the same bytes under the same name', async () => {
	const bytes = Buffer.from(Array.from({ length: 70_001 }, (_, at) => (at * 31 + (at >> 8)) % 256));
	await annaPage.locator('input[type=file]').setInputFiles({ name: 'Счёт № 7 (август).dat', mimeType: 'application/octet-stream', buffer: bytes });
	await seen(annaPage.getByText('Счёт № 7 (август).dat'));
	await annaPage.getByRole('button', { name: 'Отправить', exact: true }).click();
	const link = borisPage.locator('section.thread').getByRole('link', { name: /Счёт № 7 \(август\)\.dat/ });
	await seen(link);
	const [download] = await Promise.all([borisPage.waitForEvent('download'), link.click()]);
	assert.equal(download.suggestedFilename(), 'Счёт № 7 (август).dat');
	assert.ok(bytes.equals(await readFile(await download.path())));
	await shot(borisPage, 'file');
});

step('S0-08 U-26 two surfaces of one person agree: text, file, edit, reading', async () => {
	const phone = await world.as(boris, direct, { width: 390, height: 844 });
	await seen(message(phone, 'отгрузка сегодня'));
	await seen(phone.getByText('Счёт № 7 (август).dat'));
	await say(phone, 'Да, в пять');
	await seen(message(borisPage, 'Да, в пять'));
	await actOn(borisPage, 'Да, в пять', 'Изменить');
	await composer(borisPage).fill('Да, в шесть');
	await composer(borisPage).press('Enter');
	await seen(message(phone, 'Да, в шесть'));
	await seen(message(annaPage, 'Да, в шесть').getByText('изменено'));
	await shot(phone, 'phone-chat');
	await phone.context().close();
});

step('S0-12 S0-13 S0-14 a group: Create waits for a name and a member, every member has it, each message names its author', async () => {
	const veraPage = await world.as(vera, '/chats');
	await annaPage.goto('/people');
	await annaPage.getByRole('button', { name: 'Новый чат' }).last().click();
	const dialog = annaPage.getByRole('dialog', { name: 'Новый чат' });
	const create = dialog.getByRole('button', { name: 'Создать' });
	assert.ok(await create.isDisabled());
	await dialog.getByLabel('Название').fill('Склад');
	assert.ok(await create.isDisabled());
	await dialog.getByRole('checkbox', { name: /Борис Ким/ }).click();
	await dialog.getByRole('checkbox', { name: /Вера Лис/ }).click();
	await shot(annaPage, 'new-chat');
	await create.click();
	await seen(annaPage.getByText(/Анна Орлова.*создаёт чат/));
	await seen(chatRow(borisPage, 'Склад'));
	await seen(chatRow(veraPage, 'Склад'));
	await say(annaPage, 'Коллеги, инвентаризация в пятницу');
	await chatRow(veraPage, 'Склад').click();
	await seen(message(veraPage, 'инвентаризация').getByText('Анна Орлова'));
	await veraPage.locator('input[type=file]').setInputFiles({ name: 'план.txt', mimeType: 'text/plain', buffer: Buffer.from('план') });
	await seen(veraPage.getByText('план.txt'));
	await veraPage.getByRole('button', { name: 'Отправить', exact: true }).click();
	await seen(annaPage.locator('section.thread').getByText('план.txt'));
	await veraPage.context().close();
});

step('U-26 a mention is marked in the list and counted once; opening clears both', async () => {
	await composer(annaPage).pressSequentially('@бор');
	await annaPage.getByRole('option', { name: /Борис Ким/ }).click();
	await composer(annaPage).pressSequentially('возьмёшь смену?');
	await composer(annaPage).press('Enter');
	const row = chatRow(borisPage, 'Склад');
	await seen(row.getByTitle('Вас упомянули'));
	await seen(toast(borisPage, 'возьмёшь смену'));
	await shot(borisPage, 'mentioned');
	await row.click();
	await borisPage.bringToFront();
	await seen(message(borisPage, 'возьмёшь смену'));
	// The corner has nothing more to tell; by itself it would stay for eight seconds.
	await gone(toast(borisPage, 'возьмёшь смену'), 3000);
	await gone(row.getByTitle('Вас упомянули'));
	await gone(row.locator('[aria-label^="Непрочитанных"]'));
});

step('S0-08 a reply, a reaction, a pin and a deletion are seen by the other at once', async () => {
	await actOn(borisPage, 'инвентаризация', /^Ответить(?! лично)/);
	await say(borisPage, 'Буду к девяти');
	await seen(message(annaPage, 'Буду к девяти').locator('.quote'));
	const row = message(annaPage, 'Буду к девяти');
	await row.hover();
	await row.getByRole('button', { name: 'Действия с сообщением' }).click();
	await annaPage.getByRole('menuitem', { name: '👍' }).click();
	await seen(message(borisPage, 'Буду к девяти').getByRole('button', { name: /👍/ }));
	await actOn(annaPage, 'Буду к девяти', 'Закрепить');
	await seen(message(borisPage, 'Буду к девяти').getByTitle('Закреплено'));
	const pins = (page) => page.getByRole('region', { name: 'Закреплено' });
	await seen(pins(annaPage).getByRole('button', { name: /Буду к девяти/ }));
	await pins(borisPage).getByRole('button', { name: 'Скрыть закреплённое' }).click();
	await gone(pins(borisPage));
	await actOn(borisPage, 'Буду к девяти', 'Удалить у всех');
	await seen(annaPage.locator('section.thread').getByText('Сообщение удалено'));
	await gone(message(annaPage, 'Буду к девяти'));
	await gone(pins(annaPage));
});

step('U-24 a word is found in another form, with ё as е and in the wrong layout', async () => {
	await say(annaPage, 'Привезли ёлки для витрины');
	await seen(message(annaPage, 'Привезли ёлки'));
	await annaPage.keyboard.press('Control+Shift+F');
	const field = annaPage.getByRole('dialog').getByRole('searchbox');
	for (const words of ['елка', 'витрина', 'инвентаризацию', 'bydtynfhbpfwbz']) {
		await field.fill(words);
		await seen(annaPage.getByRole('dialog').locator('.hits button').filter({ hasText: words.startsWith('елк') || words.startsWith('вит') ? 'ёлки' : 'инвентаризация' }));
	}
	await shot(annaPage, 'search');
	await annaPage.getByRole('dialog').getByRole('button', { name: 'Закрыть' }).click();
	await gone(annaPage.getByRole('dialog'));
});

step('U-24 Ctrl+K finds a person typed in the wrong layout and goes there by Enter', async () => {
	await annaPage.keyboard.press('Control+k');
	const palette = annaPage.getByRole('dialog', { name: 'Перейти и найти' });
	await seen(palette);
	await shot(annaPage, 'palette');
	await palette.getByRole('combobox').fill(',jhbc');
	await seen(palette.getByRole('option', { name: /Борис Ким/ }));
	await palette.getByRole('combobox').press('Enter');
	await seen(message(annaPage, 'отгрузка сегодня'));
});

step('S0-10 in a focused window a toast tells who wrote what; a press opens that chat', async () => {
	await borisPage.goto('/settings/profile');
	await connected(borisPage);
	await borisPage.bringToFront();
	await say(annaPage, 'Глянь накладную');
	const told = toast(borisPage, 'Глянь накладную');
	await seen(told);
	assert.match(await told.innerText(), /Анна Орлова/);
	await told.getByRole('button', { name: 'Открыть' }).click();
	await seen(message(borisPage, 'Глянь накладную'));
});

step('S0-10 S0-09 S0-11 L-01 L-02 with the window away a notice of the system; each switch takes effect at once', async () => {
	// The system's corner and the loudspeaker are outside a page: what is handed to them is written down instead.
	const context = await world.context();
	await context.addInitScript(() => {
		window.told = [];
		window.sounds = 0;
		class Notice {
			static permission = 'granted';
			static requestPermission = async () => 'granted';
			constructor(title, { body }) {
				window.told.push(`${title}: ${body}`);
			}
			close() {}
		}
		window.Notification = Notice;
		document.hasFocus = () => false;
		const start = AudioScheduledSourceNode.prototype.start;
		AudioScheduledSourceNode.prototype.start = function (...at) {
			window.sounds += 1;
			return start.apply(this, at);
		};
		for (const kind of [OscillatorNode, AudioBufferSourceNode]) {
			if (!Object.hasOwn(kind.prototype, 'start')) continue;
			const own = kind.prototype.start;
			kind.prototype.start = function (...at) {
				window.sounds += 1;
				return own.apply(this, at);
			};
		}
		HTMLMediaElement.prototype.play = async () => void (window.sounds += 1);
	});
	await borisPage.context().close();
	const [name, value] = boris.cookie.split('=');
	await context.addCookies([{ name, value, url: world.url }]);
	const away = await context.newPage();
	await away.goto('/settings/notifications');
	await connected(away);
	await away.keyboard.press('Shift');
	const state = () => away.evaluate(() => ({ told: window.told, sounds: window.sounds }));
	const heard = async (text) => {
		await away.waitForFunction((words) => window.told.some((one) => one.includes(words)), text);
		return state();
	};

	await say(annaPage, 'Первое');
	const first = await heard('Первое');
	assert.deepEqual(first.told, ['Анна Орлова: Первое']);
	assert.ok(first.sounds > 0, 'no sound');

	await away.getByRole('switch', { name: /^Звук/ }).press('Space');
	await seen(away.locator('[role=switch][aria-checked=false], input[role=switch]:not(:checked)'));
	await say(annaPage, 'Второе');
	const second = await heard('Второе');
	assert.equal(second.sounds, first.sounds);

	await away.getByRole('switch', { name: /рабочем столе/ }).press('Space');
	await say(annaPage, 'Третье');
	// What cannot be seen arriving is waited for by what does arrive: the count in the title.
	await away.waitForFunction(() => /^\(\d+\)/.test(document.title));
	await seen(away.locator('nav[data-region=rail]'));
	await say(annaPage, 'Четвёртое');
	await away.goto(direct);
	await seen(message(away, 'Четвёртое'));
	assert.deepEqual((await state()).told, []);
	await context.close();
});

step('S0-12 a group is left from its own menu, after a question; on a phone Esc closes what lies over the chat first', async () => {
	const { id } = await world.call('POST', '/chats', { as: anna, body: { kind: 'group', title: 'Ёлка в холле', member_ids: [vera.person.id] } });
	const phone = await world.as(vera, `/chats/${id}`, { width: 390, height: 844 });
	await phone.getByRole('button', { name: /Ёлка в холле/ }).click();
	await seen(phone.locator('aside').getByRole('link', { name: /Вера Лис/ }));
	await phone.keyboard.press('Escape');
	await gone(phone.locator('aside'));
	assert.equal(new URL(phone.url()).pathname, `/chats/${id}`);
	await phone.getByRole('button', { name: 'Ещё', exact: true }).click();
	await phone.getByRole('menuitem', { name: 'Выйти из чата' }).click();
	await phone.getByRole('dialog').getByRole('button', { name: 'Выйти из чата' }).click();
	await phone.waitForURL(/\/chats$/);
	await gone(chatRow(phone, 'Ёлка в холле'));
	await phone.context().close();
});

step('S0-11 the same company in English: the words change, the talk stays', async () => {
	const english = await world.as(vera, '/settings/appearance', { lang: 'en' });
	await english.getByRole('radio', { name: 'English' }).check();
	await seen(english.getByRole('link', { name: 'Notifications' }));
	await english.goto('/chats');
	await chatRow(english, 'Склад').click();
	await seen(message(english, 'инвентаризация'));
	assert.match(plain(await composer(english).getAttribute('placeholder')), /^Message/);
	assert.doesNotMatch((await english.locator('nav[data-region=rail] .area').allInnerTexts()).join(' '), /[А-Яа-я]/);
	await shot(english, 'english');
	await count(english.getByText('Непрочитанных'), 0);
});
