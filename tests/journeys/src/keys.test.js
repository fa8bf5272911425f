// A day at the desk without a mouse: every step by the keyboard, the focus always somewhere, and always to be seen.
import assert from 'node:assert/strict';
import { gone, seen, shot, until } from './look.js';
import { bubble, client, clientSays, composer, inboxRow, message } from './screens.js';
import { story } from './story.js';
import { PASSWORD, World } from './world.js';

const world = await World.start();
const step = story(world);
const anna = await world.company();
await world.employee('Борис Ким', 'boris');
await world.widget();
let page;
let visitor;

/** Where the keyboard stands; fails when that is nowhere, out of sight, or unmarked. */
async function standing() {
	const found = await page.evaluate(() => {
		const one = document.activeElement;
		if (!one || one === document.body) return { nowhere: true };
		const box = one.getBoundingClientRect();
		// A field may be marked by the frame around it.
		let marked = false;
		for (let up = one; up && up !== document.body; up = up.parentElement) {
			const style = getComputedStyle(up);
			if (style.outlineStyle !== 'none' && Number.parseFloat(style.outlineWidth) > 0) marked = true;
			if (up.matches('[data-region=composer], label, .field, .search, .box')) marked ||= up.matches(':focus-within');
		}
		return { name: `${one.tagName.toLowerCase()} ${one.getAttribute('aria-label') ?? one.textContent.trim().slice(0, 40)}`, seen: one.matches('dialog, [role=log], main, h1') || (box.width > 1 && box.right > 0 && box.bottom > 0 && box.left < innerWidth && box.top < innerHeight), marked: marked || one.matches('dialog, h1, .gap, [role=separator]') };
	});
	assert.ok(!found.nowhere, 'the focus stands nowhere');
	assert.ok(found.seen, `the focus is out of sight: ${found.name}`);
	assert.ok(found.marked, `the focus is not marked: ${found.name}`);
	return found.name;
}
/** Presses a key until the keyboard stands on what is wanted. */
async function reach(locator, key = 'Tab', limit = 40) {
	const passed = [];
	for (let presses = 0; presses < limit; presses += 1) {
		if (await locator.first().evaluate((one) => one === document.activeElement)) return;
		await page.keyboard.press(key);
		passed.push(await standing());
	}
	throw new Error(`${key} does not lead to ${locator}, but over: ${passed.join(' | ')}`);
}
/** Waits until the keyboard stands there. */
async function stands(locator) {
	await seen(locator);
	await until(page, (one) => one === document.activeElement, await locator.first().elementHandle());
	await standing();
}
const somewhere = async () => {
	await page.waitForFunction(() => document.activeElement !== document.body);
	return standing();
};

step('S0-07 signing in: fields and button in the order of the page', async () => {
	page = await world.page();
	await page.goto('/sign-in');
	await seen(page.getByLabel('Логин'));
	await reach(page.getByLabel('Логин'));
	await page.keyboard.type(anna.login);
	await reach(page.getByLabel('Пароль', { exact: true }));
	await page.keyboard.type(PASSWORD);
	await page.keyboard.press('Enter');
	await seen(page.locator('nav[data-region=rail]'));
});

step('a colleague by Ctrl K: the chat opens with the cursor in its field', async () => {
	await page.keyboard.press('Control+k');
	await stands(page.getByRole('dialog').getByRole('combobox'));
	await page.keyboard.type('Борис');
	await seen(page.getByRole('option', { name: /Борис Ким/ }));
	await page.keyboard.press('Enter');
	await stands(composer(page));
	await page.keyboard.type('Отгрузка в три');
	await page.keyboard.press('Enter');
	await seen(message(page, 'Отгрузка в три'));
	await stands(composer(page));
});

step('Alt 2 leads to clients, arrows to the row that waits, Enter into the chat', async () => {
	visitor = await client(world);
	await clientSays(visitor, 'Здравствуйте, есть ли доставка?');
	await page.keyboard.press('Alt+2');
	await seen(page.locator('.groups a[aria-current=page]'));
	await somewhere();
	await page.keyboard.press('F6');
	await standing();
	await reach(page.locator('.groups a[href="/inbox/queue"]'));
	await page.keyboard.press('Enter');
	await seen(inboxRow(page, 'есть ли доставка'));
	await reach(inboxRow(page, 'есть ли доставка'), 'ArrowDown');
	await page.keyboard.press('Enter');
	await seen(message(page, 'есть ли доставка'));
	await stands(composer(page));
});

step('S1-73 taking by its button: the cursor goes on in the field', async () => {
	await reach(page.getByRole('button', { name: 'Взять' }), 'Shift+Tab');
	await shot(page, 'keys-take');
	await page.keyboard.press('Enter');
	await gone(page.getByRole('button', { name: 'Взять' }));
	await stands(composer(page));
	await page.keyboard.type('Есть, по городу завтра');
	await page.keyboard.press('Enter');
	await seen(message(page, 'по городу завтра'));
	await seen(bubble(visitor, 'по городу завтра'));
});

step('handing over: the dialog gives the focus back when it is left, and leads on when it is done', async () => {
	const button = page.getByRole('button', { name: 'Передать', exact: true });
	await reach(button, 'Shift+Tab');
	await page.keyboard.press('Enter');
	const dialog = page.getByRole('dialog', { name: /Передать/ });
	await seen(dialog);
	await standing();
	await page.keyboard.press('Escape');
	await gone(dialog);
	await stands(button);
	await page.keyboard.press('Enter');
	await seen(dialog);
	await reach(dialog.getByRole('button', { name: 'Отмена' }));
	await page.keyboard.press('Enter');
	await gone(dialog);
	await stands(button);
	await page.keyboard.press('Enter');
	await seen(dialog);
	await page.keyboard.type('Бор');
	await page.keyboard.press('Enter');
	await seen(dialog.getByRole('radio', { name: /Борис Ким/, checked: true }));
	await reach(dialog.getByRole('button', { name: /Передать/ }).last());
	await shot(page, 'keys-hand-over');
	await page.keyboard.press('Enter');
	await gone(dialog);
	await somewhere();
});

step('closing by its button: the toast offers to undo, the focus stays in the chat', async () => {
	await clientSays(visitor, 'И ещё вопрос про оплату');
	await page.keyboard.press('Alt+2');
	await somewhere();
	await page.keyboard.press('F6');
	await reach(page.locator('.groups a[href="/inbox/all"]'));
	await page.keyboard.press('Enter');
	await seen(inboxRow(page, 'про оплату'));
	await reach(inboxRow(page, 'про оплату'), 'ArrowDown');
	await page.keyboard.press('Enter');
	await seen(message(page, 'про оплату'));
	const button = page.getByRole('button', { name: 'Закрыть', exact: true }).first();
	await reach(button, 'Shift+Tab');
	await page.keyboard.press('Enter');
	await seen(page.getByRole('button', { name: 'Открыть снова' }));
	await somewhere();
	await shot(page, 'keys-closed');
});
