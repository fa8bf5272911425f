right-channels-manage = Каналы
right-channels-manage-about = Подключать мессенджеры и виджет, настраивать очереди
right-channels-spend = Платные сообщения
right-channels-spend-about = Писать клиентам по каналам, где каждое сообщение оплачивает компания, например SMS
channels-no-such-kind = Такого канала нет
channels-setting-required = Заполните это поле
channels-setting-malformed = Значение не подходит
channels-setting = Проверьте это поле
channels-empty-message = Нечего отправлять
channels-text-refused = Этот канал не передаёт текст
channels-file-empty = Файл пустой
channels-file-too-large = Файл слишком большой для этого канала: не больше { $limit } МБ
channels-file-refused = Этот канал не передаёт файлы такого вида
channels-cannot-edit = В этом канале отправленное сообщение изменить нельзя
channels-cannot-delete = В этом канале отправленное сообщение удалить нельзя
channels-cannot-react = В этом канале нет реакций
channels-nothing-to-retry = Повторять нечего: сообщение уже отправлено
channels-bad-proxy = Это не адрес прокси. Напишите, например, socks5h://proxy.example:1080
channels-may-have-arrived = Это сообщение могло дойти. Отправляйте ещё раз, только если уверены
channels-no-history = Этот мессенджер не хранит историю, сравнить не с чем
channels-too-often = Слишком много сообщений подряд. Подождите { $seconds } с
channels-account-in-use = Канал удалён, его переписка сохранена
channels-bad-name = Назовите канал
channels-disabled = Канал выключен. Включить его может администратор
channels-costs-money = Каждое сообщение здесь платное. Писать могут те, кому администратор дал право «Платные сообщения»
channels-unread-hold = Не отправлено: предыдущая часть не дошла
event-file-failed = Файл «{ $name }» не удалось получить из мессенджера
notice-channel-broken = Канал не работает: сообщения клиентам ждут
notice-failed = Сообщение не доставлено
channels-cannot-write-first = Этот канал не умеет писать первым
channels-no-templates = У этого канала нет шаблонов. Если это WhatsApp, впишите в настройках идентификатор аккаунта WhatsApp Business
channels-messenger-refused = Мессенджер отказал: { $words }
channels-messenger-silent = Мессенджер сейчас не отвечает. Попробуйте ещё раз через минуту
channels-template-unknown = Такого шаблона больше нет. Выберите другой
channels-template-not-approved = Шаблон «{ $name }» сейчас отправлять нельзя: он не одобрен или приостановлен
channels-template-value-missing = Заполните все поля шаблона: пусто «{ $place }»
channels-template-value-strange = В шаблоне нет поля «{ $place }»
channels-template-value-malformed = Значение «{ $place }» не подойдёт: в нём не должно быть переносов строк, табуляции и больше четырёх пробелов подряд
channels-template-too-long = С этими значениями текст длиннее 1024 знаков
channels-template-file-needed = К этому шаблону нужен файл: { $kind ->
    [image] картинка
    [video] видео
   *[other] документ
}
channels-template-file-refused = К этому шаблону файл не подходит
channels-template-not-for-us = Этот шаблон можно отправить только из кабинета мессенджера
channels-template-field = Мессенджер не примет это значение
channels-desk-stays = Рабочее место сотрудников не становится каналом клиентов и наоборот: подключите для этого другой аккаунт
channels-cannot-ask-phone = Этот канал не умеет спрашивать номер кнопкой
channels-sign-in-first = Сначала войдите в аккаунт
channels-sign-in-many = Слишком много входов начато сразу. Подождите { $seconds } с
channels-sign-in-over = Этот вход уже закончен или устарел. Начните заново
channels-sign-in-wrong-code = Код не подошёл. Проверьте цифры и введите ещё раз
channels-sign-in-wrong-password = Пароль не подошёл. Это пароль двухэтапной проверки, а не код из сообщения
channels-sign-in-code-expired = Код устарел. Начните вход заново, придёт новый
channels-sign-in-banned = Мессенджер заблокировал этот номер. Войти с ним нельзя
channels-sign-in-bad-number = Мессенджер не принимает этот номер. Проверьте его
channels-sign-in-no-account = На этот номер аккаунта нет. Заведите его сначала на телефоне
channels-sign-in-bad-application = Мессенджер не знает такого приложения: проверьте api_id и api_hash
channels-sign-in-wait = Слишком много попыток. Мессенджер просит подождать { $seconds ->
    [one] { $seconds } секунду
    [few] { $seconds } секунды
   *[many] { $seconds } секунд
}
channels-sign-in-refused = Войти не получилось. Мессенджер ответил: { $words }
channels-needs-login = Сеанс закончился: войдите в аккаунт снова
channels-no-choice = В этом канале рабочие все чаты, выбирать нечего
channels-no-duty = В этом канале не видно, что пишут с телефона: дежурный не нужен
channels-duty-left = Дежурным может быть только работающий сотрудник
channels-written-elsewhere = Это сообщение написано в самом мессенджере. Изменить или удалить его можно там
notice-strangers-limited = Мессенджер ограничил новые знакомства: первыми этот аккаунт не пишет сутки
channels-no-site = Этот канал не стоит на сайте
channels-signed-out = Вход на сайте закончился
channels-signature-off = Проверка посетителей не включена: создайте ключ в настройках канала
channels-signature-malformed = Подпись посетителя не читается. Нужен JWT с алгоритмом HS256, полем id и сроком exp
channels-signature-wrong = Подпись посетителя не подходит к ключу этого канала
channels-signature-expired = Срок подписи посетителя прошёл или ещё не начался. Проверьте exp и часы сервера
channels-signature-long = Подпись посетителя действует слишком долго: exp должен быть не позже чем через сутки
channels-signature-used = Эта подпись посетителя уже использована в другом браузере. Делайте новую для каждой страницы
channels-form-required = Заполните это поле
channels-form-name = Напишите, как вас зовут
channels-form-phone = Проверьте номер телефона
channels-form-email = Проверьте адрес почты
channels-form-choice = Выберите один из вариантов
channels-form-long = Слишком длинно: не больше 1000 знаков
channels-form-consent = Чтобы продолжить, отметьте согласие
