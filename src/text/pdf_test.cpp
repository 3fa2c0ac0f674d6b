#include "text/pdf.hpp"

#include <gtest/gtest.h>
#include <zip.h>

#include "base/text.hpp"
#include "text/testing_pdf.hpp"

namespace oprag::text {
namespace {

Document read_ok(const std::string& bytes) {
  auto out = read(bytes, "x.pdf", {});
  EXPECT_TRUE(out) << (out ? "" : out.error().message);
  return out ? *std::move(out) : Document{};
}

std::string code_of(const std::string& bytes, const std::string& filename = "x.pdf") {
  const auto out = read(bytes, filename, {});
  return out ? "read" : out.error().code;
}

const std::vector<std::string> left_column = {
    "The mill was built in the spring of", "that year by a family of weavers who",
    "had come up the valley to find work", "and stayed on when the river froze."};
const std::vector<std::string> right_column = {
    "A second wheel followed ten years on", "and with it a row of low houses that",
    "the workers rented by the week until", "the railway reached the far bank."};

std::string joined(const std::vector<std::string>& lines) {
  std::string out;
  for (const auto& line : lines) out += (out.empty() ? "" : " ") + line;
  return out;
}

// `shift`: points by which the right column's baselines are lower.
Document two_columns(double shift) {
  TestPdf pdf;
  pdf.page();
  pdf.left(72, 60, "A short history of the mill", 16);
  for (std::size_t i = 0; i < left_column.size(); ++i) {
    pdf.left(72, 100 + 12 * static_cast<double>(i), left_column[i]);
    pdf.left(320, 100 + shift + 12 * static_cast<double>(i), right_column[i]);
  }
  return read_ok(pdf.bytes());
}

TEST(Pdf, ReadsColumnsOneAfterTheOther) {
  const auto want = "A short history of the mill\n" + joined(left_column) + "\n" + joined(right_column);
  EXPECT_EQ(two_columns(0).text, want);
  EXPECT_EQ(two_columns(6).text, want) << "baselines that do not meet";
}

TEST(Pdf, KeepsTheCurrencySignWithItsNumber) {
  TestPdf pdf;
  pdf.page();
  for (int i = 0; i < 3; ++i) {
    const auto y = 100 + 15.0 * i;
    pdf.left(72, y, "Fee of year " + std::to_string(i));
    pdf.left(300, y, "$");
    pdf.right(360, y, "1," + std::to_string(100 + i));
    pdf.left(400, y, "\x80");  // the euro sign
    pdf.right(460, y, "9" + std::to_string(i));
    pdf.left(490, y, "%");
  }
  const auto text = read_ok(pdf.bytes()).text;
  EXPECT_NE(text.find("Fee of year 1 | $1,101 | \xe2\x82\xac"
                      "91%"),
            std::string::npos)
      << text;
}

TEST(Pdf, ReadsATurnedPageAsItIsSeen) {
  for (const int rotate : {0, 90, 180, 270}) {
    TestPdf pdf;
    pdf.page(612, 792, rotate);
    pdf.left(72, 100, "First line of the notice.");
    pdf.left(72, 140, "Second line of the notice.");
    const auto document = read_ok(pdf.bytes());
    EXPECT_EQ(document.text, "First line of the notice.\nSecond line of the notice.") << rotate;
    ASSERT_FALSE(document.pages.at(0).boxes.empty());
    const auto& box = document.pages[0].boxes[0];
    EXPECT_GT(box.width, box.height) << rotate;
  }
}

TEST(Pdf, SaysThatAFileIsCutShort) {
  TestPdf pdf;
  pdf.page();
  pdf.left(72, 100, "Some words.");
  const auto whole = pdf.bytes();
  EXPECT_EQ(code_of(whole), "read");
  EXPECT_EQ(code_of(whole.substr(0, 60)), "damaged_file");
  for (std::size_t cut = 0; cut < whole.size(); cut += 7) {
    const auto code = code_of(whole.substr(0, cut));
    EXPECT_TRUE(code == "read" || code == "damaged_file" || code == "no_text" || code == "empty_file") << cut << code;
  }
}

TEST(Pdf, SaysThatAPasswordIsNeeded) {
  TestPdf pdf;
  pdf.page();
  pdf.left(72, 100, "Secret words.");
  EXPECT_EQ(code_of(pdf.bytes(true)), "password_protected");
}

TEST(Pdf, SaysThatAScanHasNoText) {
  TestPdf pdf;
  pdf.page();
  EXPECT_EQ(code_of(pdf.bytes()), "no_text");
}

TEST(Pdf, RefusesTextThatADamagedFontGarbles) {
  TestPdf pdf;
  pdf.page();
  for (int i = 0; i < 30; ++i)
    pdf.left(72, 60 + 14.0 * i, "Wkh txlfn eurzq ira mxpsv ryhu wkh odcb grj dqg grzq wkh kloo");
  EXPECT_EQ(code_of(pdf.bytes()), "unreadable_text");
}

TEST(Pdf, GoesByContentNotByName) {
  EXPECT_EQ(code_of(std::string("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\b\6\0\0\0", 29)), "unsupported_type");
  EXPECT_EQ(code_of(""), "empty_file");
  TestPdf pdf;
  pdf.page();
  pdf.left(72, 100, "Words in a file that is called otherwise.");
  EXPECT_EQ(code_of(pdf.bytes(), "picture.png"), "read");
}

// An archive with one part of `size` equal bytes.
std::string docx_of(std::size_t size) {
  const std::string content(size, 'a');
  zip_error_t error;
  auto* buffer = zip_source_buffer_create(nullptr, 0, 0, &error);
  zip_source_keep(buffer);
  auto* archive = zip_open_from_source(buffer, ZIP_CREATE | ZIP_TRUNCATE, &error);
  zip_file_add(archive, "word/document.xml", zip_source_buffer(archive, content.data(), content.size(), 0), 0);
  zip_close(archive);
  zip_source_open(buffer);
  std::string out(size + 1000, '\0');
  out.resize(static_cast<std::size_t>(zip_source_read(buffer, out.data(), out.size())));
  zip_source_close(buffer);
  zip_source_free(buffer);
  return out;
}

TEST(Pdf, LeavesABombPacked) {
  const auto bomb = docx_of(20'000'000);
  EXPECT_LT(bomb.size(), 100'000u);
  EXPECT_EQ(code_of(bomb, "x.docx"), "unpacks_too_large");
  EXPECT_EQ(code_of(docx_of(1000), "x.docx"), "damaged_file");
}

}  // namespace
}  // namespace oprag::text
