#include "ingest/extractor.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

#include "ingest/sandbox.hpp"
#include "text/testing_pdf.hpp"

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

// What the C library asks the kernel for a long list differs from a short one: its qsort asks for the memory's size.
TEST(Extractor, ReadsAFileOfManyFullPages) {
  text::TestPdf pdf;
  for (int page = 0; page < 20; ++page) {
    pdf.page();
    for (int line = 0; line < 45; ++line) {
      pdf.left(56, 40 + 14 * line, "ledger entries of the harbour office, berth after berth " + std::to_string(line));
    }
  }
  const auto out = worker("extract-worker").extract(pdf.bytes(), "ledger.pdf", {});
  ASSERT_TRUE(out) << out.error().message;
  EXPECT_EQ(out->pages.size(), 20U);
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
  if (sanitized) GTEST_SKIP() << "a sanitized reader is not confined";
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
