//! Tables of contacts, read: U-37. "A CSV of contacts in a wrong encoding; a phone written ten ways."

use super::{
    model::{Layout, TableCharset, TableColumn, TableOnMatch, TableSeparator},
    phones::phones,
    reading::{Records, charset, layout, preview, refuse, separator, width},
    rules::{Here, Key, Labels, RowSays, guess, keys, laid, looks_like_header, row, undone},
};
use bytes::Bytes;
use crm::Fields;
use encoding_rs::{KOI8_R, WINDOWS_1251};
use kernel::{Id, Phone, Uuid};
use proptest::prelude::*;

fn utf16(text: &str, big: bool, mark: bool) -> Vec<u8> {
    let mark = if mark { "\u{feff}" } else { "" };
    let units = mark.encode_utf16().chain(text.encode_utf16());
    units
        .flat_map(|u| {
            if big {
                u.to_be_bytes()
            } else {
                u.to_le_bytes()
            }
        })
        .collect()
}

#[test]
fn u_37_every_common_encoding_is_recognised_and_read() {
    let text = "Фамилия;Имя;Телефон\r\nИВАНОВ;Пётр;+79161234567\r\nЩукина;Юлия;84951234567\r\n";
    let (cp1251, ..) = WINDOWS_1251.encode(text);
    let (koi, ..) = KOI8_R.encode(text);
    for (bytes, found) in [
        (text.as_bytes().to_vec(), TableCharset::Utf8),
        (format!("\u{feff}{text}").into_bytes(), TableCharset::Utf8),
        (utf16(text, false, true), TableCharset::Utf16Le),
        (utf16(text, true, true), TableCharset::Utf16Be),
        (utf16(text, false, false), TableCharset::Utf16Le),
        (utf16(text, true, false), TableCharset::Utf16Be),
        (cp1251.to_vec(), TableCharset::Windows1251),
        (koi.to_vec(), TableCharset::Koi8R),
    ] {
        assert_eq!(refuse(&bytes), None, "{found:?}");
        assert_eq!(charset(&bytes), found);
        let bytes = Bytes::from(bytes);
        assert_eq!(
            separator(&bytes, found),
            TableSeparator::Semicolon,
            "{found:?}"
        );
        let rows: Vec<Vec<String>> =
            Records::new(bytes, found, TableSeparator::Semicolon).collect();
        assert_eq!(rows.len(), 3);
        assert_eq!(rows[1], ["ИВАНОВ", "Пётр", "+79161234567"], "{found:?}");
    }
    let wrong = layout(
        &Bytes::from(cp1251.to_vec()),
        Some(TableCharset::Utf8),
        None,
        None,
    );
    assert!(preview(&Bytes::from(cp1251.to_vec()), wrong).broken);
}

#[test]
fn u_37_separators_quotes_and_lines_within_cells() {
    for (text, found) in [
        ("a,b,c\n1,2,3\n", TableSeparator::Comma),
        ("a;b;c\n1;\"2, 3, 4\";5\n", TableSeparator::Semicolon),
        ("a\tb\tc\n1\t2; 3\t4\n", TableSeparator::Tab),
        ("a|b\n1|2\n", TableSeparator::Pipe),
        ("имя\nАнна\n", TableSeparator::Comma),
        ("sep=;\nимя;тел\nАнна, Олег;1\n", TableSeparator::Semicolon),
        ("sep=|\nимя|тел\n", TableSeparator::Pipe),
        (
            "ФИО;Адрес\nА Б;Москва, Тверская, 1\nВ Г;Омск, Мира, 2\n",
            TableSeparator::Semicolon,
        ),
    ] {
        let bytes = Bytes::from(text.to_owned());
        assert_eq!(separator(&bytes, TableCharset::Utf8), found, "{text}");
    }
    let bytes = Bytes::from("sep=;\nимя;заметка\n\"Анна \"\"Ань\"\"\";\"раз\nдва;три\"\n");
    let rows: Vec<Vec<String>> =
        Records::new(bytes, TableCharset::Utf8, TableSeparator::Semicolon).collect();
    assert_eq!(
        rows,
        [vec!["имя", "заметка"], vec!["Анна \"Ань\"", "раз\nдва;три"]]
    );
}

#[test]
fn u_37_what_is_no_table_is_said_to_be_what_it_is() {
    for (bytes, code) in [
        (&b""[..], Some("moving.csv_empty")),
        (b"\xef\xbb\xbf \r\n", Some("moving.csv_empty")),
        (b"\xff\xfe", Some("moving.csv_empty")),
        (b"PK\x03\x04xl/workbook.xml", Some("moving.csv_is_excel")),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", Some("moving.csv_is_excel")),
        (b"%PDF-1.7", Some("moving.csv_is_other")),
        (b"<html><table>", Some("moving.csv_is_other")),
        (
            b"\x01\x02\x03\x04\x05\x06\x07name",
            Some("moving.csv_is_other"),
        ),
        (b"name,phone\nAnna,1\n", None),
    ] {
        assert_eq!(refuse(bytes), code);
    }
}

#[test]
fn u_37_columns_are_guessed_in_both_languages() {
    use TableColumn::{
        Company, Email, FirstName, LastName, Name, Note, Patronymic, Phone, Responsible, Skip,
    };
    for (titles, found) in [
        (
            "Имя;Компания;Телефоны;E-mail;Заметка;Ответственный",
            vec![Name, Company, Phone, Email, Note, Responsible],
        ),
        (
            "Name;Company;Phones;E-mail;Note;Responsible",
            vec![Name, Company, Phone, Email, Note, Responsible],
        ),
        (
            "Фамилия;Имя;Отчество;Моб. телефон;Рабочий телефон;Эл. почта",
            vec![LastName, FirstName, Patronymic, Phone, Phone, Email],
        ),
        (
            "First Name;Last Name;E-mail 1 - Label;E-mail 1 - Value;Phone 1 - Value",
            vec![FirstName, LastName, Skip, Email, Phone],
        ),
        (
            "ФИО;Организация;ИНН;Комментарий",
            vec![Name, Company, Skip, Note],
        ),
        (
            "Контрагент;Телефон;Почтовый адрес",
            vec![Company, Phone, Skip],
        ),
        ("Полное имя;Имя;Фамилия", vec![Skip, FirstName, LastName]),
    ] {
        let titles: Vec<String> = titles.split(';').map(ToOwned::to_owned).collect();
        assert_eq!(guess(&titles, &[], titles.len()), found, "{titles:?}");
    }
    let rows: Vec<Vec<String>> = ["Анна;8 916 123-45-67;a@b.ru", "Олег;8 916 123-45-68;"]
        .iter()
        .map(|r| r.split(';').map(ToOwned::to_owned).collect())
        .collect();
    assert_eq!(guess(&[], &rows, 3), [Name, Phone, Email]);
    assert!(!looks_like_header(&rows));
    let with = [
        vec!["Кто".to_owned(), "Номер".to_owned(), String::new()],
        rows[0].clone(),
    ];
    assert!(looks_like_header(&with), "only the rows below hold a phone");
}

#[test]
fn u_37_a_phone_written_ten_ways_and_then_some() {
    for cell in [
        "+7 (912) 345-67-89",
        "8 (912) 345-67-89",
        "8(912)3456789",
        "7-912-345-67-89",
        "79123456789",
        "9123456789",
        "912 345 67 89",
        "'+79123456789",
        "+7\u{a0}912\u{a0}345\u{a0}67\u{a0}89",
        "8.912.345.67.89",
        "tel:+7-912-345-67-89",
        "моб.: 8 912 345 67 89",
        "8 912 345 67 89 (Анна)",
        "8 912 345-67-89 - секретарь",
        "79123456789.0",
        "79123456789,00",
        "7,9123456789E+10",
        "7.9123456789e10",
        "8 912 345 67 89; +7 912 345-67-89",
    ] {
        let found = phones(cell).unwrap();
        assert_eq!(found.len(), 1, "{cell}");
        assert_eq!(found[0].phone.as_str(), "+79123456789", "{cell}");
        assert_eq!(found[0].extension, "", "{cell}");
    }
    for (cell, numbers, extension) in [
        ("8 912 345-67-89, 8 495 123-45-67", 2, ""),
        ("8 912 345-67-89 и 8 495 123-45-67", 2, ""),
        ("89123456789/84951234567\n+1 650 253 0000", 3, ""),
        ("8 (495) 123-45-67 доб. 12", 1, "доб. 12"),
        ("8 (495) 123-45-67, доб. 12", 1, "доб. 12"),
        ("+7 495 123 45 67 (доб.104)", 1, "доб.104"),
        ("+1 650 253 0000 ext 9", 1, "ext 9"),
        ("84951234567#15", 1, "#15"),
        ("", 0, ""),
        ("  ' ", 0, ""),
    ] {
        let found = phones(cell).unwrap_or_else(|e| panic!("{cell}: {e:?}"));
        assert_eq!(found.len(), numbers, "{cell}");
        let first = found.first().map(|w| w.extension.as_str());
        assert_eq!(first.unwrap_or_default(), extension, "{cell}");
    }
    for (cell, code) in [
        ("7,91235E+10", "moving.row_phone_lost"),
        ("7.91235e+10", "moving.row_phone_lost"),
        ("7,91235Е+10", "moving.row_phone_lost"),
        ("345-67-89", "moving.row_bad_phone"),
        ("нет", "moving.row_bad_phone"),
        ("8 912 345-67-89, позже", "moving.row_bad_phone"),
        ("12", "moving.row_bad_phone"),
    ] {
        assert_eq!(phones(cell).unwrap_err().0, code, "{cell}");
    }
}

fn says(cells: &[&str], columns: &[TableColumn]) -> RowSays {
    let cells: Vec<String> = cells.iter().map(|c| (*c).to_owned()).collect();
    let titles: Vec<String> = (0..columns.len()).map(|n| format!("Т{n}")).collect();
    row(&cells, (columns, &titles, columns.len()), &Here::default())
}
fn contact(cells: &[&str], columns: &[TableColumn]) -> Fields {
    match says(cells, columns) {
        RowSays::Contact(fields) => *fields,
        other => panic!("{other:?}"),
    }
}

#[test]
fn u_37_a_row_says_a_contact_and_nothing_of_it_is_lost() {
    use TableColumn::{
        Company, Email, FirstName, LastName, Name, Note, Patronymic, Phone, Responsible, Skip,
    };
    let made = contact(
        &[
            "Иванов",
            " Пётр ",
            "Ильич",
            "ООО «Ромашка»",
            "a@b.ru; c@d.ru",
            "8 495 123-45-67 доб. 3",
            "Омск",
            "звонить утром",
            "Кто-то",
            "лишнее",
        ],
        &[
            LastName,
            FirstName,
            Patronymic,
            Company,
            Email,
            Phone,
            Note,
            Note,
            Responsible,
            Skip,
        ],
    );
    assert_eq!(made.name, "Иванов Пётр Ильич");
    assert_eq!(made.email, "a@b.ru");
    assert_eq!(
        made.note,
        "Т6: Омск\nТ7: звонить утром\nE-mail: c@d.ru\n+74951234567 доб. 3\nТ8: Кто-то"
    );
    assert_eq!(contact(&["", "Ромашка"], &[Name, Company]).name, "Ромашка");
    assert_eq!(contact(&["", "8 912 345 67 89"], &[Name, Phone]).name, "");
    assert_eq!(says(&["", " "], &[Name, Phone]), RowSays::Nothing);
    let code = |cells: &[&str], columns: &[TableColumn]| match says(cells, columns) {
        RowSays::Wrong(wrong) => wrong[0].1,
        other => panic!("{other:?}"),
    };
    let long = "а".repeat(40_000);
    for (cells, columns, found) in [
        (vec!["Анна", "x"], vec![Name, Phone], "moving.row_bad_phone"),
        (
            vec!["Анна", "a@@b"],
            vec![Name, Email],
            "moving.row_bad_email",
        ),
        (
            vec!["Анна", "1", "2"],
            vec![Name, Skip],
            "moving.row_too_wide",
        ),
        (vec!["Ан\0на"], vec![Name], "moving.row_zeros"),
        (vec!["Ан\u{fffd}на"], vec![Name], "moving.row_unreadable"),
        (vec![&long], vec![Name], "moving.row_too_long"),
        (
            vec!["Анна", &long[..24_000]],
            vec![Name, Note],
            "moving.row_long_note",
        ),
        (
            vec!["", "только слова"],
            vec![Name, Note],
            "moving.row_nobody",
        ),
    ] {
        assert_eq!(code(&cells, &columns), found);
    }
    let many: Vec<String> = (0..11).map(|n| format!("+7912345678{}", n % 10)).collect();
    assert_eq!(
        contact(&["А", &many.join(", ")], &[Name, Phone])
            .phones
            .len(),
        10
    );
    // Empty cells beyond the columns are what some programs leave at the end of each row.
    assert_eq!(contact(&["Анна", "", ""], &[Name]).name, "Анна");
}

fn phone(text: &str) -> Phone {
    Phone::parse(text).unwrap()
}

#[test]
fn u_37_a_known_contact_is_left_filled_or_updated_and_all_is_taken_back() {
    let here = Fields {
        name: "Анна".to_owned(),
        email: "anna@old.ru".to_owned(),
        phones: vec![phone("+79123456789")],
        ..Fields::default()
    };
    let row = Fields {
        name: "Анна Петрова".to_owned(),
        email: "anna@new.ru".to_owned(),
        company: "Ромашка".to_owned(),
        phones: vec![phone("+79123456789"), phone("+74951234567")],
        ..Fields::default()
    };
    assert_eq!(laid(&here, &row, TableOnMatch::Skip), None);
    let filled = laid(&here, &row, TableOnMatch::Fill).unwrap();
    assert_eq!(
        (filled.name.as_str(), filled.email.as_str()),
        ("Анна", "anna@old.ru")
    );
    assert_eq!(
        (filled.company.as_str(), filled.phones.len()),
        ("Ромашка", 2)
    );
    let updated = laid(&here, &row, TableOnMatch::Update).unwrap();
    assert_eq!(
        (updated.name.as_str(), updated.email.as_str()),
        ("Анна Петрова", "anna@new.ru")
    );
    assert_eq!(
        laid(&updated, &row, TableOnMatch::Update),
        None,
        "again changes nothing"
    );
    assert_eq!(undone(&updated, &here, &updated), (here.clone(), false));
    // What somebody changed since stays, and is told of.
    let mut now = updated.clone();
    now.company = "Лютик".to_owned();
    now.note = "перезвонить".to_owned();
    now.phones.push(phone("+79161234567"));
    let (back, left) = undone(&now, &here, &updated);
    assert!(left);
    assert_eq!(
        (back.company.as_str(), back.note.as_str()),
        ("Лютик", "перезвонить")
    );
    assert_eq!(
        (back.name.as_str(), back.email.as_str()),
        ("Анна", "anna@old.ru")
    );
    assert_eq!(back.phones, [phone("+79123456789"), phone("+79161234567")]);
    let found = [
        Key::Phone(phone("+79123456789")),
        Key::Phone(phone("+74951234567")),
        Key::Email("anna@new.ru".to_owned()),
    ];
    assert_eq!(keys(&row), found);
}

fn labels(names: &[&str]) -> Labels {
    let all = names.iter().zip(1_u128..);
    let all: Vec<conversations::Label> = all
        .map(|(name, n)| conversations::Label {
            id: Id::new(Uuid::from_u128(n)),
            name: (*name).to_owned(),
            color: conversations::LabelColor::Grey,
            archived: n == 3,
        })
        .collect();
    Labels::of(&all)
}

#[test]
fn u_14_labels_come_by_their_names_and_unknown_ones_are_told_of() {
    let here = Here {
        labels: labels(&["VIP", "Опт, юг", "Ёлка", "Опт"]),
        ..Here::default()
    };
    let read = |cell: &str| {
        let cells = ["Анна".to_owned(), cell.to_owned()];
        let columns = [TableColumn::Name, TableColumn::Labels];
        row(&cells, (&columns, &[], 2), &here)
    };
    for (cell, found) in [
        ("VIP", vec![1]),
        ("vip; елка", vec![1, 3]),
        ("Опт, юг", vec![2]),
        ("опт, vip ,опт", vec![1, 4]),
        (" VIP,\nОпт, юг | ", vec![1, 2]),
        (" , ", vec![]),
    ] {
        let RowSays::Contact(made) = read(cell) else {
            panic!("{cell:?} was refused");
        };
        let found: Vec<Uuid> = found.into_iter().map(Uuid::from_u128).collect();
        assert_eq!(made.labels, found, "{cell:?}");
    }
    for (cell, piece) in [("VIP, Розница", "Розница"), ("юг", "юг")] {
        let wrong = (Some(1), "moving.row_no_label", piece.to_owned());
        assert_eq!(read(cell), RowSays::Wrong(vec![wrong]));
    }
    // Address books keep groups of their own in a column of this name.
    let titles = ["Name", "Labels", "Phone 1 - Label", "Client labels"].map(String::from);
    let columns = guess(&titles, &[], 4);
    assert_eq!(columns[1..3], [TableColumn::Skip, TableColumn::Skip]);
    assert_eq!(columns[3], TableColumn::Labels);
}

#[test]
fn u_14_labels_of_a_row_join_those_that_are_there_and_are_taken_back() {
    let labelled = |labels: &[u128]| Fields {
        name: "Анна".to_owned(),
        labels: labels.iter().copied().map(Uuid::from_u128).collect(),
        ..Fields::default()
    };
    let (here, row) = (labelled(&[2]), labelled(&[1, 2]));
    for how in [TableOnMatch::Fill, TableOnMatch::Update] {
        let after = laid(&here, &row, how).unwrap();
        assert_eq!(after, labelled(&[1, 2]));
        assert_eq!(undone(&after, &here, &after), (here.clone(), false));
        // What a colleague put on since stays.
        let now = labelled(&[1, 2, 3]);
        assert_eq!(undone(&now, &here, &after).0, labelled(&[2, 3]));
    }
}

#[test]
fn u_37_rows_may_be_as_wide_as_the_header() {
    let bytes = Bytes::from("a;b;c\n1;2;3;4\n");
    let layout = Layout {
        charset: TableCharset::Utf8,
        separator: TableSeparator::Semicolon,
        header: true,
    };
    let taken = [
        TableColumn::Name,
        TableColumn::Skip,
        TableColumn::Skip,
        TableColumn::Skip,
    ];
    assert_eq!(width(&bytes, layout, &taken), 3);
    assert_eq!(width(&bytes, layout, &[TableColumn::Name; 4]), 4);
    assert_eq!(preview(&bytes, layout).columns.len(), 4);
}

proptest! {
    #[test]
    fn u_37_whatever_the_bytes_nothing_panics(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        let _ = refuse(&bytes);
        let bytes = Bytes::from(bytes);
        let found = layout(&bytes, None, None, None);
        let shown = preview(&bytes, found);
        let columns = [TableColumn::Phone, TableColumn::Email, TableColumn::Name, TableColumn::Note, TableColumn::Responsible];
        for charset in [TableCharset::Utf8, TableCharset::Utf16Le, TableCharset::Utf16Be, TableCharset::Windows1251, TableCharset::Koi8R] {
            for separator in TableSeparator::ALL {
                for cells in Records::new(bytes.clone(), charset, separator) {
                    let _ = row(&cells, (&columns, &shown.titles, 5), &Here::default());
                }
            }
        }
    }

    #[test]
    fn u_37_whatever_the_words_phones_do_not_panic(cell in "[0-9+() ,.;eEЕ/x#а-яa-z'\u{a0}-]{0,40}") {
        let _ = phones(&cell);
    }

    #[test]
    fn u_37_what_is_written_is_read_again(
        name in "[^\\p{C}]{1,30}", company in "\\PC{0,30}", note in "(\\PC|\n|\t){0,60}",
        charset in prop_oneof![Just(TableCharset::Utf8), Just(TableCharset::Utf16Le)], comma in any::<bool>(),
    ) {
        let (name, company) = (text::clean_name(&name), text::clean_name(&company));
        prop_assume!(!name.is_empty() && !note.contains('\u{fffd}') && !name.contains('\u{fffd}') && !company.contains('\u{fffd}'));
        let separator = if comma { TableSeparator::Comma } else { TableSeparator::Semicolon };
        let fields = Fields {
            name, company,
            note: if note.trim().is_empty() { String::new() } else { note },
            email: "a@b.ru".to_owned(),
            phones: vec![phone("+79123456789"), phone("+74951234567")],
            ..Fields::default()
        };
        let words = super::leaving::cells(&fields, "", "");
        let head: Vec<String> = ["Имя", "Компания", "Телефоны", "E-mail", "Заметка", "Ответственный", "Метки"].map(String::from).into();
        let bytes = super::leaving::written(&[head.clone(), words], separator.byte()).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let bytes = match charset {
            TableCharset::Utf8 => format!("\u{feff}{text}").into_bytes(),
            _ => utf16(&text, false, true),
        };
        let bytes = Bytes::from(bytes);
        let found = layout(&bytes, None, None, None);
        prop_assert_eq!(found, Layout { charset, separator, header: true });
        let shown = preview(&bytes, found);
        let cells = Records::new(bytes, charset, separator).nth(1).unwrap();
        let again = row(&cells, (&shown.columns, &head, 7), &Here::default());
        prop_assert_eq!(again, RowSays::Contact(Box::new(fields)));
    }
}
