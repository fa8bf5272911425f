// The main job: a client writes from a site, two employees share the work, nobody reloads a page.
import assert from 'node:assert/strict';
import { count, gone, seen, shot } from './look.js';
import { bubble, choose, client, clientSays, composer, inboxRow, message, say, toast, widgetField } from './screens.js';
import { plain, story } from './story.js';
import { World } from './world.js';

const world = await World.start();
const step = story(world);
const anna = await world.company();
const boris = await world.employee('Борис Ким', 'boris');
let annaPage;
let borisPage;
let visitor;
let number;

step('S1-64 prerequisites: the window on the site is connected in Settings, Channels', async () => {
	annaPage = await world.as(anna, '/settings/channels');
	await annaPage.getByRole('link', { name: 'Подключить' }).first().click();
	await annaPage.getByRole('link', { name: /Сайт/ }).click();
	await shot(annaPage, 'channel-form');
	await annaPage.getByRole('button', { name: 'Подключить' }).click();
	await seen(annaPage.getByText('Код для сайта'));
	assert.match(await annaPage.locator('code').first().innerText(), /<script src="http.+widget\.js" data-key=/);
	await shot(annaPage, 'channel-made');
});

step('S1-64 S1-70 S1-65 the first message of an unknown client stands in Queue of every employee within seconds, without a reload', async () => {
	await annaPage.goto('/inbox/queue');
	borisPage = await world.as(boris, '/inbox/queue');
	await seen(annaPage.getByText('Очередь пуста'));
	await seen(borisPage.getByText('Очередь пуста'));
	visitor = await client(world);
	await shot(visitor, 'widget-empty');
	const sent = Date.now();
	await clientSays(visitor, 'Здравствуйте! Есть ли лампа «Купол» в синем цвете?');
	await Promise.all([seen(inboxRow(annaPage, 'лампа «Купол»')), seen(inboxRow(borisPage, 'лампа «Купол»'))]);
	assert.ok(Date.now() - sent < 4000, `took ${Date.now() - sent} ms`);
	await shot(annaPage, 'queue');
});

step('S3-14 S3-16 opened, it shows the words, the number of the conversation and the field to answer', async () => {
	await inboxRow(annaPage, 'лампа «Купол»').click();
	await seen(message(annaPage, 'лампа «Купол»'));
	const heading = annaPage.locator('section.thread header');
	number = /№\s*(\d+)/.exec(await heading.innerText())?.[1];
	assert.ok(number, await heading.innerText());
	await seen(annaPage.getByText(new RegExp(`Беседа №.${'{0,3}'}${number}`)));
	assert.equal(plain(await composer(annaPage).getAttribute('placeholder')), 'Ответьте, и беседа станет вашей');
	await shot(annaPage, 'queue-open');
});

step('X-07 U-13 opening is not answering: the client goes on waiting until somebody answers', async () => {
	await annaPage.getByRole('link', { name: /Ждут ответа/ }).click();
	await seen(inboxRow(annaPage, 'лампа «Купол»'));
	await annaPage.getByRole('link', { name: /^Очередь/ }).click();
	await inboxRow(annaPage, 'лампа «Купол»').click();
});

step('S1-73 S1-74 S1-75 S1-68 who answers first owns it: it leaves the queue of the other, the client sees the answer live', async () => {
	await say(annaPage, 'Добрый день! Да, синяя есть на складе.');
	await seen(bubble(visitor, 'синяя есть на складе'));
	await gone(inboxRow(borisPage, 'лампа «Купол»'));
	await seen(borisPage.getByText('Очередь пуста'));
	await annaPage.getByRole('link', { name: /^Мои/ }).click();
	await seen(inboxRow(annaPage, `№ ${number}`));
	assert.doesNotMatch(await annaPage.locator('.pane').innerText(), /event:|files:|placeholder:/);
	await inboxRow(annaPage, `№ ${number}`).click();
	await seen(annaPage.getByText('Ведёте вы'));
	await shot(annaPage, 'mine');
	await shot(visitor, 'widget-answered');
});

step('S1-75 a colleague does not find it in any list, by words or by link', async () => {
	const id = (await annaPage.locator('.pane a.row').getAttribute('href')).split('/').at(-1);
	for (const [group, empty] of [['all', 'Открытых бесед нет'], ['waiting', 'Никто не ждёт ответа'], ['closed', 'Закрытых бесед нет']]) {
		await borisPage.goto(`/inbox/${group}`);
		await seen(borisPage.getByText(empty));
	}
	await borisPage.goto('/inbox/all');
	await borisPage.getByPlaceholder('Клиент, номер беседы, телефон').fill('Гость');
	await seen(borisPage.getByText('Ничего не нашлось'));
	await borisPage.goto(`/t/${id}`);
	await seen(borisPage.getByText('Этого чата здесь больше нет'));
	await borisPage.goto('/inbox/queue');
});

step('S3-22 S3-23 X-07 needs no answer takes the client off the waiting list', async () => {
	await clientSays(visitor, 'Спасибо, подумаю!');
	await seen(message(annaPage, 'подумаю'));
	await annaPage.getByRole('button', { name: 'Ответ не нужен' }).click();
	await seen(toast(annaPage, 'ответ не нужен'));
	await gone(annaPage.getByRole('button', { name: 'Ответ не нужен' }));
	await annaPage.getByRole('link', { name: /Ждут ответа/ }).click();
	await seen(annaPage.getByText('Никто не ждёт ответа'));
	await annaPage.getByRole('link', { name: /^Мои/ }).click();
	await annaPage.locator('.pane a.row').click();
});

step('L-65 a note cannot be mistaken for an answer, and the client never sees it', async () => {
	await annaPage.getByRole('tab', { name: 'Заметка' }).click();
	await seen(annaPage.getByText('Клиент этого не увидит'));
	const field = composer(annaPage);
	assert.equal(await field.getAttribute('placeholder'), 'Заметка: увидят только сотрудники');
	const [note, plain] = await annaPage.evaluate(() => {
		const box = document.querySelector('.composer .box');
		const now = getComputedStyle(box).backgroundColor;
		return [now, getComputedStyle(document.querySelector('section.thread')).backgroundColor];
	});
	assert.notEqual(note, plain);
	await seen(annaPage.getByRole('button', { name: 'Оставить заметку' }));
	await field.fill('Клиент важный, скидка до 10 процентов');
	await shot(annaPage, 'note-mode');
	await field.press('Enter');
	await seen(message(annaPage, 'скидка до 10'));
	await seen(message(annaPage, 'скидка до 10').getByText('видят только сотрудники'));
	await annaPage.getByRole('tab', { name: 'Ответ клиенту' }).click();
	await say(annaPage, 'Если что, пишите.');
	await seen(bubble(visitor, 'Если что, пишите'));
	await count(bubble(visitor, 'скидка'), 0);
});

step('L-65 an unfinished note turns up as a note on another device, never as an answer', async () => {
	await annaPage.getByRole('tab', { name: 'Заметка' }).click();
	const kept = annaPage.waitForResponse((one) => one.url().endsWith('/draft') && one.request().postData()?.includes('Черновик заметки'));
	await composer(annaPage).fill('Черновик заметки');
	await kept;
	const phone = await world.as(anna, new URL(annaPage.url()).pathname, { width: 390, height: 844 });
	await phone.waitForFunction(() => document.querySelector('[data-region=composer] textarea')?.value === 'Черновик заметки');
	await seen(phone.getByRole('button', { name: 'Оставить заметку' }));
	await phone.context().close();
	const emptied = annaPage.waitForResponse((one) => one.url().endsWith('/draft') && one.request().postDataJSON()?.text === '');
	await composer(annaPage).fill('');
	await annaPage.getByRole('tab', { name: 'Ответ клиенту' }).click();
	await emptied;
});

step('S1-62 a template comes by a slash with the words of the moment filled in', async () => {
	await world.call('POST', '/templates', { as: anna, body: { title: 'Часы работы', text: 'Мы открыты с 10 до 20. Ваш {me.name}.', shared: true } });
	await annaPage.reload();
	await seen(message(annaPage, 'Если что, пишите'));
	await composer(annaPage).fill('');
	await composer(annaPage).pressSequentially('/час');
	await seen(annaPage.getByRole('option', { name: /Часы работы/ }));
	await shot(annaPage, 'template');
	await composer(annaPage).press('Enter');
	await annaPage.waitForFunction(() => document.querySelector('[data-region=composer] textarea').value.startsWith('Мы открыты с 10 до 20'));
	assert.equal(await composer(annaPage).inputValue(), 'Мы открыты с 10 до 20. Ваш Анна Орлова.');
	await composer(annaPage).press('Enter');
	await seen(bubble(visitor, 'Мы открыты с 10 до 20. Ваш Анна Орлова.'));
});

step('S1-80 S1-81 S1-83 L-64 handed over with a hidden comment: the receiver has it at once, the former owner has it no more', async () => {
	await borisPage.goto('/inbox/my');
	await seen(borisPage.getByText('У вас нет открытых бесед'));
	await annaPage.getByRole('button', { name: 'Передать', exact: true }).click();
	const dialog = annaPage.getByRole('dialog', { name: 'Передать беседу' });
	await dialog.getByRole('radio', { name: /Борис Ким/ }).click();
	await dialog.getByLabel('Комментарий').fill('Обещала ответить до вечера');
	await shot(annaPage, 'hand-over');
	await dialog.getByRole('button', { name: /Передать/ }).click();
	await gone(dialog);
	const row = borisPage.locator('.pane a.row');
	await seen(row);
	await row.click();
	await seen(borisPage.getByText('Обещала ответить до вечера'));
	await seen(borisPage.getByText('Ведёте вы'));
	await shot(borisPage, 'received');
	await annaPage.goto('/inbox/my');
	await seen(annaPage.getByText('У вас нет открытых бесед'));
	await count(bubble(visitor, 'до вечера'), 0);
});

step('S1-92 S3-18 closed, it leaves the work and stands in Closed with who closed it', async () => {
	await say(borisPage, 'Ждём вас!');
	await seen(bubble(visitor, 'Ждём вас!'));
	await borisPage.locator('section.thread header').getByRole('button', { name: 'Закрыть', exact: true }).click();
	await seen(borisPage.getByText(/Борис Ким.*закрывает беседу/));
	await seen(borisPage.getByText('У вас нет открытых бесед'));
	await borisPage.getByRole('link', { name: /^Закрытые/ }).click();
	await seen(borisPage.locator('.pane a.row'));
	assert.doesNotMatch(await borisPage.locator('.pane').innerText(), /event:|files:|placeholder:/);
	await shot(borisPage, 'closed');
});

step('L-62 S3-19 when the client writes again the former owner has it back under the same number', async () => {
	await borisPage.getByRole('link', { name: /^Мои/ }).click();
	await clientSays(visitor, 'А доставка в Тверь есть?');
	const row = inboxRow(borisPage, 'доставка в Тверь');
	await seen(row);
	assert.match(await row.innerText(), new RegExp(`№\\s*${number}\\b`));
	await row.click();
	await seen(borisPage.getByText('Ведёте вы'));
	await shot(borisPage, 'reopened');
});

step('S1-66 S1-82 the card of the client: active talk, earlier conversations after a second question', async () => {
	await seen(borisPage.locator('aside, .context').first());
	await shot(borisPage, 'card');
	await borisPage.goto('/contacts');
	await borisPage.locator('.scroll a.row:not([href$=duplicates])').click();
	await seen(borisPage.getByRole('heading', { name: 'Активные диалоги' }));
	await borisPage.getByRole('link', { name: 'Открыть' }).click();
	await seen(message(borisPage, 'доставка в Тверь'));
});

step('S3-15 the next client gets the next number', async () => {
	const other = await client(world, { lang: 'en' });
	await clientSays(other, 'Do you ship to Kazan?');
	await borisPage.goto('/inbox/queue');
	const row = inboxRow(borisPage, 'ship to Kazan');
	await seen(row);
	assert.match(await row.innerText(), new RegExp(`№\\s*${Number(number) + 1}\\b`));
	await shot(other, 'widget-en');
	assert.equal(await widgetField(other).getAttribute('placeholder'), 'Write a message');
});
