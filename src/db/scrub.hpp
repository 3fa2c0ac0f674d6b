// What deleted rows leave in the files of a SQLite store. PostgreSQL sees to it itself (autovacuum).
#pragma once
#include <string>

namespace oprag::db {

enum class Scrub {
  log,   // empties the write-ahead log, which holds pages as they were; deleted rows themselves are overwritten at once
  file,  // also writes the whole file anew: rows that SQLite moved between pages left copies that nothing overwrites
};

// To be called outside of a transaction. False when readers held on to the log for too long: call it again later.
bool scrub_sqlite(const std::string& path, Scrub what);

}  // namespace oprag::db
