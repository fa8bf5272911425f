# Путь сообщения и список недоставленного.
way-title = Путь сообщения
way-in = Пришло через «{ $name }»
way-out = Отправлено через «{ $name }»
way-none = Это сообщение не проходило через мессенджер.
way-part = часть { $part }
way-by = { $name }
way-received = Получено от мессенджера и записано на диск
way-taken = Разобрано и поставлено в чат
way-parked = Не удалось разобрать: данные сохранены
way-written = Написано и поставлено в очередь
way-sending = Передаём мессенджеру
way-waits = Мессенджер просит подождать, повторим сами
way-again = Отправляем ещё раз
way-sent = Мессенджер принял
way-delivered = Доставлено на устройство клиента
way-read = Прочитано
way-failed = Не отправлено
way-unknown = Ответа нет: могло и дойти
way-cancelled = Отправка отменена
way-act-edit = Исправление
way-act-delete = Удаление
way-act-react = Реакция
way-said = Ответ мессенджера: { $words }
way-replay = Отправить ещё раз
way-replay-event = Разобрать заново
way-replayed = Отправляем ещё раз
way-event-replayed = Разбираем заново
way-sure-title = Отправить ещё раз?
way-sure-text = Мессенджер не ответил, и сообщение могло дойти. Клиент может получить его дважды.
reason-found = Нашлось в истории мессенджера: сообщение дошло.

delivery-text = Всё, что не дошло до клиентов или не было понято, с причиной и кнопкой «ещё раз».
delivery-tabs = Что показать
delivery-undelivered = Не дошло
delivery-comparisons = Сверка с мессенджерами
delivery-channel = Канал
delivery-all-channels = Все каналы
delivery-none = Всё дошло
delivery-none-text = Здесь появится сообщение, которое не удалось доставить, и причина.
delivery-closed-chat = Чат, который вам не виден
delivery-no-words = Сообщение без текста
delivery-open = Открыть чат
delivery-aside = Убрать из списка
delivery-aside-title = Убрать из списка?
delivery-aside-text = Сообщение останется в чате с пометкой «отправка отменена».
delivery-aside-done = Убрано из списка
delivery-attempts = { $count ->
    [0] ещё не пробовали
    [one] { $count } попытка
    [few] { $count } попытки
   *[many] { $count } попыток
}
delivery-more = Показать ещё
delivery-parked = Не удалось разобрать
delivery-parked-text = Эти события мессенджера записаны на диск. После обновления сервера разберите их заново: повторов не будет.
delivery-event = Событие № { $n }
delivery-replay-parked = Разобрать все заново
delivery-parked-replayed = { $count ->
    [one] Разбираем заново { $count } событие
    [few] Разбираем заново { $count } события
   *[many] Разбираем заново { $count } событий
}
compare-text = Ночью сервер сравнивает чаты с тем, что помнит сам мессенджер: забирает пропущенное и узнаёт, что дошло.
compare-now = Сверить сейчас
compare-asked = Сверяем
compare-cannot = Ни один подключённый канал не хранит историю, с которой можно свериться.
compare-never = Ещё не сверяли
compare-never-text = Первая сверка пройдёт ночью. Можно не ждать.
compare-when = { $when }, с { $since }
compare-same = Всё сошлось
compare-failed = Сверить не удалось
compare-seen = { $count ->
    [one] просмотрено { $count } сообщение
    [few] просмотрено { $count } сообщения
   *[many] просмотрено { $count } сообщений
}
compare-recovered = { $count ->
    [one] нашлось { $count } пропущенное
    [few] нашлось { $count } пропущенных
   *[many] нашлось { $count } пропущенных
}
compare-confirmed = { $count ->
    [one] подтвердилось { $count } отправленное
    [few] подтвердилось { $count } отправленных
   *[many] подтвердилось { $count } отправленных
}
compare-missing = { $count ->
    [one] { $count } наше у мессенджера не найдено
    [few] { $count } наших у мессенджера не найдено
   *[many] { $count } наших у мессенджера не найдено
}

# Why a message did not arrive.
reason-none = Не отправлено.
reason-blocked = Клиент заблокировал бота.
reason-file_too_big = Файл слишком велик для этого мессенджера.
reason-window_closed = Клиент молчал больше суток: мессенджер разрешает писать только по шаблону.
reason-template_values = Мессенджер не принял значения шаблона.
reason-template_unknown = Такого одобренного шаблона у мессенджера нет.
reason-template_paused = Шаблон приостановлен или отключён мессенджером.
reason-peer_unreachable = До клиента не дойти: чат удалён или закрыт.
reason-not_sent = Не ушло: до мессенджера не достучаться.
reason-retry = Не ушло за сутки: мессенджер просил подождать.
reason-rejected = Мессенджер отказался принять сообщение.
reason-account_fatal = Канал отключён мессенджером: администратору нужно проверить его настройки.
reason-unknown = Ответа от мессенджера не было: сообщение могло дойти.
reason-held = Не отправлено: не дошла предыдущая часть.
reason-interrupted = Сервер перезапустился посреди отправки: сообщение могло дойти.
reason-no_public_address = Этот мессенджер сам забирает файлы, а у сервера нет внешнего адреса по https. Текст дойдёт, файл нет.
reason-file_lost = Файл пропал, отправить нечего.
reason-bad_number = Такого номера нет, или на него нельзя отправить SMS.
reason-strangers_limited = Мессенджер ограничил новые знакомства: первыми этот аккаунт пока не пишет.
reason-peer_unknown = Мессенджер больше не говорит, кто это. Попросите клиента написать ещё раз.
reason-bad_sender = Имя отправителя не зарегистрировано у провайдера.
reason-no_money = У провайдера кончились деньги: пополните счёт и отправьте снова.
reason-gateway = Провайдер SMS отказался принять сообщение.
