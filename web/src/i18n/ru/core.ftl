# Слова, которые нужны на каждом экране.
product = Беседа
close = Закрыть
cancel = Отмена
save = Сохранить
retry = Повторить
undo = Вернуть
done = Готово
add = Добавить
remove = Убрать
delete = Удалить
edit = Изменить
copy = Скопировать
copied = Скопировано
open = Открыть
back = Назад
search = Найти
loading = Загружаем
more = Ещё
more-emoji = Другие эмодзи
today = Сегодня
yesterday = Вчера
yesterday-short = вчера
moment-said = { $kind ->
    [time] в { $when }
    [tuesday] во { $when }
    [weekday] в { $when }
   *[date] { $when }
}
span-now = только что
span-minutes = { $minutes } мин
span-hours = { $hours } ч
span-hours-minutes = { $hours } ч { $minutes } мин
span-days = { $days } дн
presence-online = В сети
presence-away = Не за компьютером
presence-offline = Не в сети
error-unknown = Что-то пошло не так на этой странице. Обновите её и попробуйте снова.
error-network = Сервер не отвечает. Проверьте сеть и повторите.
error-server = Сервер не справился с запросом. Повторите через минуту.
error-refused = Сервер отказал (код { $status }).
error-reference = { $title } Номер для администратора: { $reference }
boot-away-title = Сервер «Беседы» не отвечает
boot-away-text = Мы не смогли до него дойти. Проверьте сеть; если она есть, сообщите администратору.
password-show = Показать пароль
password-hide = Скрыть пароль
load-failed = Не удалось загрузить
denied-title = Сюда у вас нет доступа
denied-text = Права выдаёт администратор в разделе «Роли».
field-required = Заполните это поле
field-email = Это не похоже на адрес почты. Пример: anna@romashka.ru
field-url = Нужен адрес целиком, например https://romashka.ru
field-short = { $count ->
    [one] Нужен хотя бы { $count } знак
    [few] Нужно хотя бы { $count } знака
   *[other] Нужно хотя бы { $count } знаков
}
field-long = { $count ->
    [one] Поместится не больше { $count } знака
   *[other] Поместится не больше { $count } знаков
}
field-number = Введите целое число
field-range = Введите число от { $min } до { $max }
field-wrong = Это значение не подходит
reload = Обновить
part-missing = Эта часть не загрузилась. Проверьте сеть или обновите страницу.
notice-reminder = Напоминание · { $name }
