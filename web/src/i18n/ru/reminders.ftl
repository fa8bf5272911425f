# Окно напоминания, окно «отложить» и список напоминаний.
reminder-title = Напоминание: { $when }
reminder-title-none = Напоминание: время не выбрано
reminder-time = Время
reminder-preset-today = Сегодня
reminder-preset-tomorrow = Завтра
reminder-preset-day_after_tomorrow = Послезавтра
reminder-preset-hour = Через час
reminder-preset-three_hours = Через 3 часа
reminder-preset-eight_hours = Через 8 часов
reminder-preset-week = Через неделю
reminder-preset-month = Через месяц
reminder-presets = Когда напомнить
reminder-today-is-over = Сегодняшний день заканчивается
reminder-past = Это время уже прошло
reminder-reset = Сбросить
reminder-ok = OK
reminder-saved = Напомним { $day ->
    [today] сегодня
    [tomorrow] завтра
    [mon] в понедельник, { $date }
    [tue] во вторник, { $date }
    [wed] в среду, { $date }
    [thu] в четверг, { $date }
    [fri] в пятницу, { $date }
    [sat] в субботу, { $date }
   *[sun] в воскресенье, { $date }
} в { $time }
reminder-removed = Напоминание убрано
reminder-calendar = Календарь
reminder-month-before = Предыдущий месяц
reminder-month-after = Следующий месяц
snooze-title = Напоминание
snooze-for = На сколько часов отложить
snooze-do = Отложить
snooze-remind = Напомнить в другой день
snooze-never = Не напоминать
snooze-hours-wrong = Целое число от 1 до 8784
reminders-due = Пора
reminders-later = Впереди
reminders-empty-title = Напоминаний нет
reminders-empty-text = Откройте меню сообщения и выберите «Напоминание…» или нажмите Ctrl и точку: в назначенную минуту сообщение вернётся к вам.
reminders-unavailable = Сообщение вам больше не доступно
reminders-change = Изменить время
reminders-open = Открыть сообщение
# Звук и тишина одного чата.
switches = Звук и уведомления
switch-sound = Звук сообщений
switch-mute-hour = Не уведомлять час
switch-mute-tomorrow = Не уведомлять до завтра
switch-mute-forever = Не уведомлять никогда
switch-unmute = Снова уведомлять
switch-unmute-until = Снова уведомлять (сейчас тишина до: { $when })
