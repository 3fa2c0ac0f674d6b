#include "db/scrub.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <random>

#include "db/testing.hpp"

namespace oprag::db {
namespace {

std::size_t occurrences(const std::string& path, const std::string& word) {
  std::ifstream in(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  std::size_t count = 0;
  for (auto at = bytes.find(word); at != std::string::npos; at = bytes.find(word, at + 1)) ++count;
  return count;
}

// Rows of two owners in all sizes, rewritten so that pages are split and balanced; then one owner's go.
void fill_and_delete(Database& database) {
  std::mt19937 random(2);
  constexpr std::array sizes{10, 60, 300, 900, 5000};
  database.write_system([&](System& store) {
    store.exec("CREATE TABLE notes (owner TEXT, id BIGINT, words TEXT, PRIMARY KEY (owner, id))");
    store.exec("CREATE INDEX notes_words ON notes (owner, words)");
    for (std::int64_t i = 0; i < 6000; ++i) {
      const bool secret = random() % 4 == 0;
      store.exec("INSERT INTO notes (owner, id, words) VALUES ($1, $2, $3)", secret ? "b" : "abcd",
                 random() * 6000LL + i,
                 (secret ? "CANARY" : "plain") + std::string(static_cast<std::size_t>(sizes[random() % 5]), 'x'));
    }
  });
  database.write_system([](System& store) { store.exec("DELETE FROM notes WHERE owner = 'b'"); });
}

TEST(Scrub, LeavesNoByteOfDeletedRowsInTheFiles) {
  testing::Store store("sqlite");
  fill_and_delete(*store);
  ASSERT_GT(occurrences(store.place() + "-wal", "CANARY"), 0u);
  ASSERT_TRUE(scrub_sqlite(store.place(), Scrub::file));
  EXPECT_EQ(occurrences(store.place(), "CANARY"), 0u);
  EXPECT_EQ(std::filesystem::file_size(store.place() + "-wal"), 0u);
  const auto left = store->read_system([](System& s) { return s.scalar<std::int64_t>("SELECT COUNT(*) FROM notes"); });
  EXPECT_GT(left.value(), 4000);
}

TEST(Scrub, OfTheLogEmptiesIt) {
  testing::Store store("sqlite");
  fill_and_delete(*store);
  ASSERT_TRUE(scrub_sqlite(store.place(), Scrub::log));
  EXPECT_EQ(std::filesystem::file_size(store.place() + "-wal"), 0u);
}

}  // namespace
}  // namespace oprag::db
