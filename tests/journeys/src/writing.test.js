// Writing first, and the day in which a client may be answered: a number at WhatsApp's own terms, two employees, both languages.
import assert from 'node:assert/strict';
import { after } from 'node:test';
import { faults } from './axe.js';
import { Graph } from './graph.js';
import { gone, seen, shot } from './look.js';
import { composer, inboxRow, message } from './screens.js';
import { plain, story } from './story.js';
import { World } from './world.js';

const world = await World.start();
const step = story(world);
const anna = await world.company();
const boris = await world.employee('Борис Ким', 'boris');
const graph = await Graph.start();
after(() => graph.stop());
const maria = { id: 'RU.13491208655302741918', phone: '79161234567', name: 'Мария Соколова' };
let page;
let english;
let account;
/** Until all of this holds: what the stand-in has seen comes a moment after what the page shows. */
async function sentBy(count) {
	while (graph.sent.length < count) await page.evaluate(() => new Promise(requestAnimationFrame));
	return graph.sent;
}
const dialog = (on) => on.getByRole('dialog');

step('L-73 prerequisites: the number is connected in Settings; writing first is off, and switching it on says what it can cost', async () => {
	graph.addTemplate('order_ready', [{ type: 'BODY', text: 'Здравствуйте, {{1}}! Заказ {{2}} готов, ждём вас.', example: { body_text: [['Анна', '№ 17']] } }]);
	account = await world.call('POST', '/channels', { as: anna, body: { kind: 'whatsapp', name: 'WhatsApp', settings: graph.settings } });
	page = await world.as(anna, `/settings/channels/${account.id}`);
	const may = page.getByRole('switch', { name: 'Разрешить писать первым' }).or(page.getByLabel('Разрешить писать первым'));
	await seen(may);
	assert.equal(await may.first().isChecked(), false);
	await may.first().click();
	await seen(dialog(page).getByText('Мессенджеры не любят непрошеных сообщений'));
	await shot(page, 'first-warning');
	await dialog(page).getByRole('button', { name: 'Отмена' }).click();
	await gone(dialog(page));
	assert.equal(await may.first().isChecked(), false);
	await may.first().click();
	await dialog(page).getByRole('button', { name: 'Разрешить' }).click();
	await gone(dialog(page));
	await page.reload();
	await seen(may);
	assert.equal(await may.first().isChecked(), true);
	await shot(page, 'first-channel');
});

step('P-14 U-07 the templates of the number: made here, judged there, told in words, deleted', async () => {
	await page.getByRole('link', { name: 'Открыть шаблоны' }).click();
	await seen(page.getByText('order_ready'));
	await page.getByRole('button', { name: 'Новый шаблон' }).click();
	await dialog(page).getByLabel('Название').fill('new_lamps');
	await dialog(page).getByLabel('Категория').selectOption('marketing');
	await dialog(page).getByLabel('Текст', { exact: true }).fill('Добрый день, {{1}}, у нас новые лампы.');
	// What Meta would refuse for its form is said before it is sent: a place wants an example.
	await dialog(page).getByLabel('Поле 1').fill('Анна');
	await dialog(page).getByRole('button', { name: 'Добавить кнопку' }).click();
	await dialog(page).getByLabel('Надпись').fill('Покажите');
	await shot(page, 'template-new');
	assert.deepEqual(await faults(page), []);
	await dialog(page).getByRole('button', { name: 'Отправить на проверку' }).click();
	await gone(dialog(page));
	const row = page.locator('.row').filter({ hasText: 'new_lamps' });
	await seen(row.getByText('На проверке'));
	assert.deepEqual(graph.templates[1].components[0], { type: 'BODY', text: 'Добрый день, {{1}}, у нас новые лампы.', example: { body_text: [['Анна']] } });
	// The judgement comes by itself.
	await graph.judge(account.hook, 'new_lamps', 'REJECTED', 'PROMOTIONAL');
	await seen(row.getByText('Отклонён'));
	await seen(row.getByText('реклама в служебном шаблоне'));
	await shot(page, 'templates');
	await row.getByRole('button', { name: /Удалить/ }).click();
	await dialog(page).getByRole('button', { name: 'Удалить' }).click();
	await gone(row);
	assert.equal(graph.templates.length, 1);
});

step('S1-55 S1-56 S1-57 a new message by a bare number: nobody can tell whether it is there, so it is said; text and choice stay', async () => {
	await page.goto('/inbox/my');
	await page.getByRole('button', { name: 'Написать клиенту' }).click();
	await dialog(page).getByLabel('Кому').fill('8 916 123-45-67');
	await seen(dialog(page).getByText('Первое сообщение только по одобренному шаблону'));
	await seen(dialog(page).getByText('Узнать заранее'));
	await dialog(page).getByLabel('Поле 1').fill('Мария');
	await dialog(page).getByLabel('Поле 2').fill('№ 18');
	await seen(dialog(page).getByText('Здравствуйте, Мария! Заказ № 18 готов, ждём вас.'));
	await shot(page, 'new-message');
	assert.deepEqual(await faults(page), []);
	// What is no address is told, and nothing typed is lost.
	await dialog(page).getByLabel('Кому').fill('12');
	await seen(dialog(page).getByText('Это не похоже ни на телефон'));
	await dialog(page).getByLabel('Кому').fill('+7 916 123-45-67');
	await seen(dialog(page).getByText('Узнать заранее'));
	await dialog(page).getByLabel('Поле 1').fill('Мария');
	await dialog(page).getByLabel('Поле 2').fill('№ 18');
	await dialog(page).getByRole('button', { name: 'Отправить всё равно' }).click();
	await gone(dialog(page));
	await seen(message(page, 'Здравствуйте, Мария! Заказ № 18 готов'));
	const [sent] = await sentBy(1);
	assert.equal(sent.to, maria.phone);
	assert.equal(sent.template.name, 'order_ready');
	// S3-14: no number yet, and free words are not taken until there is an answer.
	assert.doesNotMatch(await page.locator('section.thread header').innerText(), /№/);
	await seen(page.getByText('Клиент ещё не ответил: пока доходят только одобренные шаблоны'));
	await shot(page, 'window-never');
});

step('S3-14 the client answers: the chat gets its number and free words go', async () => {
	await graph.say(account.hook, maria, 'Спасибо, еду');
	await seen(message(page, 'Спасибо, еду'));
	await seen(page.locator('section.thread header').getByText('Мария Соколова'));
	await seen(page.locator('section.thread header').getByText(/№/));
	await seen(page.getByText(/Писать свободно можно ещё .?2[34]/));
	await composer(page).fill('Ждём до восьми');
	await composer(page).press('Enter');
	await sentBy(2);
	assert.equal(graph.sent[1].text.body, 'Ждём до восьми');
	await shot(page, 'window-open');
});

step('U-06 the last seconds count down; at zero the composer turns to templates by itself, the draft stays, and a template goes', async () => {
	// Another client, whose day ends in a few seconds; in English, in the dark, with a colleague.
	await world.call('PATCH', '/me', { as: boris, body: { preferences: { language: 'en', theme: 'dark' } } });
	english = await world.as(boris, '/inbox/queue', { lang: 'en', dark: true });
	const oleg = { id: 'RU.98765432109876543210', phone: '79037654321', name: 'Oleg Petrov' };
	await graph.say(account.hook, oleg, 'Is it ready?', 86_400 - 12);
	await inboxRow(english, 'Oleg Petrov').click();
	await seen(message(english, 'Is it ready?'));
	await seen(english.getByText('You can write freely for less than a minute'));
	await composer(english).fill('Your order is ready, and');
	await shot(english, 'window-last-en');
	await seen(english.getByText('only approved templates arrive now'), 20_000);
	assert.equal(await composer(english).inputValue(), 'Your order is ready, and');
	assert.equal(await composer(english).isEditable(), false);
	await seen(english.getByText('Your text is kept'));
	await shot(english, 'window-closed-en');
	assert.deepEqual(await faults(english), []);
	await english.getByRole('button', { name: 'Choose a template' }).click();
	// Filled from the client's card.
	assert.equal(await dialog(english).getByLabel('Field 1').inputValue(), 'Oleg');
	await dialog(english).getByLabel('Field 2').fill('17');
	await seen(dialog(english).getByText('Здравствуйте, Oleg! Заказ 17 готов, ждём вас.'));
	await shot(english, 'template-pick-en');
	await dialog(english).getByRole('button', { name: 'Send' }).click();
	await gone(dialog(english));
	await seen(message(english, 'Здравствуйте, Oleg! Заказ 17 готов'));
	await sentBy(3);
	assert.equal(await composer(english).inputValue(), 'Your order is ready, and');
	// He answers, and the words typed before go on.
	await graph.say(account.hook, oleg, 'Coming');
	await seen(english.getByText(/You can write freely for .?2[34]/));
	assert.equal(await composer(english).isEditable(), true);
	assert.equal(await composer(english).inputValue(), 'Your order is ready, and');
});

step('S1-58 S1-59 from the card of a client: only connected channels, by the client and by the number', async () => {
	await page.goto('/contacts');
	await page.locator('.pane a.row').filter({ hasText: 'Мария' }).first().click();
	await page.getByRole('button', { name: 'Написать', exact: true }).click();
	await seen(page.getByRole('menuitem'));
	const items = await page.getByRole('menuitem').allInnerTexts();
	assert.equal(items.length, 1, items.join());
	assert.match(plain(items[0]), /Написать в WhatsApp/);
	await shot(page, 'card-menu');
	await page.keyboard.press('Escape');
	await page.getByRole('button', { name: 'Действия с номером' }).click();
	await seen(page.getByRole('menuitem', { name: /Написать в WhatsApp/ }));
	await page.keyboard.press('Escape');
	// A channel that cannot write first gives a link instead (L-81), once there is one; a paused one is not offered.
	await world.call('PATCH', `/channels/${account.id}`, { as: anna, body: { enabled: false } });
	await page.getByRole('button', { name: 'Написать', exact: true }).click();
	await seen(page.getByText('Написать первым некуда'));
	await world.call('PATCH', `/channels/${account.id}`, { as: anna, body: { enabled: true } });
});

step('on a phone the window for a new message stands whole, and its words are in English too', async () => {
	const phone = await world.as(boris, '/inbox/my', { lang: 'en', width: 390, height: 844, touch: true });
	await phone.getByRole('button', { name: 'Write to a client' }).click();
	await dialog(phone).getByLabel('To').fill('+44 20 7946 0958');
	await seen(dialog(phone).getByText('Nobody can tell beforehand'));
	await shot(phone, 'new-message-phone-en');
	const wide = await phone.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
	assert.equal(wide, false);
	assert.deepEqual(await faults(phone), []);
});
