// What the build makes of catalogs, and the constants it puts in.
declare module '*.ftl' {
	const text: string;
	export default text;
}
declare const __VERSION__: string;
