#include "blobs/disk_store.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <thread>

namespace oprag::blobs {
namespace {

struct Disk : ::testing::Test {
  std::filesystem::path root = std::filesystem::temp_directory_path() / ("oprag_blobs_" + random_base62(12));
  Timestamp now{1'780'000'000'000};
  DiskStore store{{.root = root, .public_base = "http://127.0.0.1:8080/_objects", .key = {"AKOPRAG", "secret"}},
                  [this] { return now; }};
  ~Disk() override { std::filesystem::remove_all(root); }

  std::size_t files_in(const char* part) {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root / part))
      count += entry.is_regular_file();
    return count;
  }
};

TEST_F(Disk, KeepsBytesAndTheirDigests) {
  const std::string bytes("a\0\xff", 3);
  store.put("documents/c/p/x.pdf", bytes);
  EXPECT_EQ(store.get("documents/c/p/x.pdf"), bytes);
  const auto info = store.head("documents/c/p/x.pdf");
  ASSERT_TRUE(info);
  EXPECT_EQ(info->size, 3);
  EXPECT_EQ(info->sha256, crypto::sha256_hex(bytes));
  store.remove("documents/c/p/x.pdf");
  EXPECT_FALSE(store.head("documents/c/p/x.pdf"));
  EXPECT_NO_THROW(store.remove("documents/c/p/x.pdf"));
}

TEST_F(Disk, LeavesNothingOfAnUploadThatWasNotFinished) {
  {
    DiskStore::Upload upload(store, "a/b");
    upload.write("half");
    EXPECT_EQ(files_in("incoming"), 1u);
  }
  EXPECT_EQ(files_in("incoming"), 0u);
  EXPECT_FALSE(store.get("a/b"));
}

TEST_F(Disk, SealedObjectsAreNotReplacedByUploads) {
  store.put("a/b", "first");
  DiskStore::Upload late(store, "a/b");
  late.write("second");
  store.seal("a/b");
  EXPECT_FALSE(late.finish({}, DiskStore::unless_sealed));
  EXPECT_EQ(store.get("a/b"), "first");
  store.unseal("a/b");
  DiskStore::Upload later(store, "a/b");
  later.write("second");
  EXPECT_TRUE(later.finish({}, DiskStore::unless_sealed));
  EXPECT_EQ(store.get("a/b"), "second");
}

TEST_F(Disk, RefusesKeysThatLeaveItsDirectory) {
  for (const auto* key : {"", "/etc/passwd", "../x", "a/../../x", "a//b/..", ".", "a/./b"}) {
    EXPECT_THROW(store.put(key, "x"), std::invalid_argument) << key;
  }
}

TEST_F(Disk, ListsByPrefixInOrder) {
  for (const auto* key : {"b/2", "b/1", "a/1", "bb/1"}) store.put(key, "x");
  EXPECT_EQ(store.list("b/"), (std::vector<std::string>{"b/1", "b/2"}));
  EXPECT_EQ(store.list("").size(), 4u);
  EXPECT_TRUE(store.list("none/").empty());
}

TEST_F(Disk, KeepsKeysApartThatADirectoryCouldConfuse) {
  const std::vector<std::string> keys{"a", "a+", "a+/b", "a/", "a//b", "a/b", "a/b/c", "a%2Fb", "\xc3\xa4 b"};
  for (const auto& key : keys) store.put(key, key);
  for (const auto& key : keys) EXPECT_EQ(store.get(key), key);
  auto sorted = keys;
  std::ranges::sort(sorted);
  EXPECT_EQ(store.list(""), sorted);
  std::vector<std::string> after;
  store.walk("a/", "a//b", [&](const std::string& key) {
    after.push_back(key);
    return true;
  });
  EXPECT_EQ(after, (std::vector<std::string>{"a/b", "a/b/c"}));
}

TEST_F(Disk, GivesTheOldBytesToWhoeverOpenedThem) {
  store.put("a", "first");
  const auto open = store.open("a");
  store.put("a", "second");
  EXPECT_EQ(open->bytes(), "first");
  store.remove("a");
  EXPECT_EQ(open->bytes(), "first");
}

TEST_F(Disk, KeepsASealWhenItsOwnProgramReplacesTheObject) {
  store.put("a", "first");
  store.seal("a");
  store.put("a", "second");
  EXPECT_TRUE(store.open("a")->sealed());
}

TEST_F(Disk, SweepsWhatTheDeadLeftAndNothingElse) {
  std::ofstream(root / "incoming" / "orphan") << "half";
  DiskStore::Upload running(store, "a/b");
  running.write("whole");
  store.sweep();
  EXPECT_EQ(files_in("incoming"), 1u);
  EXPECT_TRUE(running.finish({}, DiskStore::unless_sealed));
  EXPECT_EQ(store.get("a/b"), "whole");
}

TEST_F(Disk, SaysWhenAFileIsNoObject) {
  std::ofstream(root / "data" / "a") << "put here by hand";
  EXPECT_THROW(store.get("a"), std::runtime_error);
}

// A child replaces two objects for ever and says so in a pipe; wherever it is killed, each is one of its versions
// whole, and not older than what it acknowledged.
TEST_F(Disk, KilledAtAnyMomentLeavesTheOldObjectOrTheNewOne) {
  const auto version = [](int n) {
    return std::to_string(n) + ":" + std::string(100'000 + 997 * (n % 7), 'a' + n % 26);
  };
  for (int round = 0; round < 20; ++round) {
    std::array<int, 2> pipe{};
    ASSERT_EQ(::pipe(pipe.data()), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      for (int n = 1;; ++n) {
        store.put("k/" + std::to_string(round), version(n));
        if (::write(pipe[1], &n, sizeof n) != sizeof n) ::_exit(1);
      }
    }
    ::close(pipe[1]);
    int acknowledged = 0;
    for (int i = 0; i <= round % 5; ++i) ASSERT_EQ(::read(pipe[0], &acknowledged, sizeof acknowledged), 4);
    std::this_thread::sleep_for(std::chrono::microseconds(317 * round));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    for (int n = 0; ::read(pipe[0], &n, sizeof n) == 4;) acknowledged = n;
    ::close(pipe[0]);
    const auto bytes = store.get("k/" + std::to_string(round));
    ASSERT_TRUE(bytes);
    const int found = std::atoi(bytes->c_str());
    EXPECT_GE(found, acknowledged);
    EXPECT_EQ(*bytes, version(found));
    EXPECT_EQ(store.head("k/" + std::to_string(round))->sha256, crypto::sha256_hex(*bytes));
    store.sweep();
    EXPECT_EQ(files_in("incoming"), 0u);
  }
}

}  // namespace
}  // namespace oprag::blobs
