#include "db/scrub.hpp"

#include <sqlite3.h>

#include <memory>
#include <stdexcept>

namespace oprag::db {
namespace {

constexpr int patience_ms = 30'000;

struct Close {
  void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
};

void check(sqlite3* handle, int code) {
  if (code != SQLITE_OK) throw std::runtime_error(std::string("SQLite: ") + sqlite3_errmsg(handle));
}

}  // namespace

bool scrub_sqlite(const std::string& path, Scrub what) {
  sqlite3* raw = nullptr;
  const int opened = sqlite3_open_v2(path.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  const std::unique_ptr<sqlite3, Close> handle(raw);
  check(raw, opened);
  sqlite3_busy_timeout(raw, patience_ms);
  check(raw, sqlite3_exec(raw, "PRAGMA secure_delete = ON", nullptr, nullptr, nullptr));
  // A connection that has read nothing does not know of the log, and would empty none.
  check(raw, sqlite3_exec(raw, "SELECT COUNT(*) FROM sqlite_schema", nullptr, nullptr, nullptr));
  if (what == Scrub::file) check(raw, sqlite3_exec(raw, "VACUUM", nullptr, nullptr, nullptr));
  const int emptied = sqlite3_wal_checkpoint_v2(raw, nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
  if (emptied == SQLITE_BUSY) return false;
  check(raw, emptied);
  return true;
}

}  // namespace oprag::db
