// S3-03, P-14, P-16, P-18, P-19, P-22, U-38: the set-up form of each messenger against its double, in either language; who
// connects is one person, who answers another.
import assert from 'node:assert/strict';
import { after } from 'node:test';
import { faults } from './axe.js';
import { called, filled } from './fields.js';
import { seen, shot } from './look.js';
import { Outside } from './outside.js';
import { inboxRow, message, say } from './screens.js';
import { story } from './story.js';
import { World } from './world.js';

const doubles = await Outside.doubles();
after(() => doubles.stop());
const world = await World.start();
const step = story(world);
const anna = await world.company();
const boris = await world.employee('Борис Ким', 'boris');

/** A key as it could be, and is not. */
const bent = (key) => `${key.slice(0, -1)}x`;

/** Who talks there; where the messenger has to bring messages itself, and this server has no address for it, how that is said. */
const KINDS = {
	telegram: { talks: 4711 },
	vk: { talks: 501 },
	max: { talks: 601 },
	viber: { unreachable: 'Ему нужен внешний адрес сервера по https' },
	whatsapp: { works: 'Требует внимания', because: 'Сообщения уходят, но не приходят' },
};
const secret = 'token';

for (const [kind, { talks, unreachable, works = 'Работает', because = '' }] of Object.entries(KINDS)) {
	step(`S3-03 U-38 ${kind}: a wrong secret is named and nothing typed is lost; the right one finds the account, and its page says how it works`, async () => {
		const page = await world.as(anna, `/settings/channels/new/${kind}`);
		const right = doubles.hello[kind];
		const check = page.getByRole('button', { name: 'Проверить' });
		await seen(check);
		await filled(page, kind, 'ru', { ...right, [secret]: bent(right[secret]) });
		await check.click();
		await seen(page.getByText('Мессенджер не принимает токен'));
		assert.equal(await page.getByLabel(called(kind, 'base_url'), { exact: true }).inputValue(), right.base_url);
		assert.deepEqual(await faults(page), []);
		await shot(page, `form-${kind}-refused-ru-light-1440`);
		await filled(page, kind, 'ru', { [secret]: right[secret] });
		await check.click();
		if (unreachable) {
			await seen(page.getByRole('status').filter({ hasText: unreachable }));
			await shot(page, `form-${kind}-unreachable-ru-light-1440`);
			return page.context().close();
		}
		await page.getByRole('button', { name: 'Подключить' }).click();
		await page.waitForURL(/settings\/channels\/[0-9a-f-]{36}$/);
		await seen(page.getByText(works, { exact: true }));
		if (because) await seen(page.getByText(because));
		await shot(page, `form-${kind}-connected-ru-light-1440`);
		await page.context().close();
		if (!talks) return;
		await doubles.tell(kind, 'say', talks, `Здравствуйте, ${kind}`);
		const desk = await world.as(boris, '/inbox/queue');
		await inboxRow(desk, `Здравствуйте, ${kind}`).click();
		await seen(message(desk, `Здравствуйте, ${kind}`));
		await say(desk, `Добрый день, ${kind}`);
		await seen(message(desk, `Добрый день, ${kind}`));
		const sent = [];
		while (!sent.length) sent.push(...(await doubles.tell(kind, 'sent')));
		assert.deepEqual(sent, [`Добрый день, ${kind}`]);
		await desk.context().close();
	});

	step(`S3-03 ${kind}: the same form in English, in the dark and on a phone`, async () => {
		await world.call('PATCH', '/me', { as: anna, body: { preferences: { language: 'en', theme: 'dark' } } });
		const right = doubles.hello[kind];
		const page = await world.as(anna, `/settings/channels/new/${kind}`, { lang: 'en', dark: true });
		await page.setViewportSize({ width: 390, height: 844 });
		await filled(page, kind, 'en', { ...right, [secret]: bent(right[secret]) });
		await page.getByRole('button', { name: 'Check', exact: true }).click();
		await seen(page.getByText('The messenger does not accept the token'));
		const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
		assert.equal(wide, false, 'nothing is pushed out of the page');
		assert.deepEqual(await faults(page), []);
		await shot(page, `form-${kind}-refused-en-dark-390`);
		await page.context().close();
		await world.call('PATCH', '/me', { as: anna, body: { preferences: { language: 'ru', theme: 'light' } } });
	});
}

step('P-22 SMS by requests: a wrong password is named, the right one connects', async () => {
	const page = await world.as(anna, '/settings/channels/new/sms');
	const { url, password } = doubles.hello.sms;
	await page.getByLabel('Как отправлять').selectOption('http');
	await page.getByLabel('Провайдер', { exact: true }).selectOption('json');
	await filled(page, 'sms', 'ru', { url, password: 'не тот', sender: 'LavkaLamp' });
	await page.getByRole('button', { name: 'Проверить' }).click();
	await seen(page.getByRole('status'));
	await shot(page, 'form-sms-refused-ru-light-1440');
	await filled(page, 'sms', 'ru', { password });
	await page.getByRole('button', { name: 'Проверить' }).click();
	await page.getByRole('button', { name: 'Подключить' }).click();
	await page.waitForURL(/settings\/channels\/[0-9a-f-]{36}$/);
	await seen(page.getByText('Требует внимания', { exact: true }));
	await seen(page.getByText('отчёты о доставке и ответы клиентов не придут'));
	await page.context().close();
});
