// Files and sound in a talk: dropped in two ways, pasted, paused, cut off and gone on with, recorded and listened to.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { PDFDocument, PDFName, PDFRawStream } from 'pdf-lib';
import { gone, seen, shot, until } from './look.js';
import { clientSays, client as visit, composer, inboxRow, log, message, toast } from './screens.js';
import { plain, story } from './story.js';
import { World } from './world.js';

const world = await World.start({ args: ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'] });
const step = story(world);
const anna = await world.company();
const boris = await world.employee('Борис Ким', 'boris');
const chat = await world.call('POST', '/chats', { as: anna, body: { kind: 'direct', person_id: boris.person.id } });
const annaPage = await world.as(anna, `/chats/${chat.id}`);
const borisPage = await world.as(boris, `/chats/${chat.id}`);
const files = (page) => page.locator('[data-region=composer] .files li');
const button = (page, name) => page.getByRole('button', { name });
/** Words with a number in them carry invisible marks. */
const plainName = (text) => new RegExp(text.split(' ').map((word) => `.?${word}.?`).join('\\s'));
const noise = (length) => Buffer.from(Array.from({ length }, (_, at) => (at * 31 + (at >> 8)) % 256));

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** Nothing on the page is out of reach of anybody. */
async function reachable(page, what) {
	await page.evaluate(axe);
	const found = await page.evaluate(async () => {
		const { violations } = await window.axe.run(document, { runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] }, resultTypes: ['violations'] });
		return violations.map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) => `${node.target.flat().join(' ')} ${node.failureSummary}`).join('; ')}`);
	});
	assert.deepEqual(found, [], what);
}
/** A picture of a page, drawn in the browser. */
const drawn = (page, width, height, colour) =>
	page.evaluate(
		async ([width, height, colour]) => {
			const canvas = new OffscreenCanvas(width, height);
			const pen = canvas.getContext('2d');
			pen.fillStyle = colour;
			pen.fillRect(0, 0, width, height);
			pen.fillStyle = '#222';
			for (let line = 1; line < 14; line += 1) pen.fillRect(width * 0.12, (height * line) / 15, width * (0.5 + (line % 4) / 12), height / 70);
			return [...new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer())];
		},
		[width, height, colour],
	);

/** The page's line: how fast it may send in bytes a second, or that it is broken. */
async function lineOf(page) {
	const session = await page.context().newCDPSession(page);
	await session.send('Network.enable');
	return (uploadThroughput, offline = false) => session.send('Network.emulateNetworkConditions', { offline, latency: 0, downloadThroughput: -1, uploadThroughput });
}
/** Drags pictures drawn in the page over the thread, and drops them at a height from 0 to 1. */
async function drag(page, count, height, drop = true) {
	const data = await page.evaluateHandle(async (count) => {
		const data = new DataTransfer();
		for (let n = 0; n < count; n += 1) {
			const canvas = new OffscreenCanvas(320, 200 + n * 10);
			const draw = canvas.getContext('2d');
			draw.fillStyle = `hsl(${n * 37} 60% 50%)`;
			draw.fillRect(0, 0, 320, 400);
			draw.fillStyle = '#fff';
			draw.font = '80px sans-serif';
			draw.fillText(String(n + 1), 130, 130);
			data.items.add(new File([await canvas.convertToBlob()], `снимок ${n + 1}.png`, { type: 'image/png' }));
		}
		return data;
	}, count);
	const { x, y, width, height: tall } = await page.locator('section.thread').boundingBox();
	const at = { dataTransfer: data, clientX: x + width / 2, clientY: y + tall * height };
	await page.dispatchEvent('section.thread [data-region=log], section.thread .middle', 'dragover', at);
	await seen(page.locator('.drop.over'));
	if (drop) await page.dispatchEvent('section.thread .middle', 'drop', at);
}

step('L-91 S2-12 pictures dragged over a chat have two targets: as a photo, as a file', async () => {
	await seen(composer(annaPage));
	await drag(annaPage, 1, 0.2, false);
	await seen(annaPage.locator('.drop').getByText('Отправить как фото'));
	await seen(annaPage.locator('.drop').getByText('Отправить как файл'));
	await shot(annaPage, 'drop');
	await drag(annaPage, 3, 0.2);
	await drag(annaPage, 1, 0.8);
	await seen(files(annaPage).nth(3));
	await shot(annaPage, 'attached');
	await composer(annaPage).fill('Со склада');
	await composer(annaPage).press('Enter');
	const row = message(borisPage, 'Со склада');
	await seen(row.locator('.picture').nth(2));
	assert.equal(await row.locator('.picture').count(), 3);
	await seen(row.getByRole('link', { name: /снимок 1\.png/ }));
	await gone(files(annaPage));
});

step('S2-16 a picture, a file or text comes from the clipboard; a long text is offered as a file', async () => {
	await composer(annaPage).focus();
	await annaPage.evaluate(() => {
		const data = new DataTransfer();
		data.items.add(new File(['один'], 'из буфера.txt', { type: 'text/plain' }));
		document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
	});
	await seen(files(annaPage).getByText('из буфера.txt'));
	await button(annaPage, /Убрать:.*из буфера/).click();
	await gone(files(annaPage));
	await annaPage.context().grantPermissions(['clipboard-read', 'clipboard-write']);
	await annaPage.evaluate(() => navigator.clipboard.writeText('слово '.repeat(900)));
	await composer(annaPage).press('Control+v');
	await button(toast(annaPage, 'Текст длинный'), 'Приложить файлом').click();
	await seen(files(annaPage).getByText('Текст.txt'));
	assert.equal(await composer(annaPage).inputValue(), '');
	await button(annaPage, /^Убрать:.*Текст/).click();
	await gone(files(annaPage));
	await annaPage.evaluate(async () => {
		const canvas = new OffscreenCanvas(40, 30);
		canvas.getContext('2d').fillRect(0, 0, 40, 30);
		await navigator.clipboard.write([new ClipboardItem({ 'image/png': await canvas.convertToBlob() })]);
	});
	await button(annaPage, 'Приложить файл').click();
	await annaPage.getByRole('menuitem', { name: /Из буфера обмена/ }).click();
	await seen(files(annaPage).getByText(/\.png$/));
	await button(annaPage, /^Убрать:/).click();
	await gone(files(annaPage));
});

step('S2-11 an upload is paused and resumed, outlives a lost connection, and its message waits for it', async () => {
	const bytes = noise(6_000_000);
	const line = await lineOf(annaPage);
	await line(400_000);
	await annaPage.locator('input[type=file]').setInputFiles({ name: 'видео.bin', mimeType: 'application/octet-stream', buffer: bytes });
	const bar = files(annaPage).getByRole('progressbar');
	const part = async (least) => until(annaPage, (least) => Number(document.querySelector('[role=progressbar]')?.getAttribute('aria-valuenow')) >= least, least, 30_000);
	await part(5);
	await button(annaPage, /Приостановить:/).click();
	await seen(files(annaPage).getByText(/Пауза/));
	await shot(annaPage, 'upload-paused');
	await button(annaPage, /Продолжить:/).click();
	await part(8);
	await line(-1, true);
	await seen(files(annaPage).getByText('Ждём связи'));
	await composer(annaPage).fill('Смотри видео');
	await composer(annaPage).press('Enter');
	const row = message(annaPage, 'Смотри видео');
	await seen(row.getByText('Отправим, когда загрузятся файлы'));
	await shot(annaPage, 'waits-for-files');
	// The page is left and opened again while the file is still on its way: neither is lost, neither goes without the other.
	const torn = (route) => route.abort('failed');
	await annaPage.route('**/api/v1/uploads/**', torn);
	await line(-1);
	await annaPage.reload();
	await seen(row.getByText('Отправим, когда загрузятся файлы'));
	await seen(row.getByText('Ждём связи'));
	await annaPage.unroute('**/api/v1/uploads/**', torn);
	const link = message(borisPage, 'Смотри видео').getByRole('link', { name: /видео\.bin/ });
	await seen(link, 30_000);
	const [download] = await Promise.all([borisPage.waitForEvent('download'), link.click()]);
	assert.ok(bytes.equals(await readFile(await download.path())));
	await gone(bar);
});

step('S2-11 S0-02 a file in the draft is a link with its size and survives a reload', async () => {
	await annaPage.locator('input[type=file]').setInputFiles({ name: 'Акт.txt', mimeType: 'text/plain', buffer: Buffer.from('акт') });
	await seen(files(annaPage).getByRole('link', { name: 'Акт.txt' }));
	assert.match(plain(await files(annaPage).innerText()), /6 байт/);
	await annaPage.reload();
	await seen(files(annaPage).getByRole('link', { name: 'Акт.txt' }));
	await annaPage.getByRole('button', { name: 'Отправить', exact: true }).click();
	await seen(log(borisPage).getByRole('link', { name: /Акт\.txt/ }));
	await gone(files(annaPage));
});

step('S2-15 U-39 a voice message is recorded, listened to, discarded and sent, and the other hears it', async () => {
	await composer(annaPage).press('Control+Shift+V');
	const recorder = annaPage.getByRole('group', { name: 'Запись голосового сообщения' });
	await seen(recorder.getByText('Идёт запись'));
	await button(recorder, 'Удалить запись').click();
	await gone(recorder);
	await button(annaPage, 'Голосовое сообщение').click();
	await seen(recorder.getByRole('timer').filter({ hasText: '0:02' }));
	await shot(annaPage, 'voice-recording');
	await button(recorder, 'Остановить и прослушать').click();
	await button(recorder, 'Слушать').click();
	await seen(button(recorder, 'Пауза'));
	await shot(annaPage, 'voice-review');
	await button(recorder, 'Отправить голосовое').click();
	await gone(recorder);
	const voice = log(borisPage).locator('.voice .voice');
	await seen(voice);
	assert.match(await voice.locator('.time').innerText(), /0:0[23]/);
	assert.equal(await voice.locator('rect').count() > 20, true);
	await button(voice, 'Слушать').click();
	await seen(button(voice, 'Пауза'));
	await seen(voice.locator('rect.past').first());
	await button(voice, /скорость/).click();
	await seen(voice.getByText('1,5×'));
	await shot(borisPage, 'voice');
	await seen(button(voice, 'Слушать'), 15_000);
	// By keys, and the speed is remembered.
	await borisPage.reload();
	await seen(voice.getByText('1,5×'));
	const place = voice.getByRole('slider', { name: 'Место в записи' });
	await place.focus();
	await place.press('End');
	await place.press('Home');
	await place.press(' ');
	await seen(button(voice, 'Пауза'));
});

step('S2-15 held, the microphone sends when it is let go; pulled out, what was recorded is kept', async () => {
	const before = await log(borisPage).locator('.voice .voice').count();
	await button(annaPage, 'Голосовое сообщение').hover();
	await annaPage.mouse.down();
	await seen(annaPage.getByText('Отпустите, чтобы отправить'));
	await seen(annaPage.getByRole('timer').filter({ hasText: '0:01' }));
	await annaPage.mouse.up();
	await seen(log(borisPage).locator('.voice .voice').nth(before));
	await annaPage.evaluate(() => {
		const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
		navigator.mediaDevices.getUserMedia = async (what) => {
			const stream = await ask(what);
			setTimeout(() => stream.getTracks().forEach((one) => (one.stop(), one.dispatchEvent(new Event('ended')))), 1500);
			navigator.mediaDevices.getUserMedia = ask;
			return stream;
		};
	});
	await composer(annaPage).press('Control+Shift+V');
	const recorder = annaPage.getByRole('group', { name: 'Запись голосового сообщения' });
	await seen(recorder.getByText(/Микрофон отключился/));
	await button(recorder, 'Отправить голосовое').click();
	await seen(log(borisPage).locator('.voice .voice').nth(before + 1));
});

step('S2-15 what the player of a browser does not know is decoded for it; one voice plays at a time', async () => {
	await borisPage.evaluate(() => {
		const play = HTMLMediaElement.prototype.play;
		HTMLMediaElement.prototype.play = function () {
			return this.src.startsWith('blob:') ? play.call(this) : Promise.reject(new DOMException('', 'NotSupportedError'));
		};
	});
	const voices = log(borisPage).locator('.voice .voice');
	const last = (await voices.count()) - 1;
	await button(voices.nth(last), 'Слушать').click();
	await seen(button(voices.nth(last), 'Пауза'));
	await button(voices.nth(last - 1), 'Слушать').click();
	await seen(button(voices.nth(last - 1), 'Пауза'));
	await seen(button(voices.nth(last), 'Слушать'));
});

step('S2-15 without a microphone it is said why, and the talk goes on', async () => {
	const page = await world.as(anna, `/chats/${chat.id}`, { lang: 'en' });
	await page.evaluate(() => {
		navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotFoundError'));
	});
	await seen(button(page, 'Голосовое сообщение'));
	await composer(page).press('Control+Shift+V');
	await seen(page.getByText(/Микрофон не\sнайден/));
	await page.getByRole('group', { name: 'Запись голосового сообщения' }).getByRole('button', { name: 'Закрыть' }).click();
	await seen(composer(page));
	await page.context().close();
});

step('S2-13 three pages are turned, cut and put in order, and become one PDF that others can read', async () => {
	await button(annaPage, 'Приложить файл').click();
	const [chooser] = await Promise.all([annaPage.waitForEvent('filechooser'), annaPage.getByRole('menuitem', { name: /Сканировать/ }).click()]);
	const pages = [];
	for (const [n, [width, height, colour]] of [[600, 800, '#fff'], [500, 700, '#fde'], [900, 600, '#def']].entries()) pages.push({ name: `лист ${n + 1}.png`, mimeType: 'image/png', buffer: Buffer.from(await drawn(annaPage, width, height, colour)) });
	await chooser.setFiles(pages);
	const dialog = annaPage.getByRole('dialog', { name: 'Страницы в один PDF' });
	await seen(button(dialog, plainName('Страница 3')));
	await shot(annaPage, 'scan');
	await reachable(annaPage, 'the scanner');
	// By keyboard: the third page goes first and is turned; its top edge is cut by a fifth.
	await button(dialog, 'Переставить раньше').press('Enter');
	await button(dialog, 'Переставить раньше').press('Enter');
	await button(dialog, 'Повернуть вправо').press('Enter');
	const edge = dialog.getByRole('slider', { name: 'Верхний край' });
	for (let n = 0; n < 4; n += 1) await edge.press('Shift+ArrowDown');
	assert.equal(await edge.getAttribute('aria-valuenow'), '20');
	await dialog.getByLabel('Название файла').fill('Договор № 5');
	await shot(annaPage, 'scan-cut');
	await button(dialog, /Собрать PDF/).click();
	await seen(dialog.getByText(/PDF готов/));
	await shot(annaPage, 'scan-ready');
	await button(dialog, 'Приложить к сообщению').click();
	await seen(files(annaPage).getByText('Договор № 5.pdf'));
	await composer(annaPage).press('Enter');
	const link = log(borisPage).getByRole('link', { name: /Договор № 5\.pdf/ });
	await seen(link);
	const [download] = await Promise.all([borisPage.waitForEvent('download'), link.click()]);
	const document = await PDFDocument.load(await readFile(await download.path()));
	assert.equal(document.getTitle(), 'Договор № 5');
	const sizes = document.getPages().map((one) => {
		const picture = one.node.Resources().lookup(PDFName.of('XObject')).lookup(PDFName.of('P'));
		assert.ok(picture instanceof PDFRawStream && picture.contents[0] === 0xff && picture.contents[1] === 0xd8);
		return [picture.dict.lookup(PDFName.of('Width')).asNumber(), picture.dict.lookup(PDFName.of('Height')).asNumber(), Math.round(one.getWidth())];
	});
	assert.deepEqual(sizes, [[600, 720, 595], [600, 800, 595], [500, 700, 595]]);
});

step('S0-02 ten pictures stand in a full grid; the viewer turns, brings nearer, tells the words and closes by keys', async () => {
	await drag(annaPage, 10, 0.2);
	await seen(files(annaPage).nth(9));
	await composer(annaPage).fill('Десять видов склада');
	await composer(annaPage).press('Enter');
	const row = message(borisPage, 'Десять видов');
	await seen(row.locator('.picture').nth(9));
	const tops = await row.locator('.picture').evaluateAll((all) => all.map((one) => Math.round(one.getBoundingClientRect().top)));
	assert.deepEqual([...new Set(tops)].map((top) => tops.filter((one) => one === top).length), [2, 2, 3, 3]);
	await shot(borisPage, 'grid');
	await row.locator('.picture').first().focus();
	await borisPage.keyboard.press('Enter');
	const viewer = borisPage.getByRole('dialog', { name: 'снимок 1.png' });
	await seen(viewer);
	await seen(viewer.getByText('Десять видов склада'));
	await seen(viewer.getByText(plainName('1 из 10')));
	await reachable(borisPage, 'the viewer');
	await borisPage.keyboard.press('+');
	await seen(borisPage.getByText(/^150\s%$/));
	await shot(borisPage, 'viewer');
	await borisPage.keyboard.press('0');
	await borisPage.keyboard.press('ArrowRight');
	await seen(borisPage.getByRole('dialog', { name: 'снимок 2.png' }));
	await borisPage.keyboard.press('ArrowLeft');
	await borisPage.keyboard.press('ArrowLeft');
	await seen(borisPage.getByRole('dialog', { name: 'снимок 10.png' }));
	for (let n = 0; n < 8; n += 1) await borisPage.keyboard.press('Tab');
	assert.ok(await borisPage.evaluate(() => document.activeElement === document.body || document.activeElement.closest('dialog') !== null), 'the focus stays in the viewer');
	await borisPage.keyboard.press('Escape');
	await gone(borisPage.locator('dialog[open]'));
});

step('S0-02 S2-15 what a chat keeps is found by kind and month, and leads to its message', async () => {
	await composer(annaPage).fill('Смотри https://example.com/плакат и https://example.org');
	await composer(annaPage).press('Enter');
	await seen(message(annaPage, 'Смотри https'));
	await annaPage.getByRole('button', { name: 'Файлы чата' }).click();
	const panel = annaPage.locator('aside, .context').filter({ hasText: 'Файлы чата' }).first();
	await seen(panel.locator('.picture').nth(12));
	await shot(annaPage, 'shelf');
	await reachable(annaPage, 'the panel of files');
	await panel.getByRole('tab', { name: 'Файлы' }).click();
	await seen(panel.getByText('Договор № 5.pdf'));
	await shot(annaPage, 'shelf-files');
	await panel.getByRole('tab', { name: 'Ссылки' }).click();
	await seen(panel.getByRole('link', { name: /example\.org/ }));
	await panel.getByRole('tab', { name: 'Голос' }).click();
	await seen(panel.locator('.voice .voice, .said .voice'));
	await shot(annaPage, 'shelf-voice');
	await panel.getByRole('button', { name: /К сообщению/ }).first().click();
	await seen(log(annaPage).locator('.voice .voice'));
});

step('S2-09 an emoji keeps the colour of skin chosen once, in the picker and after a colon', async () => {
	await button(annaPage, 'Эмодзи').click();
	const picker = annaPage.locator('.picker');
	await seen(picker);
	await picker.getByRole('radio', { name: 'Смуглый', exact: true }).click();
	await shot(annaPage, 'emoji');
	await picker.getByRole('searchbox').fill('палец');
	await picker.getByRole('button', { name: '👍🏽' }).click();
	await annaPage.keyboard.press('Escape');
	assert.match(await composer(annaPage).inputValue(), /👍🏽/u);
	await composer(annaPage).fill('');
	await composer(annaPage).pressSequentially(':спас');
	await seen(annaPage.locator('[role=option]').filter({ hasText: '🙏🏽' }));
	await annaPage.keyboard.press('Escape');
	await composer(annaPage).fill('');
});

step('S1-62 a template is at hand among colleagues too', async () => {
	await world.call('POST', '/templates', { as: anna, body: { title: 'Итоги дня', text: 'Итоги дня от {me.name}:', scope: 'own' } });
	await button(annaPage, 'Шаблоны').click();
	await annaPage.getByRole('option', { name: /Итоги дня/ }).click();
	await annaPage.waitForFunction(() => document.querySelector('[data-region=composer] textarea').value === 'Итоги дня от Анна Орлова:');
	await composer(annaPage).fill('');
});

step('S2-15 S2-11 the same in English, dark and on a phone: nothing sticks out, everything has a name', async () => {
	const page = await world.as(boris, `/chats/${chat.id}`, { lang: 'en', dark: true, width: 390, height: 844 });
	await page.goto('/settings/appearance');
	await Promise.all([page.waitForResponse((one) => one.request().method() === 'PATCH' && one.ok()), page.getByRole('radio', { name: 'English' }).check()]);
	await page.goto(`/chats/${chat.id}`);
	await seen(composer(page));
	await page.locator('input[type=file]').setInputFiles({ name: 'A rather long name of a document that hardly fits.txt', mimeType: 'text/plain', buffer: Buffer.from('text') });
	await seen(files(page).getByRole('link'));
	await shot(page, 'phone-attached');
	await reachable(page, 'attachments on a phone');
	await button(page, /^Remove/).click();
	await composer(page).press('Control+Shift+V');
	await seen(page.getByRole('timer').filter({ hasText: '0:01' }));
	await shot(page, 'phone-voice');
	await reachable(page, 'the recorder on a phone');
	const wide = await page.evaluate(() => document.documentElement.scrollWidth);
	assert.ok(wide <= 390, `${wide}`);
	await page.getByRole('button', { name: 'Delete the recording' }).click();
	await page.context().close();
});

step('S2-15 a client gets the voice in Ogg, which messengers play, and a browser of others decodes it', async () => {
	await world.widget();
	const visitor = await visit(world);
	await clientSays(visitor, 'Можно голосом?');
	const page = await world.as(anna, '/inbox/queue');
	await inboxRow(page, 'Можно голосом').click();
	await seen(message(page, 'Можно голосом'));
	await button(page, 'Голосовое сообщение').click();
	await seen(page.getByRole('timer').filter({ hasText: '0:02' }));
	await button(page, 'Отправить голосовое').click();
	const sound = visitor.locator('beseda-widget audio');
	await sound.first().waitFor({ state: 'attached' });
	const heard = await visitor.evaluate(async (url) => {
		const bytes = await (await fetch(url)).arrayBuffer();
		const magic = new TextDecoder().decode(bytes.slice(0, 4));
		const { duration } = await new OfflineAudioContext(1, 1, 48_000).decodeAudioData(bytes);
		return { magic, duration };
	}, await sound.first().getAttribute('src'));
	assert.equal(heard.magic, 'OggS');
	assert.ok(heard.duration > 1.5 && heard.duration < 6, `${heard.duration} s`);
	await seen(log(page).locator('.voice .voice'));
});
