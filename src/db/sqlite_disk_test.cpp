// What SQLite's writes do on a disk that fails: its file system is replaced by one that refuses on command.
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <filesystem>

#include "base/environment.hpp"
#include "db/testing.hpp"

namespace oprag::db {
namespace {

int sync_answer = SQLITE_OK, write_answer = SQLITE_OK;
int syncs = 0;
// The system's files have two kinds of methods: with locks for databases, without for logs.
const sqlite3_io_methods* real = nullptr;
sqlite3_io_methods failing_database, failing_log;

// The system's own file system, whose files answer fsync and write with what is set above.
void use_failing_disk() {
  static sqlite3_vfs disk = *sqlite3_vfs_find(nullptr);
  static const auto open = disk.xOpen;
  disk.zName = "failing";
  disk.xOpen = [](sqlite3_vfs* vfs, sqlite3_filename name, sqlite3_file* file, int flags, int* out) {
    const int status = open(vfs, name, file, flags, out);
    if (status != SQLITE_OK || !file->pMethods) return status;
    real = file->pMethods;
    auto& failing = (flags & SQLITE_OPEN_MAIN_DB) != 0 ? failing_database : failing_log;
    failing = *real;
    failing.xSync = [](sqlite3_file* f, int how) {
      ++syncs;
      return sync_answer != SQLITE_OK ? sync_answer : real->xSync(f, how);
    };
    failing.xWrite = [](sqlite3_file* f, const void* bytes, int count, sqlite3_int64 at) {
      return write_answer != SQLITE_OK ? write_answer : real->xWrite(f, bytes, count, at);
    };
    file->pMethods = &failing;
    return status;
  };
  sqlite3_vfs_register(&disk, 1);
}

class FailingDisk : public ::testing::Test {
 protected:
  FailingDisk() { use_failing_disk(); }
  ~FailingDisk() override {
    sync_answer = write_answer = SQLITE_OK;
    store.reset();
    sqlite3_vfs_register(sqlite3_vfs_find("unix"), 1);
  }

  std::unique_ptr<testing::Store> opened() const { return std::make_unique<testing::Store>("sqlite"); }
  void count_up(std::string_view bucket) {
    (*store)->write_system([&](System& s) {
      s.exec("INSERT INTO job_turns (company_id, project_id, served_at) VALUES ('co_a', $1, 0)", bucket);
    });
  }
  std::int64_t counters() {
    return (*store)->read_system([](System& s) { return *s.scalar<std::int64_t>("SELECT COUNT(*) FROM job_turns"); });
  }

  std::unique_ptr<testing::Store> store;
};
using FailingDiskDeathTest = FailingDisk;

TEST_F(FailingDisk, AcknowledgesAWriteOnlyAfterASync) {
  store = opened();
  syncs = 0;
  count_up("one");
  EXPECT_GE(syncs, 1);
  syncs = 0;
  EXPECT_EQ(counters(), 1);
  EXPECT_EQ(syncs, 0);
  (*store)->write_system([](System& s) {
    EXPECT_EQ(s.scalar<std::int64_t>("PRAGMA synchronous"), 2);  // FULL
    EXPECT_EQ(s.scalar<std::string>("PRAGMA journal_mode"), "wal");
  });
}

TEST_F(FailingDiskDeathTest, EndsTheProcessWhenASyncFails) {
  EXPECT_EXIT(
      {
        store = opened();
        sync_answer = SQLITE_IOERR_FSYNC;
        count_up("one");
        std::_Exit(0);  // acknowledged
      },
      ::testing::ExitedWithCode(74), "disk failed");
}

TEST_F(FailingDisk, RefusesWritesWhileTheDiskIsFullAndTakesThemAgainAfterwards) {
  store = opened();
  count_up("before");
  write_answer = SQLITE_FULL;
  EXPECT_THROW(count_up("refused"), std::runtime_error);
  EXPECT_THROW(count_up("refused too"), std::runtime_error);
  write_answer = SQLITE_OK;
  EXPECT_EQ(counters(), 1);
  count_up("after");
  EXPECT_EQ(counters(), 2);
  store->reopen();
  EXPECT_EQ(counters(), 2);
}

// So much that the transaction spills into the log before its end: SQLite then rolls all of it back by itself.
TEST_F(FailingDisk, UndoesABatchWhoseDiskFillsUpInTheMiddle) {
  store = opened();
  EXPECT_THROW((*store)->write_system([&](System& s) {
    for (int i = 0; i < 4000; ++i) {
      if (i == 2000) write_answer = SQLITE_FULL;
      s.exec("INSERT INTO job_turns (company_id, project_id, served_at) VALUES ('co_a', $1, 0)",
             std::to_string(i) + std::string(2000, 'x'));
    }
  }),
               std::runtime_error);
  write_answer = SQLITE_OK;
  EXPECT_EQ(counters(), 0);
  count_up("after");
  EXPECT_EQ(counters(), 1);
}

// The disk for copies may fail without the store's: nothing of the store depends on it.
TEST_F(FailingDisk, OutlivesACopyThatItsDiskRefuses) {
  store = opened();
  count_up("one");
  const auto file = ::testing::TempDir() + "oprag-copy-" + random_base62(12) + ".db";
  write_answer = SQLITE_IOERR_WRITE;
  EXPECT_THROW((*store)->snapshot_to(file), std::runtime_error);
  write_answer = SQLITE_OK;
  std::filesystem::remove(file);
  (*store)->snapshot_to(file);
  count_up("after the copy");
  EXPECT_EQ(counters(), 2);
  EXPECT_EQ(open_sqlite(file, 1)->read_system(
                [](System& s) { return s.scalar<std::int64_t>("SELECT COUNT(*) FROM job_turns"); }),
            1);
  std::filesystem::remove(file);
}

}  // namespace
}  // namespace oprag::db
