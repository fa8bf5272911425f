right-conversations-answer = Отвечать клиентам
right-conversations-answer-about = Видеть очереди, в которых состоит сотрудник, и отвечать из них
right-conversations-see = Видеть чаты с клиентами
right-conversations-see-about = Чужие чаты: своих очередей или все
right-conversations-manage = Управлять чатами с клиентами
right-conversations-manage-about = Забирать, передавать и закрывать чужие чаты
right-templates-share = Общие шаблоны
right-templates-share-about = Менять шаблоны, которые видят все
right-conversations-arrange = Метки и общие подборки
right-conversations-arrange-about = Заводить и менять метки чатов, сохранять подборки для всех
conversations-name-too-long = Не длиннее { $limit } знаков
conversations-label-exists = Метка «{ $name }» уже есть
conversations-label-archived = Метка «{ $name }» в архиве: верните её или возьмите другую
conversations-no-such-label = Такой метки больше нет: выберите другую
conversations-too-many-labels = Не больше { $limit } меток. Переименуйте одну из архива
conversations-too-many-labels-here = Не больше { $limit } меток на одном чате. Снимите лишние
conversations-too-many-views = Не больше { $limit } подборок. Удалите ненужную
conversations-filter-too-long = Не больше { $limit } условий одного вида
conversations-one-list = Укажите один список: группу, подборку или условия
conversations-snoozed-already = Чат уже отложен
conversations-bulk-failed = Не получилось из-за внутренней ошибки; подробности в журнале сервера
conversations-taken = { $seconds ->
    [0] { $name } взял(а) эту беседу только что
    [one] { $name } взял(а) эту беседу { $seconds } секунду назад
    [few] { $name } взял(а) эту беседу { $seconds } секунды назад
   *[other] { $name } взял(а) эту беседу { $seconds } секунд назад
}
conversations-not-yours = За этот чат отвечает { $name }. Чтобы ответить, возьмите его себе или станьте наблюдателем
conversations-not-in-queue = Чат уже не в очереди
conversations-may-not = С этим чатом вам так поступить нельзя
conversations-closed = Беседа уже закрыта
conversations-not-closed = Беседа не закрыта
conversations-nobody-waits = Клиент не ждёт ответа
conversations-no-such-person = Этот сотрудник не может вести чаты
conversations-blocked = Клиент заблокировал нас, сообщение не дойдёт
conversations-window-closed = Клиент молчал { $hours } ч: мессенджер больше не принимает свободный текст. Отправьте одобренный шаблон или дождитесь, когда клиент напишет снова
conversations-queue-name = Общая очередь
conversations-queue-in-use = Очередь по умолчанию удалить нельзя
conversations-name-needed = Укажите название
conversations-text-needed = Напишите текст или приложите файл
conversations-nobody = пока никто
visitor = Посетитель сайта
conversations-table-name = Беседы
conversations-table-number = Номер
conversations-table-state = Состояние
conversations-table-opened = Открыта
conversations-table-closed = Закрыта
conversations-table-channel = Канал
conversations-table-client = Клиент
conversations-table-phone = Телефон
conversations-table-queue = Очередь
conversations-table-assignee = Ответственный
conversations-table-answered-by = Отвечали
conversations-table-closed-by = Кто закрыл
conversations-table-from-client = Сообщений клиента
conversations-table-to-client = Сообщений клиенту
conversations-table-first-answer = До первого ответа
conversations-table-open = Идёт
conversations-table-ended = Закрыта
conversations-no-such-queue = Такой очереди больше нет: выберите другую
conversations-no-such-account = Такого канала больше нет или он указан дважды
conversations-out-of-range = Укажите целое число от { $from } до { $to }
conversations-head-needed = Выберите руководителя очереди: кому сообщать, когда порог пройден
conversations-overflow-circle = Беседы пойдут по кругу: { $circle }. Выберите другую очередь
conversations-queue-targeted = Сюда ещё отправляет беседы «{ $name }». Сначала измените это
conversations-no-word = В «{ $word }» нет ни одного слова
conversations-no-language = «{ $language }» — не язык: напишите две буквы, например ru или en
conversations-no-conditions = Укажите хотя бы одно условие: слова, канал или язык
conversations-too-many-conditions = Не больше { $limit } условий одного вида в строке
conversations-too-many-rules = Не больше { $limit } строк
conversations-one-target = Выберите очередь или сотрудника
conversations-order-twice = Строка указана в порядке дважды
conversations-order-other = Таблица тем временем изменилась. Посмотрите на неё и расставьте строки снова
conversations-backlog = { $count ->
    [one] Ждёт { $count } клиент
    [few] Ждут { $count } клиента
   *[other] Ждут { $count } клиентов
}, дольше всех { $minutes } мин
right-conversations-start = Писать клиентам первым
right-conversations-start-about = Начинать разговор с тем, кто ещё не писал, в каналах, где это включено
conversations-template-needed = Первое сообщение в этом канале отправляется только по одобренному шаблону. Выберите шаблон
conversations-template-hidden = Заметку для своих шаблоном не отправляют
conversations-cannot-write-first = В этом канале нельзя написать первым
conversations-writing-first-is-off = В этом канале писать первым не разрешено. Включить это может администратор в настройках канала
conversations-address-not-for-channel = По такому адресу этот канал никого не находит
conversations-address-malformed = Это не похоже ни на телефон, ни на логин, ни на почту
conversations-absent = { $address } нет в канале «{ $channel }». Ничего не отправлено{ $others ->
    [none] {""}
   *[other] . Можно написать через: { $others }
}
conversations-reach-unknown = Узнать, есть ли { $address } в канале «{ $channel }», не получилось. Можно отправить всё равно
conversations-unreachable = { $address } в канале «{ $channel }» сейчас не достать
conversations-led-by-another = С этим клиентом здесь уже говорит { $name }
conversations-no-such-calendar = Этого календаря больше нет: выберите другой
conversations-text-too-long = Текст слишком длинный: не больше { $limit } знаков
conversations-no-such-field = Поля { $field } нет
conversations-minutes-needed = Укажите, через сколько минут отправить
conversations-snooze-past = Это время уже прошло: выберите более позднее
conversations-snooze-far = Отложить можно не дальше чем на год
conversations-late = Нет ответа { $minutes } мин
conversations-late-head = Очередь «{ $queue }» не отвечает клиенту { $minutes } мин
conversations-unresolved = Не закрыта { $minutes } мин
conversations-too-many = Слишком много: не больше { $limit }
conversations-audience-needed = Выберите хотя бы один отдел или очередь
conversations-ask-label = Назовите поле коротко, до { $limit } знаков, без фигурных скобок
conversations-ask-twice = Поле «{ $label }» уже есть
conversations-ask-choices = В поле «{ $label }» нужны варианты: от 1 до { $limit }
conversations-ask-unused = Поле { $field } не стоит в тексте: вставьте его или уберите
conversations-ask-answer = Заполните поле «{ $label }»
conversations-ask-number = В поле «{ $label }» нужно число
conversations-ask-choice = В поле «{ $label }» такого варианта нет
conversations-ask-date = В поле «{ $label }» нужна дата
conversations-variant-empty = Для особого текста нужны и каналы, и сам текст
conversations-variant-twice = Один и тот же канал указан в двух особых текстах
conversations-fallback-twice = На этот случай в одном канале выберите один шаблон
conversations-fallback-without-text = Сначала напишите сам текст: шаблон уходит вместо него
conversations-fallback-lost = Очередь «{ $queue }»: шаблон вместо автоматического сообщения больше не одобрен, клиенту ничего не ушло. Выберите другой в настройках очереди
conversations-buttons-hidden = В заметке для своих кнопок нет
