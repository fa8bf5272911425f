push-test = Проверка связи: уведомления работают
notifications-bad-zone = Такого часового пояса нет
notifications-bad-hours = Тихие часы — это семь дней с понедельника, в каждом с минуты по минуту
notifications-bad-date = Это не дата
notifications-too-many-exceptions = Слишком много исключений: не больше { $limit } каждого вида
notifications-no-such-row = Такого вида уведомлений нет
notifications-bad-subscription = Подписка браузера не читается
