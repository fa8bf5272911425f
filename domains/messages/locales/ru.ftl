messages-twice = Это же действие уже выполняется. Повторите
messages-empty = Напишите текст или приложите файл
messages-too-long = Сообщение длиннее { $limit } знаков. Отправьте его файлом
messages-too-many-files = В одном сообщении не больше { $limit } файлов
messages-cannot-edit = Изменить можно только своё сообщение, которое ещё не удалено
messages-bad-emoji = Это не реакция
messages-no-such-reply = Сообщение, на которое вы отвечаете, удалено
messages-query-needed = Введите хотя бы одну букву или цифру
