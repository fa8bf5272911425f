// What a user sees: waits for it, and says what stood there instead.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

const LIMIT = 10_000;

export async function seen(locator, timeout = LIMIT) {
	await locator.first().waitFor({ state: 'visible', timeout });
}
export async function gone(locator, timeout = LIMIT) {
	await locator.first().waitFor({ state: 'hidden', timeout });
}
/** Waits until exactly so many of them are on the page. */
export async function count(locator, wanted, timeout = LIMIT) {
	if (wanted === 0) return gone(locator, timeout);
	await locator.nth(wanted - 1).waitFor({ state: 'attached', timeout });
	const have = await locator.count();
	if (have !== wanted) throw new Error(`Wanted ${wanted}, there are ${have}: ${locator}`);
}
/** Waits for what the page has to be asked about asynchronously (storage, locks): a frame passes between two questions. */
export async function until(page, asked, arg, timeout = LIMIT) {
	const end = Date.now() + timeout;
	while (!(await page.evaluate(asked, arg))) {
		if (Date.now() > end) throw new Error(`It did not come true in ${timeout} ms: ${asked}`);
		await page.evaluate(() => new Promise(requestAnimationFrame));
	}
}
/** With SHOTS=folder the step leaves a picture there. */
export async function shot(page, name) {
	if (!process.env.SHOTS) return;
	mkdirSync(process.env.SHOTS, { recursive: true });
	await page.screenshot({ path: join(process.env.SHOTS, `${name}.png`) });
}
