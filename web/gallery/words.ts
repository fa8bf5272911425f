// What the people of the gallery say, in both languages.
export const words = {
	ru: {
		workspace: 'Северный склад',
		people: [
			['Анна Королёва', 'Руководитель отдела продаж'], ['Борис Ветров', 'Менеджер по работе с клиентами'], ['Вера Синицына', 'Логист'], ['Григорий Ланской', 'Кладовщик'],
			['Дарья Ким', 'Бухгалтер'], ['Егор Снегирёв', 'Системный администратор'], ['Жанна Полякова-Воскресенская', 'Менеджер по закупкам'], ['Илья Тропинин', 'Водитель-экспедитор'],
		],
		departments: ['Продажи', 'Склад и доставка', 'Бухгалтерия', 'Опт'],
		statuses: ['На встрече до 15:00', 'В отпуске до 3 декабря'],
		groups: ['Отгрузки на неделе', 'Общая', 'Закупки: согласование поставщиков на первый квартал'],
		log: [
			'Коллеги, доброе утро. Сегодня три отгрузки: две по городу и одна в Вологду.', 'Вологда в какое время?', 'Машина под погрузкой с 11 до 12, выезд сразу после.', 'Понял. Паллеты готовы, осталось доклеить маркировку на вторую партию.',
			'Накладные сделаю к половине одиннадцатого', 'И проверьте, пожалуйста, вес: в прошлый раз разошлось на 40 кг, и нас развернули на въезде.', 'Проверю сам. Весы поверены в октябре, расхождение было из-за поддонов: их записали с нулевым весом.',
			'Тогда считаем так: паллета 22 кг, плёнка и углы 3 кг. Остальное по спецификации.', 'Фото второй партии, чтобы было видно этикетки', 'Отлично, читается', 'Клиент просит сдвинуть приёмку на 17:30. Успеем?', 'Успеем, если выедем до 12:15. Позже уже пробка на кольце.', 'Договорились 👍', 'Водитель на месте, грузимся.', 'Кто сможет встретить машину на обратном пути? Будет возврат, две коробки.',
		],
		rich: { lead: 'Итог по вчерашней инвентаризации:', items: ['стеллаж А: без расхождений', 'стеллаж Б: не хватает 4 коробок', 'зона приёмки: 2 лишние паллеты'], tail: 'Подробности в файле. Команда для сверки:', code: 'sverka --sklad=2 --data=2026-11-20', quote: 'Расхождение больше 0,5 % закрываем актом' },
		direct: ['Привет! Посмотри, пожалуйста, договор с «Лесторгом», там изменилась 4-я страница.', 'Смотрю', 'Пункт 4.3: оплата теперь в течение 10 дней, а не 14. Нас устроит?', 'Устроит, но пусть добавят про частичную приёмку. Я напишу им формулировку.', 'Спасибо! Жду.', 'Отправила. Если согласны, подпишем сегодня.'],
		clients: [
			['Мария Соловьёва', 'Здравствуйте! Заказ 4471 ещё не приехал, а обещали вчера. Подскажите, где он?'], ['ООО «Лесторг»', 'Пришлите, пожалуйста, счёт на вторую партию'], ['Павел', 'А самовывоз в субботу работает?'], ['Алексей Фролов', 'Спасибо, всё получили, качество отличное'],
			['Нина Аркадьевна', 'Можно ли заменить цвет на серый?'], ['+7 921 555-18-04', 'Добрый день, есть ли оптовые цены от 50 штук?'], ['Гость с сайта', 'Подскажите, доставляете в Мурманск?'],
		],
		conversation: [
			'Здравствуйте! Заказ 4471 ещё не приехал, а обещали вчера. Подскажите, где он?', 'Мария, здравствуйте! Сейчас узнаю у доставки и сразу напишу.', 'Коробка стояла на втором складе, Илья её забрал. @ Если спросит про компенсацию, предлагай бесплатную доставку следующего заказа.',
			'Водитель уже выехал, будет у вас сегодня с 16 до 18. Извините за задержку: заказ по ошибке уехал на другой склад.', 'Хорошо, спасибо. А позвонить перед приездом сможет? У нас домофон не работает', 'Конечно, передала водителю: он позвонит за полчаса.', 'Вот фото двери, чтобы не перепутал подъезд', 'И ещё вопрос: можно ли оплатить картой при получении?',
		],
		files: ['Акт сверки за октябрь.xlsx', 'Спецификация к договору 118-26 (редакция от 19.11).pdf', 'Партия 2, этикетки.jpg', 'Подъезд.jpg'],
		channels: ['Телеграм магазина', 'Чат на сайте', 'Вконтакте'],
		templates: [['Приветствие', 'Здравствуйте, {client.name}! Чем могу помочь?'], ['Адрес самовывоза', 'Самовывоз: ул. Складская, 12, ежедневно с 9 до 20.'], ['Реквизиты', 'Реквизиты для оплаты счёта отправляю следующим сообщением.']],
		notices: [['Анна упомянула вас', 'Отгрузки на неделе: «Борис, кто встретит машину?»'], ['Вам передали беседу', 'Вера Синицына: «Клиент ждёт ответа по замене цвета»'], ['Сообщение не ушло', 'Алексей Фролов: клиент заблокировал бота']],
		typed: 'Да, оплатить можно картой или по ссылке. Ссылку пришлю',
		note: 'Клиент постоянный, сделайте скидку 5 %',
		lastLines: ['Вера: Водитель на месте', 'Договорились', 'Завтра буду с обеда'],
	},
	en: {
		workspace: 'Northern Depot',
		people: [
			['Anna Korolyova', 'Head of sales'], ['Boris Vetrov', 'Client manager'], ['Vera Sinitsyna', 'Logistics'], ['Greg Lansky', 'Storekeeper'], ['Daria Kim', 'Accountant'], ['Egor Snegirev', 'System administrator'], ['Zhanna Polyakova-Voskresenskaya', 'Purchasing manager'], ['Ilya Tropinin', 'Driver'],
		],
		departments: ['Sales', 'Store and delivery', 'Accounting', 'Wholesale'],
		statuses: ['In a meeting until 15:00', 'On holiday until 3 December'],
		groups: ['This week’s shipments', 'General', 'Purchasing: approving suppliers for the first quarter'],
		log: [
			'Good morning, everyone. Three shipments today: two in town and one to Vologda.', 'Vologda at what time?', 'Loading from 11 to 12, leaving right after.', 'Got it. Pallets are ready, labels for the second batch are left.', 'Waybills by half past ten', 'And please check the weight: last time it was 40 kg off and they turned us away at the gate.',
			'I will check myself. The scales were verified in October; the difference came from pallets recorded with zero weight.', 'Then count it like this: a pallet is 22 kg, film and corners 3 kg. The rest by the specification.', 'Photo of the second batch, so the labels are visible', 'Great, readable', 'The client asks to move the delivery to 17:30. Can we make it?', 'If we leave before 12:15. After that the ring road is jammed.', 'Deal 👍', 'The driver is here, loading.', 'Who can meet the truck on its way back? There will be a return, two boxes.',
		],
		rich: { lead: 'Yesterday’s stocktaking in short:', items: ['rack A: no differences', 'rack B: 4 boxes missing', 'receiving area: 2 pallets too many'], tail: 'Details in the file. The command to compare:', code: 'compare --store=2 --date=2026-11-20', quote: 'A difference above 0.5 % needs a statement' },
		direct: ['Hi! Please look at the contract with Lestorg, page 4 has changed.', 'Looking', 'Clause 4.3: payment within 10 days now, not 14. Fine for us?', 'Fine, but they should add partial acceptance. I will send them the wording.', 'Thanks! Waiting.', 'Sent. If they agree we sign today.'],
		clients: [
			['Maria Solovyova', 'Hello! Order 4471 has not arrived, it was promised for yesterday. Where is it?'], ['Lestorg Ltd', 'Please send the invoice for the second batch'], ['Pavel', 'Is pick-up open on Saturday?'], ['Alexey Frolov', 'Thank you, all received, great quality'], ['Nina A.', 'Can I change the colour to grey?'], ['+7 921 555-18-04', 'Good day, are there wholesale prices from 50 pieces?'], ['Site visitor', 'Do you deliver to Murmansk?'],
		],
		conversation: [
			'Hello! Order 4471 has not arrived, it was promised for yesterday. Where is it?', 'Hello Maria! Let me ask delivery, I will write at once.', 'The box was in the second store, Ilya has picked it up. @ If she asks for compensation, offer free delivery of the next order.', 'The driver is on the way and will be with you today from 16 to 18. Sorry for the delay: the order went to another store by mistake.', 'All right, thank you. Can he call before arriving? Our intercom is broken', 'Of course, I told the driver: he will call half an hour before.', 'Here is the door, so that he does not mix up the entrance', 'One more question: can I pay by card on delivery?',
		],
		files: ['Reconciliation, October.xlsx', 'Specification to contract 118-26 (as of 19.11).pdf', 'Batch 2, labels.jpg', 'Entrance.jpg'],
		channels: ['Shop on Telegram', 'Chat on the site', 'VK'],
		templates: [['Greeting', 'Hello, {client.name}! How can I help?'], ['Pick-up address', 'Pick-up: 12 Skladskaya street, daily from 9 to 20.'], ['Bank details', 'Bank details follow in the next message.']],
		notices: [['Anna mentioned you', 'This week’s shipments: “Boris, who meets the truck?”'], ['A conversation was handed to you', 'Vera Sinitsyna: “The client waits for an answer about the colour”'], ['A message did not go', 'Alexey Frolov: the client has blocked the bot']],
		typed: 'Yes, by card or by a link. I will send the link',
		note: 'A regular client, give 5 % off',
		lastLines: ['Vera: The driver is here', 'Deal', 'I am in tomorrow after lunch'],
	},
};
