right-team-write = Писать коллегам
right-team-write-about = Создавать чаты и писать в них
team-title-needed = Назовите чат
team-members-needed = Выберите хотя бы одного сотрудника
team-no-such-person = Такого сотрудника нет или он больше не работает
team-not-a-group = Это можно сделать только в групповом чате
team-owner-only = Менять название и убирать людей может создатель чата
