// What a user sees: waits for it, and says what stood there instead.
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
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

const rules = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'];
const script = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** Nothing on the page as it stands hinders anybody (WCAG 2.2 AA, as far as a machine can tell). */
export async function axe(page) {
	await page.evaluate(script);
	const found = await page.evaluate(async (values) => {
		const { violations } = await window.axe.run(document, { runOnly: { type: 'tag', values }, resultTypes: ['violations'] });
		return violations.map((one) => `${one.id}: ${one.nodes.map((node) => `${node.target.join(' ')} ${node.any.map((check) => check.message).join('; ')}`).join(' | ')}`);
	}, rules);
	if (found.length) throw new Error(found.join('\n'));
}
