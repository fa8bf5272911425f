// Russian plurals come out right for the numbers that usually break them.
import { readFileSync } from 'node:fs';
import { FluentBundle, FluentResource } from '@fluent/bundle';
import { expect, it } from 'vitest';

const bundle = new FluentBundle('ru', { useIsolating: false });
bundle.addResource(new FluentResource(readFileSync(new URL('./ru/chat.ftl', import.meta.url), 'utf8')));
const say = (count: number) => bundle.formatPattern(bundle.getMessage('new-messages')!.value!, { count });

it.each([
	[1, '1 новое сообщение'], [2, '2 новых сообщения'], [5, '5 новых сообщений'], [11, '11 новых сообщений'], [21, '21 новое сообщение'], [22, '22 новых сообщения'], [25, '25 новых сообщений'], [111, '111 новых сообщений'], [121, '121 новое сообщение'],
])('%i', (count, words) => expect(say(count)).toBe(words));
