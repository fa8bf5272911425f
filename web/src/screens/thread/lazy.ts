// The parts of a thread that come when they are asked for, each with its words.
import { loadAreas } from '../../i18n';

const withWords = async <T>(part: Promise<T>): Promise<T> => (await Promise.all([part, loadAreas('media')]))[0];
export const attachments = () => withWords(import('./Attachments.svelte'));
export const voiceRecorder = () => withWords(import('./VoiceRecorder.svelte'));
export const scanner = () => withWords(import('./Scan.svelte'));
export const shelf = () => withWords(import('./Shelf.svelte'));
export const segments = () => withWords(import('./Segments.svelte'));
export const emojiPicker = async () => (await Promise.all([import('./EmojiPicker.svelte'), loadAreas('talk')]))[0];
export const templateAsk = async () => (await Promise.all([import('./TemplateAsk.svelte'), loadAreas('talk')]))[0];
