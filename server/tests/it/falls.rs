//! F1 U-02: what a node had in hand when it fell goes on as soon as it is there again; what another node has in hand, nobody
//! takes from it while it is heard of; work over which the server falls again and again does not keep it down.

use crate::postgres::fresh_postgres;
use db::{Db, Place, Tx};
use jobs::{Handler, Workers};
use kernel::{Clock, Ctx, Ids, Moment, Uuid};
use serde_json::json;
use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{
    sync::{Notify, watch},
    task::JoinHandle,
};

const WORK: &str = "test.work";
/// As long as a job stays with a node that is not heard of.
const LEASE: Duration = Duration::from_secs(60);

/// One database, its clock, and who did what.
struct Table {
    db: Db,
    clock: Clock,
    done: Arc<Mutex<Vec<Uuid>>>,
    folder: PathBuf,
}

impl Table {
    async fn new(place: Place, folder: PathBuf) -> Self {
        let clock = Clock::hand(Moment::from_seconds(1_800_000_000));
        let db = Db::open(&place, Arc::new(|_| ())).await.unwrap();
        db::migrate(&db, jobs::MIGRATIONS, clock.now())
            .await
            .unwrap();
        Self {
            db,
            clock,
            done: Arc::default(),
            folder,
        }
    }
    async fn put(&self) {
        let ctx = Ctx::system(self.clock.now(), Ids::Time);
        self.db
            .write(async move |tx: &mut Tx<'_>| {
                jobs::put(tx, &ctx, WORK, json!({}), ctx.now, None).await
            })
            .await
            .unwrap();
    }
    fn workers(&self, node: Uuid, handler: Handler) -> Workers {
        let handlers = HashMap::from([(WORK, handler)]);
        let (db, clock) = (self.db.clone(), self.clock.clone());
        Workers::new(node, db, clock, handlers, Arc::new(Notify::new()))
    }
    /// A process of a node that does what is due and ends; answers how much that was.
    async fn does(&self, node: Uuid) -> usize {
        let done = Arc::clone(&self.done);
        let handler: Handler = Arc::new(move |_| {
            done.lock().unwrap().push(node);
            Box::pin(async { Ok(()) })
        });
        self.workers(node, handler).drain().await.unwrap()
    }
    /// A process of a node that has taken a job and is still at it. To abort it is to kill it.
    async fn at_it(&self, node: Uuid) -> JoinHandle<()> {
        let begun = Arc::new(Notify::new());
        let bell = Arc::clone(&begun);
        let handler: Handler = Arc::new(move |_| {
            bell.notify_one();
            Box::pin(std::future::pending())
        });
        let workers = self.workers(node, handler);
        let (stop, stopped) = watch::channel(false);
        let process = tokio::spawn(async move {
            workers.run(stopped).await;
            drop(stop);
        });
        begun.notified().await;
        process
    }
    async fn falls(&self, node: Uuid) {
        let process = self.at_it(node).await;
        process.abort();
        assert!(process.await.unwrap_err().is_cancelled());
    }
}

impl Drop for Table {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

async fn sqlite(name: &str) -> Table {
    let folder = std::env::temp_dir().join(format!("beseda-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let place = Place::Sqlite {
        path: folder.join("jobs.sqlite"),
        durable: false,
    };
    Table::new(place, folder).await
}

async fn postgres(name: &str) -> Option<Table> {
    let place = Place::Postgres {
        url: fresh_postgres(name).await?,
        connections: 4,
    };
    Some(Table::new(place, PathBuf::new()).await)
}

/// Alone or beside others: what a node had in hand goes on at once; the fourth time it waits, and longer each time.
async fn own_work_goes_on(table: Table) {
    let node = Ids::Time.uuid();
    table.put().await;
    for _ in 0..3 {
        table.falls(node).await;
    }
    assert_eq!(table.does(node).await, 1, "no lease is waited for");

    table.put().await;
    for _ in 0..4 {
        table.falls(node).await;
    }
    assert_eq!(table.does(node).await, 0, "it may be why the server falls");
    table.clock.advance(Duration::from_secs(5));
    table.falls(node).await;
    assert_eq!(table.does(node).await, 0);
    table.clock.advance(Duration::from_secs(5));
    assert_eq!(table.does(node).await, 0, "each time twice as long");
    table.clock.advance(Duration::from_secs(5));
    assert_eq!(table.does(node).await, 1);
    assert_eq!(table.done.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn f1_what_a_node_had_in_hand_goes_on_at_once_sqlite() {
    own_work_goes_on(sqlite("falls").await).await;
}
#[tokio::test]
async fn f1_what_a_node_had_in_hand_goes_on_at_once_postgres() {
    if let Some(table) = postgres("falls").await {
        own_work_goes_on(table).await;
    }
}

/// One file belongs to one process: nobody else can have taken what is taken, whatever the node was called.
#[tokio::test]
async fn f1_alone_a_node_needs_no_name_to_know_its_work() {
    let table = sqlite("falls-alone").await;
    table.put().await;
    table.falls(Ids::Time.uuid()).await;
    assert_eq!(table.does(Ids::Time.uuid()).await, 1);
}

#[tokio::test]
async fn f1_a_living_node_keeps_its_work_and_a_dead_one_loses_it() {
    let Some(table) = postgres("falls_two").await else {
        return;
    };
    let (one, other) = (Ids::Time.uuid(), Ids::Time.uuid());
    table.put().await;
    let alive = table.at_it(one).await;
    assert_eq!(
        table.does(other).await,
        0,
        "a node that starts takes its own only"
    );
    // It says three times a lease that it is still at it, and so keeps its work for longer than one: a second less, twice.
    let soon = Duration::from_secs(59);
    table.clock.advance(soon);
    renewed(&table).await;
    table.clock.advance(soon);
    assert_eq!(table.does(other).await, 0);
    alive.abort();
    assert!(alive.await.unwrap_err().is_cancelled());
    assert_eq!(table.does(other).await, 0, "it may come back");
    table.clock.advance(LEASE + Duration::from_secs(1));
    assert_eq!(table.does(other).await, 1);
    assert_eq!(*table.done.lock().unwrap(), [other]);
}

/// Until the one job's lease has been renewed at this very moment of the clock.
async fn renewed(table: &Table) {
    let until = table.clock.now() + LEASE;
    loop {
        let (held,): (Option<Moment>,) = table
            .db
            .read(async |tx: &mut Tx<'_>| {
                tx.must(db::sql!("SELECT lease_until FROM jobs"), &db::bind![])
                    .await
            })
            .await
            .unwrap();
        if held == Some(until) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
