#include "blobs/disk_store.hpp"

#include <gtest/gtest.h>

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
  std::filesystem::remove_all(root / "info");
  EXPECT_EQ(store.head("documents/c/p/x.pdf")->sha256, info->sha256);
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
  ObjectInfo info;
  EXPECT_FALSE(late.finish(info));
  EXPECT_EQ(store.get("a/b"), "first");
  store.unseal("a/b");
  EXPECT_TRUE(late.finish(info));
  EXPECT_EQ(store.get("a/b"), "second");
}

TEST_F(Disk, RefusesKeysThatLeaveItsDirectory) {
  for (const auto* key : {"", "/etc/passwd", "../x", "a/../../x", "a//b/..", "."}) {
    EXPECT_THROW(store.put(key, "x"), std::invalid_argument) << key;
  }
}

TEST_F(Disk, ListsByPrefixInOrder) {
  for (const auto* key : {"b/2", "b/1", "a/1", "bb/1"}) store.put(key, "x");
  EXPECT_EQ(store.list("b/"), (std::vector<std::string>{"b/1", "b/2"}));
  EXPECT_EQ(store.list("").size(), 4u);
  EXPECT_TRUE(store.list("none/").empty());
}

}  // namespace
}  // namespace oprag::blobs
