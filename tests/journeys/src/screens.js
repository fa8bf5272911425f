// How an employee and a client move about: the steps that many journeys share.
import { seen } from './look.js';

export const words = {
	ru: { write: 'Напишите сообщение', send: 'Отправить', note: 'Заметка', reply: 'Ответ клиенту', saveNote: 'Оставить заметку', open: 'Написать нам' },
	en: { write: 'Write a message', send: 'Send', open: 'Write to us' },
};

/** The field in which an employee writes. */
export const composer = (page) => page.locator('[data-region=composer] textarea');
export const log = (page) => page.locator('[role=log]');
/** A message in the open thread, by a piece of its words. */
export const message = (page, text) => page.locator('section.thread .message').filter({ hasText: text });
export const toast = (page, text) => page.locator('.toast').filter({ hasText: text });
export const inboxRow = (page, text) => page.locator('.pane a.row').filter({ hasText: text });
export const chatRow = (page, text) => page.locator('.pane a.row').filter({ hasText: text });

export async function say(page, text) {
	await composer(page).fill(text);
	await composer(page).press('Enter');
}

/** The client on the demo page with the talk open. */
export async function client(world, options = {}) {
	const { lang = 'ru' } = options;
	const page = await world.page(options);
	await page.goto(`/demo?lang=${lang}`);
	await openWidget(page);
	return page;
}
export async function openWidget(page) {
	const launcher = page.locator('beseda-widget .launcher');
	await seen(launcher);
	// It remembers over a reload that it was open.
	if ((await launcher.getAttribute('aria-expanded')) !== 'true') await launcher.click();
	await seen(page.locator('beseda-widget .panel'));
}
export const widgetField = (page) => page.locator('beseda-widget .composer textarea');
export const bubble = (page, text) => page.locator('beseda-widget .bubble').filter({ hasText: text });
export async function clientSays(page, text) {
	await widgetField(page).fill(text);
	await widgetField(page).press('Enter');
	await seen(bubble(page, text));
}

/** The text of a menu's item, from the menu of the header or of a row. */
export async function choose(page, label) {
	await page.getByRole('menuitem', { name: label }).click();
}

/** The process of a page dies, at once and without a word to the page. */
export async function crash(page) {
	const session = await page.context().newCDPSession(page);
	const over = new Promise((resolve) => page.once('crash', resolve));
	void session.send('Page.crash').catch(() => {});
	await over;
	await page.close();
}
