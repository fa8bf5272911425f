# Чаты коллег и всё, что есть в любой ленте.
you = вы
author-bot = бот
note-only-us = видят только сотрудники
open-picture = Открыть изображение «{ $name }»
file-pending = Получаем файл…
file-failed = Файл не удалось получить
play = Слушать
pause = Пауза
voice-position = Место в записи
voice-speed = { $speed }, скорость
viewer-nearer = Крупнее
viewer-farther = Мельче
shelf-title = Файлы чата
n-of-m = { $n } из { $m }
download = Скачать
previous = Назад
next = Вперёд
rung-queued = Ждёт отправки
rung-sending = Отправляется
rung-sent = Отправлено
rung-delivered = Доставлено
rung-read = Прочитано
rung-failed = Не отправлено
rung-unknown = Неизвестно, дошло ли
rung-cancelled = Отправка отменена
no-words = Сообщение без текста
message-deleted = Сообщение удалено
message-unknown = Сообщение вида «{ $kind }»: мы пока не умеем его показать
pinned = Закреплено
pins-all = { $count ->
    [one] Закреплено: { $count } сообщение. Показать все
    [few] Закреплено: { $count } сообщения. Показать все
   *[many] Закреплено: { $count } сообщений. Показать все
}
pins-hide = Скрыть закреплённое
edited = изменено
in-parts = { $count ->
    [one] { $count } часть
    [few] { $count } части
   *[many] { $count } частей
}
parts-failed = Не ушло { $failed } из { $count }.
delivery-waiting = Ждёт отправки в мессенджер.
delivery-cancel = Не отправлять
reaction-label = { $emoji }, { $count }
react = Отметить
reply = Ответить
message-actions = Действия с сообщением
out-waits = Уйдёт, как только появится связь
copy-text = Скопировать текст
copy-link = Скопировать ссылку
pin = Закрепить
unpin = Открепить
mark-unread = Не прочитано отсюда
delete-title = Удалить сообщение?
delete-text-client = Мы удалим его и у клиента, если мессенджер это позволяет.
new-messages = { $count ->
    [one] { $count } новое сообщение
    [few] { $count } новых сообщения
   *[many] { $count } новых сообщений
}
typing = { $count ->
    [one] { $names } пишет…
   *[other] { $names } пишут…
}
typing-note = { $count ->
    [one] { $names } пишет заметку…
   *[other] { $names } пишут заметку…
}
typing-client = { $name } пишет…
thread-gone-title = Этого чата здесь больше нет
thread-gone-text = Его удалили, передали другому сотруднику или у вас нет к нему доступа. Доступ даёт ответственный или администратор.
thread-failed-title = Сообщения не загрузились
log-label = Сообщения: { $title }
unread-divider = Новые сообщения
conversation-number = Беседа № { $number }
to-end = К последнему сообщению
drop-here = Перетащите файлы сюда
drop-now = Отпустите, чтобы приложить
drop-to = К сообщению: { $title }
drop-as-photo = Отправить как фото
drop-as-file = Отправить как файл
drop-original = Без сжатия, строкой с названием
composer-voice = Голосовое сообщение
composer-failed-files = Один из файлов не загрузился: повторите или уберите его
attach-files = Выбрать файлы
attach-scan = Сканировать страницы
attach-paste = Из буфера обмена
paste-long = Текст длинный: его удобнее прочитать файлом
paste-as-file = Приложить файлом
paste-file = Текст
paste-empty = В буфере обмена нет ни картинки, ни текста
paste-denied = Браузер не даёт прочитать буфер обмена. Нажмите Ctrl+V в поле сообщения
voice-file = Голосовое
voice-dead = не воспроизвести
out-waits-files = Отправим, когда загрузятся файлы
composer-people = Сотрудники
composer-templates = Шаблоны
composer-no-templates = Шаблонов с такими словами нет. Завести их можно в настройках.
composer-mode = Кому пишем
composer-reply = Ответ клиенту
composer-note = Заметка
composer-note-warning = Клиент этого не увидит
composer-note-label = Заметка для сотрудников
composer-note-placeholder = Заметка: увидят только сотрудники
composer-editing = Изменяем:
composer-attach = Приложить файл
composer-emoji = Эмодзи
composer-mention = Упомянуть коллегу
composer-observers = { $count ->
    [one] { $names } теперь наблюдает за беседой
   *[other] { $names } теперь наблюдают за беседой
}
composer-plan = { $count ->
    [one] будет отправлено { $count } сообщением
   *[other] будет отправлено { $count } сообщениями
}
composer-enter = Enter отправит
composer-ctrl-enter = Ctrl+Enter отправит
composer-send = Отправить
composer-save-note = Оставить заметку

# Рамка, список чатов, сотрудники.
areas = Разделы
area-chats = Чаты
area-inbox = Клиенты
area-contacts = Контакты
area-tasks = Задачи
notice-task = Вам поручена задача
notice-finished = Задача закрыта
notice-woke = Отложенная беседа вернулась
settings = Настройки
skip = К содержимому
list-width = Ширина списка
palette = Перейти и найти
palette-hint = Человек, чат, номер, команда…
palette-foot = ↑ ↓ выбрать · Enter открыть · Shift Enter карточка · @ люди · # чаты · ! клиенты · > команды
palette-person = сотрудник
palette-chat = чат
palette-client = клиент
palette-contact = контакт
palette-command = команда
palette-channels = Каналы и мессенджеры
own-status = Мой статус
own-menu = { $name }: статус, оформление, выход
look-system = Как в системе
look-light = Светлая тема
look-dark = Тёмная тема
shortcuts = Клавиши
sign-out = Выйти
connection = Связь с сервером
status-offline = Нет сети. Пишите: всё отправим, когда она появится.
status-reconnecting = Восстанавливаем связь с сервером…
status-waiting = { $count ->
    [one] Ждёт отправки { $count } сообщение.
    [few] Ждут отправки { $count } сообщения.
   *[many] Ждут отправки { $count } сообщений.
}
status-now = Соединиться сейчас
status-details = Подробнее
status-full = На диске сервера кончилось место: новое не сохраняется, прочитать можно всё. Скажите администратору.
status-channel = { $count ->
    [1] Канал «{ $name }» не работает: сообщения клиентам ждут.
    [one] Не работает { $count } канал, первый из них «{ $name }»: сообщения клиентам ждут.
    [few] Не работают { $count } канала, первый из них «{ $name }»: сообщения клиентам ждут.
   *[many] Не работают { $count } каналов, первый из них «{ $name }»: сообщения клиентам ждут.
}
chat-self = Заметки для себя
chat-self-line = Видите только вы
chat-nameless = Чат без названия
client-nameless = Клиент без имени
line-you = Вы
chat-empty-line = Сообщений пока нет
mentioned = Вас упомянули
unread-count = Непрочитанных: { $count }
typing-short = пишет…
no-department = Без отдела
seen-at = последний раз { $when }
nothing-found = Ничего не нашлось
nothing-found-people = Таких сотрудников нет.
nothing-found-chats = Чатов с таким названием нет. Поищите в сообщениях.
people-empty-title = Коллег здесь пока нет
people-empty-text = Коллег приглашает администратор.
search-chats = Найти чат
search-people = Имя, должность, номер
search-messages = Искать в сообщениях
clear = Очистить
new-chat = Новый чат
new-chat-name = Название
new-chat-name-example = Например, «Отгрузки на неделе»
new-chat-people = Участники
new-chat-create = Создать
new-chat-write = Написать лично
remove-person = Убрать: { $name }
tab-chats = Чаты
tab-people = Сотрудники
unread-only = Только непрочитанные
no-unread-title = Непрочитанного нет
no-unread-text = Всё прочитано.
section-pinned = Закреплённые
section-direct = Личные
section-groups = Группы
chats-empty-title = Чатов пока нет
chats-empty-text = Выберите коллегу и начните переписку.
chats-empty-step = Показать сотрудников
chats-none-title = Выберите чат
chats-none-text = Или нажмите Ctrl+K и начните вводить имя.
chat-pin = Закрепить
chat-unpin = Открепить
chat-leave = Выйти из чата
chat-leave-title = Выйти из чата «{ $title }»?
chat-leave-text = Вы перестанете получать его сообщения. Вернуть вас сможет любой участник.
chat-menu = Ещё
chat-members = { $count ->
    [one] { $count } участник
    [few] { $count } участника
   *[many] { $count } участников
}
chat-online = { $count } в сети
chat-made = Создан { $when }
chat-rename = Изменить название
chat-add = Добавить участников
chat-owner = владелец
chat-remove-member = Убрать из чата
context = Сведения
context-person = Сотрудник
context-chat = О чате
context-department = Отдел
context-extension = Внутренний
context-phone = Телефон
context-email = Почта
jump-to-date = Перейти к дате
start-self-title = Здесь можно писать себе
start-self-text = Заметки, ссылки и файлы, которые видите только вы.
start-title = { $title }
start-direct-text = Начало вашей переписки.
start-group-text = Чат создан { $when }. Участники: { $names }.
why-team = У вас нет права писать коллегам. Его даёт администратор.
composer-self = Заметка для себя
composer-team = Сообщение для: { $title }
search-here = Найти в этом чате
search-everywhere = Найти в сообщениях
search-understood = Искали «{ $words }».
search-nothing = Таких сообщений нет. Попробуйте другую форму слова или часть номера.
search-hint = Введите хотя бы две буквы. Найдём и в другой форме слова, и в неверной раскладке.
search-hint-here = Введите слово. Enter переходит к следующему найденному.
notices = Уведомления
notices-count = Уведомления, новых: { $count }
taken-by = { $seconds ->
    [0] { $name }: эта беседа взята только что
    [one] { $name }: эта беседа взята { $seconds } секунду назад
    [few] { $name }: эта беседа взята { $seconds } секунды назад
   *[many] { $name }: эта беседа взята { $seconds } секунд назад
}
taken-draft-kept = Ваш текст сохранён.
kept-draft = Ваш неотправленный текст
act-take = Взять
act-hand-over = Передать
act-close = Закрыть
act-reopen = Открыть снова
group-queue-long = Очередь клиентов
composer-client = Ответ клиенту: { $name }
composer-queue = Ответьте, и беседа станет вашей
group-my = Мои
group-watched = Наблюдаю
group-queue = Очередь
group-waiting = Ждут ответа
group-snoozed = Отложенные
group-all = Все
group-closed = Закрытые
event-chat-created = { $author } создаёт чат «{ $title }»
event-chat-renamed = { $author } меняет название: «{ $title }»
event-chat-member-added = { $author } добавляет в чат: { $name }
event-chat-member-removed = { $author } убирает из чата: { $name }
event-chat-member-left = { $name } больше не в чате
plan-channels-file_too_large = Файл больше { $limit } МБ: этот канал его не примет
plan-channels-file_refused = Этот канал не принимает такие файлы
plan-channels-file_empty = Файл пустой
plan-channels-text_refused = Этот канал не принимает текст без файла
line-event = Событие в чате
line-conversation-opened = Новая беседа
line-conversation-reopened = Беседа снова открыта
line-conversation-closed = Беседа закрыта
line-conversation-closed-silent = Беседа закрыта: клиент молчит
line-chat-given = Беседа отдана очередью
line-chat-declined = Отказ, беседа снова в очереди
line-chat-unanswered = Нет ответа, беседа снова в очереди
line-chat-overflowed = Беседа перешла в другую очередь
line-response-exceeded = Время ответа вышло
line-response-escalated = Сообщили руководителю: нет ответа
line-resolution-exceeded = Беседа не закрыта вовремя
line-chat-snoozed = Беседа отложена
line-chat-snoozed-till-written = Беседа отложена
line-chat-fetched-back = Отложенная беседа возвращена
line-chat-woke = Отложенная беседа вернулась
line-chat-routed = Беседа отдана по правилу
line-chat-routed-to-queue = Беседа направлена по правилу
line-chat-to-responsible = Беседа у ответственного за клиента
line-former-away = Прежний ответственный не на месте
line-chat-taken = Беседа взята в работу
line-chat-handed-over = Беседа передана
line-chat-to-queue = Беседа возвращена в очередь
line-needs-no-answer = Ответ не нужен
line-observer-added = Добавлен наблюдатель
line-observer-removed = Убран наблюдатель
line-observer-left = Наблюдатель вышел
line-client-blocked = Клиент заблокировал бота
line-client-unblocked = Клиент снова на связи
line-chat-created = Чат создан
line-chat-renamed = Изменено название
line-chat-member-added = Добавлен участник
line-chat-member-removed = Убран участник
line-chat-member-left = Участник вышел
line-files = { $count ->
    [one] { $count } файл
    [few] { $count } файла
   *[many] { $count } файлов
}
line-placeholder = Сообщение, которое мы не умеем показать
line-missed_call = Пропущенный звонок
line-missed_video_call = Пропущенный видеозвонок
first-people-act = Пригласить
composer-closed = Ответьте, и беседа откроется снова
people-empty-invite = Отправьте коллегам ссылки-приглашения.
composer-named = Имя коллеги увидит и клиент. Для своих есть заметка.
section-topics = Обсуждения
section-archive = Архив
chat-export = Выгрузить этот чат
chat-print = Распечатать переписку
chat-archive = В архив
chat-unarchive = Вернуть из архива
chat-admin = администратор
topic-line = Обсуждение в группе «{ $title }»
topic-replies = { $count ->
    [0] Обсуждение
    [one] { $count } ответ
    [few] { $count } ответа
   *[many] { $count } ответов
}
topic-follow = Следить
topic-unfollow = Не следить
from-topic = Из обсуждения
forwarded-from = Переслано от { $name }
undelivered = ещё не доставлено
undelivered-since = ещё не доставлено: { $name }, нет в сети с { $when }
undelivered-to = Ещё не получили: { $names }
also-in-group = Показать и в группе
not-member = { $count ->
    [one] { $names }: нет в этом чате, упоминание не придёт
   *[other] { $names }: нет в этом чате, упоминания не придут
}
event-chat-admin-added = { $author } назначает администратора: { $name }
event-chat-admin-removed = { $author } снимает права администратора: { $name }
event-chat-owner-changed = Новый владелец группы: { $name }
event-chat-joined = { $name } вступает в чат по ссылке
start-topic-text = Отдельный разговор под сообщением. Его видит вся группа, в список он попадает у тех, кто участвует.
periods = Показать за срок
saved-open = Избранное
composer-later = Отправить позже
composer-card = Вставить запись из базы
presence-busy = Занят
presence-dnd = Не беспокоить
# Напоминания.
reminder-menu = Напоминание…
reminder-at = Напоминание: { $when }
reminder-here = Здесь есть напоминание
reminders-mine = Мои напоминания
switches-menu = Звук и уведомления…
envelope = { $count ->
    [one] Непрочитано: { $count } чат. Открыть самый давний
    [few] Непрочитано: { $count } чата. Открыть самый давний
   *[many] Непрочитано: { $count } чатов. Открыть самый давний
}
scroll-to-end = Всегда прокручивать к последнему

# Сотрудники, Панель
find-people = Расширенный поиск
find-people-short = Найти
person-open = Открыть карточку
panel-open = Открыть Панель
guest = гость
guest-about = Не из компании: видит только чаты, в которые его позвали
guests = Гости
guest-invite = Пригласить гостя
chat-guests = { $count ->
    [one] { $count } гость
    [few] { $count } гостя
   *[other] { $count } гостей
}
event-chat-guest-joined = { $name } присоединяется как гость
line-chat-guest-joined = Пришёл гость
search-everything = Люди, чаты, клиенты и задачи по слову «{ $words }»
palette-record = запись
