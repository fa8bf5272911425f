// S3-03 P-14 P-19 U-38: messengers that bring messages by themselves, at a server with an https address: connected by its form
// to the end, the webhook is theirs, a client's words come by it and the answer arrives. Their doubles trust the server's
// certificate by its authority and nothing else.
import assert from 'node:assert/strict';
import { after } from 'node:test';
import { faults } from './axe.js';
import { filled } from './fields.js';
import { seen, shot } from './look.js';
import { Outside } from './outside.js';
import { inboxRow, message, say } from './screens.js';
import { story } from './story.js';
import { World } from './world.js';

const world = await World.start({ secure: true });
const step = story(world);
const doubles = await Outside.doubles({ authority: world.server.authority });
after(() => doubles.stop());
const anna = await world.company();
const boris = await world.employee('Борис Ким', 'boris');
await doubles.tell('viber', 'reaches', world.url);

/** Who writes there, and what is answered to the messenger that brings it. */
const KINDS = { viber: { client: '01234567890A=' }, whatsapp: { client: '', brought: [200, 200] } };
const LOOKS = {
	ru: { check: 'Проверить', connect: 'Подключить', works: 'Работает', asks: 'Здравствуйте', answer: 'Добрый день', theme: 'light', width: 1440 },
	en: { check: 'Check', connect: 'Connect', works: 'Works', asks: 'Hello', answer: 'Good morning', theme: 'dark', width: 390 },
};

for (const [lang, look] of Object.entries(LOOKS)) {
	for (const [kind, { client, brought }] of Object.entries(KINDS)) {
		const asks = `${look.asks}, ${kind}`;
		const answer = `${look.answer}, ${kind}`;
		let page;

		step(`S3-03 U-38 ${kind} by https: the form connects it and the webhook is told where (${lang})`, async () => {
			for (const as of [anna, boris]) await world.call('PATCH', '/me', { as, body: { preferences: { language: lang, theme: look.theme } } });
			page = await world.as(anna, `/settings/channels/new/${kind}`, { lang, dark: look.theme === 'dark' });
			await page.setViewportSize({ width: look.width, height: 900 });
			await filled(page, kind, lang, doubles.hello[kind]);
			await page.getByRole('button', { name: look.check, exact: true }).click();
			await page.getByRole('button', { name: look.connect, exact: true }).click();
			await page.waitForURL(/settings\/channels\/[0-9a-f-]{36}$/);
			await seen(page.getByText(look.works, { exact: true }));
			const hook = await doubles.tell(kind, 'webhook');
			assert.ok(hook.startsWith(`${world.url}/hooks/${kind}/`), hook);
			assert.deepEqual(await faults(page), []);
			await shot(page, `secure-${kind}-${lang}-${look.theme}-${look.width}`);
		});

		step(`S3-03 ${kind} by https: what a client writes comes by the signed webhook, the answer arrives (${lang})`, async () => {
			const said = await doubles.tell(kind, 'say', client, asks);
			if (brought) assert.deepEqual(said, brought);
			const desk = await world.as(boris, '/inbox/queue', { lang });
			await inboxRow(desk, asks).click();
			await seen(message(desk, asks));
			await say(desk, answer);
			await seen(message(desk, answer));
			let sent = [];
			while (!sent.includes(answer)) sent = await doubles.tell(kind, 'sent');
			assert.equal(sent.filter((text) => text === answer).length, 1);
			await shot(desk, `secure-${kind}-talk-${lang}`);
			await desk.context().close();
			// The next language begins with a number that nobody has connected.
			const id = new URL(page.url()).pathname.split('/').at(-1);
			await world.call('DELETE', `/channels/${id}`, { as: anna });
			await page.context().close();
		});
	}
}
