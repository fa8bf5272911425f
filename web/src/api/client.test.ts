// What counts as an answer of the server, and what as none.
import { afterEach, expect, it, vi } from 'vitest';
import { ApiError, del, get } from './client';

const answers = (response: Response) => vi.stubGlobal('fetch', async () => response);
const broken = (body: BodyInit | null, status = 200) => answers(new Response(body, { status }));
afterEach(() => vi.unstubAllGlobals());
const code = (asked: Promise<unknown>) => asked.then(() => 'answered', (error: unknown) => (error instanceof ApiError ? [error.code, error.temporary] : error));

it('U-04 F3 takes an answer that broke off for none, wherever it broke', async () => {
	broken('');
	expect(await code(get('/me'))).toEqual(['network', true]);
	broken('{"person": {"na');
	expect(await code(get('/me'))).toEqual(['network', true]);
	const torn = new ReadableStream({ pull: (controller) => controller.error(new TypeError('torn')) });
	broken(torn);
	expect(await code(get('/me'))).toEqual(['network', true]);
});
it('needs no words where none are due', async () => {
	broken(null, 204);
	expect(await del('/saved/1')).toBeUndefined();
	broken('{"id": 1}');
	expect(await get('/me')).toEqual({ id: 1 });
});
it('tells a refusal from a lost line', async () => {
	broken('{"code": "files.too_large", "title": "…"}', 413);
	expect(await code(get('/me'))).toEqual(['files.too_large', false]);
	broken('<html>', 502);
	expect(await code(get('/me'))).toEqual(['http-502', true]);
});
