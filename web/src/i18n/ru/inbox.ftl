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
empty-snoozed-title = Отложенных бесед нет
empty-snoozed-text = Отложите беседу, и до срока она будет здесь, а не среди ваших.
act-snooze = Отложить
act-wake = Вернуть отложенную
snooze-hour = На час
snooze-three-hours = На три часа
snooze-tomorrow = До завтра, 9:00
snooze-monday = До понедельника, 9:00
snooze-till-written = Пока клиент не напишет
snooze-choose = Выбрать день и время…
snooze-chat-title = Отложить беседу: { $name }
snoozed-toast = Отложено до { $until }
snoozed-toast-till-written = Отложено, пока клиент не напишет
state-snoozed = Отложена до { $until }
state-snoozed-till-written = Отложена, пока клиент не напишет
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
state-given-me-policy = Отдана вам очередью
state-given-me-rule = Отдана вам по правилу
state-given-me-responsible = Это ваш клиент
state-given-policy = Отдана очередью: { $name }
state-given-rule = Отдана по правилу: { $name }
state-given-responsible = Отвечает за клиента: { $name }
act-decline = Отказаться
act-decline-about = Вернуть в очередь: беседу получит кто-то другой
load-title = В работе
load-of = { $load } из { $capacity }
load-full = новых не будет
load-not-offered = новых не предлагают: вас нет на месте
contact-responsible = Отвечает
contact-responsible-none = никто
route-title = Как беседа попала сюда
route-by-hand = Её сюда направил сотрудник: правила её не трогают.
route-said-former-decided = Вернулась к прежнему ответственному: { $name }
route-said-former-nothing = Прежний ответственный: { $name }. Очередь к прежним не возвращает
route-said-former-absent = Прежний ответственный не на месте: { $name }
route-said-former-passed = Прежний ответственный здесь больше не работает или отказался: { $name }
route-said-rule-decided = Таблица маршрутов, строка «{ $rule }»
route-said-rule-nothing = Таблица маршрутов: ни одна строка не подошла
route-said-rule-absent = Строка «{ $rule }» подошла, но { $name } не на месте
route-said-rule-passed = Строка «{ $rule }» подошла, но { $name } здесь больше не работает или отказался
route-said-responsible-decided = Ответственный за клиента: { $name }
route-said-responsible-nothing = Ответственного за клиента нет
route-said-responsible-absent = Ответственный за клиента не на месте: { $name }
route-said-responsible-passed = Ответственный за клиента здесь больше не работает или отказался: { $name }
route-said-policy-decided = Очередь «{ $queue }» отдала беседу: { $name }
route-said-policy-waits = Ждёт в очереди «{ $queue }»
state-closed = Закрыта
why-blocked = Клиент заблокировал бота: сообщения до него не дойдут, пока он сам не напишет.
why-costs-money = Каждое сообщение здесь платное. Писать клиенту могут те, кому администратор дал право «Платные сообщения»; заметку коллегам можно оставить и без него.
why-closed = Беседа закрыта. Откройте её снова, чтобы написать.
why-no-right = Писать здесь могут ответственный и наблюдатели.
why-not-mine = Беседу ведёт { $name }. Писать могут ответственный и наблюдатели.
typing-answer = { $count ->
    [one] { $names } пишет ответ…
   *[other] { $names } пишут ответ…
}
viewing = { $count ->
    [one] { $names } смотрит
   *[other] { $names } смотрят
}
drafting = { $count ->
    [one] { $names }: начат ответ
   *[other] { $names }: начаты ответы
}
not-yours-title = Беседу ведёт { $name }
not-yours-text = Отправить сообщение клиенту? Пока вы не решите, оно остаётся в поле ввода.
not-yours-writing = { $name } сейчас пишет ответ этому клиенту.
not-yours-begun = { $name }: уже начат ответ этому клиенту.
not-yours-take = Взять себе и отправить
not-yours-help = Отправить, не забирая
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
contact-ask-phone = Попросить номер
contact-ask-phone-text = Поделитесь, пожалуйста, номером телефона: нажмите кнопку под этим сообщением.
contact-ask-phone-button = Поделиться номером
contact-phones = Телефоны
contact-email = Почта
contact-labels-put = Поставить метку
contact-labels-change = Изменить
contacts-label = Отобрать по метке
contacts-label-any = Показать всех
contacts-label-only = Только с меткой
contacts-label-none = С этой меткой никого
contacts-label-none-text = Поставьте её на карточке клиента или покажите всех.
contact-note = Заметка
contact-add = Добавить
contact-identities = Где пишет
contact-verified = Проверен
contact-unverified = Не проверен
contact-facts = Известно
contact-active = Активные диалоги
contact-earlier = Прежние беседы
contact-since = В базе с { $when }
fact-page = Страница
fact-title = Заголовок страницы
fact-utm_source = Источник (utm_source)
fact-utm_medium = Тип рекламы (utm_medium)
fact-utm_campaign = Кампания (utm_campaign)
fact-utm_term = Запрос (utm_term)
fact-utm_content = Объявление (utm_content)
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

# What happened to a talk with a client.
event-conversation-reopened = Беседа № { $number } снова открыта
event-conversation-closed = { $author } закрывает беседу № { $number }
event-conversation-closed-silent = Беседа № { $number } закрыта: клиент давно молчит
event-chat-given = Очередь «{ $queue }» отдаёт беседу: { $name }
event-chat-declined = { $author } отказывается от беседы, она снова в очереди
event-chat-unanswered = { $name } не отвечает { $minutes } мин, беседа снова в очереди
event-chat-overflowed = За { $minutes } мин никто не ответил, беседа переходит в очередь «{ $queue }»
event-chat-routed = По правилу «{ $rule }» беседу ведёт { $name }
event-chat-routed-to-queue = По правилу «{ $rule }» беседа идёт в очередь «{ $queue }»
event-chat-to-responsible = За клиента отвечает { $name }: беседа у этого сотрудника
event-former-away = { $name } вёл(а) клиента раньше, но сейчас не на месте: беседа в очереди «{ $queue }», { $name } наблюдает
event-chat-taken = { $author } берёт беседу
event-chat-handed-over = { $author } передаёт беседу: { $name }
event-chat-to-queue = { $author } возвращает беседу в очередь «{ $queue }»
event-needs-no-answer = { $author } отмечает: ответ не нужен
event-observer-added = { $author } добавляет наблюдателя: { $name }
event-observer-removed = { $author } убирает наблюдателя: { $name }
event-observer-left = { $author } больше не наблюдает
event-client-pressed = Клиент нажал кнопку: { $button }
event-client-blocked = Клиент заблокировал бота
event-client-unblocked = Клиент снова на связи
event-link-clicked = Клиент перешёл по ссылке { $url }
event-visitor-answered = Клиент ответил перед чатом. { $answers }
event-visitor-agreed = Клиент согласился: «{ $text }»
event-response-exceeded = Время ответа вышло: клиент ждёт { $minutes } мин
event-response-escalated = Клиент ждёт { $minutes } мин: сообщили руководителю очереди, это { $name }
event-resolution-exceeded = Беседа не закрыта за { $minutes } мин
line-auto-text-unsaid = Автоматическое сообщение не отправлено
event-auto-text-unsaid = Автоматическое сообщение ({ $occasion ->
    [first] приветствие
    [outside_hours] нерабочее время
    [nobody_free] нет свободных
    [no_answer] долго нет ответа
    [closing] прощание
    [missed_call] пропущенный звонок
   *[other] { $occasion }
}) не отправлено: { $why ->
    [window] окно ответа закрыто, а шаблон на этот случай не выбран
    [not_approved] окно ответа закрыто, а шаблон «{ $template }» больше не одобрен
    [gone] окно ответа закрыто, а выбранного шаблона больше нет
    [value] для шаблона «{ $template }» не хватает данных о клиенте
    [off] канал выключен
    [empty] без данных о клиенте от текста ничего не осталось
   *[other] канал не принимает такой текст
}
line-channel-gap = Канал снова работает
event-channel-gap = Канал не работал { $count } { $unit ->
    [h] ч
   *[other] мин
}, до { $until }. Сообщения клиента за это время могли прийти с опозданием или потеряться
event-chat-snoozed = { $author } откладывает беседу до { $until }
event-chat-snoozed-till-written = { $author } откладывает беседу, пока клиент не напишет
event-chat-fetched-back = { $author } возвращает отложенную беседу
event-chat-woke = Отложенная беседа вернулась
author-elsewhere-messenger = с телефона или из приложения мессенджера
author-elsewhere-mail = из почтовой программы
author-elsewhere-other = из другой программы
act-labels = Метки
labels-of = Метки: { $name }
labels-find = Найти метку
labels-none = Меток пока нет
labels-none-make = Заведите их в настройках, и они появятся здесь.
labels-none-ask = Их заводит администратор или руководитель.
labels-open-settings = К настройкам меток
views = Подборки
view-is-shared = Общая подборка
view-gone = Этой подборки больше нет
view-menu = Действия с подборкой
view-link = Скопировать ссылку
view-link-copied = Ссылка скопирована: коллега увидит по ней то, что может видеть сам
view-edit = Изменить подборку
view-name = Название, чтобы сохранить
view-name-hint = Подборка появится слева со счётчиком
view-shared = Для всех
view-shared-hint = Каждый увидит в ней только свои доступные чаты
view-delete-title = Удалить подборку «{ $name }»?
view-delete-text = Сами чаты останутся на месте.
view-delete-shared = Она пропадёт у всех. Сами чаты останутся на месте.
filter-title = Отобрать чаты
filter-change = Изменить
filter-off = Снять отбор
filter-show = Показать
filter-state = Какие чаты
filter-state-open = Открытые
filter-state-queue = Ждут в очереди
filter-state-unanswered = Ждут ответа
filter-state-snoozed = Отложенные
filter-state-closed = Закрытые
filter-state-any = Все, и закрытые
filter-age = Без движения не меньше
filter-age-hint = Сколько клиент ждёт или ничего не происходит
filter-age-unit = Единица
filter-age-wrong = Целое число от 1 до { $max }
filter-unit-min = минут
filter-unit-hour = часов
filter-unit-day = дней
filter-older-min = { $count ->
    [one] не меньше { $count } минуты
   *[other] не меньше { $count } минут
}
filter-older-hour = { $count ->
    [one] не меньше { $count } часа
   *[other] не меньше { $count } часов
}
filter-older-day = { $count ->
    [one] не меньше { $count } дня
   *[other] не меньше { $count } дней
}
filter-assignee = Ответственный
filter-mine = Мои
filter-nobody = Ничьи
filter-people = Или один из них
filter-labels = С любой из меток чата
filter-client-labels = С любой из меток клиента
filter-queues = В очередях
filter-channels = Через каналы
filter-of-labels = метки чата: { $names }
filter-of-client-labels = метки клиента: { $names }
filter-of-queues = очереди: { $names }
filter-gone = удалено
filter-fits = { $count ->
    [0] Сейчас ни один чат не подходит
    [one] Сейчас подходит { $count } чат
    [few] Сейчас подходят { $count } чата
   *[other] Сейчас подходят { $count } чатов
}
filter-fits-more = Сейчас подходят больше { $count } чатов
empty-filter-title = Ничего не подходит
empty-filter-text = Как только такой чат появится, он встанет сюда сам.
pick-on = Выбрать
pick-off = Снять выбор
pick-chat = Выбрать: { $name }
bulk-title = Действия с выбранными
bulk-chosen = { $count ->
    [one] Выбран { $count } чат
    [few] Выбраны { $count } чата
   *[other] Выбрано { $count } чатов
}
bulk-all = Выбрать все в списке: { $count }
bulk-all-most = Выбрать первые { $count }
bulk-clear = Снять выбор
bulk-assign = Назначить
bulk-assign-title = { $count ->
    [one] Назначить ответственного за { $count } чат
    [few] Назначить ответственного за { $count } чата
   *[other] Назначить ответственного за { $count } чатов
}
bulk-queue = В очередь
bulk-label = Метки
bulk-label-title = { $count ->
    [one] Метки на { $count } чате
   *[other] Метки на { $count } чатах
}
bulk-read = Прочитано
bulk-close-title = { $count ->
    [one] Закрыть { $count } чат?
    [few] Закрыть { $count } чата?
   *[other] Закрыть { $count } чатов?
}
bulk-close-text = Закроются те, которые можете закрыть вы. Об остальных скажем.
bulk-running = Готово { $tried } из { $of }
bulk-stop = Остановить
bulk-result = Итог
bulk-done = { $count ->
    [0] Ничего не изменилось
    [one] Готово: { $count } чат
    [few] Готово: { $count } чата
   *[other] Готово: { $count } чатов
}
bulk-undone = { $count ->
    [one] Возвращён { $count } чат
    [few] Возвращены { $count } чата
   *[other] Возвращено { $count } чатов
}
bulk-same = Так и было: { $count }
bulk-refused = Отказано: { $count } — { $reason }
bulk-left = Не тронуты: { $count } — { $reason }
bulk-stopped = вы остановили
observe-all = Уведомлять обо всех сообщениях
pick-contact = Выбрать: { $name }
picks-several = Выбрать несколько
contacts-bulk-chosen = { $count ->
    [one] Выбран { $count } клиент
    [few] Выбраны { $count } клиента
   *[other] Выбрано { $count } клиентов
}
contacts-bulk-none = Отметьте клиентов
contacts-bulk-label-title = { $count ->
    [one] Метки на карточке { $count } клиента
   *[other] Метки на карточках { $count } клиентов
}
contacts-bulk-done = { $count ->
    [0] Ничего не изменилось
    [one] Готово: { $count } клиент
    [few] Готово: { $count } клиента
   *[other] Готово: { $count } клиентов
}
contacts-bulk-undone = { $count ->
    [one] Метки возвращены { $count } клиенту
   *[other] Метки возвращены { $count } клиентам
}
bulk-refused-named = Отказано: { $count } — { $reason } ({ $names })
bulk-refused-others = ещё { $count }
