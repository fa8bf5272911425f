# Что можно сделать с сообщением и чатом: меню, окна, обсуждения, отложенное. Приходит при первом обращении.
talk-topic = Обсудить отдельно
talk-topic-open = Открыть обсуждение
talk-reply-privately = Ответить лично
talk-forward = Переслать
talk-move = Перенести в задачу…
talk-save = В избранное
talk-unsave = Убрать из избранного
talk-select = Выбрать
talk-history = Что было раньше
talk-readers = Кто прочитал
talk-hide = Удалить у меня
talk-delete-all = Удалить у всех
talk-report = Пожаловаться
talk-delete-here = Удалить только здесь
talk-delete-here-text = Мессенджер уже не отзовёт это сообщение: у клиента оно останется. Исчезнет оно только у коллег.
talk-deleted-words = Что было удалено
talk-deleted = Сообщение удалено у всех
talk-hidden = { $count ->
    [1] Сообщение удалено у вас
    [one] { $count } сообщение удалено у вас
    [few] { $count } сообщения удалены у вас
   *[many] { $count } сообщений удалены у вас
}
talk-saved = Сообщение в избранном
talk-unsaved = Сообщения больше нет в избранном
talk-selected = { $count ->
    [one] Выбрано { $count } сообщение
    [few] Выбрано { $count } сообщения
   *[many] Выбрано { $count } сообщений
}
talk-copy = Скопировать
forward-title = { $count ->
    [1] Переслать сообщение
    [one] Переслать { $count } сообщение
    [few] Переслать { $count } сообщения
   *[many] Переслать { $count } сообщений
}
forward-find = Чат или сотрудник
forward-comment = Комментарий
forward-comment-hint = Уйдёт перед пересланным
forward-do = Переслать
forward-done = { $count ->
    [one] Переслано: { $names }
   *[other] Переслано в чаты: { $names }
}
readers-title = Кто прочитал
readers-read = Прочитали
readers-delivered = Получили, но не прочли
readers-waiting = Ещё не получили
history-title = Что было раньше
history-now = Сейчас
history-none = Сообщение не меняли.
report-title = Пожаловаться на сообщение
report-text = Администраторы увидят текст сообщения и кто его написал, даже если сами в чате не состоят.
report-reason = Причина
report-spam = Спам
report-abuse = Грубость или травля
report-secret = Секретные или личные сведения
report-other = Другое
report-comment = Что случилось
report-send = Отправить администраторам
report-sent = Администраторы получили вашу жалобу
grow-title = Добавить собеседников
grow-text = Получится новый групповой чат. Личная переписка останется только между вами двоими.
grow-name = Название группы
grow-name-hint = Можно не заполнять: группа назовётся по именам участников
grow-share = Показать прежнюю переписку
grow-share-hint = Её сообщения будут скопированы в группу под именами авторов. Отменить это нельзя.
grow-do = Создать группу
group-link = Ссылка для вступления
group-link-none = Ссылки пока нет. По ней сможет войти любой сотрудник.
group-link-make = Создать ссылку
group-link-new = Заменить
group-link-end = Отключить
group-link-copied = Ссылка скопирована
group-settings = Настройки группы
group-who-adds = Кто добавляет участников
group-who-adds-members = Все участники
group-who-adds-admins = Владелец и администраторы
group-make-admin = Сделать администратором
group-drop-admin = Снять права администратора
group-hand-over = Передать группу
group-hand-over-title = Передать группу «{ $title }»?
group-hand-over-text = Владельцем станет { $name }. Вы останетесь администратором.
group-join-title = Вступить в группу
group-join-text = { $members ->
    [one] В ней { $members } участник.
    [few] В ней { $members } участника.
   *[many] В ней { $members } участников.
}
group-join-do = Вступить
group-join-gone-title = Ссылка больше не действует
group-join-gone-text = Её отключили или заменили новой. Попросите новую у того, кто вас пригласил.
saved-title = Избранное
saved-empty-title = В избранном пусто
saved-empty-text = Сохраняйте сообщения из их меню: адреса, договорённости, инструкции. Видите их только вы.
period-label = За какое время
period-yesterday = Вчера
period-week = 7 дней
period-month = 30 дней
period-quarter = 3 месяца
period-year = 1 год
period-own = Свой срок
period-from = С
period-to = По
period-count = { $count ->
    [0] За это время сообщений нет
    [one] { $count } сообщение
    [few] { $count } сообщения
   *[many] { $count } сообщений
}
period-off = Показать весь чат
later-title = Отправить позже
later-hour = Через час
later-evening = Сегодня вечером
later-tomorrow = Завтра утром
later-monday = В понедельник утром
later-own = Дата и время
later-back = Когда { $name } вернётся
later-back-hint = Отправим, как только человек окажется за компьютером
later-back-here = { $name } сейчас на месте
later-do = Отложить
later-planned = Отправим: { $when }
later-planned-back = Отправим, когда { $name } вернётся
later-list = Отложенные сообщения
later-waiting = { $count ->
    [one] { $count } отложенное сообщение
    [few] { $count } отложенных сообщения
   *[many] { $count } отложенных сообщений
}
later-send-now = Отправить сейчас
later-edit = Изменить
later-cancel = Не отправлять
later-empty = Здесь нет отложенных сообщений.
later-failed = Не отправлено: { $why }
later-cancelled = Не отправим. Текст снова в поле ввода
card-add = Вставить запись
card-find = Клиент, номер беседы, задача
card-none = Ничего не нашлось. Показываем только то, что вам доступно.
card-remove = Убрать: { $title }
card-denied = Запись, к которой у вас нет доступа
card-kind-contact = Контакт
card-kind-client_chat = Беседа с клиентом
card-field-company = Компания
card-field-phone = Телефон
card-field-email = Почта
card-field-number = Беседа
made-task = Задача
made-row = Запись таблицы
search-from = Кто написал
search-from-anyone = Кто угодно
search-has = Что внутри
search-has-any = Что угодно
search-has-file = Файл
search-has-image = Картинка
search-has-link = Ссылка
search-has-voice = Голосовое
search-has-video = Видео
search-when = Когда
search-when-any = За всё время
search-where-here = В этом чате
search-where-all = Во всех чатах
search-where = Где искать
member-menu = Действия: { $name }
topic-people = Следят за обсуждением
# О чём уведомление: слова для программы экранного доступа.
notices-open = Новые
notices-mine = Лично мне
notices-done = Разобранные
notices-all-done = Разобрать все
notices-empty-title = Всё разобрано
notices-empty-text = Сюда приходят упоминания, переданные вам беседы и неотправленные сообщения.
notice-done = Разобрано
notice-mark-done = Разобрано
notice-answer = Ответить
notice-answer-to = Ответ: { $name }
notice-answered = Ответ отправлен
notices-from = Откуда
notices-from-all = Всё
notices-from-clients = Клиенты
notices-from-team = Коллеги
notices-from-tasks = Задачи
notices-from-system = Система
notice-mark-read = Прочитано
notice-kind-mention = Упоминание
notice-kind-message = Сообщение клиента
notice-kind-queue = Клиент в очереди
notice-kind-backlog = Очередь переполняется
notice-kind-late = Клиент ждёт слишком долго
notice-kind-woke = Отложенная беседа
notice-kind-assigned = Вам передали беседу
notice-kind-observer = Вас сделали наблюдателем
notice-kind-failed = Сообщение не ушло
notice-kind-channel = Канал сломался
notice-kind-reaction = Реакция
notice-kind-report = Жалоба
notice-kind-task = Задача
notice-kind-comment = Комментарий к задаче
notice-kind-finished = Задача завершена
notice-kind-reminder = Напоминание
notice-kind-reply = Ответ на ваше сообщение
talk-way = Путь сообщения

# Keys, emoji, one's own status.
emoji-search = Найти эмодзи
emoji-found = Нашлось
emoji-none = Ничего не нашлось
emoji-tone = Цвет кожи
emoji-tone-0 = Без цвета
emoji-tone-1 = Светлый
emoji-tone-2 = Светло-смуглый
emoji-tone-3 = Смуглый
emoji-tone-4 = Тёмно-смуглый
emoji-tone-5 = Тёмный
emoji-recent = Недавние
emoji-faces = Лица
emoji-gestures = Жесты и сердца
emoji-work = Работа
emoji-nature = Природа и еда
emoji-things = Вещи и места
emoji-signs = Знаки
keys-everywhere = Везде
keys-writing = Когда пишете
keys-log = В сообщениях
keys-clients = В разделе «Клиенты»
keys-next-chat = Соседний чат
keys-next-unread = Соседний непрочитанный
keys-areas = Разделы
keys-regions = Список, сообщения, поле ввода по кругу
keys-back = На шаг назад
keys-edit-last = Изменить своё последнее
keys-choose-reply = Выбрать, на что ответить
keys-messages = Соседнее сообщение
keys-first = К первому на экране
keys-walk = По списку
keys-single = Клавиши из одной буквы
keys-single-hint = Выключите, если они мешают программе экранного доступа или голосовому вводу.
available = Доступность
available-auto = В сети, когда я за компьютером
available-auto-hint = Отсутствие Беседа замечает сама и сама же возвращает вас
available-busy = Занят
available-busy-hint = Коллеги видят, что вы заняты; сообщения приходят как обычно
available-dnd = Не беспокоить
available-dnd-hint = Коллеги видят просьбу не беспокоить; сообщения приходят
available-offline = Не в сети
available-offline-hint = Для коллег вас нет. Чаты работают, звонков не будет
template-insert = Вставить
template-choose = Выберите…
template-choose-none = Не указывать
keys-labels = Метки
keys-choose = Выбрать чат в списке
keys-choose-to = Выбрать до этого чата
talk-buttons = Кнопки под сообщением
talk-buttons-add = Кнопки под сообщением…
talk-buttons-title = Сообщение с кнопками
talk-buttons-text = Текст
talk-buttons-files = { $count ->
    [one] Вместе с ним уйдёт { $count } файл
    [few] Вместе с ним уйдут { $count } файла
   *[many] Вместе с ним уйдут { $count } файлов
}
talk-buttons-pictures = В этом канале с кнопками уходят только фото и видео, остальные файлы отправьте отдельно.
talk-button-words = Кнопка { $n }
talk-button-link = Открывает страницу
talk-button-url = Адрес кнопки { $n }
talk-button-remove = Убрать кнопку { $n }
talk-button-more = Ещё кнопка
talk-buttons-hint = Нажатие придёт ответом клиента со словами кнопки. В этом канале до { $max }, надпись до { $label } знаков.
talk-buttons-send = Отправить
own-status-label = Что видят коллеги рядом с вашим именем
status-lunch = На обеде
status-meeting = На встрече
status-trip = В командировке
status-vacation = В отпуске
status-clear = Убрать статус
connection-state = Состояние
connection-open = Есть
connection-connecting = Соединяемся
connection-waiting = Нет, скоро попробуем снова
connection-latency = Задержка
connection-ms = { $ms } мс
connection-cursor = Последнее событие
connection-outbox = Ждут отправки
connection-version = Версия
connection-browser = Браузер
connection-copy = Скопировать для администратора
