//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// Simpul: a Command Operation Center and public-service platform for Indonesian regencies and cities.
///
/// Exit codes: 0 done, 1 something wrong was found, 2 wrong use or setting, 3 database or disk.
#[derive(Debug, Parser)]
#[command(name = "simpul", version, propagate_version = true)]
pub struct Cli {
    /// Where the data are.
    #[command(flatten)]
    pub place: Place,
    /// Where `demo` listens, if no word is given.
    #[command(flatten)]
    pub listen: Listen,
    /// What to do; without a word: `demo`.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// Where the data are; every command takes these.
#[derive(Debug, Clone, Default, Args)]
pub struct Place {
    /// Directory of the databases and photos [default: data]
    #[arg(long, global = true, value_name = "DIR")]
    pub data: Option<String>,
    /// `sqlite:DIR` or `postgres://…` [default: SQLite in the data directory]
    #[arg(long, global = true, value_name = "URL")]
    pub db: Option<String>,
}

/// Where the server listens.
#[derive(Debug, Clone, Default, Args)]
pub struct Listen {
    /// Address and port of the web server [default: 127.0.0.1:8112]
    #[arg(long, value_name = "ADDR:PORT")]
    pub listen: Option<String>,
}

/// Options of `demo`.
#[derive(Debug, Clone, Default, Args)]
pub struct Demo {
    /// Where to listen.
    #[command(flatten)]
    pub listen: Listen,
    /// Let the demo's clock run so many days ahead, to see what passed deadlines do
    #[arg(long, value_name = "DAYS", default_value_t = 0, value_parser = clap::value_parser!(u16).range(0..=366))]
    pub days_ahead: u16,
    /// Don't play the gentle drill in the 112 room
    #[arg(long)]
    pub no_drill: bool,
}

/// Options of `drill`.
#[derive(Debug, Args)]
pub struct Drill {
    /// A scenario's file, or the name of one that comes with Simpul: sungai-contoh, hari-biasa, masamba-2020
    /// [default: sungai-contoh]
    pub file: Option<PathBuf>,
    /// How many times faster than real time; 0: as fast as it goes
    #[arg(long, default_value_t = 1.0)]
    pub speed: f64,
    /// The region's code [default: the scenario's, or the one without a host name]
    #[arg(long)]
    pub region: Option<String>,
    /// Play only what comes from outside, calls and reports: those who train do the rest
    #[arg(long)]
    pub calls_only: bool,
    /// End the drill that is being played
    #[arg(long)]
    pub stop: bool,
}

/// What Simpul can be told.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run a region with invented data, to look at and to try
    Demo(Demo),
    /// Run the server
    Serve(Serve),
    /// Bring the tables of all regions up to date
    Migrate,
    /// Regions of this installation
    #[command(subcommand)]
    Region(Region),
    /// Districts and villages
    #[command(subcommand)]
    Areas(Areas),
    /// Boundaries of districts and villages
    #[command(subcommand)]
    Boundaries(Boundaries),
    /// Agencies of a region
    #[command(subcommand)]
    Agency(Agency),
    /// Officers of a region
    #[command(subcommand)]
    Officer(Officer),
    /// Keys for programs
    #[command(subcommand)]
    Apikey(Apikey),
    /// Telephone lines that tell of 112 calls
    #[command(subcommand)]
    Trunk(Trunk),
    /// Play a scenario of calls, reports and unit moves, marked as a drill
    Drill(Drill),
    /// Citizens' reports
    #[command(subcommand)]
    Reports(Reports),
    /// The ministry's evaluation: instruments and published scores
    #[command(subcommand)]
    Evaluation(Evaluation),
    /// The masterplan: load and take out its programmes
    #[command(subcommand)]
    Plan(Plan),
    /// The journal: check it, and sign its head
    #[command(subcommand)]
    Journal(Journal),
    /// Copy everything into a new directory, also while the server runs
    Backup {
        /// The new directory
        dest: PathBuf,
    },
    /// Put a backup into an empty place
    Restore {
        /// The backup's directory
        src: PathBuf,
    },
    /// Measure the writer and the web server against a bare loop on this machine
    Bench(Bench),
}

/// Options of `serve`.
#[derive(Debug, Args)]
pub struct Serve {
    /// Where to listen.
    #[command(flatten)]
    pub listen: Listen,
    /// Print the settings in force, without secrets, and end
    #[arg(long)]
    pub check_config: bool,
}

/// `region …`
#[derive(Debug, Subcommand)]
pub enum Region {
    /// Add a region
    Add {
        /// Ministry code: 7322 or 73.22
        code: String,
        /// Name without the kind: "Luwu Utara"
        name: String,
        /// `kabupaten` or `kota`
        #[arg(long, default_value = "kabupaten")]
        kind: String,
        /// `wib`, `wita` or `wit`
        #[arg(long)]
        zone: String,
        /// First part of report numbers, such as LUTRA
        #[arg(long)]
        prefix: String,
        /// Host name that belongs to the region
        #[arg(long)]
        host: Option<String>,
    },
    /// List the regions
    List,
}

/// `areas …`
#[derive(Debug, Subcommand)]
pub enum Areas {
    /// Import districts and villages of a region from CSV (idn-area-data)
    Import {
        /// The region's code
        #[arg(long)]
        region: String,
        /// One or more CSV files: districts first, then villages
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Only say what would happen
        #[arg(long)]
        dry_run: bool,
    },
}

/// `boundaries …`
#[derive(Debug, Subcommand)]
pub enum Boundaries {
    /// Import boundaries of districts or villages from GeoJSON
    Import {
        /// The region's code
        #[arg(long)]
        region: String,
        /// The GeoJSON file
        file: PathBuf,
        /// Only say what matches
        #[arg(long)]
        dry_run: bool,
    },
}

/// `agency …`
#[derive(Debug, Subcommand)]
pub enum Agency {
    /// Add an agency
    Add {
        /// The region's code
        #[arg(long)]
        region: String,
        /// Short name, such as DPUTR
        #[arg(long)]
        short: String,
        /// Full name
        name: String,
        /// `dinas`, `badan`, `sekretariat`, …
        #[arg(long, default_value = "dinas")]
        kind: String,
        /// A body outside the local government
        #[arg(long)]
        outside: bool,
    },
}

/// `officer …`
#[derive(Debug, Subcommand)]
pub enum Officer {
    /// Add an officer
    Add {
        /// The region's code
        #[arg(long)]
        region: String,
        /// Short name of the agency; not needed for roles of the whole region
        #[arg(long)]
        agency: Option<String>,
        /// Role, such as agency_officer
        #[arg(long)]
        role: String,
        /// E-mail for signing in
        #[arg(long)]
        email: String,
        /// Name [default: the e-mail]
        #[arg(long)]
        name: Option<String>,
        /// NIP of 18 digits
        #[arg(long)]
        nip: Option<String>,
        /// Telephone number
        #[arg(long)]
        phone: Option<String>,
        /// Read the password from standard input; without it a one-time link is printed
        #[arg(long)]
        password_stdin: bool,
    },
}

/// `apikey …`
#[derive(Debug, Subcommand)]
pub enum Apikey {
    /// Make a key; it is printed once, alone on standard output
    Add {
        /// The region's code
        #[arg(long)]
        region: String,
        /// What it may do, separated by commas: open311, read, write, trunk
        #[arg(long)]
        scope: String,
        /// Short name of the agency whose steps `write` takes; without it those of the report coordinator and of the
        /// 112 dispatcher
        #[arg(long, value_name = "SHORT")]
        agency: Option<String>,
        /// What it is for
        name: String,
        /// Requests a minute
        #[arg(long)]
        per_minute: Option<i64>,
        /// Days until it expires
        #[arg(long, default_value_t = 365)]
        days: i64,
    },
}

/// `plan …`
#[derive(Debug, Subcommand)]
pub enum Plan {
    /// Load quick wins from a file (CSV or XLSX); the same file twice changes nothing. Rows of other regions are left
    Import {
        /// The file; its columns: kode_wilayah, tahun, quick_win, dimensi, perangkat_daerah_penanggung_jawab, mitra, …
        file: PathBuf,
        /// The region's code
        #[arg(long)]
        region: String,
        /// Take the rows that can be read and leave the others; without this a bad row stops everything
        #[arg(long)]
        skip_bad: bool,
    },
    /// Load a list of indicators to choose from (CSV): a code, and name, unit and direction where it has them. Of a
    /// list whose name begins with ISO only the numbers of clauses are kept
    ImportLibrary {
        /// The file; its columns: kode, nama, satuan, arah, dimensi
        file: PathBuf,
        /// What the list is called; the same name again replaces it
        #[arg(long)]
        name: String,
        /// The region's code [default: the only region]
        #[arg(long)]
        region: Option<String>,
    },
    /// Write the programmes of the plan in force into an XLSX file of the same columns
    Export {
        /// The new file
        file: PathBuf,
        /// The region's code [default: the only region]
        #[arg(long)]
        region: Option<String>,
    },
}

/// `trunk …`
#[derive(Debug, Subcommand)]
pub enum Trunk {
    /// Make the key of a telephone line; it is printed once, alone on standard output
    Add {
        /// The region's code
        #[arg(long)]
        region: String,
        /// The line's name, as it stands in the webhook's address: small letters, digits, `-` and `_`
        name: String,
    },
    /// Listen to an Asterisk by its manager interface; the secret is read from standard input
    Ami(Ami),
    /// Listen to it no more
    Drop {
        /// The region's code
        #[arg(long)]
        region: String,
        /// The line's name
        name: String,
    },
    /// List the switches that are listened to, and whether they are heard
    List {
        /// The region's code
        #[arg(long)]
        region: String,
    },
    /// Take calls from the switch's own records (CDR as CSV) after an outage; the same file twice changes nothing
    Cdr {
        /// The region's code
        #[arg(long)]
        region: String,
        /// The line that the records are of
        #[arg(long)]
        name: String,
        /// Numbers that count, separated by commas; without it those of the line's manager interface, or 112
        #[arg(long)]
        numbers: Option<String>,
        /// The file
        file: PathBuf,
        /// Leave bad lines out; without it nothing is taken where one is bad
        #[arg(long)]
        skip_bad: bool,
    },
}

/// Options of `trunk ami`.
#[derive(Debug, Args)]
pub struct Ami {
    /// The region's code
    #[arg(long)]
    pub region: String,
    /// The line's name
    pub name: String,
    /// Where the switch is
    #[arg(long, default_value = "127.0.0.1")]
    pub host: String,
    /// At which port
    #[arg(long, default_value_t = 5038)]
    pub port: u16,
    /// Speak TLS; the certificate must be for the host as it is given here
    #[arg(long)]
    pub tls: bool,
    /// Who vouches for the switch: certificates (PEM), where it is nobody that browsers know; asks for TLS
    #[arg(long, value_name = "FILE")]
    pub ca: Option<PathBuf>,
    /// The manager user, as in manager.conf
    #[arg(long)]
    pub user: String,
    /// Called numbers that count, separated by commas
    #[arg(long, default_value = "")]
    pub numbers: String,
    /// Contexts of the dialplan in which such calls come in, separated by commas
    #[arg(long, default_value = "")]
    pub contexts: String,
    /// Queues whose calls count, separated by commas
    #[arg(long, default_value = "")]
    pub queues: String,
    /// The context in which extensions dial out: with it, a press on the console calls back
    #[arg(long, default_value = "")]
    pub dial_context: String,
}

/// `reports …`
#[derive(Debug, Subcommand)]
pub enum Reports {
    /// Import reports from CSV or Open311 JSON; the same file twice changes nothing
    Import {
        /// The region's code
        #[arg(long)]
        region: String,
        /// The file
        file: PathBuf,
        /// By which way the reports had come: lapor, whatsapp, sms, counter, letter, import, …
        #[arg(long, default_value = "import")]
        source: String,
        /// Put before every foreign id, so that two systems' ids are kept apart
        #[arg(long)]
        prefix: Option<String>,
        /// Which column holds what, where its name does not say it: `text=Keluhan`; may be repeated
        #[arg(long = "map", value_name = "FIELD=COLUMN")]
        mapping: Vec<String>,
        /// Categories that the region does not have: `create`, `other` (lainnya) or `refuse`
        #[arg(long, default_value = "create")]
        unknown: String,
        /// Dates such as 04/05/2026 have the month first
        #[arg(long)]
        month_first: bool,
        /// Only say what would happen
        #[arg(long)]
        dry_run: bool,
    },
}

/// `evaluation …`
#[derive(Debug, Subcommand)]
pub enum Evaluation {
    /// Import an instrument from CSV; a column `nilai_…` is kept as that region's scores
    ImportInstrument {
        /// The file
        file: PathBuf,
        /// What the instrument is called
        #[arg(long)]
        name: String,
    },
    /// Import published scores of regions: `daerah`, a column for each section, `nilai_akhir`
    ImportScores {
        /// The file
        file: PathBuf,
        /// The instrument's name
        #[arg(long)]
        instrument: String,
        /// The year of the scores
        #[arg(long)]
        year: String,
        /// Weights of the file's sections in the order of its columns, such as 10,20,30,10,30 [default: those behind
        /// the columns' names, or the instrument's]
        #[arg(long)]
        weights: Option<String>,
    },
    /// Import which regions the ministry's programme took up when: `daerah`, `tahun`
    ImportCohorts {
        /// The file
        file: PathBuf,
    },
    /// Show the scores of a year, with the index as it is computed and as it was published
    Show {
        /// The instrument's name
        #[arg(long)]
        instrument: String,
        /// The year
        #[arg(long)]
        year: String,
        /// JSON, alone on standard output
        #[arg(long)]
        json: bool,
    },
}

/// `journal …`
#[derive(Debug, Subcommand)]
pub enum Journal {
    /// Walk the chain of every region; exit 1 names the first bad line
    Verify {
        /// Only this region
        #[arg(long)]
        region: Option<String>,
        /// Hold it against a signed head that was kept elsewhere
        #[arg(long, value_name = "FILE")]
        anchor: Option<PathBuf>,
    },
    /// Print the signed head of a region's journal, to be kept elsewhere
    Anchor {
        /// The region's code
        #[arg(long)]
        region: String,
    },
}

/// Options of `bench`.
#[derive(Debug, Args)]
pub struct Bench {
    /// What is measured [default: submit]
    #[command(subcommand)]
    pub what: Option<BenchWhat>,
    /// Seconds of each measurement
    #[arg(long, default_value_t = 5)]
    pub seconds: u64,
    /// Rounds; the median is printed
    #[arg(long, default_value_t = 3)]
    pub rounds: usize,
}

/// What `bench` measures.
#[derive(Debug, Clone, Copy, Subcommand)]
pub enum BenchWhat {
    /// Reports that come in: the writer and the web server against a bare loop
    Submit,
    /// One line of the journal to many open screens, against bare sockets
    Live {
        /// Open screens
        #[arg(long, default_value_t = 1_000)]
        screens: usize,
    },
    /// 112 under load: words of the telephone system, positions of units, and how far behind the consoles are
    Calls {
        /// Open consoles
        #[arg(long, default_value_t = 50)]
        consoles: usize,
        /// Units that tell where they are each second
        #[arg(long, default_value_t = 2_000)]
        units: usize,
    },
    /// A large masterplan: its pages, a deck and a long workbook, against a constant answer
    Plan {
        /// Programmes of the plan
        #[arg(long, default_value_t = 2_000)]
        programmes: usize,
        /// Indicators of them all
        #[arg(long, default_value_t = 20_000)]
        indicators: usize,
    },
    /// Pages and lists of a region that holds many reports, against a constant answer
    Reads {
        /// Reports in the region
        #[arg(long, default_value_t = 1_000_000)]
        reports: usize,
    },
}
