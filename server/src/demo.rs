//! A believable small company: departments, twelve colleagues, two hundred clients, a month of talks in two languages.

use accounts::{Catalogue, NewPerson, Person};
use anyhow::Context;
use channel::{Author, Inbound, InboundMessage, Peer};
use channels::{Account, Upcalls};
use db::Tx;
use kernel::{Actor, Ctx, Error, Id, Ids, Language, Moment, Result};
use messages::Thread;
use std::{collections::BTreeMap, time::Duration};
use web::House;

/// The password of everyone in the demo company.
pub const PASSWORD: &str = "beseda-demo";
/// Logins, the administrator first.
pub const LOGINS: [&str; 12] = [
    "olga", "anna", "boris", "vera", "gleb", "darya", "egor", "zhanna", "ivan", "kira", "lev",
    "maria",
];
const NAMES: [(&str, &str, usize); 12] = [
    ("Ольга Смирнова", "Директор", 0),
    ("Анна Ковалёва", "Старший менеджер", 0),
    ("Борис Лебедев", "Менеджер по продажам", 0),
    ("Вера Соколова", "Менеджер по продажам", 0),
    ("Глеб Орлов", "Менеджер по продажам", 0),
    ("Дарья Новикова", "Специалист поддержки", 1),
    ("Егор Фёдоров", "Специалист поддержки", 1),
    ("Жанна Белова", "Руководитель поддержки", 1),
    ("Иван Петров", "Кладовщик", 2),
    ("Кира Морозова", "Логист", 2),
    ("Лев Захаров", "Мастер", 2),
    ("Maria Rossi", "Export manager", 0),
];
const DEPARTMENTS: [&str; 3] = ["Продажи", "Поддержка", "Склад и мастерская"];
/// Names whose gender fits the family names: even places take the first list, odd the second.
const MEN: [&str; 10] = [
    "Алексей",
    "Сергей",
    "Дмитрий",
    "Павел",
    "Андрей",
    "James",
    "Никита",
    "Роман",
    "Виктор",
    "Thomas",
];
const MEN_FAMILY: [&str; 20] = [
    "Иванов",
    "Попов",
    "Соловьёв",
    "Волков",
    "Козлов",
    "Тихонов",
    "Макаров",
    "Гусев",
    "Ершов",
    "Симонов",
    "Miller",
    "Becker",
    "Novak",
    "Hansen",
    "Moreau",
    "Walker",
    "Fischer",
    "Bennett",
    "Keller",
    "Palmer",
];
const WOMEN: [&str; 10] = [
    "Марина",
    "Наталья",
    "Елена",
    "Ирина",
    "Татьяна",
    "Emma",
    "Юлия",
    "Sophie",
    "Алёна",
    "Оксана",
];
const WOMEN_FAMILY: [&str; 20] = [
    "Кузнецова",
    "Васильева",
    "Михайлова",
    "Романова",
    "Егорова",
    "Киселёва",
    "Тарасова",
    "Быкова",
    "Громова",
    "Лаптева",
    "Clarke",
    "Laurent",
    "Weber",
    "Hughes",
    "Rossi",
    "Nielsen",
    "Dubois",
    "Foster",
    "Schmidt",
    "Morgan",
];

/// The nth client's name, two hundred of them before one comes again: nobody is taken for a duplicate. Latin first names get
/// Latin family names.
fn client_name(n: usize) -> String {
    let (first, family) = if n.is_multiple_of(2) {
        (MEN, MEN_FAMILY)
    } else {
        (WOMEN, WOMEN_FAMILY)
    };
    let first = first[(n / 2) % 10];
    let (russian, latin) = family.split_at(10);
    let fitting = if first.is_ascii() { latin } else { russian };
    format!("{first} {}", fitting[(n / 2 + n / 20) % 10])
}
/// Dialogues: `c` the client says, `e` an employee says, `h` a hidden comment.
const TALKS: [&[(char, &str)]; 12] = [
    &[
        ('c', "Здравствуйте! Есть ли лампа «Север» в чёрном цвете?"),
        (
            'e',
            "Добрый день! Да, на складе осталось четыре. Отложить для вас?",
        ),
        ('c', "Да, одну, пожалуйста. Заберу в субботу"),
        (
            'e',
            "Отложили до воскресенья, бронь № 318. Работаем с **10:00 до 20:00**.",
        ),
        ('c', "Спасибо!"),
    ],
    &[
        ('c', "Добрый день, когда придёт мой заказ?"),
        ('e', "Здравствуйте! Подскажите номер заказа"),
        ('c', "10452"),
        ('h', "Задержка на терминале, обещают завтра к обеду"),
        (
            'e',
            "Заказ в пути, курьер привезёт завтра с 12 до 15. Он позвонит за час.",
        ),
        ('c', "Отлично, жду"),
    ],
    &[
        ('c', "Hello, do you ship to Germany?"),
        (
            'e',
            "Hello! Yes, 5–7 days by courier, €14. Which lamp are you looking at?",
        ),
        ('c', "The tall oak one, two pieces"),
        (
            'e',
            "Two *Roshcha* lamps, oak: €312 with delivery. Shall I send the invoice?",
        ),
        ('c', "Yes please, to my email"),
    ],
    &[
        ('c', "Не включается светильник, купил у вас неделю назад"),
        (
            'e',
            "Сочувствую! Проверьте, пожалуйста:\n1. Лампочка закручена до конца\n2. Переключатель на шнуре включён",
        ),
        ('c', "Проверил, не помогло"),
        (
            'e',
            "Тогда заменим. Пришлите фото чека — оформлю возврат сегодня.",
        ),
    ],
    &[
        ('c', "Можно счёт на юрлицо?"),
        (
            'e',
            "Конечно. Пришлите реквизиты, счёт сделаю в течение часа.",
        ),
        ('c', "ООО «Ромашка», ИНН 7701234567"),
        ('h', "Постоянный клиент Бориса, скидка 7 %"),
        (
            'e',
            "Готово, отправила на почту. Оплатить можно до пятницы.",
        ),
    ],
    &[
        ('c', "Вы работаете в праздники?"),
        ('e', "Да, 4 ноября с 11 до 18."),
        ('c', "Спасибо"),
    ],
    &[('c', "Сколько стоит доставка в Казань?")],
    &[
        ('c', "Do you have the *Sever* lamp in white?"),
        ('c', "And is it dimmable?"),
    ],
    &[(
        'c',
        "Здравствуйте, хочу обсудить оптовую закупку, около 40 светильников для кафе",
    )],
    &[('c', "Мне не перезвонили, хотя обещали вчера")],
    &[
        ('c', "Подскажите, из чего сделан плафон у «Рощи»?"),
        (
            'e',
            "Из берёзового шпона, пропитан маслом. Мыть можно влажной тканью.",
        ),
        ('c', "А размер?"),
        ('e', "Диаметр 38 см, высота 24 см."),
    ],
    &[
        ('c', "Хочу вернуть заказ 10398"),
        ('e', "Здравствуйте! Что-то не подошло?"),
        ('c', "Цвет оказался темнее, чем на фото"),
        ('h', "@Вера, такое уже третий раз — нужно переснять «Дуб»"),
        (
            'e',
            "Понимаю. Привозите в магазин или вызову курьера — как удобнее?",
        ),
        ('c', "Курьера, на четверг"),
    ],
];
const TEAM_TALK: [(usize, &str); 14] = [
    (
        1,
        "Доброе утро! Сегодня до обеда я на встрече, очередь на Борисе",
    ),
    (2, "Принял 👍"),
    (5, "Пришла партия «Север», 24 штуки. Чёрные — четыре"),
    (8, "Разложили на третьем стеллаже"),
    (0, "Коллеги, напоминаю: отчёты до пятницы"),
    (3, "По «Дубу» снова жалуются на цвет. Переснимем?"),
    (
        10,
        "Могу дать образцы с двух партий, пусть будет видно разброс",
    ),
    (
        0,
        "Хорошая мысль. Вера, договорись с фотографом, пожалуйста",
    ),
    (3, "Сделаю сегодня"),
    (11, "Two lamps go to Hamburg tomorrow, the invoice is paid"),
    (9, "Забронировала курьера на 9:30"),
    (6, "Клиент по заказу 10452 волнуется, что сказать?"),
    (9, "Завтра с 12 до 15, точно"),
    (6, "Спасибо!"),
];

/// A small series of numbers that is the same in every demo.
struct Dice(u64);
impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % below.max(1)
    }
}

/// Makes the company of `beseda demo`: workspace and administrator.
pub async fn company(house: &House) -> anyhow::Result<()> {
    let hash = accounts::hash_password(PASSWORD.to_owned()).await?;
    let names = ["administrator", "supervisor", "employee"]
        .map(|w| house.texts().say(Language::Ru, &format!("role-{w}"), &[]));
    let catalogue = house.part::<Catalogue>()?.0.clone();
    let ctx = Ctx {
        now: month_ago(house),
        ..house.system()
    };
    house
        .write(async move |tx: &mut Tx<'_>| {
            accounts::set_up_demo(
                tx,
                &ctx,
                ["Светлая мастерская", NAMES[0].0, LOGINS[0]],
                &hash,
                names,
                &catalogue,
            )
            .await
        })
        .await
        .context("the demo company cannot be made")?;
    Ok(())
}

const HOUR: u64 = 3600;
const DAY: u64 = 24 * HOUR;

/// The midnight (UTC) thirty days ago: the month begins there.
fn month_ago(house: &House) -> Moment {
    let now = house.clock().now();
    let today = u64::try_from(now.micros() / 1_000_000).unwrap_or(0) % DAY;
    now - Duration::from_secs(30 * DAY + today)
}

/// The workshop works from nine to seven by Moscow.
const OPENS: u64 = 6 * HOUR;

/// Fills a workspace with the sample company's people, channels and talks.
pub async fn fill(house: House) -> Result<()> {
    let start = month_ago(&house);
    let hash = accounts::hash_password(PASSWORD.to_owned()).await?;
    let ids = house.ids().clone();
    let people = house
        .write(async move |tx: &mut Tx<'_>| {
            people(tx, &context(start, &ids, Actor::System), &hash).await
        })
        .await?;
    let accounts = connect(&house).await?;
    talk_in_team(&house, &people, start).await?;
    let mut dice = Dice(7);
    for n in 0..200 {
        one_client(&house, &people, &accounts, n, start, &mut dice).await?;
    }
    prepare_templates(&house, people[0]).await
}

fn context(now: Moment, ids: &Ids, actor: Actor) -> Ctx {
    Ctx {
        actor,
        now,
        ids: ids.clone(),
        language: Language::Ru,
    }
}

async fn people(tx: &mut Tx<'_>, ctx: &Ctx, hash: &str) -> Result<Vec<Id<Person>>> {
    let mut departments = Vec::new();
    for name in DEPARTMENTS {
        departments.push(accounts::create_department(tx, ctx, name).await?);
    }
    let mut out = accounts::people_of(tx, accounts::EVERYONE).await?;
    out.truncate(1);
    for (n, (name, title, department)) in NAMES.iter().enumerate().skip(1) {
        let new = NewPerson {
            name: (*name).to_owned(),
            login: Some(LOGINS[n].to_owned()),
            password_hash: Some(hash.to_owned()),
            title: (*title).to_owned(),
            email: format!("{}@svet.example", LOGINS[n]),
            extension: format!("{}", 100 + n),
            department_id: Some(departments[*department]),
            roles: vec![if n == 1 || n == 7 {
                "supervisor"
            } else {
                "employee"
            }],
            role_ids: Vec::new(),
            guest: false,
        };
        match accounts::create_person(tx, ctx, new).await {
            Ok(id) => out.push(id),
            // A sample asked for in the first run: the administrator may have taken one of the logins.
            Err(Error::Refused(_)) => {}
            Err(fault) => return Err(fault),
        }
    }
    Ok(out)
}

fn settings(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs
        .iter()
        .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
        .collect()
}

/// Two sites that work, and a messenger as an example: paused, for nobody's bot is behind it, and nobody new is to begin
/// with a channel in red. Its owner's own bot takes its place in the form.
async fn connect(house: &House) -> Result<Vec<Account>> {
    let ctx = house.system();
    let embedded = crate::registry::EMBEDDED;
    let messenger = house
        .part::<channels::Connectors>()?
        .0
        .iter()
        .map(|c| c.info().kind)
        .find(|k| k != embedded)
        .unwrap_or_default();
    let site = settings(&[
        ("title", "Светлая мастерская"),
        ("greeting", "Здравствуйте! Поможем выбрать светильник."),
        ("accent", "#1f6f5c"),
        (
            "offline_text",
            "Сейчас мы не на месте. Оставьте телефон или почту — ответим утром.",
        ),
    ]);
    let export = settings(&[
        ("title", "Svetlaya Lamps"),
        ("greeting", "Hello! How can we help?"),
        ("accent", "#2b5fa8"),
    ]);
    // A token of the right form that no bot has.
    let bot = settings(&[
        ("token", "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0"),
        ("base_url", "http://127.0.0.1:9"),
    ]);
    let mut out = Vec::new();
    for (kind, name, settings, enabled) in [
        (embedded, "Сайт", site, true),
        (embedded, "Export site", export, true),
        (messenger.as_str(), "Telegram (пример)", bot, false),
    ] {
        let new = channels::NewAccount {
            kind: kind.to_owned(),
            name: name.to_owned(),
            settings,
            queue_id: None,
            reopen: None,
            enabled: Some(enabled),
            sign_in: None,
        };
        out.push(channels::create_account(house, &ctx, new).await?);
    }
    Ok(out)
}

async fn talk_in_team(house: &House, people: &[Id<Person>], start: Moment) -> Result<()> {
    let (ids, all) = (house.ids().clone(), people.to_vec());
    house
        .write(async move |tx: &mut Tx<'_>| {
            let me = all[0];
            let ctx = context(start, &ids, Actor::Person(me.uuid()));
            let common = team::create_group(tx, &ctx, me, "Вся мастерская", &all[1..]).await?;
            let sales: Vec<Id<Person>> = all.iter().copied().take(5).collect();
            let sales = team::create_group(tx, &ctx, me, "Продажи", &sales).await?;
            for day in 0..28u64 {
                for (n, (who, text)) in TEAM_TALK.iter().enumerate() {
                    if !(day + n as u64).is_multiple_of(3) {
                        continue;
                    }
                    let at = start + Duration::from_secs(day * DAY + OPENS + n as u64 * 2500);
                    let chat = if *who < 5 && n % 2 == 0 {
                        sales
                    } else {
                        common
                    };
                    say(tx, &ids, at, all[*who % all.len()], chat, text).await?;
                }
            }
            for n in 1..6 {
                let chat = team::create_direct(tx, &ctx, me, all[n]).await?;
                let at = start + Duration::from_secs(29 * DAY + OPENS + n as u64 * 700);
                say(tx, &ids, at, all[n], chat, TEAM_TALK[n].1).await?;
                say(
                    tx,
                    &ids,
                    at + Duration::from_secs(60),
                    me,
                    chat,
                    "Хорошо, спасибо!",
                )
                .await?;
            }
            Ok(())
        })
        .await
}

async fn say(
    tx: &mut Tx<'_>,
    ids: &Ids,
    at: Moment,
    who: Id<Person>,
    chat: Id<Thread>,
    text: &str,
) -> Result<()> {
    let ctx = context(at, ids, Actor::Person(who.uuid()));
    let out = team::Outgoing {
        client_id: ids.uuid(),
        text: text.to_owned(),
        files: Vec::new(),
        reply_to: None,
        cards: Vec::new(),
        also_in_group: false,
    };
    match team::send(tx, &ctx, who, chat, out).await {
        // Not everyone is in every chat.
        Ok(_) | Err(Error::Refused(_)) => Ok(()),
        Err(fault) => Err(fault),
    }
}

async fn one_client(
    house: &House,
    people: &[Id<Person>],
    accounts: &[Account],
    n: usize,
    start: Moment,
    dice: &mut Dice,
) -> Result<()> {
    let account = accounts[[0, 0, 0, 1, 2][dice.roll(5)]].clone();
    let name = client_name(n);
    let talk = TALKS[dice.roll(TALKS.len())];
    let worker = people[1 + dice.roll(people.len().min(7) - 1)];
    let (day, second) = (dice.roll(31) as u64, dice.roll(10 * 3600) as u64);
    let mut begun = start + Duration::from_secs(day * DAY + OPENS + second);
    // Today's talks are over half an hour ago at the latest.
    if begun > house.clock().now() - Duration::from_secs(HOUR / 2) {
        begun = begun - Duration::from_secs(DAY);
    }
    // The newest stay open or wait; older ones are mostly closed.
    let recent = house.clock().now().since(begun) < Duration::from_secs(3 * DAY);
    let fate = if recent {
        dice.roll(3)
    } else {
        3 + dice.roll(6)
    };
    let (ids, upcalls) = (house.ids().clone(), *house.part::<Upcalls>()?);
    let capabilities = channels::capabilities_of(house, &account)?;
    house
        .write(async move |tx: &mut Tx<'_>| {
            let mut at = begun;
            let ext = format!("demo-{n}");
            for (turn, (who, text)) in talk.iter().enumerate() {
                at = at + Duration::from_secs(40 + (turn as u64) * 95);
                if *who == 'c' {
                    let message = InboundMessage {
                        ext_id: format!("{ext}-{turn}"),
                        peer: Peer {
                            ext_id: ext.clone(),
                            name: name.clone(),
                            ..Peer::default()
                        },
                        author: Author::Customer,
                        at,
                        text: (*text).to_owned(),
                        media: Vec::new(),
                        reply_to: None,
                        album: None,
                        context: Vec::new(),
                    };
                    let ctx = context(at, &ids, Actor::System);
                    channels::take(
                        tx,
                        &ctx,
                        &account,
                        Inbound::Message(Box::new(message)),
                        &upcalls,
                    )
                    .await?;
                } else if let Some(chat) =
                    channels::thread_of_ext(tx, account.id, &ext, &upcalls).await?
                {
                    let ctx = context(at, &ids, Actor::Person(worker.uuid()));
                    let out = conversations::Outgoing {
                        client_id: ids.uuid(),
                        text: (*text).to_owned(),
                        files: Vec::new(),
                        reply_to: None,
                        hidden: *who == 'h',
                        take: false,
                        help: false,
                        shorten: None,
                        template: None,
                        buttons: Vec::new(),
                        ask_phone: None,
                        via: None,
                    };
                    if account.enabled {
                        conversations::send(tx, &ctx, worker, chat, out, &capabilities).await?;
                    } else {
                        channels::wake_example(tx, &account, true).await?;
                        let said =
                            conversations::send(tx, &ctx, worker, chat, out, &capabilities).await?;
                        channels::gone_before(tx, &ctx, said.id).await?;
                        channels::wake_example(tx, &account, false).await?;
                    }
                }
            }
            let Some(chat) = channels::thread_of_ext(tx, account.id, &ext, &upcalls).await? else {
                return Ok(());
            };
            let answered = talk.iter().any(|(who, _)| *who == 'e');
            let ctx = context(
                at + Duration::from_secs(600),
                &ids,
                Actor::Person(worker.uuid()),
            );
            if fate >= 3 && (answered || fate < 8) {
                conversations::close(tx, &ctx, worker, chat).await?;
            }
            Ok(())
        })
        .await
}

async fn prepare_templates(house: &House, owner: Id<Person>) -> Result<()> {
    let ctx = Ctx {
        actor: Actor::System,
        ..house.system()
    };
    let all = [
        (
            "Приветствие",
            "Здравствуйте, {client.first_name}! Меня зовут {me.name}, чем могу помочь?",
        ),
        (
            "Режим работы",
            "Мы работаем каждый день с 10:00 до 20:00, мастерская — на Садовой, 12.",
        ),
        (
            "Доставка",
            "По городу привезём завтра, по стране — за 3–7 дней. Подскажите адрес, посчитаю точно.",
        ),
        (
            "Thank you",
            "Thank you, {client.first_name}! Write any time.\n{me.name}, {company}",
        ),
    ];
    house
        .write(async move |tx: &mut Tx<'_>| {
            for (title, text) in all {
                let form = conversations::TemplateForm {
                    title: title.to_owned(),
                    text: text.to_owned(),
                    scope: conversations::Audience::All,
                    ..Default::default()
                };
                conversations::save_template(tx, &ctx, owner, None, form).await?;
            }
            Ok(())
        })
        .await
}

#[cfg(test)]
mod tests {
    use super::client_name;
    use std::collections::HashSet;

    #[test]
    fn two_hundred_clients_are_two_hundred_people() {
        let names: HashSet<String> = (0..200).map(client_name).collect();
        assert_eq!(names.len(), 200);
    }
}
