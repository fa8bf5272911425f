// U-37: an existing client base comes in from a CSV file in an old encoding, and leaves as one; in both languages.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { faults } from './axe.js';
import { gone, seen, shot } from './look.js';
import { choose } from './screens.js';
import { story } from './story.js';
import { World } from './world.js';

const world = await World.start();
const step = story(world);
const anna = await world.company();
const boris = await world.employee('Борис Ким', 'boris');
let page;

/** Windows-1251, which browsers read and do not write. */
function cp1251(text) {
	return Buffer.from([...text].map((sign) => {
		const code = sign.charCodeAt(0);
		if (code >= 0x410 && code <= 0x44f) return code - 0x350;
		return { 'Ё': 0xa8, 'ё': 0xb8, '«': 0xab, '»': 0xbb, '№': 0xb9 }[sign] ?? code;
	}));
}
const base = cp1251([
	'ФИО;Компания;Телефон;Почта;Город',
	'Соколова Мария;ООО «Ромашка»;8 (916) 123-45-67;maria@example.org;Москва',
	'Петров Олег;;+7 495 123 45 67 доб. 12, 89161234568;;Омск',
	'Ёлкина Юлия;;7,91612E+10;;Тверь',
	'Глеб;;нет;gleb@;Псков',
	'Маша;;+79161234567;;Москва',
	'',
].join('\r\n'));
const bring = (where, name, buffer) => where.locator('[data-testid=contacts-table]').setInputFiles({ name, mimeType: 'text/csv', buffer });
/** The number under a word of the facts. */
const fact = (where, word, number) => where.locator('dl div').filter({ hasText: word }).filter({ hasText: new RegExp(`\\D${number}$`) });

step('U-37 the way in is on the screen of contacts; a workbook is refused with the way out, and so is nothing', async () => {
	page = await world.as(anna, '/contacts');
	await page.getByRole('button', { name: 'Загрузка и выгрузка' }).click();
	await choose(page, 'Загрузить из таблицы…');
	await seen(page.getByRole('heading', { name: 'Контакты из таблицы' }));
	await shot(page, 'contacts-start');
	assert.deepEqual(await faults(page), []);
	await bring(page, 'клиенты.csv', Buffer.from('PK\x03\x04\x14\x00xl/workbook.xml'));
	await seen(page.getByRole('alert').getByText('Это книга Excel, а нужна таблица CSV'));
	await bring(page, 'пусто.csv', Buffer.from(''));
	await seen(page.getByRole('alert').getByText('В файле ничего нет'));
});

step('U-37 the encoding, the separator and the columns are guessed; another encoding shows other letters', async () => {
	await bring(page, 'клиенты.csv', base);
	await seen(page.getByRole('cell', { name: 'Соколова Мария' }));
	assert.equal(await page.getByRole('combobox', { name: 'Кодировка' }).inputValue(), 'windows-1251');
	assert.equal(await page.getByRole('combobox', { name: 'Разделитель' }).inputValue(), 'semicolon');
	const column = (name) => page.getByRole('combobox', { name: new RegExp(`Чем станет столбец.*${name}`) });
	assert.equal(await column('ФИО').inputValue(), 'name');
	assert.equal(await column('Телефон').inputValue(), 'phone');
	assert.equal(await column('Город').inputValue(), 'skip');
	await page.getByRole('combobox', { name: 'Кодировка' }).selectOption('utf-8');
	await seen(page.getByText('Часть букв с этой кодировкой не читается'));
	await shot(page, 'contacts-broken');
	await page.getByRole('combobox', { name: 'Кодировка' }).selectOption('windows-1251');
	await seen(page.getByRole('cell', { name: 'Соколова Мария' }));
	await column('Город').selectOption('note');
	await shot(page, 'contacts-columns');
	assert.deepEqual(await faults(page), []);
});

step('U-37 the rehearsal counts what would be, names each error with its row, and changes nothing', async () => {
	await page.getByRole('button', { name: 'Проверить файл' }).click();
	await seen(fact(page, 'Добавится', 2));
	await seen(fact(page, 'Пропустим', 1));
	await seen(fact(page, 'С ошибками', 2));
	await seen(page.getByText(/номер, который Excel сократил/));
	await seen(page.getByText(/Почта: «gleb@» не похоже на адрес почты/));
	await shot(page, 'contacts-checked');
	assert.deepEqual(await faults(page), []);
	assert.equal((await world.call('GET', '/contacts', { as: anna })).items.length, 0);
});

step('U-37 the run brings them in, the list shows them by itself, rows with errors come back as a table', async () => {
	await page.getByRole('button', { name: /Загрузить:/ }).click();
	await seen(fact(page, 'Добавлено', 2));
	await seen(page.getByRole('navigation', { name: 'Контакты' }).getByText('Соколова Мария'));
	await shot(page, 'contacts-done');
	assert.deepEqual(await faults(page), []);
	const saved = page.waitForEvent('download');
	await page.getByRole('button', { name: 'Скачать строки с ошибками' }).click();
	const text = await readFile(await (await saved).path(), 'utf8');
	assert.ok(text.startsWith('\ufeffФИО;Компания;Телефон;Почта;Город;Почему не загружено'), text);
	assert.match(text, /Ёлкина Юлия;;7,91612E\+10;;Тверь;/);
});

step('U-37 the list leaves as a table, what was searched for alone if something was', async () => {
	const leaves = async (item) => {
		const saved = page.waitForEvent('download');
		await page.getByRole('button', { name: 'Загрузка и выгрузка' }).click();
		await choose(page, item);
		return readFile(await (await saved).path(), 'utf8');
	};
	const all = await leaves('Выгрузить всех в таблицу');
	assert.match(all, /Соколова Мария;ООО «Ромашка»;\+79161234567;maria@example.org;Москва;/);
	assert.match(all, /Петров Олег;;'\+74951234567, \+79161234568;/);
	await page.getByRole('searchbox').fill('Петров');
	await gone(page.getByRole('navigation', { name: 'Контакты' }).getByText('Соколова Мария'));
	const found = await leaves('Выгрузить найденных в таблицу');
	assert.equal(found.trim().split('\r\n').length, 2);
	await page.getByRole('searchbox').fill('');
});

step('U-37 taken back in English on a phone in the dark: what was touched since stays and is named', async () => {
	const { items } = await world.call('GET', '/contacts', { as: anna });
	const oleg = items.find((one) => one.name === 'Петров Олег');
	await world.call('PATCH', `/contacts/${oleg.id}`, { as: anna, body: { note: 'Наш' } });
	await world.call('PATCH', '/me', { as: anna, body: { preferences: { language: 'en', theme: 'dark' } } });
	const phone = await world.as(anna, '/contacts', { lang: 'en', width: 390, height: 844, dark: true });
	await phone.getByRole('button', { name: 'Import and export' }).click();
	await shot(phone, 'contacts-en-menu');
	await choose(phone, 'Import from a table…');
	await seen(phone.getByRole('button', { name: 'Choose a CSV file' }));
	await shot(phone, 'contacts-en-start');
	assert.deepEqual(await faults(phone), []);
	await bring(phone, 'more.csv', Buffer.from('Name,Phone,E-mail\nNew One,+1 650 253 0000,new@example.org\nOleg,+7 495 123-45-67,oleg@example.org\n'));
	await seen(phone.getByRole('cell', { name: 'New One' }));
	await phone.getByRole('radio', { name: /^Fill in/ }).check();
	await shot(phone, 'contacts-en-columns');
	assert.deepEqual(await faults(phone), []);
	await phone.getByRole('button', { name: 'Check the file' }).click();
	await seen(fact(phone, 'To be changed', 1));
	await shot(phone, 'contacts-en-checked');
	assert.deepEqual(await faults(phone), []);
	await phone.goto(`${world.url}/contacts/import`);
	await phone.getByRole('button', { name: 'клиенты.csv' }).first().click();
	await phone.getByRole('button', { name: 'Take back' }).click();
	await phone.getByRole('alertdialog').or(phone.getByRole('dialog')).getByRole('button', { name: 'Take back' }).click();
	await seen(phone.getByText('Some things stayed'));
	await seen(phone.getByText('The card was changed since'));
	await shot(phone, 'contacts-en-left');
	assert.deepEqual(await faults(phone), []);
	const now = (await world.call('GET', '/contacts', { as: anna })).items.map((one) => one.name);
	assert.deepEqual(now, ['Петров Олег']);
	await phone.context().close();
});

step('U-37 who may not has no way in', async () => {
	const other = await world.as(boris, '/contacts');
	await seen(other.getByText('Петров Олег'));
	assert.equal(await other.getByRole('button', { name: 'Загрузка и выгрузка' }).count(), 0);
	await other.context().close();
});
