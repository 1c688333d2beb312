//! Every limit of Simpul, each with its unit in its name, so that an operator finds them in one place.

/// Largest body of a request without files, in bytes.
pub const FORM_BODY_MAX_BYTES: usize = 256 * 1024;
/// Largest photo as it is sent, in bytes.
pub const PHOTO_MAX_BYTES: usize = 8 * 1024 * 1024;
/// Most photos a report takes from its reporter.
pub const PHOTOS_PER_REPORT_MAX_COUNT: usize = 3;
/// Largest body of a request with photos: three photos and the form around them, in bytes.
pub const UPLOAD_BODY_MAX_BYTES: usize = 3 * PHOTO_MAX_BYTES + FORM_BODY_MAX_BYTES;
/// Largest picture that is decoded, in pixels.
pub const PHOTO_MAX_PIXELS: u64 = 50_000_000;
/// Largest picture once it is unpacked, in bytes: [`PHOTO_MAX_PIXELS`] in the three colours of a camera. Deeper colours
/// and see-through ones are taken with fewer pixels.
pub const PHOTO_UNPACKED_MAX_BYTES: u64 = 3 * PHOTO_MAX_PIXELS;
/// Photos that are decoded at once, one a core and no more than this: the worst one takes some 500 MB of memory.
pub const PHOTO_DECODES_MAX_COUNT: usize = 4;
/// Longest wait of a photo for its turn to be decoded, in seconds.
pub const PHOTO_WAIT_SECONDS: u64 = 20;
/// Longest text of a report, in characters.
pub const REPORT_TEXT_MAX_CHARS: usize = 2_000;
/// Longest text of a report that comes by Open311 or from a file, in characters: GeoReport v2 promises its clients
/// so many.
pub const STANDARD_TEXT_MAX_CHARS: usize = 4_000;
/// Longest single line a person types (a name, a landmark), in characters.
pub const LINE_MAX_CHARS: usize = 200;
/// Rows of a list page.
pub const PAGE_ROWS_MAX_COUNT: usize = 100;
/// Most actions in one commit.
pub const WRITE_GROUP_MAX_COUNT: usize = 256;
/// Most actions that wait for a region's writer; further callers wait outside.
pub const WRITE_QUEUE_MAX_COUNT: usize = 4_096;
/// A writer without work ends after this time, in seconds.
pub const WRITER_IDLE_SECONDS: u64 = 60;
/// Longest wait for a database connection, in seconds.
pub const ACQUIRE_TIMEOUT_SECONDS: u64 = 3;
/// Read connections per SQLite region.
pub const SQLITE_READERS_MAX_COUNT: u32 = 4;
/// Pages of a database that one connection keeps in memory, in KiB. The engine's own 2 MiB are less than the inner
/// pages of a large region's indexes, which would be copied from the system's cache at every look.
pub const SQLITE_CACHE_KIB: usize = 8 * 1024;
/// Rows that a connection reads ahead of whoever takes them: a page of a list and more, so that neither waits for the
/// other with every row.
pub const SQLITE_ROWS_AHEAD_COUNT: usize = 256;
/// Connections to PostgreSQL.
pub const POSTGRES_CONNECTIONS_MAX_COUNT: u32 = 20;
/// Lines that a slow screen may fall behind before it reads the gap from the journal.
pub const HUB_BUFFER_LINES_MAX_COUNT: usize = 1_024;
/// Lines that a reaction or a resuming screen reads at once.
pub const JOURNAL_PAGE_LINES_MAX_COUNT: i64 = 500;
/// How often a region's head is looked at for lines of other processes, in milliseconds.
pub const HUB_POLL_MILLIS: u64 = 250;
/// A silent live stream sends a heartbeat after this time, in seconds.
pub const LIVE_HEARTBEAT_SECONDS: u64 = 5;
/// Live streams that one server holds open.
pub const LIVE_STREAMS_MAX_COUNT: usize = 6_000;
/// Of these, as many may belong to one address without sign-in, to one session, one screen's token or one key.
pub const LIVE_STREAMS_PER_VIEWER_MAX_COUNT: usize = 100;
/// Lines that a viewer without sign-in may have missed to go on where it was; whoever was away longer reads the list.
pub const LIVE_PUBLIC_GAP_MAX_LINES: i64 = 2_000;
/// Lifetime of a draft between the steps of the form, in hours.
pub const DRAFT_LIFETIME_HOURS: i64 = 24;
/// A file that nobody names is kept this long after it was last put, in hours: the commit that names it comes after the
/// file, by as long as a slow phone takes to send the rest of a form.
pub const UNUSED_FILE_GRACE_HOURS: i64 = 1;
/// A session ends after this time without a request, in hours.
pub const SESSION_IDLE_HOURS: i64 = 12;
/// A session ends after this time in any case, in hours.
pub const SESSION_ABSOLUTE_HOURS: i64 = 24 * 7;
/// Shortest password, in characters.
pub const PASSWORD_MIN_CHARS: usize = 12;
/// Longest password, in characters: argon2 is fed no megabytes.
pub const PASSWORD_MAX_CHARS: usize = 256;
/// Attempts to send one message out before an administrator must look.
pub const OUTBOX_ATTEMPTS_MAX_COUNT: i32 = 8;
/// Days that a stored idempotency answer is kept.
pub const IDEMPOTENCY_KEPT_DAYS: i64 = 30;
/// Most fields that one form may have: the longest real one has a few dozen.
pub const FORM_FIELDS_MAX_COUNT: usize = 1_000;
/// Most files of one form.
pub const FORM_FILES_MAX_COUNT: usize = 20;
/// Connections that one server holds open: all live streams, and as many again for pages.
pub const CONNECTIONS_MAX_COUNT: usize = 2 * LIVE_STREAMS_MAX_COUNT;
/// A client that has not sent its headers after this time is let go, in seconds.
pub const HEADERS_TIMEOUT_SECONDS: u64 = 15;
/// Most bytes of a request's head, and of what waits to be read or written on one connection.
pub const CONNECTION_BUFFER_MAX_BYTES: usize = 64 * 1024;
/// A handler that has not answered after this time is given up, in seconds.
pub const ANSWER_TIMEOUT_SECONDS: u64 = 30;
/// The same for a request with files, which a slow phone takes minutes to send, in seconds.
pub const UPLOAD_TIMEOUT_SECONDS: u64 = 600;
/// Requests with files that one server takes in at once: each may hold [`UPLOAD_BODY_MAX_BYTES`] of memory.
pub const UPLOADS_MAX_COUNT: usize = 60;
/// Of these, as many may come from one address. Villages share an address.
pub const UPLOADS_PER_ADDRESS_MAX_COUNT: usize = 20;
/// After the order to stop, requests under way have this long to end, in seconds.
pub const STOP_TIMEOUT_SECONDS: u64 = 10;
/// Senders whose requests are counted at the same time; beyond it those seen longest ago are forgotten.
pub const RATE_BUCKETS_MAX_COUNT: usize = 50_000;
/// Attempts to sign in from one address: at once, and then a minute.
pub const SIGN_IN_RATE: (u32, u32) = (20, 20);
/// Things that citizens send from one address: at once, and then a minute. Villages share an address.
pub const SUBMIT_RATE: (u32, u32) = (60, 30);
/// Codes that are asked for or typed from one address: at once, and then a minute. A code has tries of its own beside.
pub const CODE_RATE: (u32, u32) = (20, 10);
/// Forms of visitors from one address, with photos or without: at once, and then a minute. A report takes two.
pub const FORM_RATE: (u32, u32) = (120, 60);
/// Searches of the public from one address: at once, and then a minute.
pub const SEARCH_RATE: (u32, u32) = (120, 240);
/// Live streams opened from one address: at once, and then a minute.
pub const STREAM_RATE: (u32, u32) = (200, 120);
/// Calls of the API and of the map without a key from one address, or with a key that has no limit of its own: at once,
/// and then a minute.
pub const API_RATE: (u32, u32) = (1_200, 1_200);
/// Positions of one unit: one a second, and a few at once after a moment without signal.
pub const POSITION_RATE: (u32, u32) = (10, 60);
/// Longest part of a file of map tiles that one answer holds, in bytes: a directory of tiles has some 16 KB, a tile
/// rarely more than 500 KB.
pub const FILE_RANGE_MAX_BYTES: u64 = 16 * 1024 * 1024;
/// How much of such a file is in memory at a time, in bytes.
pub const FILE_CHUNK_BYTES: usize = 64 * 1024;
/// Longest cursor and idempotency key that are read, in characters.
pub const OPAQUE_TEXT_MAX_CHARS: usize = 512;
/// Live lines whose reading is shared between screens.
pub const LIVE_CACHE_LINES_MAX_COUNT: usize = 512;
/// How often a live stream asks whether its viewer may still look, in seconds.
pub const LIVE_ASK_AGAIN_SECONDS: u64 = 15;
/// Lines are delivered on rights that were looked up at most so long ago, in milliseconds.
pub const LIVE_RIGHTS_FRESH_MILLIS: u64 = 1_000;
