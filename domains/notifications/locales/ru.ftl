push-test = Проверка связи: уведомления работают
notifications-bad-subscription = Подписка браузера не читается
