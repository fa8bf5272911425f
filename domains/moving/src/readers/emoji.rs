//! The commonest names of emoji, as Slack and Mattermost write them. A name that is not here stays a word between colons.

const NAMES: &[(&str, &str)] = &[
    ("+1", "👍"),
    ("thumbsup", "👍"),
    ("-1", "👎"),
    ("thumbsdown", "👎"),
    ("heart", "❤️"),
    ("smile", "😄"),
    ("smiley", "😃"),
    ("grinning", "😀"),
    ("joy", "😂"),
    ("rofl", "🤣"),
    ("rolling_on_the_floor_laughing", "🤣"),
    ("laughing", "😆"),
    ("sweat_smile", "😅"),
    ("wink", "😉"),
    ("blush", "😊"),
    ("slightly_smiling_face", "🙂"),
    ("heart_eyes", "😍"),
    ("kissing_heart", "😘"),
    ("thinking_face", "🤔"),
    ("thinking", "🤔"),
    ("neutral_face", "😐"),
    ("confused", "😕"),
    ("cry", "😢"),
    ("sob", "😭"),
    ("scream", "😱"),
    ("angry", "😠"),
    ("rage", "😡"),
    ("open_mouth", "😮"),
    ("astonished", "😲"),
    ("sunglasses", "😎"),
    ("upside_down_face", "🙃"),
    ("tada", "🎉"),
    ("clap", "👏"),
    ("pray", "🙏"),
    ("raised_hands", "🙌"),
    ("ok_hand", "👌"),
    ("muscle", "💪"),
    ("wave", "👋"),
    ("point_up", "☝️"),
    ("point_right", "👉"),
    ("eyes", "👀"),
    ("fire", "🔥"),
    ("100", "💯"),
    ("rocket", "🚀"),
    ("star", "⭐"),
    ("sparkles", "✨"),
    ("zap", "⚡"),
    ("bulb", "💡"),
    ("white_check_mark", "✅"),
    ("heavy_check_mark", "✔️"),
    ("ballot_box_with_check", "☑️"),
    ("x", "❌"),
    ("warning", "⚠️"),
    ("question", "❓"),
    ("exclamation", "❗"),
    ("heavy_plus_sign", "➕"),
    ("coffee", "☕"),
    ("beers", "🍻"),
    ("cake", "🍰"),
    ("birthday", "🎂"),
    ("gift", "🎁"),
    ("trophy", "🏆"),
    ("moneybag", "💰"),
    ("phone", "☎️"),
    ("email", "📧"),
    ("memo", "📝"),
    ("pushpin", "📌"),
    ("calendar", "📅"),
    ("chart_with_upwards_trend", "📈"),
    ("bug", "🐛"),
    ("lock", "🔒"),
    ("key", "🔑"),
    ("hourglass", "⌛"),
    ("alarm_clock", "⏰"),
    ("sunny", "☀️"),
    ("snowflake", "❄️"),
    ("broken_heart", "💔"),
    ("green_heart", "💚"),
    ("blue_heart", "💙"),
    ("yellow_heart", "💛"),
    ("purple_heart", "💜"),
    ("handshake", "🤝"),
    ("shrug", "🤷"),
    ("facepalm", "🤦"),
    ("see_no_evil", "🙈"),
    ("partying_face", "🥳"),
    ("grin", "😁"),
    ("relieved", "😌"),
    ("sleeping", "😴"),
    ("speech_balloon", "💬"),
];

/// The emoji of a name; skin colours are let go.
pub(super) fn of(name: &str) -> Option<&'static str> {
    let name = name.split("::").next().unwrap_or(name);
    let found = NAMES.iter().find(|(known, _)| *known == name);
    found.map(|(_, emoji)| *emoji)
}

/// A text with known `:names:` as emoji.
pub(super) fn spelled(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(':') {
        let (before, after) = rest.split_at(start);
        out.push_str(before);
        let named = after[1..].split_once(':');
        let found = named.and_then(|(name, left)| Some((of(name)?, left)));
        if let Some((emoji, left)) = found {
            out.push_str(emoji);
            rest = left;
        } else {
            out.push(':');
            rest = &after[1..];
        }
    }
    out.push_str(rest);
    out
}
