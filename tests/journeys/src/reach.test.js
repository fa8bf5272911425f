// Every screen in both themes under axe, and in Russian at three widths with nothing sticking out.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faults as violations } from './axe.js';
import { seen, shot } from './look.js';
import { chatRow, client, clientSays, composer, inboxRow, message, say } from './screens.js';
import { World } from './world.js';

const world = await World.start();

/** What is wider than its place and neither scrolls nor ends in dots; and whether the page itself can be pushed sideways. */
function stickingOut() {
	const found = [];
	const roots = [document, ...[...document.querySelectorAll('*')].map((one) => one.shadowRoot).filter(Boolean)];
	if (document.scrollingElement.scrollWidth > innerWidth + 1) found.push(`the page is ${document.scrollingElement.scrollWidth} wide in ${innerWidth}`);
	for (const element of roots.flatMap((one) => [...one.querySelectorAll('*')])) {
		if (!(element instanceof HTMLElement) || element.scrollWidth <= element.clientWidth + 1 || !element.clientWidth) continue;
		if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
		const style = getComputedStyle(element);
		if (style.display === 'inline' || style.textOverflow === 'ellipsis') continue;
		if (['auto', 'scroll'].includes(style.overflowX)) {
			// A list that scrolls down must not also scroll sideways by accident.
			if (['auto', 'scroll'].includes(style.overflowY) && element.scrollHeight > element.clientHeight && !element.matches('pre, code, textarea')) found.push(`scrolls sideways: ${element.tagName}.${element.className}`);
			continue;
		}
		// One pixel large boxes are for ears only.
		if (element.clientWidth <= 4) continue;
		// What sticks out is named by its innermost box.
		if ([...element.children].some((one) => one instanceof HTMLElement && one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== 'inline')) continue;
		if (['INPUT', 'SELECT', 'TEXTAREA'].includes(element.tagName)) continue;
		// A badge or a dot hung on the corner on purpose is placed, not pushed out.
		const right = element.getBoundingClientRect().right;
		const pushed = [...element.querySelectorAll('*')].filter((one) => one.getBoundingClientRect().right > right + 1 && getComputedStyle(one).position !== 'absolute' && !one.closest('[style*=absolute]'));
		const words = [...element.childNodes].some((one) => one.nodeType === Node.TEXT_NODE && one.textContent.trim());
		if (!pushed.length && !words) continue;
		const hung = pushed.every((one) => {
			for (let up = one; up && up !== element; up = up.parentElement) if (getComputedStyle(up).position === 'absolute') return true;
			return false;
		});
		if (hung && !words) continue;
		found.push(`${element.tagName.toLowerCase()}.${[...element.classList].filter((one) => !one.startsWith('svelte-')).join('.')} ${element.scrollWidth} in ${element.clientWidth}: ${element.innerText.slice(0, 60)}`);
	}
	return found;
}

const outside = [
	['setup', async (page) => {
		await page.goto(world.server.setup);
		await seen(page.locator('form'));
	}],
	['setup-wrong', async (page) => {
		await page.goto(world.server.setup);
		await page.getByRole('button', { name: 'Создать и войти' }).click();
		await seen(page.getByText('Заполните это поле'));
	}],
];

for (const dark of [false, true]) {
	test(`U-26 accessibility of the first run, ${dark ? 'dark' : 'light'}`, async () => {
		const page = await world.page({ dark });
		for (const [name, open] of outside) {
			await open(page);
			await shot(page, `reach-${name}-${dark ? 'dark' : 'light'}`);
			assert.deepEqual(await violations(page), [], name);
		}
		await page.context().close();
	});
}
test('the first run keeps to its width in Russian', async () => {
	for (const width of [390, 1024, 1440]) {
		const page = await world.page({ width, height: 844 });
		await outside[0][1](page);
		assert.deepEqual(await page.evaluate(stickingOut), [], `setup at ${width}`);
		await page.context().close();
	}
});

let anna;
let chatId;
let personId;
let groupId;

test('a company to look at', async () => {
	anna = await world.company();
	for (const dark of [false, true]) {
		const first = await world.as(anna, '/inbox/my', { dark });
		await seen(first.getByRole('link', { name: 'Подключить' }));
		await shot(first, `reach-first-steps-${dark ? 'dark' : 'light'}`);
		assert.deepEqual([...(await violations(first)), ...(await first.evaluate(stickingOut))], [], 'first steps');
		await first.context().close();
	}
	const boris = await world.employee('Константин Преображенский-Васильковский', 'konst');
	await world.employee('Вера Лис', 'vera');
	await world.widget();
	await world.call('POST', '/templates', { as: anna, body: { title: 'Часы работы', text: 'Мы открыты с 10 до 20', shared: true } });
	const people = (await world.call('GET', '/people', { as: anna })).people;
	personId = people.find((one) => one.id !== anna.person.id).id;
	const group = await world.call('POST', '/chats', { as: anna, body: { kind: 'group', title: 'Отгрузки, перемещения и возвраты по северо-западным складам', member_ids: people.map((one) => one.id) } });
	groupId = group.id;
	for (const text of ['**Коллеги**, график: https://example.org/a/very/long/path/that/has/no/place/to/break/in/it/at/all/and/goes/on/and/on.html', 'СамоеДлинноеСловоБезПробеловКотороеТолькоМожноСебеПредставитьВОднойСтроке'.repeat(3)]) {
		await world.call('POST', `/chats/${groupId}/messages`, { as: boris, body: { client_id: crypto.randomUUID(), text } });
	}
	await world.call('POST', `/chats/${groupId}/messages`, { as: boris, body: { client_id: crypto.randomUUID(), text: `@[Анна Орлова](${anna.person.id}) посмотрите, пожалуйста` } });
	const page = await world.as(anna, '/inbox/queue');
	const visitor = await client(world);
	await clientSays(visitor, 'Здравствуйте! Подскажите, пожалуйста, сколько стоит доставка светильника в Петропавловск-Камчатский?');
	await inboxRow(page, 'Здравствуйте').click();
	await say(page, 'Добрый день! Считаем.');
	await seen(message(page, 'Считаем'));
	// Shown at once; on its way a moment longer, and a page that closes takes it along.
	await seen(visitor.getByText('Считаем'));
	chatId = new URL(page.url()).pathname.split('/').at(-1);
	await page.context().close();
	await visitor.context().close();
});

const sections = ['profile', 'appearance', 'notifications', 'behaviour', 'security', 'people', 'departments', 'roles', 'workspace', 'channels', 'channels/new', 'channels/new/widget', 'queues', 'templates', 'health', 'jobs', 'audit'];
const screens = [
	['chats', '/chats', (page) => seen(chatRow(page, 'Отгрузки'))],
	['people', '/people', (page) => seen(page.getByRole('button', { name: /Константин/ }))],
	['person', () => `/people/${personId}`, (page) => seen(page.getByRole('tab', { name: 'Сведения', selected: true }))],
	['person-numbers', () => `/people/${personId}/numbers`, (page) => seen(page.getByText('Считать пока нечего'))],
	['panel', '/panel', (page) => seen(page.locator('.panel [data-person]'))],
	['chat', () => `/chats/${groupId}`, (page) => seen(message(page, 'посмотрите'))],
	['inbox', '/inbox/my', (page) => seen(page.locator('.pane a.row'))],
	['nothing-watched', '/inbox/watched', (page) => seen(page.getByText('Вы ни за кем не наблюдаете'))],
	['conversation', () => `/inbox/my/${chatId}`, (page) => seen(message(page, 'Считаем'))],
	['note', () => `/inbox/my/${chatId}`, async (page) => {
		await seen(message(page, 'Считаем'));
		await page.getByRole('tab', { name: 'Заметка' }).click();
		await composer(page).fill('Постоянный клиент');
	}],
	['emoji-by-name', () => `/chats/${groupId}`, async (page) => {
		await composer(page).fill('');
		await composer(page).pressSequentially(':серд');
		await seen(page.getByRole('option'));
	}],
	['invite-wrong', '/settings/people', async (page) => {
		await page.getByRole('button', { name: 'Пригласить' }).click();
		await page.getByRole('button', { name: 'Получить ссылку' }).click();
		await seen(page.getByText('Заполните это поле'));
	}],
	['contacts', '/contacts', (page) => seen(page.locator('.scroll a.row:not([href$=duplicates])'))],
	...sections.map((one) => [`settings-${one.replaceAll('/', '-')}`, `/settings/${one}`, async (page) => {
		await seen(page.locator('main h1, main h2'));
		await page.locator('main .skeleton').first().waitFor({ state: 'detached' });
	}]),
	['nothing-here', '/reports/2026', (page) => seen(page.getByRole('heading', { name: 'По этому адресу ничего нет' }))],
	['nothing-here-in-settings', '/settings/nothing', (page) => seen(page.getByRole('heading', { name: 'По этому адресу ничего нет' }))],
	['palette', '/chats', async (page) => {
		await seen(chatRow(page, 'Отгрузки'));
		await page.keyboard.press('Control+k');
		await seen(page.getByRole('option'));
	}],
	['notices', '/chats', async (page) => {
		await seen(chatRow(page, 'Отгрузки'));
		await page.getByRole('button', { name: /^Уведомления/ }).click();
		await seen(page.getByRole('dialog', { name: 'Уведомления' }));
	}],
];

const theme = (dark) => (dark ? 'dark' : 'light');

for (const dark of [false, true]) {
	test(`axe finds nothing on any screen, ${theme(dark)}`, async () => {
		const wrong = {};
		const page = await world.as(anna, '/chats', { dark });
		for (const [name, path, ready] of screens) {
			await page.goto(typeof path === 'function' ? path() : path);
			await ready(page);
			await shot(page, `reach-${name}-${theme(dark)}`);
			const found = await violations(page);
			if (found.length) wrong[name] = found;
		}
		const stranger = await world.page({ dark });
		await stranger.goto('/sign-in');
		await seen(stranger.getByRole('button', { name: 'Войти' }));
		const signIn = await violations(stranger);
		if (signIn.length) wrong['sign-in'] = signIn;
		await stranger.context().close();
		const visitor = await client(world, { dark });
		await clientSays(visitor, 'Здравствуйте');
		await shot(visitor, `reach-widget-${theme(dark)}`);
		const widget = await violations(visitor);
		if (widget.length) wrong.widget = widget;
		await visitor.context().close();
		await page.context().close();
		assert.deepEqual(wrong, {});
	});
}

for (const width of [390, 1024, 1440]) {
	test(`nothing sticks out at ${width} in Russian`, async () => {
		const wrong = {};
		const size = { width, height: 844 };
		const page = await world.as(anna, '/chats', size);
		for (const [name, path, ready] of screens) {
			await page.goto(typeof path === 'function' ? path() : path);
			await ready(page);
			await shot(page, `wide-${width}-${name}`);
			const found = await page.evaluate(stickingOut);
			if (found.length) wrong[name] = found;
		}
		const stranger = await world.page(size);
		await stranger.goto('/sign-in');
		await seen(stranger.getByRole('button', { name: 'Войти' }));
		const signIn = await stranger.evaluate(stickingOut);
		if (signIn.length) wrong['sign-in'] = signIn;
		await stranger.context().close();
		const visitor = await client(world, size);
		await clientSays(visitor, 'СамоеДлинноеСловоБезПробелов'.repeat(8));
		await shot(visitor, `wide-${width}-widget`);
		const widget = await visitor.evaluate(stickingOut);
		if (widget.length) wrong.widget = widget;
		await visitor.context().close();
		await page.context().close();
		assert.deepEqual(wrong, {});
	});
}
