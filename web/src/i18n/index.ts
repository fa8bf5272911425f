// The one door to the words of the UI.
export * from './i18n.svelte';
