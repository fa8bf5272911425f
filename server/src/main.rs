//! The binary `beseda`: serve, migrate, doctor, backup, restore, user, openapi, demo.

use anyhow::{Context, bail, ensure};
use beseda::{assemble, config::Config, demo, serve, tls};
use clap::{Parser, Subcommand};
use db::Tx;
use kernel::{Clock, Ids};
use std::os::unix::fs::DirBuilderExt;
use std::{io::IsTerminal, path::PathBuf, sync::Arc};
use tracing_subscriber::EnvFilter;

/// Passwords are hashed in blocks of megabytes on threads of their own; the C library's allocator keeps those for ever, a
/// heap for each thread (B7: 400 MiB after fifty people joined).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// One place for a company to talk.
#[derive(Parser)]
#[command(version, about)]
struct Arguments {
    /// The configuration file (packaging/config.example.toml explains every key).
    #[arg(long, global = true)]
    config: Option<PathBuf>,
    /// The folder for database, files and keys.
    #[arg(long, global = true)]
    data: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Listens and serves.
    Serve {
        /// HOST:PORT; port 0 takes a free one.
        #[arg(long)]
        listen: Option<String>,
    },
    /// Brings the database to this version and ends.
    Migrate,
    /// Looks at the installation and says what is wrong.
    Doctor,
    /// Writes a consistent copy of the database and the files into a new folder.
    Backup {
        /// A folder that does not exist yet.
        folder: PathBuf,
    },
    /// Puts a backup into an empty data folder.
    Restore {
        /// What `backup` wrote.
        folder: PathBuf,
    },
    /// Makes a link by which a person sets a new password, when nobody can sign in any more.
    User {
        /// The person's login.
        login: String,
    },
    /// Prints the API's description.
    Openapi,
    /// Serves a believable small company; makes it at the first start.
    Demo {
        /// HOST:PORT.
        #[arg(long)]
        listen: Option<String>,
    },
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let mut config = Config::read(arguments.config)?;
    if let Some(data) = arguments.data {
        config.data = data;
    }
    start_log(&config)?;
    // The allocator would have its memory in pages of two megabytes, most of each empty: half of what an idle server holds.
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::thread::disable_transparent_huge_pages(true) {
        tracing::debug!(%error, "large pages stay in use");
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(run(config, arguments.command))
}

fn start_log(config: &Config) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(&config.log.level).context("log.level is not a filter")?;
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    match config.log.format.as_str() {
        "json" => log.json().init(),
        "text" => log.init(),
        other => bail!("log.format \"{other}\" is not known: text or json"),
    }
    Ok(())
}

#[expect(
    clippy::print_stdout,
    reason = "a command line program answers on its standard output"
)]
async fn run(mut config: Config, command: Command) -> anyhow::Result<()> {
    match command {
        Command::Serve { listen } => {
            config.listen = listen.unwrap_or(config.listen);
            serve::serve(config, |address, setup| {
                say_where(&address, setup.as_deref());
            })
            .await
        }
        Command::Demo { listen } => {
            config.listen = listen.unwrap_or(config.listen);
            make_demo(&config).await?;
            serve::serve(config, |address, setup| {
                say_where(&address, setup.as_deref());
                println!(
                    "Sign in as: {} / {}   (others: {})",
                    demo::LOGINS[0],
                    demo::PASSWORD,
                    demo::LOGINS[1..].join(", ")
                );
            })
            .await
        }
        Command::Migrate => {
            let (db, applied) = open(&config).await?;
            println!("{} migrations applied", applied.len());
            db.close().await;
            Ok(())
        }
        Command::Doctor => doctor(&config).await,
        Command::Backup { folder } => backup(&config, folder).await,
        Command::Restore { folder } => restore(&config, &folder),
        Command::User { login } => user(&config, login).await,
        Command::Openapi => {
            let folder =
                std::env::temp_dir().join(format!("beseda-openapi-{}", std::process::id()));
            let config = Config {
                data: folder.clone(),
                database: beseda::config::Database::default(),
                ..config
            };
            let beseda = assemble::assemble(&config, Clock::Machine, Ids::Time).await?;
            println!("{}", beseda.api.to_pretty_json()?);
            beseda.stop().await;
            Ok(std::fs::remove_dir_all(folder)?)
        }
    }
}

#[expect(clippy::print_stdout, reason = "told to the person who started us")]
fn say_where(address: &str, setup: Option<&str>) {
    println!("Beseda listens on {address}");
    if let Some(link) = setup {
        println!("First run: open {link}");
    }
}

async fn open(config: &Config) -> anyhow::Result<(db::Db, Vec<String>)> {
    let clock = Clock::Machine;
    let hub = web::Hub::new(accounts::EVERYONE, clock.clone());
    assemble::open_database(config, &hub, &Arc::default(), &clock).await
}

#[expect(clippy::print_stdout, reason = "a report for a person")]
async fn make_demo(config: &Config) -> anyhow::Result<()> {
    let mut beseda = assemble::assemble(config, Clock::Machine, Ids::Time).await?;
    if beseda
        .house
        .read(async |tx: &mut Tx<'_>| accounts::is_ready(tx).await)
        .await?
    {
        beseda.stop().await;
        return Ok(());
    }
    println!("Making the demo company: a minute …");
    beseda.start();
    demo::company(&beseda.house).await?;
    demo::fill(beseda.house.clone()).await?;
    beseda.stop().await;
    Ok(())
}

#[expect(clippy::print_stdout, reason = "a report for a person")]
async fn doctor(config: &Config) -> anyhow::Result<()> {
    let (db, applied) = open(config).await?;
    println!("data folder   {}", config.data.display());
    println!(
        "database      {}, {} migrations applied now",
        db.engine_name(),
        applied.len()
    );
    let flush = db.flush_time().await?;
    let verdict = if flush.as_millis() > 10 {
        "slow: messages wait for the disk"
    } else {
        "good"
    };
    println!(
        "durable write {:.2} ms ({verdict})",
        flush.as_secs_f64() * 1000.0
    );
    let key = config.data.join("secret.key");
    println!(
        "secret key    {}",
        if key.is_file() {
            "present"
        } else {
            "will be made at the first start"
        }
    );
    let dead = db
        .read(async |tx: &mut Tx<'_>| jobs::dead(tx).await)
        .await?;
    println!("failed work   {}", dead.len());
    let address = if config.base_url.is_empty() {
        "not set: messengers are polled, links follow the browser"
    } else {
        &config.base_url
    };
    println!("address       {address}");
    if let Some(standing) = tls::standing(config, Clock::Machine.now()) {
        let verdict = if standing.good {
            "good, renewed by itself"
        } else {
            "needs a look"
        };
        println!("certificate   {} ({verdict})", standing.words);
    }
    let mut wrong = db.damage().await?;
    let gaps = db
        .read(async |tx: &mut Tx<'_>| messages::broken_threads(tx).await)
        .await?;
    if gaps > 0 {
        wrong.push(format!("{gaps} chats have gaps in their numbers"));
    }
    let blobs = blob::Blobs::beside(config.data.join("files"));
    for file in files::without_bytes(&db, &blobs).await? {
        wrong.push(format!("the bytes of the file {file} are missing"));
    }
    db.close().await;
    if wrong.is_empty() {
        println!("integrity     good");
        return Ok(());
    }
    println!("integrity     BROKEN\n{}", wrong.join("\n"));
    bail!(
        "the data are damaged: put back a backup (docs/run/backup.md), and keep what is there for an inquiry"
    )
}

#[expect(clippy::print_stdout, reason = "a report for a person")]
async fn backup(config: &Config, folder: PathBuf) -> anyhow::Result<()> {
    ensure!(
        !folder.exists(),
        "{} exists already; a backup goes into a new folder",
        folder.display()
    );
    let (db, _) = open(config).await?;
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&folder)?;
    // The database first: a file it names is already in the folder of files, and none is ever changed.
    db.copy_to(folder.join("beseda.sqlite"))
        .await
        .map_err(|e| match e.code() {
            Some("db.use_pg_dump") => anyhow::anyhow!(
                "this installation keeps its data in PostgreSQL: copy them with pg_dump"
            ),
            _ => e.into(),
        })?;
    db.close().await;
    copy_folder(&config.data.join("files"), &folder.join("files"))?;
    std::fs::copy(config.data.join("secret.key"), folder.join("secret.key"))?;
    println!(
        "Written to {}. It holds the secret key: keep it where only you can read it.",
        folder.display()
    );
    Ok(())
}

fn restore(config: &Config, folder: &std::path::Path) -> anyhow::Result<()> {
    ensure!(
        folder.join("beseda.sqlite").is_file(),
        "{} is not a backup",
        folder.display()
    );
    ensure!(
        !config.data.join("beseda.sqlite").exists(),
        "{} holds data already; a backup goes into an empty folder",
        config.data.display()
    );
    copy_folder(folder, &config.data)
}

fn copy_folder(from: &std::path::Path, to: &std::path::Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(to)?;
    if !from.is_dir() {
        return Ok(());
    }
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            match std::fs::copy(entry.path(), target) {
                // An upload on its way in has ended meanwhile: no row of the copied database names it.
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                copied => drop(copied?),
            }
        }
    }
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the link is the answer")]
async fn user(config: &Config, login: String) -> anyhow::Result<()> {
    let (db, _) = open(config).await?;
    let ctx = kernel::Ctx::system(Clock::Machine.now(), Ids::Time);
    let base = if config.base_url.is_empty() {
        format!("http://{}", config.listen)
    } else {
        config.base_url.clone()
    };
    let link = db
        .write(async move |tx: &mut Tx<'_>| {
            accounts::reset_link_for_login(tx, &ctx, &login, &base).await
        })
        .await;
    db.close().await;
    match link {
        Ok(link) => println!("A new password can be set within a day at {link}"),
        Err(error) if error.code() == Some("not-found") => bail!("nobody has this login"),
        Err(error) => return Err(error.into()),
    }
    Ok(())
}
