// Every icon that a component names is in the sprite.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const drawn = new Set([...readFileSync(join(root, 'icons/sprite.svg'), 'utf8').matchAll(/id="i-([a-z-]+)"/g)].map(([, name]) => name!));

it('has the icons the components name', () => {
	const missing: string[] = [];
	for (const path of readdirSync(root, { recursive: true }) as string[]) {
		if (!path.endsWith('.svelte')) continue;
		for (const [, name] of readFileSync(join(root, path), 'utf8').matchAll(/(?:<Icon name|icon)(?:=|: )["']([a-z-]+)["']/g)) if (!drawn.has(name!)) missing.push(`${path}: ${name}`);
	}
	expect(missing).toEqual([]);
});
