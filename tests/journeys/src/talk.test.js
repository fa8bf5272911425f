// Team chat beyond plain words, in browsers: grey until delivered, topics, forwarding, deleting, periods, later, cards, groups.
import assert from 'node:assert/strict';
import { faults } from './axe.js';
import { count, gone, seen, shot, until } from './look.js';
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
let group;

const menuOf = async (page, text) => {
	const row = message(page, text);
	await row.hover();
	await row.getByRole('button', { name: /Действия с сообщением|Message actions/ }).click();
	await seen(page.getByRole('menu'));
};
async function actOn(page, text, label) {
	await menuOf(page, text);
	await page.getByRole('menuitem', { name: label }).click();
}
const direct = async (one, other) => (await world.call('POST', '/chats', { as: one, body: { kind: 'direct', person_id: other.person.id } })).id;

step('S2-28 S2-29 what a colleague who is away has not got is grey and says so; it turns normal by itself', async () => {
	const chat = await direct(anna, boris);
	annaPage = await world.as(anna, `/chats/${chat}`);
	await say(annaPage, 'Прайс обновлён');
	const row = message(annaPage, 'Прайс обновлён');
	await seen(row.getByText('ещё не доставлено'));
	assert.match(await row.locator('.words').getAttribute('class'), /grey/);
	await shot(annaPage, 'grey');
	borisPage = await world.as(boris, '/chats');
	await gone(row.getByText('ещё не доставлено'));
	await seen(row.getByRole('img', { name: 'Доставлено' }));
	assert.doesNotMatch(await row.locator('.words').getAttribute('class'), /grey/);
});

step('S2-28 in a group it is grey until every member has it; the tooltip names who is missing', async () => {
	group = (await world.call('POST', '/chats', { as: anna, body: { kind: 'group', title: 'Выставка', member_ids: [boris.person.id, vera.person.id] } })).id;
	await annaPage.goto(`/chats/${group}`);
	await say(annaPage, 'Кто едет на выставку?');
	const row = message(annaPage, 'Кто едет на выставку');
	await seen(row.getByTitle(/получили: .*Вера Лис/));
	const veraPage = await world.as(vera, '/chats');
	await gone(row.getByText('ещё не доставлено'));
	await veraPage.context().close();
});

step('P-02 a topic under a message: a talk of its own, its footer counts, an answer may stand in the group too', async () => {
	await chatRow(borisPage, 'Выставка').click();
	await actOn(borisPage, 'Кто едет на выставку', 'Обсудить отдельно');
	await seen(borisPage.getByText('Обсуждение в группе'));
	await seen(borisPage.locator('section.thread').getByRole('link', { name: /Кто едет на выставку/ }));
	await say(borisPage, 'Я могу');
	const footer = message(annaPage, 'Кто едет на выставку').getByRole('button', { name: /1\W*ответ/ });
	await seen(footer);
	await shot(annaPage, 'topic-footer');
	await footer.click();
	await seen(message(annaPage, 'Я могу'));
	await annaPage.getByRole('checkbox', { name: 'Показать и в группе' }).check();
	await say(annaPage, 'Борис едет, решено');
	// a page that is left in the moment of Enter keeps the words as a draft: here they are to be said
	await seen(message(annaPage, 'Борис едет, решено').getByRole('img', { name: /^(Отправлено|Доставлено|Прочитано)/ }));
	await shot(annaPage, 'topic');
	await annaPage.goto(`/chats/${group}`);
	await seen(message(annaPage, 'Борис едет, решено').getByText('Из обсуждения'));
	await seen(chatRow(borisPage, 'Кто едет на выставку'));
});

step('P-04 forwarding to a chat and a colleague at once keeps the author; a word goes before', async () => {
	await actOn(annaPage, 'Борис едет, решено', 'Переслать');
	const dialog = annaPage.getByRole('dialog', { name: 'Переслать сообщение' });
	await dialog.getByRole('checkbox', { name: 'Борис Ким' }).click();
	await dialog.getByRole('checkbox', { name: 'Вера Лис' }).click();
	await dialog.getByLabel('Комментарий').fill('Для сведения');
	await shot(annaPage, 'forward');
	await dialog.getByRole('button', { name: 'Переслать' }).click();
	await seen(toast(annaPage, 'Переслано'));
	await chatRow(borisPage, 'Для сведения').or(chatRow(borisPage, 'Борис едет, решено')).first().click();
	await seen(message(borisPage, 'Борис едет, решено').getByText(/Переслано от\W*Анна Орлова/));
	await seen(message(borisPage, 'Для сведения'));
});

step('P-03 a deletion is taken back; a message put away for oneself stays with the other', async () => {
	const chat = await direct(anna, boris);
	await annaPage.goto(`/chats/${chat}`);
	await say(annaPage, 'Скидка сорок процентов');
	await seen(message(borisPage, 'Скидка сорок'));
	await actOn(annaPage, 'Скидка сорок', 'Удалить у всех');
	await gone(message(borisPage, 'Скидка сорок'));
	await toast(annaPage, 'Сообщение удалено у всех').getByRole('button', { name: 'Вернуть' }).click();
	await seen(message(borisPage, 'Скидка сорок'));
	await actOn(borisPage, 'Скидка сорок', 'Удалить у меня');
	await gone(message(borisPage, 'Скидка сорок'));
	await seen(message(annaPage, 'Скидка сорок'));
	await toast(borisPage, 'удалено у вас').getByRole('button', { name: 'Вернуть' }).click();
	await seen(message(borisPage, 'Скидка сорок'));
});

step('P-04 saved messages are a page of their own; P-08 who has read; the history of a change', async () => {
	await actOn(borisPage, 'Скидка сорок', 'В избранное');
	await toast(borisPage, 'в избранном').getByRole('button', { name: 'Избранное' }).click();
	await seen(borisPage.getByRole('heading', { name: 'Избранное' }));
	await seen(borisPage.getByRole('link', { name: /Скидка сорок процентов/ }));
	assert.deepEqual(await faults(borisPage), []);
	await shot(borisPage, 'saved');
	await borisPage.getByRole('link', { name: /Скидка сорок процентов/ }).click();
	await seen(message(borisPage, 'Скидка сорок'));
	await actOn(annaPage, 'Скидка сорок', 'Кто прочитал');
	await seen(annaPage.getByRole('dialog', { name: 'Кто прочитал' }).getByText('Борис Ким'));
	await shot(annaPage, 'readers');
	await annaPage.keyboard.press('Escape');
	await actOn(annaPage, 'Скидка сорок', 'Изменить');
	await composer(annaPage).fill('Скидка тридцать процентов');
	await composer(annaPage).press('Enter');
	await seen(message(borisPage, 'Скидка тридцать'));
	await actOn(borisPage, 'Скидка тридцать', 'Что было раньше');
	await seen(borisPage.getByRole('dialog', { name: 'Что было раньше' }).getByText('Скидка сорок процентов'));
	await borisPage.keyboard.press('Escape');
});

step('P-04 several messages are chosen and forwarded together', async () => {
	await say(annaPage, 'Раз');
	await say(annaPage, 'Два');
	await actOn(annaPage, 'Раз', 'Выбрать');
	await message(annaPage, 'Два').click();
	await seen(annaPage.getByText(/Выбрано\W*2\W*сообщения/));
	await shot(annaPage, 'selection');
	await annaPage.getByRole('toolbar').getByRole('button', { name: 'Переслать' }).click();
	const dialog = annaPage.getByRole('dialog', { name: /Переслать\W*2\W*сообщения/ });
	await dialog.getByRole('checkbox', { name: 'Выставка' }).click();
	await dialog.getByRole('button', { name: 'Переслать' }).click();
	await gone(annaPage.getByText(/Выбрано\W*2\W*сообщения/));
	await annaPage.goto(`/chats/${group}`);
	await seen(message(annaPage, 'Два').getByText('Переслано от'));
});

step('S2-25 S2-26 a period shows itself whole, with its count, and the whole chat comes back', async () => {
	await annaPage.getByRole('button', { name: 'Показать за срок' }).click();
	const bar = annaPage.getByRole('toolbar', { name: 'За какое время' });
	for (const name of ['Вчера', '7 дней', '30 дней', '3 месяца', '1 год', 'Свой срок']) await seen(bar.getByRole('button', { name }));
	await bar.getByRole('button', { name: 'Вчера' }).click();
	await seen(bar.getByText('За это время сообщений нет'));
	await bar.getByRole('button', { name: '7 дней' }).click();
	await seen(bar.getByText(/^\W*4\W*сообщения/));
	await count(annaPage.locator('section.thread .message'), 4);
	assert.deepEqual(await faults(annaPage), []);
	await shot(annaPage, 'period');
	await bar.getByRole('button', { name: 'Показать весь чат' }).click();
	await seen(annaPage.getByText(/создаёт чат/));
});

step('S2-27 the list narrows while typing, by word forms; who, what and when narrow it further', async () => {
	await say(annaPage, 'Договоры на стенд: https://example.com/stand');
	await annaPage.getByRole('button', { name: 'Найти в этом чате' }).click();
	const field = annaPage.getByRole('searchbox', { name: 'Найти в этом чате' });
	const hits = annaPage.locator('.hits > button');
	await field.fill('выставку');
	await seen(hits.filter({ hasText: 'выставку' }));
	await field.fill('договор');
	await count(hits, 1);
	await annaPage.getByLabel('Что внутри').selectOption({ label: 'Ссылка' });
	await count(hits, 1);
	await annaPage.getByLabel('Кто написал').selectOption({ label: 'Борис Ким' });
	await seen(annaPage.getByText('Таких сообщений нет'));
	await annaPage.getByLabel('Кто написал').selectOption({ label: 'Кто угодно' });
	await field.fill('');
	await count(hits, 1);
	assert.deepEqual(await faults(annaPage), []);
	await shot(annaPage, 'search-filters');
	await annaPage.keyboard.press('Control+f');
});

step('S2-27 U-24 what is looked for in all chats can be narrowed to one, and goes on to people, chats and tasks', async () => {
	const task = await world.call('POST', '/tasks', { as: anna, body: { title: 'Заказать договоры в типографии' } });
	await annaPage.keyboard.press('Control+Shift+f');
	const all = annaPage.getByRole('dialog', { name: 'Найти в сообщениях' });
	await all.getByRole('searchbox').fill('договор');
	await seen(all.locator('.hits > button').filter({ hasText: 'Выставка' }));
	await all.getByLabel('Где искать').selectOption({ label: 'Борис Ким' });
	await seen(all.getByText('Таких сообщений нет'));
	await all.getByLabel('Где искать').selectOption({ label: 'Выставка' });
	await count(all.locator('.hits > button'), 1);
	assert.deepEqual(await faults(annaPage), []);
	await shot(annaPage, 'search-everywhere');
	await all.getByRole('button', { name: /Люди, чаты, клиенты и задачи/ }).click();
	await annaPage.getByRole('option', { name: /Заказать договоры/ }).click();
	await annaPage.waitForURL(`**/tasks/${task.id}`);
	await annaPage.goto(`/chats/${group}`);
	await seen(composer(annaPage));
});

step('S2-09 what is typed after the button of the picker looks for an emoji and stays out of the message', async () => {
	await annaPage.getByRole('button', { name: 'Эмодзи', exact: true }).click();
	await seen(annaPage.getByRole('searchbox', { name: 'Найти эмодзи' }));
	await annaPage.keyboard.type('сердце');
	assert.equal(await annaPage.getByRole('searchbox', { name: 'Найти эмодзи' }).inputValue(), 'сердце');
	assert.equal(await composer(annaPage).inputValue(), '');
	await annaPage.keyboard.press('Escape');
	await gone(annaPage.getByRole('searchbox', { name: 'Найти эмодзи' }));
});

step('the end of the talk stays in sight when the window or the composer changes its height', async () => {
	const long = await world.call('POST', '/chats', { as: anna, body: { kind: 'group', title: 'Лента', member_ids: [boris.person.id] } });
	for (let n = 1; n <= 30; n += 1) await world.call('POST', `/chats/${long.id}/messages`, { as: boris, body: { client_id: crypto.randomUUID(), text: `Строка ${n}` } });
	await annaPage.goto(`/chats/${long.id}`);
	await seen(message(annaPage, 'Строка 30').or(annaPage.getByRole('button', { name: 'К последнему сообщению' })));
	const atEnd = () => until(annaPage, () => {
		const log = document.querySelector('.log');
		return log.scrollHeight - log.clientHeight - log.scrollTop < 2;
	});
	await annaPage.getByRole('button', { name: 'К последнему сообщению' }).click({ timeout: 2000 }).catch(() => {}); // when it is not there yet
	await atEnd();
	for (const height of [560, 900, 480, 900]) {
		await annaPage.setViewportSize({ width: 1440, height });
		await atEnd();
	}
	await composer(annaPage).fill(Array.from({ length: 8 }, (_, n) => `строка ${n}`).join('\n'));
	await atEnd();
	await composer(annaPage).fill('');
	await atEnd();
});

step('P-04 Esc leaves the choosing of messages, wherever the focus is', async () => {
	await actOn(annaPage, 'Строка 30', 'Выбрать');
	await seen(annaPage.getByText(/Выбрано/));
	await message(annaPage, 'Строка 29').click();
	await annaPage.keyboard.press('Escape');
	await gone(annaPage.getByText(/Выбрано/));
});

step('P-01 notes to oneself are found where one looks for oneself and by their name', async () => {
	await annaPage.locator('nav[data-region=rail] .own').click();
	await annaPage.getByRole('menuitem', { name: 'Заметки для себя' }).click();
	// The chat is made first: until then the field is still that of the chat which was open.
	await seen(annaPage.getByText('Видите только вы'));
	await say(annaPage, 'Купить ленту');
	await seen(message(annaPage, 'Купить ленту'));
	assert.equal((await world.call('GET', `/chats/${new URL(annaPage.url()).pathname.split('/').at(-1)}`, { as: anna })).kind, 'self', 'nobody else reads them');
	const notes = new URL(annaPage.url()).pathname;
	await annaPage.goto(`/chats/${group}`);
	await seen(composer(annaPage));
	await annaPage.keyboard.press('Control+k');
	await annaPage.getByRole('combobox', { name: 'Перейти' }).or(annaPage.getByRole('combobox')).first().fill('заметки');
	await annaPage.getByRole('option', { name: /Заметки для себя/ }).first().click();
	await annaPage.waitForURL(`**${notes}`);
	await annaPage.goto(`/chats/${group}`);
	await seen(composer(annaPage));
});

step('P-06 U-40 a message is put off, moved, taken back, and sent when the other is back', async () => {
	const chat = await direct(anna, vera);
	await annaPage.goto(`/chats/${chat}`);
	await composer(annaPage).fill('Доброе утро, Вера');
	await annaPage.getByRole('button', { name: 'Отправить позже' }).click();
	let dialog = annaPage.getByRole('dialog', { name: 'Отправить позже' });
	await shot(annaPage, 'later');
	assert.deepEqual(await faults(annaPage), []);
	await dialog.getByRole('button', { name: /Завтра утром/ }).click();
	await seen(toast(annaPage, 'Отправим'));
	await annaPage.getByRole('button', { name: /1\W*отложенное сообщение/ }).click();
	const list = annaPage.getByRole('dialog', { name: 'Отложенные сообщения' });
	await seen(list.getByText('Доброе утро, Вера'));
	await shot(annaPage, 'later-list');
	await list.getByRole('button', { name: 'Не отправлять' }).click();
	await seen(toast(annaPage, 'Текст снова в поле'));
	assert.equal(await composer(annaPage).inputValue(), 'Доброе утро, Вера');
	await composer(annaPage).fill('Как вернёшься, набери меня');
	await annaPage.getByRole('button', { name: 'Отправить позже' }).click();
	dialog = annaPage.getByRole('dialog', { name: 'Отправить позже' });
	await dialog.getByRole('button', { name: /Когда\W*Вера Лис\W*вернётся/ }).click();
	await seen(annaPage.getByRole('button', { name: /1\W*отложенное сообщение/ }));
	const veraPage = await world.as(vera, '/chats');
	await seen(chatRow(veraPage, 'Как вернёшься, набери меня'));
	await gone(annaPage.getByRole('button', { name: /1\W*отложенное сообщение/ }));
	await veraPage.context().close();
});

step('S2-14 a record is put into a message; whoever may not see it is told no more than that', async () => {
	await world.widget();
	const client = await world.page();
	await client.goto('/demo?lang=ru');
	await client.locator('beseda-widget .launcher').click();
	await client.locator('beseda-widget .composer textarea').fill('Здравствуйте, я Пётр');
	await client.keyboard.press('Enter');
	await seen(client.locator('beseda-widget .bubble').filter({ hasText: 'Пётр' }));
	await annaPage.goto('/inbox/queue');
	await annaPage.locator('.pane a.row').filter({ hasText: 'Пётр' }).click();
	await say(annaPage, 'Добрый день');
	await seen(message(annaPage, 'Добрый день'));
	await annaPage.goto(`/chats/${group}`);
	await annaPage.getByRole('button', { name: 'Вставить запись' }).click();
	const dialog = annaPage.getByRole('dialog', { name: 'Вставить запись' });
	await seen(dialog.getByText(/Беседа с\sклиентом/));
	await shot(annaPage, 'card-picker');
	await dialog.getByRole('button', { name: /Беседа с\sклиентом/ }).first().click();
	await say(annaPage, 'Посмотрите эту беседу');
	await seen(message(annaPage, 'Посмотрите эту беседу').locator('a.card'));
	await shot(annaPage, 'card');
	await borisPage.goto(`/chats/${group}`);
	await seen(message(borisPage, 'Посмотрите эту беседу').getByText('Запись, к которой у вас нет доступа'));
	await client.context().close();
});

step('X-04 naming somebody who is not in the group offers to add them', async () => {
	const small = (await world.call('POST', '/chats', { as: anna, body: { kind: 'group', title: 'Двое', member_ids: [boris.person.id] } })).id;
	await annaPage.goto(`/chats/${small}`);
	await composer(annaPage).pressSequentially('@вер');
	await annaPage.getByRole('option', { name: /Вера Лис/ }).click();
	await composer(annaPage).pressSequentially('глянь');
	await composer(annaPage).press('Enter');
	await toast(annaPage, 'нет в этом чате').getByRole('button', { name: 'Добавить' }).click();
	await seen(annaPage.getByText(/добавляет в\sчат:\W*Вера Лис/));
});

step('P-01 an owner names an admin, who arranges; a link lets a colleague in; the archive keeps a chat until it speaks', async () => {
	await annaPage.goto(`/chats/${group}`);
	const aside = annaPage.locator('[data-region=context]');
	await annaPage.getByRole('button', { name: 'Сведения' }).click();
	await seen(aside.getByText(/3\W*участника/));
	await aside.getByRole('button', { name: /Действия:\W*Борис Ким/ }).click();
	await annaPage.getByRole('menuitem', { name: 'Сделать администратором' }).click();
	await seen(aside.getByText('администратор', { exact: true }));
	await shot(annaPage, 'group-context');
	await aside.getByRole('button', { name: 'Настройки группы' }).click();
	const dialog = annaPage.getByRole('dialog', { name: 'Настройки группы' });
	await dialog.getByRole('button', { name: 'Создать ссылку' }).click();
	const address = new URL((await dialog.locator('.address').innerText()).trim());
	assert.deepEqual(await faults(annaPage), []);
	await shot(annaPage, 'group-settings');
	await annaPage.keyboard.press('Escape');
	const gleb = await world.employee('Глеб Рыбин', 'gleb');
	const glebPage = await world.as(gleb, address.pathname);
	await seen(glebPage.getByRole('heading', { name: 'Выставка' }));
	assert.deepEqual(await faults(glebPage), []);
	await shot(glebPage, 'join-group');
	await glebPage.getByRole('button', { name: 'Вступить' }).click();
	await seen(message(glebPage, 'Посмотрите эту беседу'));
	const row = chatRow(glebPage, 'Выставка');
	await row.click({ button: 'right' });
	await glebPage.getByRole('menuitem', { name: 'В архив' }).click();
	await seen(glebPage.getByRole('button', { name: /Архив/ }));
	await glebPage.getByRole('link', { name: 'Чаты', exact: true }).click();
	await gone(chatRow(glebPage, 'Выставка'));
	await say(annaPage, 'Сбор в девять');
	await seen(chatRow(glebPage, 'Сбор в девять'));
	await glebPage.context().close();
});

step('S2-24 people added to a direct chat make a group; the talk of two stays with two, unless it is shown on purpose', async () => {
	const chat = await direct(anna, boris);
	await annaPage.goto(`/chats/${chat}`);
	const aside = annaPage.locator('[data-region=context]');
	for (const share of [false, true]) {
		await annaPage.goto(`/chats/${chat}`);
		await aside.getByRole('button', { name: 'Добавить собеседников' }).click();
		const dialog = annaPage.getByRole('dialog', { name: 'Добавить собеседников' });
		await dialog.getByRole('checkbox', { name: /Вера Лис/ }).click();
		if (share) await dialog.getByRole('checkbox', { name: /Показать прежнюю переписку/ }).check();
		if (!share) await shot(annaPage, 'grow');
		await dialog.getByRole('button', { name: 'Создать группу' }).click();
		await seen(annaPage.getByText(/создаёт чат/));
		if (share) await seen(message(annaPage, 'Скидка тридцать'));
		else await count(annaPage.locator('section.thread .message'), 0);
	}
});

step('P-02 P-04 S2-25 the same in English, in the dark, on a narrow screen', async () => {
	await world.call('PATCH', '/me', { as: boris, body: { preferences: { ...boris.preferences, language: 'en', theme: 'dark' } } });
	const page = await world.as(boris, `/chats/${group}`, { lang: 'en', dark: true, width: 390, height: 844 });
	await seen(message(page, 'Сбор в девять'));
	await menuOf(page, 'Сбор в девять');
	for (const name of ['Discuss in a topic', 'Reply privately', 'Forward', 'Save', 'Who has read it', 'Report', 'Delete for me']) await seen(page.getByRole('menuitem', { name, exact: true }));
	await shot(page, 'menu-en-narrow');
	await page.keyboard.press('Escape');
	await page.getByRole('button', { name: 'Show a period' }).click();
	await seen(page.getByRole('button', { name: '30 days' }));
	await shot(page, 'period-en-narrow');
	assert.equal(plain(await page.title()).length > 0, true);
	assert.deepEqual(await faults(page), []);
	await page.context().close();
});

step('S2-33 S2-34 S2-35 S2-36 S2-37 the switches of a chat take effect at once', async () => {
	const glow = await direct(anna, boris);
	for (let n = 0; n < 40; n += 1) await world.call('POST', `/chats/${glow}/messages`, { as: boris, body: { client_id: crypto.randomUUID(), text: `Строка ${n}` } });
	await annaPage.goto(`/chats/${glow}`);
	await borisPage.goto(`/chats/${glow}`);
	await seen(message(annaPage, 'Строка 39'));
	const bottom = () => annaPage.locator('[role=log]').evaluate((log) => log.scrollHeight - log.scrollTop - log.clientHeight);
	await annaPage.locator('[role=log]').evaluate((log) => (log.scrollTop = 0));
	await seen(message(annaPage, 'Строка 5'));
	// S2-37 off: the view stays and a button tells how many came; on: it goes to the end from any place.
	await say(borisPage, 'Пришло раз');
	await seen(annaPage.getByRole('button', { name: 'К последнему сообщению' }));
	assert.ok((await bottom()) > 200);
	await annaPage.getByRole('button', { name: 'Ещё', exact: true }).click();
	await annaPage.getByRole('menuitemcheckbox', { name: 'Всегда прокручивать к последнему' }).click();
	await say(borisPage, 'Пришло два');
	await seen(message(annaPage, 'Пришло два'));
	await gone(annaPage.getByRole('button', { name: 'К последнему сообщению' }));
	// S2-34: who does not tell that they type is not told of others either.
	await composer(borisPage).pressSequentially('пишу');
	await seen(annaPage.locator('.typing').getByText('пишет'));
	await world.call('PATCH', '/me', { as: anna, body: { preferences: { send_typing: false } } });
	await gone(annaPage.locator('.typing').getByText('пишет'));
	// S2-35 off: Enter makes a new line, Ctrl+Enter sends.
	await world.call('PATCH', '/me', { as: anna, body: { preferences: { enter_sends: false } } });
	await seen(annaPage.getByText('Ctrl+Enter отправит'));
	await composer(annaPage).fill('первая');
	await composer(annaPage).press('Enter');
	await composer(annaPage).pressSequentially('вторая');
	assert.equal(await composer(annaPage).inputValue(), 'первая\nвторая');
	await composer(annaPage).press('Control+Enter');
	await seen(message(borisPage, 'вторая'));
	// S2-36: the sound of one chat.
	await chatRow(annaPage, 'вторая').click({ button: 'right' });
	await annaPage.getByRole('menuitem', { name: /звук/i }).first().click();
	// S2-33: notices on the desktop are a switch of the person.
	await annaPage.goto('/settings/notifications');
	const desktop = annaPage.getByRole('switch').first();
	const before = await desktop.isChecked();
	await desktop.press('Space');
	assert.notEqual(await desktop.isChecked(), before);
});

step('P-04 what was reported is looked at by those who look after people', async () => {
	await world.call('PATCH', '/me', { as: boris, body: { preferences: { language: 'ru', theme: 'light' } } });
	await actOn(borisPage, 'вторая', 'Пожаловаться');
	const dialog = borisPage.getByRole('dialog', { name: 'Пожаловаться на сообщение' });
	await dialog.getByLabel('Что случилось').fill('Прошу вмешаться');
	await dialog.getByRole('button', { name: 'Отправить администраторам' }).click();
	await seen(toast(borisPage, 'получили вашу жалобу'));
	await annaPage.goto('/settings/reports');
	await seen(annaPage.getByText('Прошу вмешаться'));
	assert.deepEqual(await faults(annaPage), []);
	await shot(annaPage, 'reports');
	await annaPage.getByRole('button', { name: 'Разобрано' }).click();
	await seen(annaPage.getByText('Жалоб нет'));
});
