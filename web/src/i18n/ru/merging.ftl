# Объединение контактов: подсказка на карточке, сравнение, список дублей, участники группы.
merging-maybe = Возможно, тот же человек: { $name }
merging-reason-phone = Одинаковый телефон
merging-reason-email = Одинаковая почта
merging-reason-site = Заходили с одного браузера
merging-reason-name = Одинаковое имя
merging-reason-person = Так решил сотрудник
merging-compare = Сравнить
merging-title = Один это человек?
merging-text = Останется одна карточка с перепиской обоих. Чаты не склеиваются, и объединение можно отменить в любой день.
merging-stands = Останется
merging-goes = Присоединится
merging-swap = Поменять местами
merging-field-name = Имя
merging-field-company = Компания
merging-field-email = Почта
merging-field-phones = Телефоны
merging-field-note = Заметка
merging-field-responsible_id = Ответственный
merging-field-photo_file_id = Фото
merging-labels = Метки на общей карточке
merging-photo = Есть фото
merging-empty = Пусто
merging-both = Оба значения
merging-conflict = Значения разные
merging-chats = Чаты на общей карточке
merging-chats-none = Чатов, которые вам видны, нет
merging-links = { $count ->
    [one] И { $count } короткая ссылка
    [few] И { $count } короткие ссылки
   *[many] И { $count } коротких ссылок
}
merging-two = Это разные люди
merging-do = Объединить
merging-done = Контакты объединены
merging-undone = Контакты снова разделены
merging-two-done = Больше не предложим
merging-from = Объединён с
merging-from-phone = Само: один номер подтверждён двумя мессенджерами
merging-from-person = Объединил { $name }
merging-split = Разделить
merging-split-name = Разделить с «{ $name }»
merging-split-title = Разделить контакты?
merging-split-text = Телефоны, чаты и поля вернутся туда, где были. Что пришло после объединения, останется с тем, откуда пришло.
merging-list = Дубли
merging-list-line = Похожие на одного человека
merging-list-empty = Дублей нет
merging-list-empty-text = Здесь появятся контакты, которые похожи на одного человека: по телефону, почте, браузеру или имени.
merging-tab-open = Решить
merging-tab-merged = Объединены
merging-tab-dismissed = Разные люди
merging-again = Всё же сравнить
merging-members = Участники группы
contacts-more = Загрузка и выгрузка
contacts-import = Загрузить из таблицы…
contacts-import-title = Контакты из таблицы
contacts-export = Выгрузить всех в таблицу
contacts-export-found = Выгрузить найденных в таблицу
