//! The program: settings from the environment, the line, the desk, the door.

use beseda_whatsapp_device::{
    desk::{Desk, Rules, machine_clock},
    door::Door,
    line::Standing,
    live::Live,
    pace::Limits,
    store::{Failed, Store},
};
use qrcode::{QrCode, render::unicode};
use std::{env, path::PathBuf, sync::Arc};

const HELP: &str = "\
beseda-whatsapp-device: WhatsApp as a linked device, for Beseda.

WhatsApp does not allow programs like this one and may block the number. Not verified against the live service.

Settings are taken from the environment:
  DEVICE_SECRET         required: 16 characters or more, the same as in the channel's form
  DEVICE_ADDRESS        where Beseda finds this program, as in the form (http://127.0.0.1:8790)
  DEVICE_LISTEN         where to listen (127.0.0.1:8790)
  DEVICE_DATA           a folder of its own for keys and messages on their way (./data-whatsapp)
  DEVICE_GROUPS         yes or no: whether groups are talks with clients (yes)
  DEVICE_FIRST_A_DAY    how many new people may be written to within 24 hours (20)
  DEVICE_FIRST_APART    least seconds between two of them (60)
  RUST_LOG              what to log (warn,beseda_whatsapp_device=info)
";

fn main() -> Result<(), Failed> {
    if env::args().count() > 1 {
        print(HELP);
        return Ok(());
    }
    let filter = env_logger::Env::default().default_filter_or("warn,beseda_whatsapp_device=info");
    env_logger::Builder::from_env(filter).init();
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(serve())
}

#[expect(clippy::print_stdout, reason = "who starts it by hand reads it there")]
fn print(words: &str) {
    println!("{words}");
}

fn setting(name: &str, usual: &str) -> String {
    env::var(name)
        .ok()
        .filter(|value| !value.is_empty())
        .unwrap_or_else(|| usual.to_owned())
}

fn number<T: std::str::FromStr>(name: &str, usual: &str) -> Result<T, Failed> {
    let value = setting(name, usual);
    value
        .parse()
        .map_err(|_| format!("{name} is not a number: {value}").into())
}

async fn serve() -> Result<(), Failed> {
    let secret = setting("DEVICE_SECRET", "");
    if secret.chars().count() < 16 {
        return Err("DEVICE_SECRET has to be 16 characters or more".into());
    }
    let address = setting("DEVICE_ADDRESS", "http://127.0.0.1:8790");
    let address = address.trim_end_matches('/').to_owned();
    let under = path_of(&address).ok_or("DEVICE_ADDRESS has to begin with http:// or https://")?;
    let data = PathBuf::from(setting("DEVICE_DATA", "data-whatsapp"));
    let groups = match setting("DEVICE_GROUPS", "yes").as_str() {
        "yes" => true,
        "no" => false,
        other => return Err(format!("DEVICE_GROUPS is yes or no, not {other}").into()),
    };
    let limits = Limits {
        apart_ms: number::<i64>("DEVICE_FIRST_APART", "60")?.saturating_mul(1000),
        a_day: number("DEVICE_FIRST_A_DAY", "20")?,
    };
    own_folder(&data)?;
    let rooms = data.join("passing");
    // What a killed program left there belongs to nobody.
    if rooms.exists() {
        std::fs::remove_dir_all(&rooms)?;
    }
    let clock = machine_clock();
    let store = Store::open(&data.join("desk.redb"))?;
    let live = Live::new(data);
    let rules = Rules {
        address,
        limits,
        groups,
    };
    let line: Arc<Live> = Arc::clone(&live);
    let desk = Arc::new(Desk::open(store, line, rules, Arc::clone(&clock))?);
    let door = Door::new(Arc::clone(&desk), &secret, rooms, clock);
    let listener =
        tokio::net::TcpListener::bind(setting("DEVICE_LISTEN", "127.0.0.1:8790")).await?;
    log::info!("listening at {}", listener.local_addr()?);
    tokio::spawn(show_codes(Arc::clone(&live)));
    tokio::spawn(live.run(desk));
    axum::serve(listener, door.routes(&under))
        .with_graceful_shutdown(asked_to_stop())
        .await?;
    Ok(())
}

/// The folder holds the keys of the account: nobody else may look into it.
fn own_folder(folder: &std::path::Path) -> Result<(), Failed> {
    std::fs::create_dir_all(folder)?;
    #[cfg(unix)]
    std::fs::set_permissions(folder, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
    Ok(())
}

/// The path of an address, without a slash at its end.
fn path_of(address: &str) -> Option<String> {
    let rest = address
        .strip_prefix("http://")
        .or_else(|| address.strip_prefix("https://"))?;
    let path = rest.find('/').map_or("", |at| rest.get(at..).unwrap_or(""));
    Some(path.to_owned())
}

/// Codes for who started the program by hand.
async fn show_codes(live: Arc<Live>) {
    let mut standings = live.standings();
    while standings.changed().await.is_ok() {
        let standing = standings.borrow_and_update().clone();
        match standing {
            Standing::Scan { code, .. } => {
                if let Ok(code) = QrCode::new(code.as_bytes()) {
                    print("Scan in WhatsApp: Linked devices, Link a device");
                    print(&code.render::<unicode::Dense1x2>().build());
                }
            }
            Standing::Type { code, .. } => print(&format!("Type on the phone: {code}")),
            Standing::Linked { phone } => log::info!("linked: {phone}"),
            Standing::Refused(words) => log::error!("{words}"),
            Standing::Idle | Standing::Starting => {}
        }
    }
}

async fn asked_to_stop() {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        let Ok(mut ended) =
            tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
        else {
            return;
        };
        tokio::select! {
            _ = interrupted => {}
            _ = ended.recv() => {}
        }
    }
    #[cfg(not(unix))]
    interrupted.await.ok();
}
