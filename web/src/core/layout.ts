// Words typed in the wrong keyboard layout, in Latin letters or without ё still find what was meant.
const latin = "`qwertyuiop[]asdfghjkl;'zxcvbnm,.";
const russian = 'ёйцукенгшщзхъфывапролджэячсмитьбю';
const swap = new Map<string, string>([...latin].flatMap((key, at): [string, string][] => [[key, russian[at]!], [russian[at]!, key]]));
const letters: Record<string, string> = {
	а: 'a', б: 'b', в: 'v', г: 'g', д: 'd', е: 'e', ж: 'zh', з: 'z', и: 'i', й: 'y', к: 'k', л: 'l', м: 'm', н: 'n', о: 'o', п: 'p',
	р: 'r', с: 's', т: 't', у: 'u', ф: 'f', х: 'kh', ц: 'ts', ч: 'ch', ш: 'sh', щ: 'sch', ъ: '', ы: 'y', ь: '', э: 'e', ю: 'yu', я: 'ya',
};

export function fold(text: string): string {
	return text.toLowerCase().replaceAll('ё', 'е').normalize('NFC');
}
/** «ghbdtn» → «привет» and back. */
export function otherLayout(text: string): string {
	return [...text.toLowerCase()].map((letter) => swap.get(letter) ?? letter).join('');
}
export function transliterate(text: string): string {
	return [...fold(text)].map((letter) => letters[letter] ?? letter).join('');
}

function score(query: string, text: string): number {
	if (!query) return 0;
	if (text.startsWith(query)) return 3;
	const words = text.split(/[^\p{L}\p{N}]+/u);
	const all = query.split(/\s+/).every((part) => words.some((word) => word.startsWith(part)));
	if (all) return 2;
	return query.length > 2 && text.includes(query) ? 1 : 0;
}
/** How well a typed query fits a text: 0 not at all; a direct hit before a guess at the layout, before a transliteration. */
export function fits(query: string, text: string): number {
	const [asked, have] = [fold(query.trim()), fold(text)];
	const direct = score(asked, have);
	if (direct) return direct + 4;
	const slipped = score(fold(otherLayout(asked)), have);
	if (slipped) return slipped + 1;
	const digits = asked.replace(/[\s()+-]/g, '');
	if (/^\d{3,}$/.test(digits) && have.replace(/\D/g, '').includes(digits.replace(/^8(?=\d{10}$)/, '7'))) return 4;
	return score(transliterate(asked), transliterate(have)) ? 1 : 0;
}
