// Turns a User-Agent header into what a person calls their browser: «Firefox · Windows».

const browsers: [RegExp, string][] = [
	[/YaBrowser/, 'Yandex Browser'],
	[/Edg(e|A|iOS)?\//, 'Edge'],
	[/OPR\//, 'Opera'],
	[/Firefox|FxiOS/, 'Firefox'],
	[/Chrome|CriOS|Chromium/, 'Chrome'],
	[/Safari/, 'Safari'],
];
const systems: [RegExp, string][] = [
	[/Android/, 'Android'],
	[/iPhone|iPad/, 'iOS'],
	[/Windows/, 'Windows'],
	[/Mac OS X/, 'macOS'],
	[/CrOS/, 'ChromeOS'],
	[/Linux/, 'Linux'],
];

/** null: nothing is known of the client. */
export function clientName(agent: string): string | null {
	const find = (list: [RegExp, string][]) => list.find(([pattern]) => pattern.test(agent))?.[1];
	const parts = [find(browsers), find(systems)].filter((part) => part !== undefined);
	if (parts.length > 0) return parts.join(' · ');
	return agent.trim().slice(0, 60) || null;
}
