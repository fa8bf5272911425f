// Every word of the widget in both languages, and the choice between them.
import type { Lang, Phrase } from './types';

const ru = {
	launcher: 'Написать нам',
	launcherUnread: (n: number) => `Написать нам, непрочитанных сообщений: ${n}`,
	panel: 'Чат с нами',
	close: 'Закрыть чат',
	soundOn: 'Включить звук',
	soundOff: 'Выключить звук',
	online: 'Мы на связи',
	offline: 'Сейчас нас нет на месте',
	greeting: 'Здравствуйте! Напишите нам — ответим прямо здесь.',
	offlineText: 'Оставьте сообщение и контакт — ответим, как только вернёмся.',
	write: 'Напишите сообщение',
	send: 'Отправить',
	attach: 'Прикрепить файл',
	drop: 'Отпустите, чтобы прикрепить',
	remove: (name: string) => `Убрать файл ${name}`,
	uploadFailed: 'Не загрузился',
	uploading: (percent: number) => `Загружается, ${percent}%`,
	tooMany: 'К одному сообщению можно прикрепить до 10 файлов',
	again: 'Повторить',
	discard: 'Удалить',
	sending: 'Отправляется',
	sent: 'Отправлено',
	failed: 'Не отправлено',
	edited: 'изменено',
	deleted: 'Сообщение удалено',
	typing: 'Печатают ответ…',
	newBelow: 'Новые сообщения',
	noLink: 'Нет связи. Сообщения уйдут, когда она появится.',
	you: 'Вы',
	today: 'Сегодня',
	yesterday: 'Вчера',
	file: 'Файл',
	pendingFile: 'Файл ещё загружается',
	image: (name: string) => `Открыть изображение ${name}`,
	log: 'Сообщения',
	name: 'Как вас зовут',
	contact: 'E-mail или телефон',
	contactWrong: 'Проверьте адрес или номер: по нему мы вам ответим',
	message: 'Сообщение',
	messageEmpty: 'Напишите, чем помочь',
	leave: 'Отправить сообщение',
	leftEmail: (email: string) => `Спасибо! Ответим здесь и на ${email}.`,
	leftPhone: (phone: string) => `Спасибо! Ответим здесь или по номеру ${phone}.`,
	opens: (when: string) => `ответим ${when}`,
	tomorrow: (time: string) => `завтра в ${time}`,
	onDay: (day: string, time: string) => `${day} в ${time}`,
	at: (time: string) => `в ${time}`,
	ask: 'Коротко о вас',
	begin: 'Начать чат',
	beginning: 'Отправляем…',
	required: 'Заполните это поле',
	nameWrong: 'Напишите, как вас зовут',
	phoneWrong: 'Проверьте номер телефона',
	emailWrong: 'Проверьте адрес почты',
	agreeWrong: 'Чтобы продолжить, отметьте согласие',
	agreeMore: 'Подробнее',
	optional: 'необязательно',
	choose: 'Выберите',
	notSent: 'Не удалось отправить: нет связи. Ваши ответы на месте, попробуйте ещё раз.',
	kb: 'КБ',
	mb: 'МБ',
};

const en: typeof ru = {
	launcher: 'Write to us',
	launcherUnread: (n) => `Write to us, unread messages: ${n}`,
	panel: 'Chat with us',
	close: 'Close the chat',
	soundOn: 'Turn sound on',
	soundOff: 'Turn sound off',
	online: 'We are online',
	offline: 'We are away right now',
	greeting: 'Hello! Write to us and we will answer right here.',
	offlineText: 'Leave a message and a way to reach you. We will answer as soon as we are back.',
	write: 'Write a message',
	send: 'Send',
	attach: 'Attach a file',
	drop: 'Drop to attach',
	remove: (name) => `Remove file ${name}`,
	uploadFailed: 'Upload failed',
	uploading: (percent) => `Uploading, ${percent}%`,
	tooMany: 'One message takes up to 10 files',
	again: 'Retry',
	discard: 'Delete',
	sending: 'Sending',
	sent: 'Sent',
	failed: 'Not sent',
	edited: 'edited',
	deleted: 'Message deleted',
	typing: 'Typing a reply…',
	newBelow: 'New messages',
	noLink: 'No connection. Messages will leave once it is back.',
	you: 'You',
	today: 'Today',
	yesterday: 'Yesterday',
	file: 'File',
	pendingFile: 'The file is still loading',
	image: (name) => `Open image ${name}`,
	log: 'Messages',
	name: 'Your name',
	contact: 'E-mail or phone',
	contactWrong: 'Please check the address or number: we will answer you there',
	message: 'Message',
	messageEmpty: 'Tell us how we can help',
	leave: 'Send message',
	leftEmail: (email) => `Thank you! We will answer here and at ${email}.`,
	leftPhone: (phone) => `Thank you! We will answer here or call ${phone}.`,
	opens: (when) => `we answer ${when}`,
	tomorrow: (time) => `tomorrow at ${time}`,
	onDay: (day, time) => `on ${day} at ${time}`,
	at: (time) => `at ${time}`,
	ask: 'A little about you',
	begin: 'Start the chat',
	beginning: 'Sending…',
	required: 'Please fill this in',
	nameWrong: 'Please write your name',
	phoneWrong: 'Please check the number',
	emailWrong: 'Please check the address',
	agreeWrong: 'To go on, please tick the consent',
	agreeMore: 'Read more',
	optional: 'optional',
	choose: 'Choose',
	notSent: 'It could not be sent: no connection. Your answers are still here, please try again.',
	kb: 'KB',
	mb: 'MB',
};

export type Words = typeof ru;

export function wordsOf(lang: Lang): Words {
	return lang === 'ru' ? ru : en;
}

/** Words of the administrator: where a language is empty, the other stands for it. */
export function phrase(words: Phrase | undefined, lang: Lang): string {
	return words?.[lang] || words?.[lang === 'ru' ? 'en' : 'ru'] || '';
}

/** When somebody will answer, as one says it today. */
export function opening(at: number, now: number, lang: Lang): string {
	const words = wordsOf(lang);
	const time = clock(at, lang);
	const [day, today] = [new Date(at), new Date(now)];
	if (day.toDateString() === today.toDateString()) return words.at(time);
	const tomorrow = new Date(today.getFullYear(), today.getMonth(), today.getDate() + 1);
	if (day.toDateString() === tomorrow.toDateString()) return words.tomorrow(time);
	return words.onDay(new Intl.DateTimeFormat(lang, { day: 'numeric', month: 'long' }).format(at), time);
}

/** The page knows its reader best, then the browser; the workspace's language is the last resort. */
export function chooseLang(page: string, browser: readonly string[], workspace: Lang): Lang {
	for (const tag of [page, ...browser]) {
		const base = tag.toLowerCase().split('-')[0];
		if (base === 'ru' || base === 'en') return base;
	}
	return workspace;
}

export function clock(at: number, lang: Lang): string {
	return new Intl.DateTimeFormat(lang, { hour: '2-digit', minute: '2-digit', hourCycle: lang === 'ru' ? 'h23' : undefined }).format(at);
}

export function dayName(at: number, now: number, lang: Lang): string {
	const words = wordsOf(lang);
	const date = new Date(at);
	const today = new Date(now);
	const yesterday = new Date(today.getFullYear(), today.getMonth(), today.getDate() - 1);
	if (date.toDateString() === today.toDateString()) return words.today;
	if (date.toDateString() === yesterday.toDateString()) return words.yesterday;
	const sameYear = date.getFullYear() === today.getFullYear();
	return new Intl.DateTimeFormat(lang, { day: 'numeric', month: 'long', year: sameYear ? undefined : 'numeric' }).format(at);
}

export function fileSize(bytes: number, lang: Lang): string {
	const words = wordsOf(lang);
	const megabytes = bytes >= 1_000_000;
	const value = megabytes ? bytes / 1_000_000 : Math.max(1, Math.round(bytes / 1000));
	return `${new Intl.NumberFormat(lang, { maximumFractionDigits: 1 }).format(value)}\u00a0${megabytes ? words.mb : words.kb}`;
}

/** A telephone number that no line end cuts in two. */
export const unbroken = (phone: string): string => phone.replaceAll(' ', '\u00a0').replaceAll('-', '\u2011');
