#include "ingest/extractor.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace oprag::ingest {
namespace {

Extractor worker(const std::string& mode) {
  return Extractor({.program = OPRAG_TEST_WORKER, .arguments = {mode}, .quiet_time = std::chrono::milliseconds(700)});
}

text::ReadError failure(const std::string& mode) {
  const auto out = worker(mode).extract("some text", "x.txt", {});
  return out ? text::ReadError{"read", ""} : out.error();
}

TEST(Extractor, ReadsAFileInAProcessOfItsOwn) {
  const auto out = worker("extract-worker").extract("# Hello\n\nWorld.\n", "x.md", {});
  ASSERT_TRUE(out) << out.error().message;
  EXPECT_EQ(out->text, "Hello\nWorld.");
}

TEST(Extractor, PassesOnWhyAFileCannotBeRead) {
  const auto out = worker("extract-worker").extract("%PDF-1.4 nothing", "x.pdf", {});
  ASSERT_FALSE(out);
  EXPECT_EQ(out.error().code, "damaged_file");
}

TEST(Extractor, GivesTheReaderNoEnvironment) {
  ::setenv("OPRAG_TEST_SECRET", "do not pass on", 1);
  EXPECT_EQ(failure("environment").message, "empty");
}

TEST(Extractor, EndsReadersThatHangOrFlood) {
  EXPECT_EQ(failure("hang").code, "timeout");
  EXPECT_EQ(failure("flood").code, "reader_crashed");
}

TEST(Extractor, KillsReadersThatReachOut) {
  for (const auto* mode : {"socket", "exec", "fork"}) EXPECT_EQ(failure(mode).code, "reader_crashed") << mode;
  EXPECT_EQ(failure("proc").message, "No such file or directory");
}

TEST(Extractor, DisbelievesReadersThatLieOrCrash) {
  for (const auto* mode : {"lie", "crash", "silent"}) EXPECT_EQ(failure(mode).code, "reader_crashed") << mode;
}

TEST(Extractor, StopsWhenAsked) {
  std::stop_source stop;
  stop.request_stop();
  EXPECT_THROW((void)worker("hang").extract("x", "x.txt", {}, stop.get_token()), Interrupted);
}

}  // namespace
}  // namespace oprag::ingest
