// Whoever asks for a language last gets it, however long the words of the one before take to come.
import { expect, it, vi } from 'vitest';

Object.assign(globalThis, { document: { documentElement: { lang: '' } } });

it('the language asked for last wins, also when the one before is still being fetched', async () => {
	vi.resetModules();
	const { currentLanguage, setLanguage } = await import('.');
	await setLanguage('ru');
	// the browser speaks English, and its words are not here yet; then the server says that this person reads Russian
	await Promise.all([setLanguage('en'), setLanguage('ru')]);
	expect(currentLanguage()).toBe('ru');
});

it('a part that opens while the language changes has its words in the new one', async () => {
	vi.resetModules();
	const { currentLanguage, has, loadAreas, setLanguage } = await import('.');
	await setLanguage('ru');
	await Promise.all([setLanguage('en'), loadAreas('media')]);
	expect([currentLanguage(), has('voice-missing')]).toEqual(['en', true]);
});
