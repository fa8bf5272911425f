# Настройки.
settings-title = Настройки
settings-saved = Сохранено
settings-refresh = Обновить
settings-language-ru = Русский
settings-language-en = English
settings-group-mine = Моё
settings-group-company = Компания
settings-group-clients = Клиенты
settings-group-system = Система
settings-profile = Профиль
settings-appearance = Вид и чат
settings-notifications = Уведомления
settings-security = Безопасность
settings-people = Сотрудники
settings-departments = Отделы
settings-roles = Роли
settings-workspace = О компании
settings-moving = Загрузка и выгрузка
settings-channels = Каналы
settings-queues = Очереди
settings-hours = Рабочее время
hours-text = Когда компания, её отделы и очереди работают. По этим часам считается время ответа, уходят автоматические сообщения и выбираются маршруты. Пока календаря нет, рабочим считается всё время.
hours-add = Новый календарь
hours-edit = Изменить календарь
hours-first-name = Рабочее время компании
hours-empty = Календаря пока нет
hours-empty-text = Компания работает круглосуточно. Добавьте календарь с праздниками, чтобы ночи и выходные не считались.
hours-of-company = Календарь компании
hours-about = { $zone } · { $days ->
    [one] { $days } рабочий день
    [few] { $days } рабочих дня
   *[many] { $days } рабочих дней
} в неделю · { $special ->
    [0] без особых дней
    [one] { $special } особый день
    [few] { $special } особых дня
   *[many] { $special } особых дней
}
hours-delete-title = Удалить календарь «{ $name }»?
hours-delete-text = Отделы, очереди и маршруты с этим календарём перейдут на календарь компании.
hours-delete-company = Рабочим станет всё время.
hours-name = Название
hours-zone = Часовой пояс
hours-company = Календарь компании
hours-company-hint = По нему работают все, у кого нет своего.
hours-departments = Какие отделы по нему работают
hours-departments-hint = Вместе с вложенными, у которых нет своего. По этим часам работают и очереди из этих отделов; если в очереди отделы с разными часами, она открыта, пока работает хотя бы один.
hours-week = Неделя
hours-from = { $day }: с
hours-to = { $day }: до
hours-span-add = { $day }: добавить промежуток
hours-span-drop = { $day }: убрать промежуток
hours-day-off = выходной
hours-like-monday = Будни как в понедельник
hours-days = Праздники и особые дни
hours-production = Производственный календарь
hours-take = Взять праздники
hours-provisional = Постановление о переносе выходных на { $year } год ещё не вошло в программу: здесь только праздники по Трудовому кодексу. Проверьте дни после публикации.
hours-day-add = Добавить день
hours-day-new = новый день
hours-day-date = { $day }: дата
hours-day-name = Что за день
hours-day-name-of = { $day }: название
hours-day-drop = { $day }: убрать
hours-ahead = Ближайшие 14 дней
hours-open-now = Сейчас рабочее время
hours-opens = Сейчас закрыто, откроется: { $when }
hours-never = С таким календарём рабочего времени не будет
settings-labels = Метки
labels-text = Одни и те же метки ставят на чаты и на карточки клиентов, видят в списках и отбирают по ним. Новое название и цвет появляются везде сразу.
label-add = Новая метка
label-edit = Изменить «{ $name }»
label-name = Название
label-color = Цвет
label-color-grey = Серый
label-color-red = Красный
label-color-orange = Оранжевый
label-color-yellow = Жёлтый
label-color-green = Зелёный
label-color-teal = Бирюзовый
label-color-blue = Синий
label-color-violet = Фиолетовый
label-color-pink = Розовый
label-archive = Убрать «{ $name }» в архив
label-unarchive = Вернуть «{ $name }» из архива
label-archived-toast = «{ $name }» в архиве: где метка стоит, там она и осталась, но больше её не поставить
labels-empty = Меток пока нет
labels-empty-text = Заведите первую: «Срочно», «Оплата», «Возврат».
settings-routing = Таблица маршрутов
settings-templates = Шаблоны ответов
settings-health = Состояние сервера
settings-jobs = Несделанная работа
settings-delivery = Доставка
settings-links = Ссылки и сайт
settings-audit = Журнал действий

# Профиль и карточка сотрудника
profile-text = Так вас видят коллеги. Клиенты видят только имя.
profile-photo-choose = Выбрать фото
profile-photo-loading = Загружается, { $percent } %
profile-photo-removed = Фото убрано
profile-status-example = В отпуске до понедельника
profile-status-hint = Показывается рядом с именем в чатах
person-name = Имя и фамилия
person-title = Должность
person-email = Почта
person-extension = Внутренний номер
person-extension-short = Внутр.
person-phones = Телефоны
person-phone-n = Телефон { $n }
person-phone-add = Добавить номер
person-phone-remove = Убрать номер
person-status = Статус
person-department = Отдел
person-roles = Роли

# Вид и чат
appearance-text = Всё меняется сразу и запоминается за вами на любом устройстве.
appearance-look = Вид
appearance-language = Язык
appearance-language-workspace = Как в компании
appearance-theme = Тема
theme-system = Как в системе
theme-light = Светлая
theme-dark = Тёмная
appearance-density = Плотность
density-compact = Плотно
density-regular = Обычно
density-roomy = Просторно
appearance-chat = Чат
appearance-send = Отправка сообщения
appearance-send-enter = Enter
appearance-send-ctrl = Ctrl + Enter
appearance-send-enter-hint = Shift + Enter начинает новую строку
appearance-send-ctrl-hint = Enter начинает новую строку
appearance-typing = Показывать другим, что я печатаю
appearance-typing-hint = И коллегам, и клиентам там, где мессенджер это умеет
appearance-keys = Клавиши из одной буквы
appearance-keys-hint = Выключите, если управляете голосом или нажимаете случайно

# Уведомления
notices-text = Что делать, когда вам написали, а вы смотрите в другое окно.
notices-here = Пока «Беседа» открыта
notices-desktop = Показывать уведомления на рабочем столе
notices-desktop-hint = Если выключить, не будет ни окошка в углу, ни звука
notices-sounds = Звук
notices-sounds-hint = Без него уведомления останутся, но молча
notices-blocked = Браузер запретил уведомления
notices-blocked-how = Нажмите на значок слева от адреса страницы и разрешите уведомления для этого сайта.
observe-all-everywhere = Где наблюдаю — обо всех сообщениях клиента
observe-all-everywhere-hint = Иначе только о том, что обращено ко мне: упоминания и ответы на мои заметки. В отдельном чате можно выбрать иначе
push-title = Когда «Беседа» закрыта
push-text = Сервер шлёт уведомления прямо в ваш браузер, без посредников.
push-here = Присылать на это устройство
push-here-hint = На каждом устройстве включается отдельно
push-insecure = Браузеры разрешают это только по https. Попросите администратора настроить для «Беседы» защищённый адрес.
push-unsupported = Этот браузер так не умеет. На iPhone добавьте «Беседу» на экран «Домой» и откройте оттуда.
push-test = Проверка доставки
push-test-hint = Пришлём уведомление и покажем каждый шаг его пути
push-test-send = Прислать пробное
push-testing = Проверяем…
push-test-done = Все шаги пройдены. Если окошка всё же нет, посмотрите режим «Не беспокоить» в системе.
push-ms = { $ms } мс
hop-browser = Браузер
hop-browser-fix = Нужен другой браузер или адрес с https
hop-permission = Ваше разрешение
hop-permission-fix = Нажмите на значок слева от адреса страницы и разрешите уведомления
hop-worker = Фоновая часть «Беседы»
hop-worker-fix = Обновите страницу; если не помогло, включите уведомления на этом устройстве заново
hop-subscription = Подписка устройства
hop-subscription-fix = Включите «Присылать на это устройство»
hop-subscriptions = Ваши устройства на сервере
hop-subscriptions-fix = Включите «Присылать на это устройство»
hop-key = Ключ сервера
hop-key-fix = Ключ не читается: покажите эту страницу администратору
hop-encrypt = Шифрование
hop-send = Дорога до службы уведомлений
hop-send-fix = Сервер не смог дойти до службы браузера: администратору стоит проверить выход в интернет
hop-push-service = Служба уведомлений
hop-push-service-fix = Служба уведомлений отказала: выключите и снова включите уведомления на этом устройстве

# Безопасность
password-title = Пароль
password-none = Пароля пока нет. Он понадобится, чтобы входить не из офиса.
password-current = Текущий пароль
password-new = Новый пароль
password-new-hint = Не короче 8 знаков
password-change = Сменить пароль
password-set = Задать пароль
password-changed = Пароль изменён
totp-title = Второй шаг при входе
totp-text = После пароля нужен код из телефона: один только пароль чужому не поможет.
totp-on = Включён
totp-turn-on = Включить
totp-turn-off = Выключить
totp-qr = QR-код для приложения с кодами
totp-secret = Ключ, если камеры под рукой нет
totp-step-app = Откройте на телефоне приложение с кодами, например Яндекс Ключ, Aegis или Google Authenticator.
totp-step-scan = Отсканируйте этот код или введите ключ под ним.
totp-step-link = Вы уже на телефоне? Нажмите сюда.
totp-step-code = Введите шесть цифр, которые покажет приложение.
totp-code = Код из приложения
totp-confirm = Подтвердить и включить
totp-on-done = Второй шаг включён
totp-off-done = Второй шаг выключен
totp-off-title = Выключить второй шаг?
totp-off-text = Чтобы войти, снова будет хватать одного пароля. Подтвердите, что это вы.
devices-title = Где вы вошли
devices-text = Не узнаёте устройство? Завершите на нём сеанс и смените пароль.
devices-line = { $address }, последний раз { $moment }
devices-current = Это устройство
devices-end = Завершить
devices-end-title = Завершить сеанс?
devices-end-text = { $name }: чтобы вернуться, там придётся войти заново.
devices-ended = Сеанс завершён
devices-unknown = Неизвестная программа
tokens-title = Ключи для программ
tokens-text = С ключом программа действует от вашего имени.
tokens-new = Новый ключ
tokens-empty = Ключей нет
tokens-empty-text = Они нужны, чтобы связать «Беседу» с другими программами через API.
tokens-name = Для чего этот ключ
tokens-name-example = Выгрузка в 1С
tokens-scopes = Что ему можно
tokens-may-read = Читать то, что видите вы
tokens-may-write = Писать и менять от вашего имени
tokens-may-admin = Управлять компанией
tokens-scope-read = чтение
tokens-scope-write = запись
tokens-scope-admin = управление
tokens-line = { $scopes }; создан { $moment }, ещё не использовался
tokens-line-used = { $scopes }; использован { $moment }
tokens-make = Создать
tokens-made = Ключ создан
tokens-made-text = Скопируйте его сейчас: больше мы его не покажем.
tokens-revoke = Отозвать
tokens-revoke-title = Отозвать ключ «{ $name }»?
tokens-revoke-text = Программа, которая им пользуется, сразу потеряет доступ.

# Сотрудники
people-find = Имя, должность, телефон
people-all-departments = Все отделы
people-state = Работают или ушли
people-active = Работают
people-inactive = Ушли: { $count }
people-none = Никого не нашлось
people-none-text = Проверьте поиск и выбранный отдел.
invite-action = Пригласить
invite-title = Пригласить сотрудника
invite-email-hint = Чтобы не перепутать тёзок. Ссылку вы отправите сами.
invite-make = Получить ссылку
invite-made = Ссылка готова
invite-made-text = Отправьте её человеку ({ $name }) любым способом. Она сработает один раз, до { $moment }.
invite-link = Ссылка-приглашение
invite-more = Пригласить ещё
invite-waiting = Ждём
invite-line = { $email }, ссылка действует до { $moment }
invite-line-late = { $email }, ссылка перестала действовать { $moment }
invite-bare = Ссылка действует до { $moment }
invite-bare-late = Ссылка перестала действовать { $moment }
invite-late = Срок вышел
invite-withdraw = Отозвать
invite-withdraw-title = Отозвать приглашение для { $name }?
invite-withdraw-text = Ссылка перестанет работать.
person-access = Доступ
person-reset = Ссылка для нового пароля
person-reset-about = Если пароль забыт, отправьте ссылку: по ней человек задаст новый.
person-reset-title = Сделать ссылку? { $name }
person-reset-text = По ней можно один раз задать новый пароль. Отдайте её только самому человеку.
person-off = Закрыть доступ
person-off-about = Сеансы завершатся, войти будет нельзя. Сообщения и беседы останутся.
person-off-title = Закрыть доступ? { $name }
person-off-text = Все сеансы завершатся сразу. Открытые беседы лучше сначала передать.
person-off-done = Доступ закрыт: { $name }
person-is-off = Доступ закрыт
person-on = Вернуть доступ
person-on-about = Логин, роли и отдел остались прежними.
person-gone = Такого сотрудника нет
person-gone-text = Возможно, ссылка устарела.
person-gone-back = Ко всем сотрудникам
departments-text = По отделам назначают очереди и показывают коллег.
departments-empty = Отделов пока нет
departments-empty-text = В небольшой компании можно и без них.
department-add = Добавить отдел
department-add-under = Добавить отдел внутри
department-edit = Изменить отдел
department-name = Название
department-parent = Входит в
department-top = Никуда, отдельный
department-none = Без отдела
department-people = { $count ->
    [0] никого
    [one] { $count } человек
    [few] { $count } человека
   *[other] { $count } человек
}
department-delete-title = Удалить отдел «{ $name }»?
department-delete-text = { $count ->
    [0] Людей в нём нет.
    [one] { $count } человек останется без отдела.
    [few] { $count } человека останутся без отдела.
   *[other] { $count } человек останутся без отдела.
}

# Роли
roles-text = Роль собирает права вместе. У сотрудника может быть несколько ролей, права складываются.
role-add = Новая роль
role-new = Новая роль
role-name = Название роли
role-builtin = Встроенная
role-fixed = Встроенную роль изменить нельзя. Если нужна похожая, создайте свою.
role-line = { $rights ->
    [one] { $rights } право
    [few] { $rights } права
   *[other] { $rights } прав
}, { $people ->
    [0] никому не дана
    [one] у { $people } человека
   *[other] у { $people } человек
}
role-delete = Удалить роль
role-delete-title = Удалить роль «{ $name }»?
role-delete-text = { $count ->
    [0] Она никому не дана.
    [one] Её потеряет { $count } человек.
    [few] Её потеряют { $count } человека.
   *[other] Её потеряют { $count } человек.
}
scope-none = Нет
scope-only = Да
scope-own = Только своё
scope-group = Своя группа
scope-all = Вся компания

# Компания
workspace-name = Название
workspace-name-hint = Его видят сотрудники при входе
workspace-language = Основной язык
workspace-language-hint = Для тех, кто не выбрал свой
workspace-zone = Часовой пояс
passwordless-title = Вход без пароля
passwordless-switch = Разрешить вход без пароля из офиса
passwordless-hint = Тем, у кого пароля нет: имя выбирают из списка и нажимают «Войти».
passwordless-warning = Любой, кто подключён к этим сетям, сможет войти под именем сотрудника без пароля и читать его переписку. Указывайте только свою офисную сеть и никогда 0.0.0.0/0. Администраторам задайте пароли.
passwordless-networks = Из каких сетей
passwordless-networks-hint = По одной на строке, например 192.168.1.0/24

# Каналы
channels-text = Где клиенты могут вам написать. Всё приходит в раздел «Клиенты».
channels-empty = Каналов пока нет
channels-empty-text = Начните с сайта: это займёт минуту, и беседу можно сразу попробовать.
channels-no-kinds = Этот сервер собран без каналов
account-connect = Подключить
account-connect-kind = Подключить: { $kind }
account-choose = Откуда будут писать клиенты?
account-pending = { $count ->
    [one] { $number } сообщение ждёт отправки
    [few] { $number } сообщения ждут отправки
   *[other] { $number } сообщений ждут отправки
}
account-failed = { $count ->
    [one] { $count } не отправлено
    [few] { $count } не отправлены
   *[many] { $count } не отправлено
}
account-name = Название
account-name-hint = Для сотрудников; клиенты его не видят
account-secret-kept = Уже сохранён. Оставьте пустым, чтобы не менять.
account-check = Проверить
account-check-now = Проверить сейчас
account-checking = Проверяем…
account-checked = Проверено { $moment }
account-found = Всё верно, это { $name }
account-work = Что делать с обращениями
account-queue = Очередь
account-queue-hint = Её участники увидят новые беседы
account-queue-own = Общая
reopen-title = Клиент снова написал после закрытия
reopen-always = Открыть ту же беседу
reopen-within_hours = Открыть ту же, если прошло немного
reopen-never = Начать новую
reopen-always-hint = История и номер остаются прежними
reopen-within_hours-hint = Позже указанного срока начнётся новая
reopen-never-hint = У каждого обращения будет свой номер
reopen-hours = Сколько часов
account-last-in = Последнее от клиента
account-last-out = Последнее от вас
account-never = Ещё не было
account-waiting = Ждут отправки
account-failures = Не отправлены
account-enabled = Канал работает
account-enabled-hint = На паузе новые сообщения не принимаются и не уходят
account-snippet = Код для сайта
account-snippet-text = Вставьте эту строку на каждую страницу сайта перед закрывающим тегом body.
account-demo = Сайта пока нет под рукой?
account-demo-open = Попробуйте на готовой странице
account-link = Ссылка для клиентов
account-link-text = Поставьте её на сайт, в подпись письма или на визитку.
account-webhook = Адрес для провайдера
account-webhook-text = Вставьте его в личном кабинете провайдера туда, где спрашивают адрес для отчётов о доставке и входящих сообщений. Адрес секретный: по нему мы узнаём провайдера.
account-balance = Баланс
account-balance-is = Баланс { $balance }
account-delete = Удалить канал
account-delete-about = Беседы останутся в истории, но ответить в них будет нельзя.
account-delete-title = Удалить канал «{ $name }»?
account-delete-text = Клиенты больше не смогут вам через него писать. Если нужно остановить приём на время, поставьте канал на паузу.

# Очереди
queues-text = Новая беседа попадает в очередь. Её ведёт тот, кто ответил первым, или тот, кому очередь её отдала.
queues-empty = Очередей пока нет
queues-empty-text = Без очереди новые беседы никому не видны.
queue-add = Новая очередь
queue-edit = Изменить очередь
queue-name = Название
queue-departments = Отделы целиком
queue-members = Отдельные сотрудники
queue-policy = Как отдавать беседы
queue-policy-name-first_to_answer = Первому, кто ответит
queue-policy-name-evenly = Поровну
queue-policy-name-in_order = По порядку
queue-policy-name-by_load = Наименее занятому
queue-policy-first_to_answer = Новую беседу видят все участники, ведёт её тот, кто ответил первым.
queue-policy-evenly = Беседу получает тот, кому дольше всех их не давали.
queue-policy-in_order = Беседу получает первый по списку, у кого есть место.
queue-policy-by_load = Беседу получает тот, у кого меньше всего открытых.
queue-order = Порядок
queue-capacity = Сколько бесед на одного
queue-capacity-hint = Больше очередь не даст. Брать самому можно и сверх этого.
queue-unlimited = без ограничения
queue-weights = Вес бесед по каналам
queue-weights-hint = Беседа весит 1, если не указано другое: письмо может занимать меньше места, чем чат.
queue-answer-within = Ответить за, минут
queue-answer-within-hint = Кому дали беседу и кто не ответил вовремя, тот её теряет: она возвращается в очередь и достаётся другому.
queue-returns = Возвращать клиента к прежнему ответственному
queue-returns-hint = Если он на месте. Если нет, беседа ждёт в очереди, а он наблюдает.
queue-auto-close = Закрывать после молчания
queue-auto-close-hint = Беседа, где клиент ждёт ответа, сама не закроется.
queue-never = Никогда
queue-overflow = Если никто не отвечает
queue-overflow-to = Передать в очередь
queue-overflow-none = Не передавать
queue-overflow-after = Через, минут
queue-head-title = Кого предупредить о завале
queue-head = Руководитель очереди
queue-head-nobody = Никого
queue-threshold-waiting = Когда ждут, клиентов
queue-threshold-longest = Когда ждут дольше, минут
queue-hours = Рабочее время
queue-hours-hint = Без своего календаря очередь открыта, пока работает хотя бы один из её отделов. Если отделов нет, она работает как компания.
queue-hours-departments = Как у отделов: { $name }
queue-hours-any = Когда работает хоть один отдел: { $names }
queue-hours-company = Как у компании: { $name }
queue-hours-always = Круглосуточно
queue-limits = Контроль ответа, в минутах
queue-limits-hint = Считаются только рабочие минуты. Ответ, «Ответ не нужен», закрытие и откладывание останавливают счёт.
queue-limits-hint-always = Календаря нет, поэтому считается всё время. Ответ, «Ответ не нужен», закрытие и откладывание останавливают счёт.
queue-limit-first = Первый ответ
queue-limit-next = Следующий ответ
queue-limit-resolution = Закрыть беседу
queue-limit-head-first = Руководителю: нет первого
queue-limit-head-next = Руководителю: нет следующего
queue-texts = Автоматические сообщения
queue-texts-hint = Каждое уходит не больше одного раза за беседу и не уходит, если сотрудник уже ответил. Ответом не считается. Поля:
queue-text-first = Приветствие на первое сообщение
queue-text-outside_hours = В нерабочее время, вместо приветствия
queue-text-nobody_free = Нет свободного сотрудника
queue-text-no_answer = Долго нет ответа
queue-text-missed_call = Звонок в мессенджере, где его некому принять
queue-text-closing = Прощание при закрытии
queue-text-none = не задано
queue-text-minutes = Через сколько рабочих минут
queue-text-ru = По-русски
queue-text-en = По-английски
queue-fallback = Если окно ответа закрыто: { $channel }
queue-fallback-none = Ничего не отправлять
queue-fallback-lost = { $name } (больше не одобрен)
queue-fallback-hint = Мессенджер больше не принимает обычный текст. Вместо него уйдёт одобренный шаблон; если не выбрать, в чате останется строка, что сообщение не ушло.
queue-fallback-languages = Одобрен на языках: { $languages }. Клиенту уйдёт вариант на его языке; если язык неизвестен, на языке компании; если такого нет, выбранный.
queue-fallback-language = Одобрен на одном языке: { $language }. Чтобы писать клиентам на их языке, одобрите в мессенджере шаблон с тем же названием и теми же полями на другом языке.
queue-fallback-no-language = Сейчас не одобрен ни на одном языке: сообщение не уйдёт.
queue-fallback-other-languages = Не подходят, потому что не одобрены или их поля другие: { $languages }.
queue-untold = не сообщать
queue-about-capacity = { $policy }, до { $count }
queue-nobody = Участников нет: новые беседы никто не увидит
queue-more = ещё { $count }
queue-delete-title = Удалить очередь «{ $name }»?
queue-delete-text = Каналы, которые на неё настроены, нужно сначала перевести на другую.

# Таблица маршрутов
routing-text = Строки смотрятся сверху вниз, решает первая подошедшая. Слова узнаются во всех формах.
routing-empty = Строк пока нет
routing-empty-text = Все беседы идут в очередь своего канала. Добавьте строку, чтобы, например, вопросы о доставке шли отдельно.
routing-then = Если ни одна строка не подошла, беседу получает ответственный за клиента, когда он на месте, а без него решает очередь. Что назначил человек, правила не меняют.
rule-add = Новая строка
rule-edit = Изменить строку
rule-name = Название
rule-name-hint = Его увидят в беседе коллеги
rule-when = Когда
rule-words = Слова клиента
rule-words-hint = Через запятую или с новой строки, хватит одного. «Доставка» узнаёт и «доставкой», и «доставки».
rule-channels = Каналы
rule-labels = На карточке клиента любая из меток
rule-puts = Поставить на чат метки
rule-if-labels = метки клиента: { $labels }
rule-then-labels = поставит метки: { $labels }
rule-languages = Языки клиента
rule-languages-hint = Две буквы: ru, en. Канал может языка и не знать.
rule-target = Куда
rule-to-queue = В очередь
rule-to-person = Сотруднику
rule-choose-queue = Выберите очередь
rule-choose-person = Выберите сотрудника
rule-person-hint = Если он на месте. Если нет, решают следующие правила.
rule-if-words = слова: { $words }
rule-if-channels = каналы: { $channels }
rule-if-languages = языки: { $languages }
rule-if-open = в рабочее время
rule-if-closed = в нерабочее время
rule-hours = Когда
rule-hours-any = В любое время
rule-hours-open = В рабочее время
rule-hours-closed = В нерабочее время
rule-calendar = По календарю
rule-calendar-company = Компании
rule-target-gone = уже нет
rule-channel-gone = канала уже нет
rule-off = Выключена
rule-turn-on = Включить: { $name }
rule-turn-off = Выключить: { $name }
rule-delete = Удалить: { $name }
rule-deleted = Строка «{ $name }» удалена
trial-title = Проверить
trial-text = Что будет, если клиент напишет так. Ничего никуда не уйдёт.
trial-words = Сообщение клиента
trial-channel = В канал
trial-language = Язык клиента
trial-labels = Метки на карточке клиента
trial-puts = Метки на чате:
trial-do = Проверить
trial-nobody = Ни одна строка не подошла: решат ответственный за клиента и очередь.
trial-fits-words = подошла по словам: { $words }
trial-fit-fits = подошла
trial-fit-off = выключена
trial-fit-account = для других каналов
trial-fit-language = для других языков
trial-fit-label = для клиентов с другими метками
trial-fit-words = таких слов нет
trial-fit-hours = для другого времени
sortable-up = Выше: { $name }
sortable-down = Ниже: { $name }
sortable-moved = { $name }: место { $place } из { $count }

# Шаблоны
templates-text = Готовые ответы. В строке сообщения наберите «/» и начало названия.
templates-own = Мои
templates-all = Общие
templates-empty = Шаблонов пока нет
templates-empty-text = Запишите ответ, который пишете каждый день: адрес, часы работы, сроки.
template-add = Новый шаблон
template-edit = Изменить шаблон
template-title = Название
template-title-example = Часы работы
template-body = Текст
template-fields = Вставить:
template-field-client-first_name = имя клиента
template-field-client-name = имя и фамилия клиента
template-field-client-company = компания клиента
template-field-client-phone = телефон клиента
template-field-me-name = моё имя
template-field-company = наша компания
template-field-conversation-number = номер обращения
template-deleted = Шаблон «{ $title }» удалён
templates-groups = Для отделов и очередей
template-field-client-email = почта клиента
template-field-responsible-name = имя ответственного
template-field-today = сегодняшняя дата
template-files = Файлы
template-file-add = Приложить файл
template-file-remove = Убрать файл { $name }
template-asks = Что спросить перед отправкой
template-asks-hint = Поля, которые сотрудник заполнит, когда выберет шаблон. Кнопка поля появится под текстом: поставьте курсор и нажмите её.
template-ask-add = Добавить поле
template-ask-label = Название поля
template-ask-example = День доставки
template-ask-kind = Что вводят
template-ask-text = Текст
template-ask-number = Число
template-ask-date = Дата
template-ask-choice = Выбор из списка
template-ask-choices = Варианты, по одному в строке
template-ask-optional = Можно оставить пустым
template-ask-remove = Убрать поле { $name }
template-variants = Другой текст в некоторых каналах
template-variants-hint = Например, короче для СМС. В остальных каналах уйдёт основной текст.
template-variant-add = Добавить текст
template-variant-remove = Убрать этот текст
template-audience = Кому виден
template-for-own = Только мне
template-for-all = Всем
template-for-groups = Отделам и очередям
template-departments = Отделы
template-queues = Очереди
template-has-files = { $count ->
    [one] { $count } файл
    [few] { $count } файла
   *[other] { $count } файлов
}
template-has-asks = { $count ->
    [one] спросит { $count } поле
    [few] спросит { $count } поля
   *[other] спросит { $count } полей
}
template-has-variants = { $count ->
    [one] { $count } особый текст
    [few] { $count } особых текста
   *[other] { $count } особых текстов
}

# Система
health-text = Что сервер знает о себе прямо сейчас.
system-ok = В порядке
system-database = База данных
system-flush = Запись на диск
system-disk = Место на диске
system-version = Версия
system-sockets = Подключения
system-failed_jobs = Несделанная работа
system-failed_jobs-warning = Посмотрите, что не получилось, в разделе «Несделанная работа».
system-address = Внешний адрес
system-address-warning = Не задан в настройках сервера: мессенджеры не смогут до вас достучаться, а ссылки придётся поправлять.
system-certificate = Сертификат
system-certificate-warning = Действующего сертификата нет, или его не удалось продлить. Причина указана здесь; сервер попробует снова сам.
system-flush-warning = Диск отвечает медленно, поэтому сообщения сохраняются с задержкой.
system-disk-warning = Место заканчивается. Освободите его, пока файлы ещё принимаются.
jobs-text = То, что сервер несколько раз пробовал сделать и отложил. Устраните причину и повторите.
jobs-empty = Всё сделано
jobs-empty-text = Здесь появится работа, с которой сервер не справился сам.
job-line = { $count ->
    [one] { $count } попытка
    [few] { $count } попытки
   *[other] { $count } попыток
}, последняя { $moment }
job-replay = Повторить
job-replayed = Поставлено в очередь
job-delete-title = Удалить эту работу?
job-delete-text = Она не будет сделана никогда. Повторить её после этого нельзя.
job-deleted = Удалено
audit-text = Кто и что менял в настройках и доступе.
audit-empty = Записей пока нет
audit-system = Сервер
audit-more = Показать раньше
audit-me-password_changed = Смена пароля
audit-me-totp_on = Второй шаг включён
audit-me-totp_off = Второй шаг выключен
audit-me-token_made = Новый ключ для программ
audit-contacts-merged = Контакты объединены
audit-contacts-split = Контакты разделены
audit-contacts-two_people = Два контакта — разные люди
audit-contacts-import_started = Загрузка контактов начата
audit-contacts-import_stopped = Загрузка контактов остановлена
audit-contacts-imported = Контакты загружены
audit-contacts-import_taken_back = Загрузка контактов отменена
audit-contacts-import_removed = Таблица контактов удалена
audit-contacts-exported = Контакты выгружены
audit-workspace-changed = Данные компании
audit-workspace-set_up = Первая настройка
audit-imports-started = Архив отдан на чтение
audit-imports-changed = Загрузка архива
audit-imports-done = Архив загружен
audit-exports-started = Выгрузка чатов
audit-people-changed = Карточка сотрудника
audit-people-invited = Приглашение
audit-people-joined = Вход по приглашению
audit-people-reset_link = Ссылка для нового пароля
audit-people-password_reset = Новый пароль по ссылке
audit-people-invitation_withdrawn = Приглашение отозвано
audit-departments-saved = Отдел изменён
audit-departments-deleted = Отдел удалён
audit-roles-saved = Роль изменена
audit-roles-deleted = Роль удалена
audit-channels-connected = Канал подключён
audit-channels-changed = Канал изменён
audit-channels-chat_marked = Чат канала отмечен
audit-channels-deleted = Канал удалён
audit-queues-saved = Очередь изменена
audit-delivery-replayed = Сообщение отправлено ещё раз
audit-delivery-set_aside = Недоставленное убрано из списка
audit-delivery-event_replayed = Событие мессенджера разобрано заново
audit-delivery-parked_replayed = События канала разобраны заново
audit-delivery-compared = Запрошена сверка с мессенджером
audit-links-changed = Изменены настройки ссылок
audit-queues-deleted = Очередь удалена
audit-labels-saved = Метка изменена
audit-labels-ordered = Порядок меток изменён
audit-routing-saved = Строка маршрутов изменена
audit-routing-deleted = Строка маршрутов удалена
audit-routing-ordered = Порядок маршрутов изменён
job-channels-fetch_file = Получение файла из мессенджера
job-channels-compare = Сверка с мессенджером
job-demo-fill = Наполнение примерами
push-absent = На этом сервере такие уведомления ещё не настроены.
nowhere-title = По этому адресу ничего нет
nowhere-text = В адрес могла закрасться опечатка, или ссылка устарела.
nowhere-chats = К чатам

# Таблица уведомлений и тихие часы
ways-title = О чём и как сообщать
ways-text = Если вы за компьютером, уведомление покажет только то окно, которым вы пользовались последним. Если за восемь секунд никто не отозвался, оно придёт на устройства, где включены уведомления.
ways-what = Событие
way-sound = Звук
way-corner = В углу страницы
way-desktop = На рабочем столе
way-push = На устройства
way-email = Почта
way-cell = { $row }: { $way }
way-row-direct = Личное сообщение
way-row-group = Сообщение в группе
way-row-mention = Упоминание
way-row-reply = Ответ на моё сообщение
way-row-reaction = Реакция на моё сообщение
way-row-message = Сообщение клиента
way-row-queue = Клиент в очереди
way-row-backlog = Очередь переполняется
way-row-late = Клиент ждёт слишком долго
way-row-woke = Отложенная беседа вернулась
way-row-assigned = Мне передали беседу
way-row-observer = Меня сделали наблюдателем
way-row-failed = Сообщение не ушло
way-row-channel = Канал сломался
way-row-reminder = Напоминание
way-row-report = Жалоба на сообщение
way-row-task = Задача
way-row-comment = Комментарий к моей задаче
way-row-finished = Моя задача завершена
quiet-title = Тихие часы
quiet-text = В это время уведомления не приходят, непрочитанное считается как обычно.
quiet-on = Соблюдать тихие часы
quiet-zone = Часовой пояс
quiet-days = Расписание
quiet-from = { $day }: с
quiet-to = { $day }: до
quiet-all-day = весь день
quiet-dates = Особые дни
quiet-date = Дата
quiet-date-kind = Что в этот день
quiet-date-quiet = Тихо весь день
quiet-date-loud = Уведомлять как обычно
quiet-add = Добавить
quiet-remove = Убрать: { $what }
quiet-pass = Сообщать и в тихие часы
quiet-pass-kinds = События
quiet-pass-people = Сотрудники
quiet-pass-chats = Чаты
quiet-pass-choose = Выберите…
quiet-save = Сохранить тихие часы
quiet-saved = Тихие часы сохранены
hop-desk = Открытые окна «Беседы»
hop-decision = Решение сервера: личное сообщение пошло бы на устройства
hop-decision-fix = Сейчас сервер не послал бы его на устройства: посмотрите таблицу, тихие часы и выключатель выше
settings-reports = Жалобы
reports-text = Сообщения, на которые пожаловались сотрудники. Решите, что делать с ними и с автором, и отметьте жалобу разобранной.
reports-spam = Спам
reports-abuse = Грубость или травля
reports-secret = Секретные или личные сведения
reports-other = Другое
reports-done = Разобрано
reports-empty = Жалоб нет
reports-empty-text = Пожаловаться на сообщение можно из его меню.
appearance-scroll = Всегда прокручивать к последнему сообщению
appearance-scroll-hint = Новое сообщение показывается сразу, даже если вы читаете историю

# Поведение программы, база
settings-behaviour = Поведение
behaviour-text = Как ведёт себя окно программы на этом компьютере.
behaviour-panel = Панель
behaviour-panel-text = Небольшое окно с сотрудниками и чатами рядом с другими программами. Его можно установить отдельно, через меню браузера.
behaviour-window = Окно
behaviour-minimised = Запускать свёрнутой
behaviour-minimised-hint = В браузере недоступно: будет в программе для компьютера.
behaviour-close = Сворачивать при закрытии
behaviour-close-hint = В браузере недоступно: закрытая вкладка закрыта. Будет в программе для компьютера.
behaviour-top = Поверх всех окон
behaviour-top-hint = В браузере недоступно: будет в программе для компьютера.
behaviour-system = Запускать вместе с системой
behaviour-system-hint = Страница этого не умеет. Установленное веб-приложение иногда можно добавить в автозапуск в настройках браузера.
behaviour-double = Звонить по двойному щелчку в списке сотрудников
behaviour-double-hint = Звонков пока нет: переключатель заработает вместе с телефонией.
base-title = Учётная база
base-text = Чаты работают, когда зарегистрирована база с сотрудниками.
base-own = База подключена
base-own-text = Собственная база Беседы зарегистрирована при установке.
base-own-good = Подключена
base-http = База отвечает по HTTP
base-http-text = Проверка спросит сервер по его внешнему адресу, как это сделала бы другая программа.
base-http-good = { $address } отвечает.
base-check = Проверить
base-good = Отвечает
base-unknown = Нечего спросить
base-bad = Не отвечает
base-fault-no_address = Внешний адрес не задан. Укажите base_url в файле настроек и перезапустите сервер.
base-fault-address = Адрес записан неверно: { $address }
base-fault-name = Имя из адреса { $address } не находится. Проверьте запись DNS.
base-fault-refused = По адресу { $address } никто не принимает соединений. Проверьте порт, прокси и межсетевой экран.
base-fault-certificate = Сертификат адреса { $address } не подходит: он просрочен, выдан на другое имя или не имеет доверия.
base-fault-silent = { $address } не ответил за 10 секунд.
base-fault-other = По адресу { $address } отвечает не Беседа. Проверьте, куда ведёт прокси.
base-fault-not_ready = { $address } отвечает, но база не принимает изменения.
base-fault-no_web = { $address } отвечает, но веб-клиент не опубликован.
base-mode = Режим подключения
base-mode-text = Собственная база и чаты работают в одном веб-сервисе, выбирать нечего. Внешней базе для чатов тоже нужен веб-сервис: с длинными опросами или местной компонентой чаты не работают.
base-mode-web = Веб-сервис
base-outside = Внешняя база (1С)
base-outside-text = Подключение внешней базы ещё не сделано: для неё появятся код регистрации и проверка входа.
base-outside-later = Позже
guests-switch = Гости могут входить
guests-hint = Партнёры и подрядчики, которых сотрудники зовут в свои группы. Если выключить, гости не смогут войти, а их чаты и сообщения останутся.
guest-take = Принять в сотрудники
guest-take-about = Гость видит только группы, в которые его позвали. Сотруднику откроется всё, что видят остальные.
guest-take-title = { $name }: принять в сотрудники?
guest-take-text = Откроются сотрудники, общие задачи, таблицы и шаблоны, появится роль «Сотрудник». Сделать сотрудника снова гостем нельзя.
behaviour-keys = Клавиши в списке сотрудников
behaviour-keys-text = Enter открывает чат, Shift F10 — меню. Клавиша звонка появится вместе с телефонией.
behaviour-sms-key = Написать SMS
behaviour-press = Нажмите клавишу
behaviour-change = Сменить
behaviour-back = Как было
behaviour-space = Пробел
settings-mail = Почтовый сервер
mail-text = Через него Беседа пишет сотрудникам о непрочитанном. Каждый сам решает, о чём: столбец «Почта» в настройках уведомлений.
mail-host = Сервер (SMTP)
mail-security = Защита
mail-security-tls = TLS
mail-security-starttls = STARTTLS
mail-security-none = Без защиты
mail-port = Порт
mail-login = Логин
mail-login-hint = Пусто, если сервер его не спрашивает
mail-password = Пароль
mail-password-kept = Сохранён. Заполните, чтобы заменить
mail-from = Адрес отправителя
mail-from-hint = От него придут письма
mail-test = Отправить письмо себе
mail-sent = Письмо отправлено на { $address }. Если его нет, загляните в спам.
mail-forget = Отключить почту
mail-forget-title = Отключить почту?
mail-forget-text = Настройки сервера и пароль будут забыты, письма перестанут приходить.
mail-last-error = Последнее письмо не отправилось: { $when }.
ways-no-email = Почта не подключена. Почтовый сервер задаёт администратор в разделе «Почтовый сервер».
ways-no-address = Чтобы получать письма, укажите почту в профиле.
ways-email = О том, что вы не прочитаете за десять минут, придёт одно письмо на { $address }.
settings-centre = Ответы с телефона
centre-text = Отвечайте клиентам любого канала из своего мессенджера: их сообщения приходят боту, а ваш ответ уходит туда, откуда клиент написал.
centre-about = Откройте бота по коду с телефона. Администратор подтвердит, что это вы, — и сообщения ваших клиентов начнут приходить туда.
centre-connect = Показать код
centre-code = Код для телефона
centre-link = Или откройте ссылку
centre-step-open = Наведите камеру телефона на код — откроется бот.
centre-step-start = Нажмите «Начать»: бот пришлёт номер заявки.
centre-step-wait = Дождитесь, когда администратор её подтвердит. Код действует час.
centre-waits = Заявка № { $number } от { $name } ждёт администратора.
centre-take-back = Отозвать заявку
centre-yours = Подключено: { $name }, { $username }
centre-awake = Присылать сообщения клиентов
centre-awake-hint = Выключите на время отпуска: отвечать на старые сообщения можно и тогда
centre-queue = И чаты, которые ждут в моих очередях
centre-queue-hint = Кто первым ответит или нажмёт «Взять», тот и ведёт чат
centre-leave = Отключить
centre-left = Отключено
centre-no-desk = Бота для сотрудников пока нет
centre-no-desk-text = Заведите отдельного бота и подключите его с пометкой «Сотрудники».
centre-no-desk-ask = Попросите администратора подключить бота для сотрудников.
centre-add = Подключить бота
centre-requests = Заявки
centre-requests-text = Проверьте у человека номер заявки, прежде чем подтвердить: с этого момента он отвечает клиентам от имени сотрудника.
centre-request-n = № { $number }
centre-by-link = Пришёл по ссылке: { $name }
centre-who = Кто это?
centre-approve = Подтвердить
centre-refuse = Отклонить
centre-no-requests = Заявок нет
centre-no-requests-text = Они появятся, когда сотрудник откроет бота.
centre-tied = Подключены
centre-nobody = Пока никто
centre-untie = Отвязать
centre-more = Показать ещё
settings-invite = Ссылки и QR-коды
builder-text = Чтобы клиенту было проще написать: ссылка с готовым текстом, кнопки для сайта и QR-код для печати.
builder-none = Пока некуда приглашать
builder-none-text = Здесь появятся каналы, у которых есть адрес для клиента: сайт, мессенджеры, почта, номер для SMS.
builder-channels = Открыть каналы
builder-link = Ссылка
builder-link-text = Её можно отправить, поставить в подпись или в рекламу.
builder-words = Что будет написано в поле у клиента
builder-words-hint = Клиенту останется нажать «Отправить». Можно оставить пустым.
builder-channel = Канал
builder-no-words = Этот канал не принимает готовый текст: клиент увидит пустое поле.
builder-count = Считать переходы
builder-counted = Теперь переходы по ссылке считаются
builder-counts = { $clicks ->
    [0] Переходы считаются. Пока никто не перешёл.
    [one] Переходы считаются: { $clicks } переход.
    [few] Переходы считаются: { $clicks } перехода.
   *[many] Переходы считаются: { $clicks } переходов.
}
builder-place = Где она будет
builder-place-hint = Например: листовка, дверь магазина, подпись в письмах
builder-no-base = Переходы можно считать, когда у сервера задан публичный адрес (base_url).
builder-qr = QR-код
builder-qr-text = Ведёт туда же, куда ссылка выше. Прочтётся, даже если немного испачкан.
builder-qr-of = QR-код: { $name }
builder-svg = Скачать SVG
builder-png = Скачать PNG
builder-formats = SVG — для печати любого размера, PNG — для документов и сайтов.
builder-buttons = Кнопки для сайта
builder-buttons-text = Обычный HTML: работает без нашего скрипта. Вставьте код в то место страницы, где должны быть кнопки.
builder-label = Надпись на кнопке: { $name }
builder-colour = Цвет кнопок
builder-buttons-sample = Как будут выглядеть кнопки
builder-buttons-none = Отметьте хотя бы один канал.
builder-made = Ссылки, переходы по которым считаются
builder-made-text = Роботы, которые делают превью, сюда не попадают.
builder-clicks = { $clicks ->
    [one] { $count } переход
    [few] { $count } перехода
   *[many] { $count } переходов
}
builder-remove = Убрать
builder-remove-title = Убрать ссылку «{ $name }»?
builder-remove-text = Она и её QR-коды перестанут вести куда-либо, в том числе уже напечатанные.
