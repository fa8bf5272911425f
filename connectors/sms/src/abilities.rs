//! What SMS can do: text, and nothing beside it.

use channel::{AddressKind, Capabilities, FirstContact, ReceiptAbility, TextAbility, TextUnit};

/// Longest text of one message, in SMS, unless set otherwise.
pub(crate) const MAX_PARTS: usize = 10;

/// `price`: what one SMS costs, in the administrator's words; empty: not told.
pub(crate) fn capabilities(max_parts: usize, receipts: bool, price: &str) -> Capabilities {
    Capabilities {
        text: TextAbility {
            max: max_parts,
            unit: TextUnit::Segments,
        },
        receipts: ReceiptAbility {
            delivered: receipts,
            read: false,
        },
        first_contact: FirstContact::Free,
        addresses: vec![AddressKind::Phone],
        costs_money: true,
        unit_price: price.to_owned(),
        ..Capabilities::default()
    }
}
