// The second step at sign-in: switched on with the secret that is shown, asked for after the password, and patient with a slip.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { gone, seen, shot } from './look.js';
import { plain, story } from './story.js';
import { PASSWORD, World } from './world.js';

const world = await World.start();
const step = story(world);
const anna = await world.company();
let page;
let secret;
let confirmed;

/** RFC 6238 as the app on a telephone does it: six digits for a step of thirty seconds. */
function code(base32, at) {
	const bits = [...base32].map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0')).join('');
	const key = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
	const counter = Buffer.alloc(8);
	counter.writeBigUInt64BE(BigInt(at));
	const sum = createHmac('sha1', key).update(counter).digest();
	const from = sum.at(-1) & 15;
	return String((sum.readUInt32BE(from) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}
const now = () => Math.floor(Date.now() / 30_000);

step('the codes of this test are those of the RFC', () => {
	assert.equal(code('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ', 1), '287082');
});

step('the second step is switched on once a code proves that the app has the secret', async () => {
	page = await world.as(anna, '/settings/security');
	const panel = page.locator('section').filter({ hasText: 'Второй шаг при входе' });
	await panel.getByRole('button', { name: 'Включить', exact: true }).click();
	secret = (await page.getByLabel('Ключ, если камеры под рукой нет').innerText()).replace(/\s/g, '');
	assert.match(secret, /^[A-Z2-7]{16,}$/);
	await shot(page, 'code-secret');
	confirmed = now();
	await page.getByLabel('Код из приложения').fill(code(secret, confirmed));
	await page.getByRole('button', { name: 'Подтвердить и включить' }).click();
	await seen(panel.getByText('Включён', { exact: true }));
});

step('at sign-in a wrong code is refused in words of its own, and nothing typed is lost', async () => {
	await page.getByRole('button', { name: /Анна Орлова/ }).click();
	await page.getByRole('menuitem', { name: 'Выйти' }).click();
	await seen(page.getByRole('heading', { name: 'Вход' }));
	await page.getByLabel('Логин').fill('anna');
	await page.getByLabel('Пароль', { exact: true }).fill(PASSWORD);
	await page.getByLabel('Пароль', { exact: true }).press('Enter');
	await seen(page.getByRole('heading', { name: 'Код подтверждения' }));
	const field = page.getByLabel('Код', { exact: true });
	await page.waitForFunction(() => document.activeElement?.getAttribute('autocomplete') === 'one-time-code');
	assert.equal(await page.locator('[role=alert]').count(), 0, 'being asked for the code is not an error');
	const right = new Set([-2, -1, 0, 1, 2, 3].map((near) => code(secret, now() + near)));
	const wrong = ['000000', '111111', '222222', '333333', '444444', '555555', '666666'].find((one) => !right.has(one));
	await page.keyboard.type(wrong);
	await page.keyboard.press('Enter');
	const refusal = page.locator('[role=alert]').first();
	await seen(refusal);
	assert.match(plain(await refusal.innerText()), /Код не подходит/);
	assert.equal(await field.inputValue(), wrong);
	assert.ok(await field.evaluate((one) => one === document.activeElement && one.selectionEnd - one.selectionStart === one.value.length), 'the code is not ready to be typed over');
	await shot(page, 'code-wrong');
	// Somebody else after all: the name and the password are where they were.
	await page.getByRole('button', { name: 'Войти под другим именем' }).click();
	assert.equal(await page.getByLabel('Логин').inputValue(), 'anna');
	assert.equal(await page.getByLabel('Пароль', { exact: true }).inputValue(), PASSWORD);
	await page.getByRole('button', { name: 'Войти', exact: true }).click();
	await seen(page.getByLabel('Код', { exact: true }));
	await gone(page.locator('[role=alert]'));
});

step('a code that has been used does not open again; the next one does, with the space the app shows', async () => {
	const field = page.getByLabel('Код', { exact: true });
	await field.fill(code(secret, confirmed));
	await field.press('Enter');
	await seen(page.locator('[role=alert]').filter({ hasText: 'уже использован' }));
	// Clocks may differ by a step: the code after the confirmed one is good already.
	const next = code(secret, confirmed + 1);
	await page.keyboard.type(`${next.slice(0, 3)} ${next.slice(3)}`);
	await page.keyboard.press('Enter');
	await seen(page.locator('nav[data-region=rail]'));
});
