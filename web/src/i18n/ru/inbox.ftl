# Беседы с клиентами и карточка клиента.
search-clients = Клиент, номер беседы, телефон
nothing-found-clients = Таких клиентов в этой группе нет.
empty-my-title = У вас нет открытых бесед
empty-my-text = Беседа станет вашей, когда вы ответите клиенту из очереди или вам её передадут.
empty-my-step = { $count ->
    [one] В очереди { $count } клиент
    [few] В очереди { $count } клиента
   *[many] В очереди { $count } клиентов
}
empty-watched-title = Вы ни за кем не наблюдаете
empty-watched-text = Сюда попадут беседы, куда вас добавят наблюдателем или упомянут.
empty-queue-title = Очередь пуста
empty-queue-text = Новый клиент появится здесь, как только напишет.
empty-waiting-title = Никто не ждёт ответа
empty-waiting-text = Здесь клиенты, которым мы ещё не ответили; дольше всех ждущий стоит первым.
empty-all-title = Открытых бесед нет
empty-all-text = Здесь все беседы, которые вам можно видеть.
empty-closed-title = Закрытых бесед нет
empty-closed-text = Закрытая беседа остаётся здесь. Клиент напишет снова, и она откроется.
inbox-none-title = Выберите клиента
inbox-none-text = Слева группы: ваши беседы, очередь, те, кто ждёт ответа.
waits-for = Клиент ждёт: { $span }
assignee-is = Ведёт { $name }
state-in-queue = В очереди
state-mine = Ведёте вы
state-with = Ведёт { $name }
state-work = В работе
state-closed = Закрыта
why-blocked = Клиент заблокировал бота: сообщения до него не дойдут, пока он сам не напишет.
why-closed = Беседа закрыта. Откройте её снова, чтобы написать.
why-no-right = Писать здесь могут ответственный и наблюдатели.
why-not-mine = Беседу ведёт { $name }. Писать могут ответственный и наблюдатели.
viewing = { $count ->
    [one] { $names } смотрит
   *[other] { $names } смотрят
}
observers = Наблюдатели
observers-are = Наблюдают: { $names }
observers-hint = Видят беседу и могут писать клиенту
act-no-answer = Ответ не нужен
act-to-queue = Вернуть в очередь
act-leave = Перестать наблюдать
leave-title = Перестать наблюдать?
leave-text = Беседа уйдёт из ваших списков. Вернуть вас сможет ответственный.
context-client = Клиент
closed-toast = Беседа № { $number } закрыта
no-answer-toast = Отмечено: ответ не нужен
hand-over-title = Передать беседу
hand-over-to = Кому
hand-over-note = Комментарий
hand-over-note-hint = Клиент его не увидит.
hand-over-observe = Остаться наблюдателем
hand-over-observe-other = Оставить наблюдателем: { $name }
hand-over-name = Передать: { $name }
banner-check = Проверить
banner-pending = { $count ->
    [one] Ждёт отправки { $count } сообщение.
    [few] Ждут отправки { $count } сообщения.
   *[many] Ждут отправки { $count } сообщений.
}
start-client-title = { $name }
start-client-text = Первое сообщение пришло через «{ $channel }».
contact-name = Имя
contact-company = Компания
contact-phones = Телефоны
contact-email = Почта
contact-note = Заметка
contact-add = Добавить
contact-identities = Где пишет
contact-facts = Известно
contact-active = Активные диалоги
contact-earlier = Прежние беседы
contact-since = В базе с { $when }
fact-page = Страница
fact-referrer = Пришёл с
fact-language = Язык
fact-deep_link = Ссылка
fact-start = Ссылка
fact-ad = Реклама
fact-product = Товар
fact-username = Логин
fact-name = Имя
fact-email = Почта
fact-phone = Телефон
fact-address = Адрес
fact-browser = Браузер
search-contacts = Имя, компания, телефон, почта
nothing-found-contacts = Таких клиентов нет.
contacts-empty-title = Клиентов пока нет
contacts-empty-text = Карточка появляется сама, когда клиент пишет впервые.
contacts-none-title = Выберите клиента
contacts-none-text = Здесь карточки всех, кто вам писал.
table-export = Таблица бесед
table-export-text = Одна строка на каждую беседу с клиентом, которую вам можно видеть: номер, когда открыта и закрыта, канал, клиент, кто отвечал, сколько сообщений и через сколько времени был первый ответ. Файл CSV открывается в любой программе для таблиц.
table-export-period = Беседы, открытые за выбранное время.
table-export-all = Все беседы за всё время.
table-export-do = Скачать CSV
contact-write = Написать
contact-phone-menu = Действия с номером
write-client = Написать клиенту
