//! The split rule: examples by story, and promises kept for any message and any channel.

use channel::{
    AlbumAbility, Capabilities, CaptionAbility, FileAbility, FileKind, OutFile, OutMessage,
    PlanProblem, PlannedPart, TextAbility, TextUnit, measure, plan,
};
use proptest::prelude::*;
use text::EntityKind;
use unicode_segmentation::UnicodeSegmentation;

use FileKind::{Audio, File, Image, Video, Voice};
const MB: u64 = 1024 * 1024;

fn files(max_bytes: u64) -> std::collections::BTreeMap<FileKind, FileAbility> {
    FileKind::ALL
        .into_iter()
        .map(|kind| {
            (
                kind,
                FileAbility {
                    max_bytes,
                    mimes: vec![],
                },
            )
        })
        .collect()
}

/// As Telegram's bots.
fn albums() -> Capabilities {
    Capabilities {
        text: TextAbility {
            max: 4096,
            unit: TextUnit::Utf16,
        },
        caption: CaptionAbility {
            max: 1024,
            kinds: FileKind::ALL.to_vec(),
        },
        album: AlbumAbility {
            max: 10,
            classes: vec![vec![Image, Video], vec![File], vec![Audio]],
            ..AlbumAbility::default()
        },
        files: files(50 * MB),
        voice: true,
        ..Capabilities::default()
    }
}

/// As `WhatsApp`: one file per message, sound has no caption.
fn singles() -> Capabilities {
    Capabilities {
        text: TextAbility {
            max: 4096,
            unit: TextUnit::Chars,
        },
        caption: CaptionAbility {
            max: 1024,
            kinds: vec![Image, Video, File],
        },
        album: AlbumAbility::default(),
        ..albums()
    }
}

fn message(text: &str, kinds: &[FileKind]) -> OutMessage {
    let file = |&kind| OutFile {
        kind,
        size: 1000,
        mime: "x/y".to_owned(),
        name: "f".to_owned(),
    };
    OutMessage {
        text: text.to_owned(),
        entities: vec![],
        files: kinds.iter().map(file).collect(),
    }
}

/// Each part as (text, files).
fn outline(message: &OutMessage, capabilities: &Capabilities) -> Vec<(String, Vec<usize>)> {
    let parts = plan(message, capabilities).unwrap_or_default();
    parts
        .into_iter()
        .map(|part| (part.text, part.files))
        .collect()
}

fn part(text: &str, files: &[usize]) -> (String, Vec<usize>) {
    (text.to_owned(), files.to_vec())
}

#[test]
fn s3_06_text_and_one_file_are_one_message() {
    for kind in FileKind::ALL {
        assert_eq!(
            outline(&message("счёт", &[kind]), &albums()),
            [part("счёт", &[0])]
        );
    }
}

#[test]
fn s3_06_a_caption_that_does_not_fit_goes_whole_before_the_file() {
    let text = "а".repeat(1025);
    assert_eq!(
        outline(&message(&text, &[Image]), &albums()),
        [part(&text, &[]), part("", &[0])]
    );
    let fits = "а".repeat(1024);
    assert_eq!(
        outline(&message(&fits, &[Image]), &albums()),
        [part(&fits, &[0])]
    );
    let emoji = "😀".repeat(513);
    assert_eq!(outline(&message(&emoji, &[Image]), &albums()).len(), 2);
    assert_eq!(outline(&message(&emoji, &[Image]), &singles()).len(), 1);
}

#[test]
fn s3_06_where_sound_has_no_caption_the_text_goes_first() {
    let message = message("слушайте", &[Voice]);
    assert_eq!(
        outline(&message, &singles()),
        [part("слушайте", &[]), part("", &[0])]
    );
}

#[test]
fn s3_07_three_pictures_become_three_messages_in_order() {
    let message = message("вот", &[Image, Image, Image]);
    let want = [part("вот", &[0]), part("", &[1]), part("", &[2])];
    assert_eq!(outline(&message, &singles()), want);
}

#[test]
fn s3_07_three_pictures_are_one_album_where_there_are_albums() {
    let message = message("вот", &[Image, Video, Image]);
    assert_eq!(outline(&message, &albums()), [part("вот", &[0, 1, 2])]);
}

#[test]
fn p_21_files_too_large_together_go_in_several_letters() {
    let mut capabilities = albums();
    capabilities.album.max_bytes = Some(2500);
    let got = outline(&message("счета", &[File; 5]), &capabilities);
    let want = [part("счета", &[0, 1]), part("", &[2, 3]), part("", &[4])];
    assert_eq!(got, want);
    // One that is larger than all may be goes alone: whether it may go at all is said elsewhere.
    capabilities.album.max_bytes = Some(500);
    assert_eq!(outline(&message("", &[File; 2]), &capabilities).len(), 2);
}

#[test]
fn s3_07_eleven_pictures_are_two_albums() {
    let got = outline(&message("", &[Image; 11]), &albums());
    assert_eq!(
        got,
        [part("", &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]), part("", &[10])]
    );
}

#[test]
fn s3_07_kinds_that_cannot_stand_together_are_split_and_voices_stand_alone() {
    let kinds = [Image, File, File, Audio, Voice, Voice, Image, Video];
    let got: Vec<Vec<usize>> = outline(&message("", &kinds), &albums())
        .into_iter()
        .map(|(_, files)| files)
        .collect();
    assert_eq!(
        got,
        [vec![0], vec![1, 2], vec![3], vec![4], vec![5], vec![6, 7]]
    );
}

#[test]
fn s3_07_a_picture_too_large_for_a_picture_goes_as_a_file() {
    let mut capabilities = albums();
    capabilities.files.insert(
        Image,
        FileAbility {
            max_bytes: 500,
            mimes: vec![],
        },
    );
    let parts = plan(&message("", &[Image]), &capabilities).unwrap();
    assert_eq!(parts[0].kinds, [File]);
    capabilities.files.insert(
        Image,
        FileAbility {
            max_bytes: MB,
            mimes: vec!["image/*".to_owned()],
        },
    );
    assert_eq!(
        plan(&message("", &[Image]), &capabilities).unwrap()[0].kinds,
        [File]
    );
}

#[test]
fn what_cannot_go_is_told_file_by_file() {
    let mut capabilities = singles();
    capabilities.files.remove(&File);
    capabilities.files.remove(&Audio);
    capabilities.files.insert(
        Image,
        FileAbility {
            max_bytes: 10,
            mimes: vec![],
        },
    );
    capabilities.voice = false;
    let mut asked = message("", &[Image, Voice, Video]);
    asked.files[2].size = 0;
    assert_eq!(
        plan(&asked, &capabilities).unwrap_err(),
        [
            PlanProblem::FileTooLarge {
                file: 0,
                max_bytes: 10
            },
            PlanProblem::FileRefused { file: 1 },
            PlanProblem::FileEmpty { file: 2 },
        ]
    );
    assert_eq!(
        plan(&message(" \n", &[]), &albums()).unwrap_err(),
        [PlanProblem::Empty]
    );
    assert_eq!(
        plan(&message("a", &[]), &Capabilities::default()).unwrap_err(),
        [PlanProblem::TextRefused]
    );
}

fn small(max: usize) -> Capabilities {
    Capabilities {
        text: TextAbility {
            max,
            unit: TextUnit::Utf16,
        },
        ..albums()
    }
}

fn texts(text: &str, max: usize) -> Vec<String> {
    outline(&message(text, &[]), &small(max))
        .into_iter()
        .map(|(text, _)| text)
        .collect()
}

#[test]
fn s3_06_long_texts_are_cut_where_a_reader_would() {
    assert_eq!(
        texts("Раз два. Три четыре пять", 14),
        ["Раз два.", "Три четыре", "пять"]
    );
    assert_eq!(
        texts("Раз два три\n\nЧетыре пять. Шесть", 20),
        ["Раз два три", "Четыре пять. Шесть"]
    );
    assert_eq!(
        texts("Раз два.\nТри. Четыре", 16),
        ["Раз два.", "Три. Четыре"]
    );
    assert_eq!(texts("ааааааааааааааа", 10), ["аааааааааа", "ааааа"]);
}

#[test]
fn s3_06_links_and_visible_characters_are_not_cut() {
    assert_eq!(
        texts("тут,https://a.ru/bcdef/ghi", 23),
        ["тут,", "https://a.ru/bcdef/ghi"]
    );
    assert_eq!(texts("👨‍👩‍👧👨‍👩‍👧", 9), ["👨‍👩‍👧", "👨‍👩‍👧"]);
    let message = OutMessage::from_source("вот [наш новый сайт](https://a.ru)", vec![]);
    let parts = plan(&message, &small(16)).unwrap();
    assert_eq!(
        parts.iter().map(|p| p.text.as_str()).collect::<Vec<_>>(),
        ["вот", "наш новый сайт"]
    );
    assert_eq!(
        (parts[1].entities[0].offset, parts[1].entities[0].len),
        (0, 14)
    );
}

#[test]
fn s3_06_formatting_across_a_cut_stands_in_both_parts() {
    let message = OutMessage::from_source("раз **два три** четыре", vec![]);
    let parts = plan(&message, &small(8)).unwrap();
    let bold = |part: &PlannedPart| {
        part.entities
            .iter()
            .filter(|e| e.kind == EntityKind::Bold)
            .map(|e| (e.offset, e.len))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        parts.iter().map(|p| p.text.as_str()).collect::<Vec<_>>(),
        ["раз два", "три", "четыре"]
    );
    assert_eq!(
        (bold(&parts[0]), bold(&parts[1]), bold(&parts[2])),
        (vec![(4, 3)], vec![(0, 3)], vec![])
    );
}

#[test]
fn s1_79_mentions_are_not_sent_to_clients() {
    let source = "@[Анна](00000000-0000-7000-8000-000000000001), добрый день";
    assert_eq!(OutMessage::from_source(source, vec![]).text, "добрый день");
}

fn any_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[а-яa-z]{1,9}",
        Just(" ".to_owned()),
        Just(". ".to_owned()),
        Just("\n".to_owned()),
        Just("\n\n".to_owned()),
        Just("https://shop.example/a/b?c=d".to_owned()),
        Just("👨‍👩‍👧".to_owned()),
        Just("e\u{301}".to_owned()),
        Just("\r\n".to_owned()),
        Just("🇷🇺".to_owned()),
        "\\PC{0,4}",
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

fn any_channel() -> impl Strategy<Value = Capabilities> {
    let unit = prop_oneof![Just(TextUnit::Utf16), Just(TextUnit::Chars)];
    let together = prop::option::of(500_u64..5000);
    let album = (0_usize..5, together);
    (40_usize..80, unit, 0_usize..40, album, any::<bool>()).prop_map(
        |(max, unit, caption, (album, max_bytes), voice)| Capabilities {
            text: TextAbility { max, unit },
            caption: CaptionAbility {
                max: caption,
                kinds: vec![Image, File],
            },
            album: AlbumAbility {
                max: album,
                classes: vec![vec![Image, Video], vec![File]],
                max_bytes,
            },
            files: files(1000),
            voice,
            ..Capabilities::default()
        },
    )
}

/// Walks the original: the parts in order, nothing but white space between them.
fn is_whole(original: &str, parts: &[PlannedPart]) -> bool {
    let mut rest = original;
    for part in parts.iter().filter(|part| !part.text.is_empty()) {
        match rest.find(part.text.as_str()) {
            Some(at) if rest[..at].trim().is_empty() => rest = &rest[at + part.text.len()..],
            _ => return false,
        }
    }
    rest.trim().is_empty()
}

proptest! {
    #[test]
    fn s3_06_and_s3_07_hold_for_any_message(
        text in any_text(),
        kinds in prop::collection::vec(prop::sample::select(FileKind::ALL.to_vec()), 0..12),
        capabilities in any_channel(),
    ) {
        let message = message(&text, &kinds);
        let Ok(parts) = plan(&message, &capabilities) else {
            prop_assert!(text.trim().is_empty() && kinds.is_empty());
            return Ok(());
        };
        prop_assert!(is_whole(&text, &parts), "{parts:?}");
        let order: Vec<usize> = parts.iter().flat_map(|part| part.files.clone()).collect();
        prop_assert_eq!(order, (0..kinds.len()).collect::<Vec<_>>());
        for part in &parts {
            let length = measure(&part.text, capabilities.text.unit);
            let alone = part.files.is_empty();
            let max = if alone { capabilities.text.max } else { capabilities.caption.max };
            prop_assert!(length <= max);
            prop_assert!(part.files.len() <= capabilities.album.max.max(1));
            prop_assert_eq!(part.files.len(), part.kinds.len());
            let bytes: u64 = part.files.iter().map(|&one| message.files[one].size).sum();
            prop_assert!(part.files.len() < 2 || capabilities.album.max_bytes.is_none_or(|most| bytes <= most));
            prop_assert!(!(part.text.is_empty() && part.files.is_empty()));
        }
    }

    #[test]
    fn s3_06_no_visible_character_is_cut(text in any_text(), max in 30_usize..60) {
        let edges: Vec<usize> = text.grapheme_indices(true).map(|(at, _)| at).chain([text.len()]).collect();
        let mut at = 0;
        for (piece, _) in outline(&message(&text, &[]), &small(max)) {
            at += text[at..].find(&piece).unwrap();
            prop_assert!(edges.contains(&at) && edges.contains(&(at + piece.len())), "{piece:?}");
            at += piece.len();
        }
    }

    #[test]
    fn s3_06_links_that_fit_are_not_cut(text in any_text(), max in 30_usize..60) {
        let link = "https://shop.example/a/b?c=d";
        let text = format!("{text} {link} {text}");
        let pieces = texts(&text, max);
        prop_assert!(pieces.iter().any(|piece| piece.contains(link)), "{pieces:?}");
    }
}
