# Файлы, голос, сканы: всё, что прикладывают к сообщению и находят потом.
upload-list = Файлы сообщения
upload-going = { $part } из { $size }
upload-paused = Пауза, { $part }
upload-offline = Ждём связи
upload-failed = Не загружено
upload-pause = Приостановить: { $name }
upload-resume = Продолжить: { $name }
upload-retry = Повторить: { $name }
upload-remove = Убрать: { $name }
upload-cancel = Отменить загрузку: { $name }
upload-as-photo = Отправить как фото
upload-as-file = Отправить как файл
voice-title = Запись голосового сообщения
voice-cancel = Удалить запись
voice-asking = Ждём разрешения на микрофон
voice-recording = Идёт запись
voice-hold = Отпустите, чтобы отправить
voice-lock = Записывать, не удерживая
voice-stop = Остановить и прослушать
voice-send = Отправить голосовое
voice-none = Записать не удалось.
voice-denied = Нет доступа к микрофону. Разрешите его в настройках сайта в браузере и попробуйте ещё раз.
voice-missing = Микрофон не найден. Подключите его и попробуйте ещё раз.
voice-lost = Микрофон отключился. То, что успело записаться, сохранено.
voice-unsupported = Этот браузер не умеет записывать звук.
shelf-media = Медиа
shelf-files = Файлы
shelf-links = Ссылки
shelf-voice = Голос
shelf-no-media = Фото и видео пока нет
shelf-no-files = Файлов пока нет
shelf-no-links = Ссылок пока нет
shelf-no-voice = Голосовых пока нет
shelf-none-text = Здесь собирается то, что присылают в этот чат.
shelf-failed = Не загрузилось
shelf-more = Показать ещё
shelf-to-message = К сообщению: { $name }
scan-title = Страницы в один PDF
scan-name = Скан
scan-empty = Добавьте страницы
scan-empty-text = Выберите снимки страниц, полученные со сканера или камеры. Их можно повернуть, обрезать и переставить.
scan-empty-phone = Снимите страницы по одной. Каждую можно повернуть и обрезать.
scan-choose = Выбрать снимки
scan-shoot = Снять страницу
scan-add = Добавить страницу
scan-page = Страница { $n }
scan-rotate = Повернуть вправо
scan-earlier = Переставить раньше
scan-later = Переставить позже
scan-whole = Без обрезки
scan-remove = Убрать страницу
scan-edge-top = Верхний край
scan-edge-right = Правый край
scan-edge-bottom = Нижний край
scan-edge-left = Левый край
scan-file-name = Название файла
scan-make = { $count ->
    [one] Собрать PDF из { $count } страницы
   *[other] Собрать PDF из { $count } страниц
}
scan-ready = { $count ->
    [one] PDF готов: { $count } страница, { $size }
    [few] PDF готов: { $count } страницы, { $size }
   *[other] PDF готов: { $count } страниц, { $size }
}
scan-open = Открыть в новой вкладке
scan-attach = Приложить к сообщению
scan-failed = Собрать PDF не получилось: возможно, снимки слишком велики
scan-not-picture = «{ $name }» не удалось открыть как картинку
segments-count = { $signs ->
    [one] { $signs } символ — { $parts } SMS
    [few] { $signs } символа — { $parts } SMS
   *[other] { $signs } символов — { $parts } SMS
}
segments-price = { $price } за SMS
