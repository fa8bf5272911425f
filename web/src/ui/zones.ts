// Time zones by their IANA names, for a select.

export function ownZone(): string {
	return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** `also`: a zone the browser may not list but the server already has. */
export function zoneOptions(also: string): { value: string; label: string }[] {
	const names = new Set([...Intl.supportedValuesOf('timeZone'), also]);
	return [...names].sort().map((name) => ({ value: name, label: name.replaceAll('_', ' ').replaceAll('/', ' / ') }));
}
