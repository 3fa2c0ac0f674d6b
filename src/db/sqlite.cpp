#include <sqlite3.h>

#include <charconv>
#include <condition_variable>
#include <cstdlib>
#include <deque>
#include <mutex>
#include <unordered_map>

#include "base/log.hpp"
#include "db/connection_pool.hpp"
#include "db/database.hpp"
#include "db/mutants.hpp"

namespace oprag::db {
namespace {

constexpr int busy_timeout_ms = 10'000;
constexpr int exit_io_error = 74;  // EX_IOERR

struct Finalize {
  void operator()(sqlite3_stmt* s) const { sqlite3_finalize(s); }
};
struct Close {
  void operator()(sqlite3* h) const { sqlite3_close_v2(h); }
};

// Nothing may be acknowledged after a write that the disk refused: what was synced and what was not can no longer be
// told apart, so the process ends and recovers from the log at its next start.
[[noreturn]] void die(const std::string& words) {
  log::error("the database's disk failed; stopping", {{"error", words}});
  std::_Exit(exit_io_error);
}

class Handle final : public Connection {
 public:
  explicit Handle(const std::string& path, Mode mode) {
    sqlite3* raw = nullptr;
    const int flags = SQLITE_OPEN_NOMUTEX |
                      (mode == Mode::write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READWRITE);
    const int rc = sqlite3_open_v2(path.c_str(), &raw, flags, nullptr);
    handle_.reset(raw);
    if (rc != SQLITE_OK) throw std::runtime_error("cannot open the database " + path + ": " + sqlite3_errmsg(raw));
    sqlite3_extended_result_codes(raw, 1);
    sqlite3_busy_timeout(raw, busy_timeout_ms);  // first: switching to WAL waits for locks too
    // A statement's plan never hangs on the values bound to it: else SQLite prepares some of ours anew at each run.
    sqlite3_db_config(raw, SQLITE_DBCONFIG_ENABLE_QPSG, 1, nullptr);
    run("PRAGMA journal_mode = WAL", {});
    run("PRAGMA synchronous = FULL", {});
    run("PRAGMA foreign_keys = ON", {});
    run("PRAGMA secure_delete = ON", {});
    if (mode == Mode::read) run("PRAGMA query_only = ON", {});
  }

  Rows run(std::string_view sql, std::span<const Value> parameters) override {
    auto* statement = prepared(sql);
    const Reset reset{statement};
    bind(statement, parameters);
    Rows out;
    const int columns = sqlite3_column_count(statement);
    for (int c = 0; c < columns; ++c) out.columns.emplace_back(sqlite3_column_name(statement, c));
    int rc = 0;
    while ((rc = sqlite3_step(statement)) == SQLITE_ROW) {
      auto& row = out.rows.emplace_back();
      row.reserve(static_cast<std::size_t>(columns));
      for (int c = 0; c < columns; ++c) row.push_back(column(statement, c));
    }
    if (rc != SQLITE_DONE) fail(rc);
    out.changed = sqlite3_changes64(handle_.get());
    return out;
  }

  struct Reset {
    sqlite3_stmt* statement;
    ~Reset() {
      sqlite3_reset(statement);
      sqlite3_clear_bindings(statement);
    }
  };

  // Not after an error, such as a full disk, on which SQLite has rolled back everything.
  bool in_transaction() const { return sqlite3_get_autocommit(handle_.get()) == 0; }

 private:
  [[noreturn]] void fail(int rc) const {
    const std::string words = sqlite3_errmsg(handle_.get());
    if (rc == SQLITE_CONSTRAINT_UNIQUE || rc == SQLITE_CONSTRAINT_PRIMARYKEY) throw UniqueViolation(words);
    if ((rc & 0xff) == SQLITE_IOERR || (rc & 0xff) == SQLITE_CORRUPT) die(words);
    throw std::runtime_error("SQLite: " + words);
  }

  sqlite3_stmt* prepared(std::string_view sql) {
    const auto it = statements_.find(std::string(sql));
    if (it != statements_.end()) return it->second.get();
    std::string text(sql);
    if constexpr (with_mutants) text = mutated(sql);
    sqlite3_stmt* raw = nullptr;
    const int rc = sqlite3_prepare_v3(handle_.get(), text.data(), static_cast<int>(text.size()),
                                      SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
    if (rc != SQLITE_OK) fail(rc);
    return statements_.emplace(std::string(sql), raw).first->second.get();
  }

  // "$3" is a name to SQLite: the number is ours, the position is its own.
  static void bind(sqlite3_stmt* statement, std::span<const Value> parameters) {
    for (int i = 1; i <= sqlite3_bind_parameter_count(statement); ++i) {
      const std::string_view name = sqlite3_bind_parameter_name(statement, i);
      std::size_t number = 0;
      std::from_chars(name.data() + 1, name.data() + name.size(), number);
      if (number == 0 || number > parameters.size()) throw std::logic_error("SQL names a parameter that was not given");
      const auto& value = parameters[number - 1];
      if (const auto* n = std::get_if<std::int64_t>(&value))
        sqlite3_bind_int64(statement, i, *n);
      else if (const auto* d = std::get_if<double>(&value))
        sqlite3_bind_double(statement, i, *d);
      else if (const auto* t = std::get_if<std::string>(&value))
        sqlite3_bind_text64(statement, i, t->data(), t->size(), SQLITE_STATIC, SQLITE_UTF8);
      else if (const auto* b = std::get_if<Blob>(&value))
        sqlite3_bind_blob64(statement, i, b->bytes.data(), b->bytes.size(), SQLITE_STATIC);
    }
  }

  static Value column(sqlite3_stmt* statement, int c) {
    const auto bytes = [&](const void* data) {
      return std::string(static_cast<const char*>(data), static_cast<std::size_t>(sqlite3_column_bytes(statement, c)));
    };
    switch (sqlite3_column_type(statement, c)) {
      case SQLITE_INTEGER:
        return std::int64_t{sqlite3_column_int64(statement, c)};
      case SQLITE_FLOAT:
        return sqlite3_column_double(statement, c);
      case SQLITE_NULL:
        return std::monostate{};
      case SQLITE_BLOB: {
        const auto* data = sqlite3_column_blob(statement, c);
        return Blob{data ? bytes(data) : std::string()};
      }
      default:
        return bytes(sqlite3_column_text(statement, c));
    }
  }

  std::unique_ptr<sqlite3, Close> handle_;
  std::unordered_map<std::string, std::unique_ptr<sqlite3_stmt, Finalize>> statements_;
};

// On a connection of its own, and not through Handle: a disk for copies that fails is not the store's disk.
void copy_to(const std::string& path, const std::string& file) {
  const auto check = [&](sqlite3* handle, int rc, int expected) {
    if (rc != expected) throw std::runtime_error("cannot copy the database to " + file + ": " + sqlite3_errmsg(handle));
  };
  sqlite3* raw = nullptr;
  const int opened = sqlite3_open_v2(path.c_str(), &raw, SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_READWRITE, nullptr);
  const std::unique_ptr<sqlite3, Close> source(raw);
  check(raw, opened, SQLITE_OK);
  sqlite3_busy_timeout(raw, busy_timeout_ms);
  sqlite3_stmt* prepared = nullptr;
  check(raw, sqlite3_prepare_v2(raw, "VACUUM INTO ?1", -1, &prepared, nullptr), SQLITE_OK);
  const std::unique_ptr<sqlite3_stmt, Finalize> vacuum(prepared);
  sqlite3_bind_text64(prepared, 1, file.data(), file.size(), SQLITE_STATIC, SQLITE_UTF8);
  check(raw, sqlite3_step(prepared), SQLITE_DONE);
}

// One writer, several readers. Writes that wait for the writer are run together by whoever gets it: each in a savepoint
// of its own, all under one COMMIT and so one fsync.
class Sqlite final : public Database {
 public:
  Sqlite(const std::string& path, std::size_t readers)
      : path_(path),
        writer_(path, Mode::write),
        readers_(readers, [path] { return std::make_unique<Handle>(path, Mode::read); }) {}

  std::string_view engine() const override { return "sqlite"; }

  void snapshot_to(const std::string& file) override { copy_to(path_, file); }

 private:
  struct Request {
    const Work& work;
    std::string request_id = log::request_id();
    std::exception_ptr failure;
    bool done = false;
  };

  void transact(Mode mode, const CompanyId&, const Work& work) override {
    if (open_.database == this) {
      if (mode == Mode::write && open_.mode == Mode::read) throw std::logic_error("a write inside a read");
      return in_savepoint(*open_.handle, work);
    }
    if (mode == Mode::read) return read_with(work);
    Request request{work};
    {
      std::unique_lock lock(mutex_);
      queue_.push_back(&request);
      free_.wait(lock, [&] { return request.done || !leading_; });
      if (!request.done) {
        leading_ = true;
        const auto batch = std::exchange(queue_, {});
        lock.unlock();
        run_batch(batch);
        lock.lock();
        for (auto* member : batch) member->done = true;
        leading_ = false;
        free_.notify_all();
      }
    }
    if (request.failure) std::rethrow_exception(request.failure);
  }

  void read_with(const Work& work) {
    const auto reader = readers_.take();
    reader->run("BEGIN", {});
    const auto outer = std::exchange(open_, {this, reader.get(), Mode::read});
    try {
      work(*reader);
    } catch (...) {
      open_ = outer;
      if (reader->in_transaction()) reader->run("ROLLBACK", {});
      throw;
    }
    open_ = outer;
    reader->run("COMMIT", {});
  }

  void run_batch(const std::deque<Request*>& batch) {
    try {
      writer_.run("BEGIN IMMEDIATE", {});
    } catch (...) {
      for (auto* request : batch) request->failure = std::current_exception();
      return;
    }
    const auto outer = std::exchange(open_, {this, &writer_, Mode::write});
    for (auto* request : batch) {
      const log::RequestScope scope(request->request_id);
      try {
        if (!writer_.in_transaction()) throw std::runtime_error("SQLite: an error before this write undid it");
        in_savepoint(writer_, request->work);
      } catch (...) {
        request->failure = std::current_exception();
      }
    }
    open_ = outer;
    try {
      writer_.run("COMMIT", {});
    } catch (...) {  // disk full, say: nothing of the batch is kept, and each member hears of it
      if (writer_.in_transaction()) writer_.run("ROLLBACK", {});
      for (auto* request : batch) {
        if (!request->failure) request->failure = std::current_exception();
      }
    }
  }

  static void in_savepoint(Handle& handle, const Work& work) {
    handle.run("SAVEPOINT work", {});
    try {
      work(handle);
    } catch (...) {
      if (handle.in_transaction()) {
        handle.run("ROLLBACK TO work", {});
        handle.run("RELEASE work", {});
      }
      throw;
    }
    handle.run("RELEASE work", {});
  }

  // The transaction that this thread is inside of.
  struct Open {
    const Sqlite* database = nullptr;
    Handle* handle = nullptr;
    Mode mode = Mode::read;
  };

  const std::string path_;
  Handle writer_;
  ConnectionPool<Handle> readers_;
  std::mutex mutex_;
  std::condition_variable free_;
  std::deque<Request*> queue_;
  bool leading_ = false;
  static thread_local Open open_;
};

thread_local Sqlite::Open Sqlite::open_;

}  // namespace

std::unique_ptr<Database> open_sqlite(const std::string& path, std::size_t readers) {
  return std::make_unique<Sqlite>(path, readers);
}

}  // namespace oprag::db
