role-administrator = Администратор
role-supervisor = Руководитель
role-employee = Сотрудник
right-accounts-people = Сотрудники и отделы
right-accounts-people-about = Приглашать, менять карточки, отделы, увольнять
right-accounts-roles = Роли и права
right-accounts-roles-about = Создавать роли и назначать их сотрудникам
right-accounts-workspace = Настройки компании
right-accounts-workspace-about = Название, язык, вход без пароля, состояние сервера
right-accounts-audit = Журнал действий
right-accounts-audit-about = Видеть, что делали администраторы
accounts-bad-login = Логин — от 2 до 64 букв и цифр, можно . _ - @
accounts-bad-password = Пароль — не короче 8 знаков
accounts-name-needed = Укажите имя
accounts-bad-network = Сеть «{ $network }» не читается. Пример: 192.168.1.0/24
accounts-bad-time-zone = Такого часового пояса нет
accounts-too-long = Слишком длинно: не больше 300 знаков
accounts-too-many-phones = Не больше десяти телефонов
accounts-bad-phone = Номер «{ $phone }» не похож на телефон
accounts-bad-email = Это не похоже на адрес почты
accounts-right-missing = Для этого нужно право, которого у вас нет. Его может дать администратор
accounts-last-administrator = Это последний, кто может назначать права. Сначала дайте это право другому
accounts-department-circle = Отдел не может входить сам в себя
accounts-no-such-right = Права «{ $right }» с таким охватом нет
accounts-role-is-builtin = Роль из поставки удалить нельзя, но её можно изменить
accounts-already-set-up = Компания уже создана. Войдите со своим логином
accounts-bad-setup-link = Ссылка для первого запуска не подходит. Возьмите свежую из вывода сервера
accounts-login-taken = Такой логин уже занят
accounts-wrong-credentials = Логин или пароль не подходят
accounts-second-factor = Введите код из приложения
accounts-wrong-code = Код не подходит или уже использован. Дождитесь следующего
accounts-locked = Слишком много попыток. Попробуйте через { $seconds ->
    [one] { $seconds } секунду
    [few] { $seconds } секунды
   *[other] { $seconds } секунд
}
accounts-sign-in-needed = Войдите, чтобы продолжить
accounts-token-reads-only = Этот ключ может только читать
accounts-wrong-password = Пароль не подходит
accounts-no-totp-begun = Сначала получите новый секрет
accounts-bad-scopes = Укажите, что можно ключу: read, write, admin
accounts-link-used = Ссылкой уже воспользовались. Попросите новую
accounts-link-expired = Срок ссылки истёк. Попросите новую
