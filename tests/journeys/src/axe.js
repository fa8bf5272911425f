// What axe has against the page as it stands.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'];

export async function faults(page) {
	// The page's own policy allows no foreign scripts; the protocol evaluates beside it.
	await page.evaluate(axe);
	return page.evaluate(async (values) => {
		const { violations } = await window.axe.run(document, { runOnly: { type: 'tag', values }, resultTypes: ['violations'] });
		return violations.map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) => `${node.target.flat().join(' ')} (${(node.any[0] ?? node.all[0] ?? node.none[0])?.message ?? ''})`).join('; ')}`);
	}, RULES);
}
