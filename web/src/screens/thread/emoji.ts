// The emoji of the picker with Russian and English words to find them by.
import { fold } from '../../core/layout';

export const groups = ['faces', 'gestures', 'work', 'nature', 'things', 'signs'] as const;
export type Group = (typeof groups)[number];

const source: Record<Group, string> = {
	faces: `😀 улыбка радость grin smile|😃 улыбка счастье smile happy|😄 улыбка смех smile laugh|😁 ухмылка зубы grin|😅 пот неловко sweat|😂 смех слезы tears joy lol|🤣 ржу пол rofl lol|😊 румянец улыбка blush|🙂 легкая улыбка slight smile|🙃 вверх ногами upside down|😉 подмигивание wink|😍 влюблен сердце глаза love eyes|🥰 любовь сердечки love hearts|😘 поцелуй kiss|😋 вкусно yum|😎 крутой очки cool sunglasses|🤓 умник очки nerd|🧐 монокль изучаю monocle|🤔 думаю thinking|🤨 бровь сомнение eyebrow doubt|😐 нейтрально neutral|😑 без слов expressionless|😶 молчу silent mouth|🙄 глаза закатить roll eyes|😏 усмешка smirk|😬 гримаса grimace|😌 облегчение relieved|😴 сплю sleep|😪 сонный sleepy|🤤 слюни drool|😷 маска болею mask sick|🤒 температура болею fever|🤕 голова бинт hurt|🤢 тошнит nausea|🤧 чихаю sneeze|🥵 жарко hot|🥶 холодно cold|😵 голова кругом dizzy|🤯 взрыв мозга mind blown|🥳 праздник party|😕 растерян confused|😟 тревога worried|🙁 грусть sad|😮 удивление open mouth wow|😲 изумлен astonished|😳 смущен flushed|🥺 мольба глазки pleading|😢 слеза грусть cry|😭 плачу рыдаю sob cry|😱 ужас крик scream|😤 пар злость triumph|😡 злой гнев angry rage|😠 сержусь angry|🤬 ругань swear|😈 чертик devil|💀 череп skull dead|🤡 клоун clown|👻 привидение ghost|🤖 робот robot bot|😺 кот cat smile`,
	gestures: `👍 палец вверх хорошо да thumbs up ok yes|👎 палец вниз плохо нет thumbs down no|👌 ок отлично ok|✌️ победа мир victory peace|🤞 пальцы удача fingers crossed|🤝 рукопожатие договорились handshake deal|👏 аплодисменты браво clap|🙌 ура руки hooray hands|🙏 спасибо прошу thanks please pray|💪 сила мышца strong muscle|👋 привет пока рука wave hello bye|✋ стоп рука stop hand|🖐️ ладонь hand palm|👆 вверх указать point up|👇 вниз указать point down|👉 вправо указать point right|👈 влево указать point left|☝️ внимание палец attention one|✍️ пишу рука write|🤷 не знаю плечи shrug|🤦 рука лицо facepalm|🙋 поднял руку raise hand|🫡 честь есть salute yes|🫶 сердце руки heart hands|👀 смотрю глаза eyes look|🧠 мозг ум brain|❤️ сердце любовь heart love|🧡 сердце оранжевое heart orange|💛 сердце желтое heart yellow|💚 сердце зеленое heart green|💙 сердце синее heart blue|💜 сердце фиолетовое heart purple|🖤 сердце черное heart black|💔 разбитое сердце broken heart|🔥 огонь fire hot|✨ искры блеск sparkles|⭐ звезда star|🌟 звезда сияет star glow|💯 сто процентов hundred|🎉 праздник ура хлопушка tada party|🎊 конфетти confetti|🎁 подарок gift|🎂 торт день рождения cake birthday|🏆 кубок победа trophy win|🥇 первое место медаль medal first|👑 корона crown`,
	work: `💼 портфель работа briefcase work|📁 папка folder|📂 папка открыта folder open|📄 документ страница document page|📑 закладки документ tabs|📃 счет лист invoice page|📊 график chart|📈 рост график growth chart up|📉 падение график chart down|📋 буфер список clipboard list|📌 кнопка закрепить pin|📎 скрепка clip|🖇️ скрепки clips|✏️ карандаш pencil|📝 заметка memo note|🗒️ блокнот notepad|📅 календарь дата calendar date|📆 календарь calendar|🗓️ календарь план calendar plan|⏰ будильник alarm|⏱️ секундомер stopwatch|⏳ ждем песочные часы hourglass wait|⌛ время вышло hourglass|📞 телефон звонок phone call|☎️ телефон phone|📱 мобильный mobile phone|💻 ноутбук laptop|🖥️ компьютер computer|🖨️ принтер printer|⌨️ клавиатура keyboard|🖱️ мышь mouse|📧 почта письмо email|✉️ письмо конверт letter envelope|📨 входящее письмо incoming mail|📤 исходящее отправить outbox|📥 входящее получить inbox|📦 посылка коробка package box|🚚 доставка грузовик delivery truck|🏭 завод factory|🏢 офис здание office building|🏬 магазин store|🛒 корзина покупки cart|💰 деньги мешок money|💵 доллары деньги cash|💳 карта оплата card payment|🧾 чек receipt|💡 идея лампа idea bulb|🔍 поиск лупа search|🔑 ключ key|🔒 замок закрыто lock|🔓 открыто unlock|🔔 колокол напомнить bell|🔕 без звука mute bell|🔧 ключ ремонт wrench fix|🔨 молоток hammer|⚙️ настройки шестерня gear settings|🛠️ инструменты tools|🧰 ящик toolbox|🔗 ссылка link|📣 объявление рупор megaphone|💬 сообщение разговор speech chat|🗨️ реплика speech|📷 фото камера camera photo|🎥 видео камера video|🎤 микрофон microphone|🎧 наушники headphones`,
	nature: `🌞 солнце sun|🌝 луна moon|⛅ облачно cloud|🌧️ дождь rain|⛄ снеговик snowman|❄️ снег холод snow|⚡ молния быстро lightning fast|🌈 радуга rainbow|🌊 волна море wave sea|🌲 ель дерево tree|🌳 дерево tree|🌴 пальма отпуск palm vacation|🌱 росток sprout|🌷 тюльпан цветок tulip flower|🌹 роза rose|🌻 подсолнух sunflower|🍀 клевер удача clover luck|🍁 лист осень leaf autumn|🐶 собака dog|🐱 кошка cat|🐭 мышь mouse|🐰 заяц rabbit|🦊 лиса fox|🐻 медведь bear|🐼 панда panda|🐯 тигр tiger|🦁 лев lion|🐮 корова cow|🐷 свинья pig|🐸 лягушка frog|🐵 обезьяна monkey|🐔 курица chicken|🐧 пингвин penguin|🦉 сова owl|🐝 пчела bee|🦋 бабочка butterfly|🐌 улитка медленно snail slow|🐢 черепаха turtle|🐟 рыба fish|🐳 кит whale|🦄 единорог unicorn|🍎 яблоко apple|🍌 банан banana|🍉 арбуз watermelon|🍓 клубника strawberry|🍕 пицца pizza|🍔 бургер burger|🍣 суши sushi|🥗 салат salad|🍰 пирожное cake|🍪 печенье cookie|🍫 шоколад chocolate|☕ кофе чай coffee|🍵 чай tea|🍺 пиво beer|🥂 бокалы тост cheers|🍾 шампанское champagne`,
	things: `🚗 машина car|🚕 такси taxi|🚌 автобус bus|🚂 поезд train|✈️ самолет командировка plane trip|🚀 ракета запуск rocket launch|🚲 велосипед bike|⚓ якорь anchor|🏠 дом home house|🏖️ пляж отпуск beach vacation|⛰️ гора mountain|🗺️ карта map|🧭 компас compass|⚽ футбол мяч football|🏀 баскетбол basketball|🎯 цель мишень target goal|🎮 игра game|🎲 кубик dice|♟️ шахматы chess|🎵 нота музыка music|🎸 гитара guitar|🎨 краски дизайн art design|🎬 кино movie|📚 книги учеба books study|📖 книга book|🔋 батарея battery|🔌 вилка розетка plug|🕯️ свеча candle|🧹 метла уборка broom clean|🧯 огнетушитель extinguisher|💊 таблетка pill|💉 укол syringe|🧪 пробирка тест test tube|🔬 микроскоп microscope|🧲 магнит magnet|🪜 лестница ladder|🧱 кирпич brick|👕 футболка shirt|👓 очки glasses|👜 сумка bag|☂️ зонт umbrella|🗑️ корзина мусор trash`,
	signs: `✅ готово галочка да done check yes|☑️ галочка check|✔️ галочка check|❌ нет крест no cross|❗ важно восклицание important|❓ вопрос question|⁉️ что вопрос what|⚠️ внимание warning|🚫 нельзя запрет forbidden|⛔ стоп въезд stop|🛑 стоп stop|🆗 ок ok|🆕 новое new|🆓 бесплатно free|🔝 топ верх top|🔜 скоро soon|➡️ вправо стрелка right arrow|⬅️ влево стрелка left arrow|⬆️ вверх стрелка up arrow|⬇️ вниз стрелка down arrow|↩️ ответ назад reply back|🔄 обновить refresh|➕ плюс добавить plus|➖ минус minus|💤 сон тишина sleep|🔴 красный круг red|🟠 оранжевый круг orange|🟡 желтый круг yellow|🟢 зеленый круг green|🔵 синий круг blue|⚫ черный круг black|⚪ белый круг white|🏁 финиш флаг finish|🚩 флаг красный red flag|1️⃣ один one|2️⃣ два two|3️⃣ три three|0️⃣ ноль zero`,
};
export const emoji = groups.flatMap((group) =>
	source[group].split('|').map((entry) => {
		const cut = entry.indexOf(' ');
		return { char: entry.slice(0, cut), names: entry.slice(cut + 1), group };
	}),
);

/** What Unicode lets have a colour of skin (Emoji_Modifier_Base), of ours. */
const skinned = new Set([...'👍👎👌✌🤞🤝👏🙌🙏💪👋✋🖐👆👇👉👈☝✍🤷🤦🙋🫶']);
export const tones = ['', '\u{1F3FB}', '\u{1F3FC}', '\u{1F3FD}', '\u{1F3FE}', '\u{1F3FF}'];
const TONE = 'beseda.emoji-tone';
/** The colour of skin chosen on this device, 0 for none. */
export function tone(): number {
	try {
		const kept = Number(localStorage.getItem(TONE));
		return tones[kept] ? kept : 0;
	} catch {
		return 0;
	}
}
export function chooseTone(to: number): void {
	try {
		localStorage.setItem(TONE, String(to));
	} catch {
		// it holds until the page goes
	}
}
/** An emoji in a colour of skin, when it can have one. */
export function toned(char: string, colour: number): string {
	const [first = '', ...rest] = [...char];
	return colour && skinned.has(first) ? first + tones[colour]! + rest.filter((one) => one !== '\uFE0F').join('') : char;
}

const cyrillic = /\p{Script=Cyrillic}/u;
/** Emoji whose names begin as asked, exact names first; named in the language of the reader. */
export function findEmoji(query: string, language: 'ru' | 'en'): { char: string; name: string; also: string }[] {
	const asked = fold(query).replaceAll(/[_-]/g, ' ').trim().split(' ');
	return emoji
		.map(({ char, names }) => {
			const words = names.split(' ');
			const fits = asked.every((part) => words.some((word) => word.startsWith(part)));
			const [name = '', ...also] = words.filter((word) => cyrillic.test(word) === (language === 'ru'));
			return { char, name, also: also.join(', '), rank: fits ? (words.includes(asked[0]!) ? 2 : 1) : 0 };
		})
		.filter((one) => one.rank > 0)
		.sort((a, b) => b.rank - a.rank);
}
