// A refusal lands at its field when the form shows that field, else above the buttons; a second press while busy does nothing.
import { beforeAll, expect, test } from 'vitest';
import { ApiError } from '../api/client';
import { setLanguage } from '../i18n';
import { Submit } from './submit.svelte';

const refusal = (field?: string) => new ApiError({ code: 'accounts.bad_email', title: 'Bad address', status: 422, ...(field && { field }) });

beforeAll(async () => {
	Object.assign(globalThis, { document: { documentElement: { lang: '' } } });
	await setLanguage('en');
});

test('a refusal of a shown field stands at the field', async () => {
	const submit = new Submit(['email']);
	expect(await submit.run(() => Promise.reject(refusal('email')))).toBe(false);
	expect(submit.at('email')).toBe('Bad address');
	expect(submit.general).toBeUndefined();
	expect(submit.busy).toBe(false);
});

test('a refusal of anything else stands above the buttons', async () => {
	const submit = new Submit(['email']);
	await submit.run(() => Promise.reject(refusal('role_ids')));
	expect(submit.general).toBe('Bad address');
	await submit.run(() => Promise.reject(refusal()));
	expect(submit.general).toBe('Bad address');
	expect(await submit.run(() => Promise.resolve())).toBe(true);
	expect(submit.general).toBeUndefined();
});

test('one sending at a time', async () => {
	const submit = new Submit();
	let sent = 0;
	let finish: () => void = () => undefined;
	const first = submit.run(() => new Promise<void>((done) => ((sent += 1), (finish = done))));
	expect(await submit.run(() => Promise.resolve((sent += 1)))).toBe(false);
	finish();
	expect(await first).toBe(true);
	expect(sent).toBe(1);
});
