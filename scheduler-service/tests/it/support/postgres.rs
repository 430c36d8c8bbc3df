//! A PostgreSQL server of the tests' own: in a temporary folder, on a socket in it.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread;
use std::time::Duration;

/// A server. It ends with this process, however that ends, and takes its folder with it.
pub(crate) struct Server {
    folder: PathBuf,
    programs: PathBuf,
    keeper: Mutex<Keeper>,
}

/// The shell that runs the server until its standard input is closed.
struct Keeper {
    _shell: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    databases: u32,
}

/// Starts a server, stops and starts it when told to, and stops it when the input ends.
const KEEPER: &str = r#"
programs=$1 folder=$2
trap '' INT TERM HUP
run() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
start() { run "$programs/pg_ctl" -D "$folder/data" -w -t 60 -l "$folder/log" start >"$folder/out" 2>&1; }
stop() { run "$programs/pg_ctl" -D "$folder/data" -m immediate -w stop >"$folder/out" 2>&1; }
if [ "$(id -u)" = 0 ]; then chown postgres "$folder"; fi
chmod 755 "$folder"
run "$programs/initdb" -D "$folder/data" -U postgres -A trust -E UTF8 --no-sync >"$folder/initdb.out" 2>&1
cat >>"$folder/data/postgresql.conf" <<CONF
listen_addresses = ''
unix_socket_directories = '$folder'
max_connections = 200
CONF
start && echo start
while read -r word; do "$word"; echo "$word"; done
stop
rm -rf "$folder"
"#;

impl Server {
    /// The server that the tests of one run share.
    pub(crate) fn common() -> &'static Self {
        static COMMON: OnceLock<Server> = OnceLock::new();
        COMMON.get_or_init(Self::start)
    }

    /// A new server that runs.
    pub(crate) fn start() -> Self {
        let folder = tempfile::Builder::new().prefix("pg").tempdir().unwrap().keep();
        let programs = programs();
        let mut shell = Command::new("sh")
            .args(["-c", KEEPER, "keeper"])
            .args([&programs, &folder])
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let input = shell.stdin.take().unwrap();
        let output = BufReader::new(shell.stdout.take().unwrap());
        let mut keeper = Keeper { _shell: shell, input, output, databases: 0 };
        keeper.wait_for("start");
        Self { folder, programs, keeper: Mutex::new(keeper) }
    }

    /// Stops the server as a power failure would.
    pub(crate) fn stop(&self) {
        self.keeper.lock().unwrap().tell("stop");
    }

    /// Starts it again.
    pub(crate) fn start_again(&self) {
        self.keeper.lock().unwrap().tell("start");
    }

    /// A new empty database; its URL.
    pub(crate) fn create_database(&self) -> String {
        let mut keeper = self.keeper.lock().unwrap();
        keeper.databases += 1;
        let name = format!("test{}", keeper.databases);
        let done = Command::new(self.programs.join("createdb"))
            .arg("-h")
            .arg(&self.folder)
            .args(["-U", "postgres", &name])
            .output()
            .unwrap();
        assert!(done.status.success(), "{done:?}");
        let socket = self.folder.to_str().unwrap().replace('/', "%2F");
        format!("postgres://postgres@localhost/{name}?host={socket}")
    }
}

/// A way to a server that can go dead: who uses it is never told that nobody is there any more, as where
/// a machine or a network fails.
pub(crate) struct Wire {
    port: u16,
    /// How often it went dead, and whether it is.
    state: Arc<Mutex<(u32, bool)>>,
}

impl Wire {
    /// A way to `server`.
    pub(crate) fn to(server: &Server) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let socket = server.folder.join(".s.PGSQL.5432");
        let state: Arc<Mutex<(u32, bool)>> = Arc::default();
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            let mut silent = Vec::new();
            for client in listener.incoming() {
                let client = client.unwrap();
                let (times, dead) = *shared.lock().unwrap();
                if dead {
                    silent.push(client);
                    continue;
                }
                let Ok(there) = UnixStream::connect(&socket) else { continue };
                let (back, forth) = (there.try_clone().unwrap(), client.try_clone().unwrap());
                let (one, other) = (Arc::clone(&shared), Arc::clone(&shared));
                thread::spawn(move || {
                    pump(&client, &there, &one, times);
                    // The client has gone; the other way ends with it.
                    let _ = there.shutdown(Shutdown::Both);
                });
                thread::spawn(move || {
                    pump(&back, &forth, &other, times);
                    let _ = forth.shutdown(Shutdown::Both);
                });
            }
        });
        Self { port, state }
    }

    /// The URL over it of a database of the server.
    pub(crate) fn url(&self, database: &str) -> String {
        let name = database.split(['/', '?']).nth(3).unwrap();
        format!("postgres://postgres@127.0.0.1:{}/{name}?sslmode=disable", self.port)
    }

    /// From now on nothing passes any more.
    pub(crate) fn die(&self) {
        let mut state = self.state.lock().unwrap();
        *state = (state.0 + 1, true);
    }

    /// From now on new connections pass; those from before are dead.
    pub(crate) fn revive(&self) {
        self.state.lock().unwrap().1 = false;
    }
}

/// Passes on what comes, until the end or until the wire has died once more than `times`.
fn pump(mut from: impl Read, mut to: impl Write, state: &Mutex<(u32, bool)>, times: u32) {
    let mut bytes = [0; 8192];
    loop {
        let count = from.read(&mut bytes).unwrap_or(0);
        if state.lock().unwrap().0 != times {
            // Neither end learns of it.
            thread::sleep(Duration::from_secs(600));
            return;
        }
        if count == 0 || to.write_all(&bytes[..count]).is_err() {
            return;
        }
    }
}

impl Keeper {
    fn tell(&mut self, word: &str) {
        writeln!(self.input, "{word}").unwrap();
        self.wait_for(word);
    }

    fn wait_for(&mut self, word: &str) {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        assert_eq!(line.trim(), word, "the server does not {word}: see its folder");
    }
}

/// Where the server's programs are: of the newest version installed.
fn programs() -> PathBuf {
    let versions = fs::read_dir("/usr/lib/postgresql").expect("PostgreSQL is not installed");
    let mut folders: Vec<PathBuf> = versions
        .map(|version| version.unwrap().path().join("bin"))
        .filter(|folder| folder.join("initdb").exists())
        .collect();
    folders.sort();
    folders.pop().expect("PostgreSQL is installed without its server")
}
