right-contacts-edit = Клиенты
right-contacts-edit-about = Видеть список клиентов и менять их карточки
crm-name-needed = Укажите имя клиента
crm-bad-email = Адрес почты не похож на настоящий
crm-bad-phone = Номер «{ $phone }» не похож на телефон
crm-too-many-phones = Не больше десяти телефонов
crm-too-long = Слишком длинно
crm-no-such-person = Этот человек не может отвечать за клиентов: он у вас больше не работает или приглашён как гость
