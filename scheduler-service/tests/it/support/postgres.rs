//! A PostgreSQL server of the tests' own: in a temporary folder, on a socket in it.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Mutex, OnceLock};

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
