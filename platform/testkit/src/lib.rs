//! What tests stand on: strict doubles of the outside world, and a line to it that can be torn.

pub mod form;
pub mod fuzz;
mod kept;
pub mod mail_double;
pub mod max_double;
pub mod mtproto_double;
pub mod own_double;
pub mod proxy_double;
pub mod sms_double;
pub mod smsc_double;
pub mod smtp_double;
pub mod telegram_double;
pub mod torn_line;
pub mod viber_double;
pub mod vk_double;
pub mod whatsapp_double;
