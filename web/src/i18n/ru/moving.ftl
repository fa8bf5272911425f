moving-text = История из прежнего мессенджера и архив своих чатов.
moving-in = Загрузить историю
moving-in-text = Сначала архив только читается: вы увидите, кто и что в нём есть, и ничего не изменится, пока вы не решите.
moving-format = Откуда архив
moving-format-slack = Slack
moving-format-mattermost = Mattermost
moving-format-rocketchat = Rocket.Chat
moving-format-telegram = Telegram
moving-format-beseda = Беседа
moving-how-slack = Файл zip из раздела «Export data» вашей компании в Slack. Вместо файлов в нём ссылки, они останутся ссылками.
moving-how-mattermost = Файл zip, который сделала команда mmctl export create --attachments.
moving-how-rocketchat = Файл zip с коллекциями users, rocketchat_room, rocketchat_subscription и rocketchat_message, выгруженными командой mongoexport, и с папкой файлов, если она есть. Подойдёт и zip из «Экспорта сообщений» одной комнаты.
moving-how-telegram = Файл result.json, который выгрузил Telegram Desktop, или вся его папка в zip — тогда загрузятся и файлы.
moving-how-beseda = Архив, выгруженный из этой или другой Беседы.
moving-choose = Выбрать архив…
moving-uploading = Отправляется «{ $name }»
moving-imports = Архивы
moving-out = Выгрузить чаты
moving-out-text = Все чаты сотрудников одним файлом zip. Его можно снова загрузить в Беседу.
moving-out-in = Группы с обсуждениями, файлами, реакциями и правками, имена людей.
moving-out-direct = Личные чаты всех сотрудников и их заметки для себя тоже войдут. Храните архив так же бережно, как сами чаты.
moving-out-not = Чаты с клиентами не войдут.
moving-out-one = Один чат выгружается из его меню.
moving-take-all = Выгрузить все чаты…
moving-all-title = Выгрузить все чаты компании?
moving-all-text = В архив войдут и личные чаты всех сотрудников — даже те, которые вам здесь не видны. Запись о выгрузке появится в журнале действий.
moving-all-do = Выгрузить
moving-one-chat = Личный чат
moving-all-chats = Все чаты
moving-download = Скачать
moving-making = Готово чатов: { $done } из { $total }
moving-export-failed = не получилось
moving-state-looking = читается
moving-state-refused = не читается
moving-state-ready = ждёт вас
moving-state-running = загружается
moving-state-failed = остановлен
moving-state-done = загружен
moving-state-leaving = отменяется
moving-state-taken_back = отменён
moving-steps = Шаги
moving-step-read = Чтение
moving-step-people = Кто есть кто
moving-step-run = Загрузка
moving-step-done = Готово
moving-looking = Архив читается до конца, ничего не меняется
moving-may-leave = Страницу можно закрыть: работа продолжится сама.
moving-running = Чаты загружаются
moving-leaving = Загруженные чаты убираются
moving-run = Загрузить
moving-open-chats = Открыть чаты
moving-stop = Остановить
moving-resume = Продолжить
moving-back = Отменить загрузку
moving-back-title = Убрать всё, что загружено из этого архива?
moving-back-text = Чаты и сообщения из архива исчезнут у всех. Сотрудники, добавленные как бывшие, останутся.
moving-place = Место в архиве: { $place }
moving-refused-text = Ничего не загружено. Исправьте архив или сделайте его заново и загрузите ещё раз.
moving-taken-back-text = Чатов из этого архива больше нет. Его можно загрузить снова в любое время.
moving-made = Загружено
moving-made-so-far = Загружено к этой минуте
moving-already = { $count ->
        [one] { $count } сообщение уже было здесь
        [few] { $count } сообщения уже были здесь
       *[many] { $count } сообщений уже было здесь
    }
moving-found = Что в архиве
moving-fact-chats = Чаты
moving-fact-topics = Обсуждения
moving-fact-messages = Сообщения
moving-fact-files = Файлы
moving-fact-people = Люди
moving-fact-former = Бывшие сотрудники
moving-fact-bytes = Объём файлов
moving-left-will = Не войдёт
moving-left = Не вошло
moving-mended = { $count ->
        [one] { $count } документ в неверной кодировке: часть букв будет заменена
        [few] { $count } документа в неверной кодировке: часть букв будет заменена
       *[many] { $count } документов в неверной кодировке: часть букв будет заменена
    }
moving-people = Кто есть кто
moving-people-text = Сообщения сотрудников станут их сообщениями. У бывшего сотрудника есть имя, но войти он не может.
moving-people-sum = Узнаны: { $known }, бывшие: { $former }, только имя: { $names }.
moving-becomes = Кем станет { $name }
moving-former = Бывший сотрудник
moving-name-only = Только имя у сообщений
moving-bot = бот
moving-more = Показать ещё: { $count }
moving-count =
    { $count ->
        [one] { $count } сообщение
        [few] { $count } сообщения
       *[many] { $count } сообщений
    }
moving-by-before = известен по прошлой загрузке
moving-by-email = совпала почта
moving-by-login = совпал логин
moving-by-name = совпало имя
moving-chats = Чаты
moving-chats-lonely = { $count ->
        [one] { $count } чат не войдёт: в нём нет никого из нынешних сотрудников.
        [few] { $count } чата не войдут: в них нет никого из нынешних сотрудников.
       *[many] { $count } чатов не войдут: в них нет никого из нынешних сотрудников.
    }
moving-nobody = не войдёт
moving-chat = Чат
moving-members = Участники
moving-messages = Сообщения
moving-files = Файлы
moving-left-service = Служебные записи: кто вошёл, что переименовали
moving-left-empty = Сообщения без слов и файлов
moving-left-reaction = Реакции с незнакомым эмодзи или без имён
moving-left-file-missing = Файлы, которых нет в архиве
moving-left-file-by-link = Файлы, от которых в архиве только ссылка: она останется в сообщении
moving-left-file-too-large = Файлы больше разрешённого здесь
moving-left-unknown-kind = Записи неизвестного вида
moving-left-unknown-chat = Сообщения чатов, которых нет в архиве
moving-left-without-time = Сообщения без времени
moving-left-own-emoji = Свои эмодзи
moving-left-chat-nobody-sees = Чаты, где нет никого из нынешних сотрудников
moving-left-message-of-no-chat = Сообщения таких чатов
moving-left-client-chat = Разговоры с клиентами
moving-left-message-of-client = Сообщения из разговоров с клиентами
moving-left-encrypted = Сообщения со сквозным шифрованием
moving-chat-started = Чат выгружается, файл сохранится сам
moving-chat-done = Чат выгружен
moving-chat-failed = Выгрузить чат не получилось
moving-remove = Удалить архив
moving-remove-title = Удалить архив?
moving-remove-text = Файл архива и отчёт о нём исчезнут. Чаты не изменятся.
moving-remove-done-text = Файл архива исчезнет, место на диске освободится. Загруженные чаты останутся, и загрузку всё ещё можно отменить.
moving-remove-export-text = Скачать его больше не получится. Чаты не изменятся.
moving-archive-removed = Файл архива удалён.
moving-upload-waits = Нет связи. Отправка продолжится сама
moving-upload-pause = Приостановить
moving-upload-resume = Продолжить
# Контакты из таблицы
moving-step-file = Файл
moving-step-columns = Столбцы
moving-step-check = Проверка
contacts-import-text = Перенесите сюда клиентов, которые уже есть в другой программе. Сначала таблица только читается: вы увидите, кто добавится, а что не читается и почему.
contacts-choose = Выбрать файл CSV…
contacts-drop = или перетащите его сюда. До 50 МБ и 200 000 строк.
contacts-reading = Читаем файл…
contacts-file-empty = В файле ничего нет
contacts-file-large = В файле { $size }, а можно до 50 МБ. Разделите таблицу на несколько файлов.
contacts-how = Где взять такой файл
contacts-how-excel = Excel: «Файл» → «Сохранить как» → «CSV UTF-8 (разделитель — запятая)». Столбцу с телефонами заранее задайте формат «Текстовый», иначе Excel сократит номера.
contacts-how-sheets = Google Таблицы: «Файл» → «Скачать» → «Формат CSV».
contacts-how-crm = Программа учёта клиентов: «Экспорт контактов» в CSV.
contacts-how-safe = Кодировку, разделитель и смысл столбцов Беседа определит сама, а вы поправите. Загрузку можно отменить в течение семи дней.
contacts-imports = Загруженные таблицы
contacts-state-draft = Столбцы ещё не выбраны
contacts-state-checking = Таблица проверяется
contacts-state-ready = Проверено, можно загружать
contacts-state-running = Клиенты загружаются
contacts-state-stopped = Загрузка остановлена
contacts-state-failed = Загрузка прервана
contacts-state-done = Клиенты загружены
contacts-state-leaving = Загрузка отменяется
contacts-state-taken_back = Загрузка отменена
contacts-reading-title = Как читать файл
contacts-reading-text = Если вместо букв странные знаки, смените кодировку. Если всё слиплось в один столбец — разделитель.
contacts-charset = Кодировка
contacts-charset-utf-8 = UTF-8
contacts-charset-windows-1251 = Windows-1251 (Excel, 1С)
contacts-charset-koi8-r = КОИ-8
contacts-charset-utf-16le = UTF-16 LE
contacts-charset-utf-16be = UTF-16 BE
contacts-separator = Разделитель
contacts-separator-semicolon = Точка с запятой ;
contacts-separator-comma = Запятая ,
contacts-separator-tab = Табуляция
contacts-separator-pipe = Черта |
contacts-header = В первой строке названия столбцов
contacts-broken = Часть букв с этой кодировкой не читается. Выберите другую.
contacts-columns-title = Что в столбцах
contacts-columns-text = Показаны первые строки. Над каждым столбцом выберите, чем он станет. Телефонов, адресов почты и заметок может быть несколько.
contacts-column = Столбец { $number }
contacts-column-is = Чем станет столбец «{ $name }»
contacts-column-skip = Не загружать
contacts-column-name = Имя целиком
contacts-column-last_name = Фамилия
contacts-column-first_name = Имя
contacts-column-patronymic = Отчество
contacts-column-company = Компания
contacts-column-phone = Телефон
contacts-column-email = Почта
contacts-column-note = Заметка
contacts-column-responsible = Ответственный
contacts-column-labels = Метки
contacts-columns-none = Укажите столбец с именем, компанией, телефоном или почтой.
contacts-columns-twice = «{ $name }» берётся из одного столбца, а выбрано два.
contacts-columns-empty = В файле только заголовки столбцов, ни одной строки с клиентом.
contacts-match-title = Если клиент уже есть
contacts-match-text = Клиент узнаётся по телефону или почте — и среди ваших контактов, и внутри файла.
contacts-match-skip = Пропустить строку
contacts-match-skip-about = Карточка останется как есть
contacts-match-fill = Дополнить
contacts-match-fill-about = Заполнить пустое и добавить телефоны
contacts-match-update = Обновить
contacts-match-update-about = Взять из файла, пустые ячейки ничего не сотрут
contacts-match-skip-does = Их карточки не изменятся.
contacts-match-fill-does = В их карточках заполнится пустое.
contacts-match-update-does = Их карточки обновятся.
contacts-check = Проверить файл
contacts-check-about = Пока ничего не изменится
contacts-checking = Файл читается до конца, ничего не меняется
contacts-edit = Изменить столбцы
contacts-found =
    { $count ->
        [one] В файле { $count } строка
        [few] В файле { $count } строки
       *[many] В файле { $count } строк
    }
contacts-found-text = Так будет, если загрузить сейчас.
contacts-fact-to-add = Добавится
contacts-fact-to-update = Изменится
contacts-fact-to-skip = Пропустим
contacts-fact-added = Добавлено
contacts-fact-updated = Изменено
contacts-fact-skipped = Пропущено
contacts-fact-errors = С ошибками
contacts-fact-empty = Пустых
contacts-known = Уже есть среди контактов: { $here }, повторяются в самом файле: { $repeated }.
contacts-problems = Что не загрузится
contacts-problems-text = Остальные строки это не задержит.
contacts-row = Строка { $number }
contacts-errors-text =
    { $count ->
        [one] { $count } строка с ошибкой. Скачайте её с причиной, исправьте и загрузите ещё раз.
        [few] { $count } строки с ошибками. Скачайте их с причинами, исправьте и загрузите ещё раз.
       *[many] { $count } строк с ошибками. Скачайте их с причинами, исправьте и загрузите ещё раз.
    }
contacts-errors-download = Скачать строки с ошибками
contacts-run = Загрузить: { $count }
contacts-nothing = Загружать нечего: всё уже здесь или не читается.
contacts-running = Контакты загружаются
contacts-made = Загружено
contacts-open = Открыть контакты
contacts-back = Отменить загрузку
contacts-back-title = Убрать всё, что пришло из этой таблицы?
contacts-back-text = Добавлено контактов: { $count }, изменено: { $changed }. Добавленные исчезнут, изменённые вернутся к прежнему. То, что сотрудники успели поменять сами, и клиенты, с которыми уже переписываются, останутся — вы увидите какие.
contacts-back-until = Можно до { $day }
contacts-leaving = Загрузка отменяется
contacts-undone = Загрузка отменена
contacts-undone-text = Всё как было до неё.
contacts-left-text = Кое-что осталось: этим успели заняться люди.
contacts-fact-removed = Убрано
contacts-fact-restored = Возвращено к прежнему
contacts-fact-left = Осталось
contacts-left = Что осталось и почему
contacts-left-changed = Карточку с тех пор меняли
contacts-left-tied = Есть переписка, или контакт объединён с другим
contacts-remove = Удалить
contacts-remove-title = Удалить таблицу?
contacts-remove-text = Файл исчезнет с сервера. Контакты не изменятся.
contacts-remove-done-text = Файл исчезнет с сервера. Загруженные контакты останутся, но отменить загрузку будет нельзя.
