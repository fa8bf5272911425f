//! What the mailbox itself remembers, for the nightly comparison (M-01): headers first, and whole letters only where the
//! house lacks them.
//!
//! A letter of ours that lies in the folder of sent letters did go. That one is not there proves nothing: not every
//! provider keeps what went, and people tidy up.

use crate::{
    account::Given,
    address,
    imap::{INBOX, Line},
    letter::{self, Place, Sight},
};
use channel::{History, Ours, Remembered, SendError, not_asked};
use kernel::Moment;

/// Letters of one folder looked at, the newest of them.
const MOST: usize = 2_000;
/// How many bytes of lost letters one comparison brings; the rest comes with the next.
const MOST_BYTES: u64 = 64 * 1024 * 1024;

/// Everything that lies in the mailbox since a moment.
pub(crate) async fn since(
    given: &Given,
    since: Moment,
    ours: &dyn Ours,
) -> Result<History, SendError> {
    let mut history = History {
        messages: Vec::new(),
        cut: true,
    };
    let mut line = given.imap().open().await?;
    let mut room = MOST_BYTES;
    let inbox = line.headers(INBOX, false, since, MOST).await?;
    take(&mut line, given, ours, inbox, &mut room, &mut history).await?;
    if let Some(folder) = line.sent.clone() {
        match line.headers(&folder, true, since, MOST).await {
            Ok(sent) => take(&mut line, given, ours, sent, &mut room, &mut history).await?,
            // A wrong name of a folder must not stop what came in.
            Err(error) => {
                tracing::warn!(%error, folder, "the folder of sent letters cannot be read");
                return Ok(history);
            }
        }
    }
    line.end().await;
    Ok(history)
}

/// Letters of the folder that was just looked at, in the words of the comparison.
async fn take(
    line: &mut Line,
    given: &Given,
    ours: &dyn Ours,
    letters: Vec<(Place, Vec<u8>)>,
    room: &mut u64,
    history: &mut History,
) -> Result<(), SendError> {
    let own = given.address.as_str();
    let seen = letters.into_iter().map(|(place, header)| {
        let sight = letter::sight(&place, &header, own);
        (place, sight)
    });
    let seen: Vec<(Place, Sight)> = seen.collect();
    let named = seen.iter().filter_map(|(_, sight)| match sight {
        Sight::Theirs(ext_id, _) => Some(ext_id.clone()),
        _ => None,
    });
    let named: Vec<String> = named.collect();
    let lacking = ours.lacking(&named).await.map_err(|e| not_asked(&e))?;
    for (place, sight) in seen {
        let at = Moment::from_seconds(place.at.max(0));
        let mut one = Remembered {
            ext_id: String::new(),
            peer: String::new(),
            at,
            ours: None,
            key: None,
            event: None,
            reacted: None,
        };
        match sight {
            Sight::Nothing => continue,
            Sight::Ours(id, to) => {
                one.key = address::key_of(&id).map(str::to_owned);
                // The words of a letter are more than the part's: the key tells which it is.
                one.ours = Some(String::new());
                (one.ext_id, one.peer) = (id, to);
            }
            Sight::Theirs(ext_id, peer) => {
                let lost = lacking.contains(&ext_id);
                (one.ext_id, one.peer) = (ext_id, peer);
                if lost {
                    one.event = fetched(line, given, &place, room).await?;
                    if one.event.is_none() {
                        continue;
                    }
                }
            }
            Sight::Unclear => {
                // No id of its own, or a report: rare enough to be read whole.
                let Some(event) = fetched(line, given, &place, room).await? else {
                    continue;
                };
                one.ext_id.clone_from(&event.dedup_key);
                one.peer.clone_from(&event.lane);
                one.event = Some(event);
            }
        }
        history.messages.push(one);
    }
    Ok(())
}

/// The event of a letter that is to be read whole; none for what is not to be shown, and for what does not fit any more.
async fn fetched(
    line: &mut Line,
    given: &Given,
    place: &Place,
    room: &mut u64,
) -> Result<Option<channel::RawEvent>, SendError> {
    if *room == 0 || (place.sent && !given.watch_sent) {
        return Ok(None);
    }
    let Some((place, raw)) = line.whole(place, given.largest()).await? else {
        return Ok(None);
    };
    *room = room.saturating_sub(raw.len() as u64);
    Ok(letter::event(&place, &raw, &given.address))
}
