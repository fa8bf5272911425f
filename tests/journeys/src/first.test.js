// A server nobody has opened yet becomes a company with two people in it.
import assert from 'node:assert/strict';
import { gone, seen, shot } from './look.js';
import { plain, story } from './story.js';
import { PASSWORD, World } from './world.js';

const world = await World.start();
const step = story(world);
let admin;

step('S0-12 prerequisites, first run: the printed link opens the assistant in either language and ends inside', async () => {
	// L-08: the first start is in the browser's language and theme.
	const abroad = await world.page({ lang: 'en', dark: true });
	await abroad.goto(world.server.setup);
	await seen(abroad.getByRole('heading', { name: /Beseda/ }));
	const paper = await abroad.evaluate(() => getComputedStyle(document.body).backgroundColor.match(/\d+/g).slice(0, 3).map(Number));
	assert.ok(Math.max(...paper) < 80, `dark as the system is, not ${paper}`);
	await abroad.context().close();
	admin = await world.page();
	await admin.goto(world.server.setup);
	await seen(admin.getByRole('heading', { name: 'Настроим «Беседу»' }));
	await shot(admin, 'setup-ru');
	await admin.getByRole('radio', { name: 'Eng' }).check();
	await seen(admin.getByRole('heading', { name: 'Set up Beseda' }).or(admin.getByRole('heading', { name: /Beseda/ })));
	await shot(admin, 'setup-en');
	await admin.getByRole('radio', { name: 'Рус' }).check();
	await admin.getByLabel('Логин').fill('anna');
	await admin.getByLabel('Пароль', { exact: true }).fill('short');
	await admin.getByRole('button', { name: 'Создать и войти' }).click();
	// Our own words under the fields, the first wrong one has the focus, nothing typed is lost.
	for (const [label, words] of [['Название', 'Заполните это поле'], ['Имя и фамилия', 'Заполните это поле'], ['Пароль', 'Нужно хотя бы 8 знаков']]) {
		const field = admin.getByLabel(label, { exact: true });
		await field.and(admin.locator('[aria-invalid=true]')).waitFor();
		assert.equal(plain(await admin.locator(`[id="${await field.getAttribute('aria-describedby')}"]`).innerText()), words);
	}
	assert.ok(await admin.getByLabel('Название').evaluate((one) => one === document.activeElement));
	assert.equal(await admin.getByLabel('Логин').inputValue(), 'anna');
	await shot(admin, 'setup-wrong');
	await admin.getByLabel('Название').fill('Ромашка');
	await gone(admin.locator(`[id="${await admin.getByLabel('Название').evaluate((one) => one.id)}-about"]`));
	await admin.getByLabel('Имя и фамилия').fill('Анна Орлова');
	await admin.getByLabel('Логин').fill('anna');
	await admin.getByLabel('Пароль', { exact: true }).fill(PASSWORD);
	await admin.getByLabel('Наполнить примерами').uncheck();
	await admin.getByRole('button', { name: 'Создать и войти' }).click();
	await seen(admin.locator('nav[data-region=rail]'));
	await shot(admin, 'first-inside');
});

step('S0-12 prerequisites, the setup link has done its work: a second visit is asked to sign in', async () => {
	const stranger = await world.page();
	await stranger.goto(world.server.setup);
	await seen(stranger.getByText('«Беседа» уже настроена'));
	await stranger.goto('/');
	await seen(stranger.getByRole('heading', { name: 'Вход' }));
	await stranger.context().close();
});

step('S0-07 a wrong password is refused in words, the right one lets in; English on one switch', async () => {
	const page = await world.page({ lang: 'en' });
	await page.goto('/sign-in');
	await page.getByRole('radio', { name: 'Рус' }).check();
	await seen(page.getByRole('heading', { name: 'Вход' }));
	await page.getByRole('radio', { name: 'Eng' }).check();
	await seen(page.getByRole('heading', { name: 'Sign in' }));
	await page.getByLabel('Login').fill('anna');
	await page.getByLabel('Password', { exact: true }).fill('not the one');
	await page.getByRole('button', { name: 'Sign in' }).click();
	const refusal = page.locator('[role=alert], .banner').first();
	await seen(refusal);
	assert.doesNotMatch(await refusal.innerText(), /accounts\.|[А-Яа-я]/);
	await shot(page, 'sign-in-wrong');
	await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
	await page.getByRole('button', { name: 'Sign in' }).click();
	await seen(page.locator('nav[data-region=rail]'));
	await page.context().close();
});

step('S0-12 S0-13 prerequisites: a colleague comes by an invitation link in a browser of their own', async () => {
	await admin.goto('/settings/people');
	await admin.getByRole('button', { name: 'Пригласить' }).click();
	const dialog = admin.getByRole('dialog', { name: 'Пригласить сотрудника' });
	await dialog.getByLabel('Имя и фамилия').fill('Борис Ким');
	await shot(admin, 'invite');
	await dialog.getByRole('button', { name: 'Получить ссылку' }).click();
	const link = await admin.getByLabel('Ссылка-приглашение').innerText();
	await shot(admin, 'invite-link');
	await admin.getByRole('button', { name: 'Готово' }).click();

	const boris = await world.page();
	await boris.goto(new URL(link, world.url).href);
	await seen(boris.getByRole('heading', { name: /Вас ждут в компании/ }));
	assert.equal(await boris.getByLabel('Имя и фамилия').inputValue(), 'Борис Ким');
	await boris.getByLabel('Логин').fill('boris');
	await boris.getByLabel('Пароль', { exact: true }).fill(PASSWORD);
	await shot(boris, 'join');
	await boris.getByRole('button', { name: 'Присоединиться' }).click();
	await seen(boris.locator('nav[data-region=rail]'));
	await boris.getByRole('tab', { name: 'Сотрудники' }).click();
	await seen(boris.getByRole('button', { name: /Анна Орлова/ }));

	// Who invited sees the newcomer without a reload.
	await admin.goto('/people');
	await seen(admin.getByRole('button', { name: /Борис Ким/ }));

	const late = await world.page();
	await late.goto(new URL(link, world.url).href);
	await seen(late.getByRole('heading', { name: 'Эта ссылка уже сработала' }));
});

step('S0-11 the language changes at once and stays after a reload', async () => {
	await admin.goto('/settings/appearance');
	await admin.getByRole('radio', { name: 'English' }).check();
	await seen(admin.getByRole('heading', { name: 'Settings' }).or(admin.getByRole('link', { name: 'Profile' })));
	await gone(admin.getByText('Плотность'));
	await admin.reload();
	await seen(admin.getByRole('link', { name: 'Profile' }));
	// What came with Beseda speaks the reader's language too, whoever set the company up.
	await admin.goto('/settings/roles');
	await seen(admin.getByRole('main').getByRole('button', { name: /Employee/ }));
	await gone(admin.getByText('Сотрудник', { exact: true }));
	await shot(admin, 'roles-en');
	await admin.goto('/settings/people');
	await seen(admin.getByRole('cell', { name: 'Administrator' }));
	await admin.getByRole('link', { name: /Борис Ким/ }).or(admin.getByRole('button', { name: /Борис Ким/ })).first().click();
	await seen(admin.getByRole('checkbox', { name: 'Employee', checked: true }));
	await seen(admin.getByRole('checkbox', { name: 'Supervisor', checked: false }));
});
