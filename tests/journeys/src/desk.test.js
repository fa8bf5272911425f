// The small comforts of a desk: emoji by name, files dropped on the talk, one voice out of several tabs, reading without the server.
import assert from 'node:assert/strict';
import { gone, seen, shot, until } from './look.js';
import { chatRow, composer, message, say } from './screens.js';
import { story } from './story.js';
import { World } from './world.js';

const world = await World.start();
const step = story(world);
const anna = await world.company();
const boris = await world.employee('Борис Ким', 'boris');
let annaPage;
let borisPage;
let direct;

step('S0-08 a colon and two letters offer emoji by their names in both languages; a time of day does not', async () => {
	annaPage = await world.as(anna, '/people');
	borisPage = await world.as(boris, '/chats');
	await annaPage.getByRole('button', { name: /Борис Ким/ }).click();
	await seen(composer(annaPage));
	direct = new URL(annaPage.url()).pathname;
	await composer(annaPage).pressSequentially('Отгрузили :спас');
	await seen(annaPage.getByRole('option', { name: 'спасибо' }));
	await shot(annaPage, 'emoji');
	await composer(annaPage).press('Enter');
	assert.equal(await composer(annaPage).inputValue(), 'Отгрузили 🙏 ');
	await composer(annaPage).pressSequentially(':thumb');
	await seen(annaPage.getByRole('option').first());
	await composer(annaPage).press('Tab');
	assert.match(await composer(annaPage).inputValue(), /👍|👎/);
	await composer(annaPage).fill('В 10:30');
	await composer(annaPage).press('Enter');
	await seen(message(annaPage, 'В 10:30'));
	await chatRow(borisPage, 'В 10:30').click();
	await seen(message(borisPage, 'В 10:30'));
});

/** Drags a file over the middle of an element and, if asked, lets it go. */
async function drag(page, locator, kinds) {
	const data = await page.evaluateHandle(() => {
		const carried = new DataTransfer();
		carried.items.add(new File(['смета'], 'смета.txt', { type: 'text/plain' }));
		return carried;
	});
	for (const kind of kinds) await locator.dispatchEvent(kind, { dataTransfer: data });
}

step('S0-02 a file dragged over the page shows where it may be dropped; dropped beside it, it does nothing', async () => {
	const target = annaPage.locator('section.thread .drop');
	await drag(annaPage, annaPage.locator('.pane'), ['dragenter', 'dragover']);
	await seen(target.getByText('Перетащите файлы сюда'));
	await drag(annaPage, annaPage.locator('.pane'), ['drop']);
	await gone(target);
	assert.equal(new URL(annaPage.url()).pathname, direct);
	await drag(annaPage, annaPage.locator('[role=log]'), ['dragover']);
	await seen(target.getByText('Отпустите, чтобы приложить'));
	await shot(annaPage, 'drop');
	await drag(annaPage, annaPage.locator('[role=log]'), ['dragover', 'drop']);
	await gone(target);
	await seen(annaPage.locator('[data-region=composer]').getByText('смета.txt'));
	await annaPage.getByRole('button', { name: 'Отправить', exact: true }).click();
	await seen(borisPage.locator('section.thread').getByText('смета.txt'));
});

step('L-01 L-02 U-25 of several tabs one shows, the one touched last; the others keep silent', async () => {
	await borisPage.context().close();
	const context = await world.context();
	await context.grantPermissions(['notifications']);
	await context.addCookies([{ name: boris.cookie.split('=')[0], value: boris.cookie.split('=')[1], url: world.url, httpOnly: true, sameSite: 'Lax' }]);
	await context.addInitScript(() => {
		// Nobody looks at these tabs, and what the system would show is written down.
		Document.prototype.hasFocus = () => false;
		window.shown = [];
		window.Notification = class {
			static permission = 'granted';
			constructor(title, { body }) {
				window.shown.push(`${title}: ${body}`);
			}
			close() {}
		};
	});
	const [first, second] = [await context.newPage(), await context.newPage()];
	for (const page of [first, second]) {
		await page.goto('/inbox/my');
		await seen(page.locator('nav[data-region=rail] .own .online'));
	}
	const told = (page) => page.evaluate(() => window.shown);
	for (const [at, [teller, silent]] of [[first, second], [second, first]].entries()) {
		// The server hears of the touch by the tab's own line, and of the message by another: the first it shows here settles it.
		// A tab that has just opened is given the focus by the browser as well, when it likes: this one is touched again after that.
		for (let n = 1; !(await told(teller)).some((one) => one.includes(`часть ${at + 1}`)); n += 1) {
			await teller.evaluate(() => window.dispatchEvent(new Event('focus')));
			await say(annaPage, `Вести, часть ${at + 1}, раз ${n}`);
			await Promise.any([teller, silent].map((page) => page.waitForFunction((words) => window.shown.some((one) => one.includes(words)), `часть ${at + 1}, раз ${n}`)));
		}
		await say(annaPage, `Вести, часть ${at + 1}, итог`);
		await teller.waitForFunction((words) => window.shown.some((one) => one.includes(words)), `часть ${at + 1}, итог`);
		assert.ok(!(await told(silent)).some((one) => one.includes(`часть ${at + 1}, итог`)), 'the other tab told as well');
	}
	await context.close();
});

step('an address of nothing names what was asked for and leads on by a key or a link', async () => {
	const page = await world.as(boris, '/reports/Отчёт?kind=all');
	await seen(page.getByRole('heading', { name: 'По этому адресу ничего нет' }));
	await seen(page.getByText('/reports/Отчёт', { exact: true }));
	assert.equal(new URL(page.url()).pathname, encodeURI('/reports/Отчёт'), 'the address must stay, to be mended');
	await page.keyboard.press('Control+k');
	await seen(page.getByRole('dialog').getByRole('combobox'));
	await page.keyboard.press('Escape');
	await page.getByRole('main').getByRole('link', { name: 'К чатам' }).click();
	await seen(chatRow(page, 'Анна Орлова'));
	for (const path of ['/inbox/quene', '/settings/nothing', '/chats/%E0%A4%A']) {
		await page.goto(path);
		await seen(page.getByRole('heading', { name: 'По этому адресу ничего нет' }));
	}
	await page.context().close();
});

step('U-04 a page that starts without the server shows the lists and the last messages as they were, and catches up', async () => {
	borisPage = await world.as(boris, direct);
	await seen(message(borisPage, 'Вести, часть 2, итог'));
	await until(borisPage, async (person) => {
		const open = (name) => new Promise((done, failed) => Object.assign(indexedDB.open(name), { onsuccess: (event) => done(event.target.result), onerror: failed }));
		const db = await open(`beseda-${person}`);
		const all = (store) => new Promise((done) => Object.assign(db.transaction(store).objectStore(store).count(), { onsuccess: (event) => done(event.target.result) }));
		const kept = (await all('lists')) > 0 && (await all('windows')) > 0;
		db.close();
		return kept && Boolean(await caches.match('/'));
	}, boris.person.id);
	await world.server.kill();
	await borisPage.reload();
	await seen(message(borisPage, 'Вести, часть 2, итог'));
	await seen(chatRow(borisPage, 'Анна Орлова'));
	await seen(borisPage.getByText(/Нет сети|Восстанавливаем связь/));
	await shot(borisPage, 'offline-start');
	await say(borisPage, 'Написано без сервера');
	await world.server.run();
	await borisPage.getByRole('button', { name: 'Соединиться сейчас' }).click();
	await seen(borisPage.locator('nav[data-region=rail] .own .online'));
	await seen(message(annaPage, 'Написано без сервера'));
});
