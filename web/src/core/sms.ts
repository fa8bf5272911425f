// How many SMS a text is (L-85): 160 signs of the basic alphabet or 70 of any other in one, 153 or 67 in each of several.
const BASIC = new Set('@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà');
const PAIRED = new Set('\f^{}\\[~]|€'); // each takes two places

export interface SmsCount {
	/** Places the text takes: signs, of which some take two. */
	used: number;
	parts: number;
	/** Places left in the part being written. */
	left: number;
	/** One sign beyond the basic alphabet makes all of them wide. */
	wide: boolean;
}
export function countSms(text: string): SmsCount {
	const signs = [...text];
	const wide = signs.some((sign) => !BASIC.has(sign) && !PAIRED.has(sign));
	const places = signs.map((sign) => (wide ? sign.length : PAIRED.has(sign) ? 2 : 1));
	const used = places.reduce((sum, one) => sum + one, 0);
	const [single, each] = wide ? [70, 67] : [160, 153];
	if (used <= single) return { used, parts: used ? 1 : 0, left: single - used, wide };
	// a sign of two places is never torn between two parts
	let parts = 1;
	let filled = 0;
	for (const place of places) {
		if (filled + place > each) {
			parts += 1;
			filled = 0;
		}
		filled += place;
	}
	return { used, parts, left: each - filled, wide };
}
