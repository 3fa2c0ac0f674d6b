#include <gtest/gtest.h>

#include <fstream>

#include "base/text.hpp"
#include "text/builder.hpp"
#include "text/detect.hpp"
#include "text/document.hpp"
#include "text/passages.hpp"

namespace oprag::text {
namespace {

Document read_ok(const std::string& bytes, const std::string& filename) {
  auto out = read(bytes, filename, {});
  EXPECT_TRUE(out) << (out ? "" : out.error().message);
  return out ? *std::move(out) : Document{};
}

std::string code_of(const std::string& bytes, const std::string& filename) {
  const auto out = read(bytes, filename, {});
  return out ? "read" : out.error().code;
}

std::string slice(const Document& d, const Block& b) {
  const auto from = first_code_points(d.text, static_cast<std::size_t>(b.start)).size();
  return std::string(
      first_code_points(std::string_view(d.text).substr(from), static_cast<std::size_t>(b.end - b.start)));
}

TEST(Detect, GoesByContent) {
  EXPECT_EQ(detect("%PDF-1.7\n…", "x.txt"), media::pdf);
  EXPECT_EQ(detect("hello", "x.pdf"), media::plain);
  EXPECT_EQ(detect("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "x.pdf"), std::nullopt);
  EXPECT_EQ(detect("<!doctype html><p>x", "x.txt"), media::html);
  EXPECT_EQ(detect("# Title", "x.md"), media::markdown);
  EXPECT_EQ(detect("PK\x03\x04nothing", "x.docx"), std::nullopt);
}

TEST(Read, SaysWhyItCannot) {
  EXPECT_EQ(code_of("", "x.txt"), "empty_file");
  EXPECT_EQ(code_of(" \n ", "x.txt"), "empty_file");
  EXPECT_EQ(code_of("%PDF-1.7\ncut short", "x.pdf"), "damaged_file");
  EXPECT_EQ(code_of(std::string("\x89PNG\r\n\x1a\n\0\0\0\0\0", 13), "x.pdf"), "unsupported_type");
  Limits small;
  small.text_bytes = 10;
  EXPECT_EQ(read("more than ten bytes of text", "x.txt", small).error().code, "too_much_text");
}

TEST(Read, MarkdownGivesHeadingsItemsAndRows) {
  const auto d = read_ok(
      "# Guide\n\nFirst *line*\nsecond [link](http://x).\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n", "g.md");
  std::vector<std::pair<BlockKind, std::string>> got;
  for (const auto& b : d.pages.at(0).blocks) got.emplace_back(b.kind, slice(d, b));
  const std::vector<std::pair<BlockKind, std::string>> want{
      {BlockKind::heading, "Guide"},    {BlockKind::paragraph, "First line second link."},
      {BlockKind::list_item, "one"},    {BlockKind::list_item, "two"},
      {BlockKind::table_head, "a | b"}, {BlockKind::table_row, "1 | 2"}};
  EXPECT_EQ(got, want);
}

TEST(Read, HtmlLeavesOutWhatNobodySees) {
  const auto d = read_ok(
      "<html><head><title>T</title><script>x()</script></head><body><h1>H</h1><p>seen<span style='display: none'>"
      "hidden</span> too</p><!-- note --><table><tr><th>k<th>v<tr><td>a<td>1</table></body></html>",
      "x.html");
  EXPECT_EQ(d.title, "T");
  EXPECT_EQ(d.text, "H\nseen too\nk | v\na | 1");
}

TEST(Read, CsvKeepsRowsWholeWithTheirHead) {
  const auto d = read_ok("name;value\n\"a;b\";1\n", "x.csv");
  EXPECT_EQ(d.text, "name | value\na;b | 1");
  EXPECT_EQ(d.pages[0].blocks[0].kind, BlockKind::table_head);
}

TEST(Read, CleansTextOfWhatSmuggles) {
  EXPECT_EQ(clean("a\u202e\U000E0041b\u200bc\x01  d\r\n"), "abc d\n");
  const std::string utf16("\xff\xfeh\0i\0", 6);
  EXPECT_EQ(read_ok(utf16, "x.txt").text, "hi");
  EXPECT_EQ(read_ok("caf\xe9 cr\xe8me br\xfbl\xe9"
                    "e et d\xe9j\xe0 vu",
                    "x.txt")
                .text,
            "café crème brûlée et déjà vu");
}

TEST(Codec, ReadsWhatItWritesAndRefusesDamage) {
  auto d = read_ok("# Ä heading\n\nText with ünïcode.\n", "x.md");
  d.pages[0].number = 3;
  d.pages[0].boxes = {{2, 9, 10.5f, 20.25f, 30, 8}};
  const auto bytes = encode(d);
  EXPECT_EQ(decode(bytes).value(), d);
  for (std::size_t cut = 0; cut < bytes.size(); ++cut) EXPECT_FALSE(decode(std::string_view(bytes).substr(0, cut)));
  int accepted = 0;
  for (std::size_t i = 13; i < bytes.size(); ++i) {
    auto damaged = bytes;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x55);
    if (const auto out = decode(damaged)) {
      ++accepted;  // other text, perhaps, but never an offset out of range
      const auto length = static_cast<std::int64_t>(code_points(out->text));
      for (const auto& page : out->pages) {
        EXPECT_LE(page.end, length);
        for (const auto& block : page.blocks) EXPECT_LE(block.end, page.end);
      }
    }
  }
  EXPECT_GT(accepted, 0);
}

std::vector<std::string> blocks_of(const Document& d, BlockKind kind) {
  std::vector<std::string> out;
  for (const auto& block : d.pages.at(0).blocks)
    if (block.kind == kind) out.push_back(slice(d, block));
  return out;
}

TEST(Plain, HeadingsStandApartAboveLongerText) {
  using Strings = std::vector<std::string>;
  const auto wrapped = read_ok(
      "Rules of the harbour\n\nThese rules hold for every boat that ties up at the quay,\nlarge or small.\n\n"
      "Opening hours\n\nThe harbour opens at seven in the morning and closes\nat nine.\n\nThank you for reading.\n",
      "x.txt");
  EXPECT_EQ(wrapped.title, "Rules of the harbour");
  EXPECT_EQ(blocks_of(wrapped, BlockKind::heading), (Strings{"Rules of the harbour", "Opening hours"}));
  EXPECT_EQ(blocks_of(wrapped, BlockKind::paragraph).at(0),
            "These rules hold for every boat that ties up at the quay, large or small.");
  std::string line;
  for (int i = 0; i < 9; ++i) line += " boat lies at the quay and the";
  const auto wide = read_ok(
      "== Boats ==\nThe" + line + " end.\nThis" + line + " other.\n\n=== Large ===\nThat" + line + " last.\n", "x.txt");
  EXPECT_EQ(blocks_of(wide, BlockKind::heading), (Strings{"== Boats ==", "=== Large ==="}));
  EXPECT_EQ(blocks_of(wide, BlockKind::paragraph).size(), 3u) << "a long line is a paragraph";
  EXPECT_EQ(blocks_of(read_ok("Dear Ann,\n\nthe boat is at the quay since Monday.\n", "x.txt"), BlockKind::heading),
            Strings{});
}

TEST(Plain, RowsBetweenBarsAreATable) {
  const auto d = read_ok("Fees of 2024:\nboat | fee\ncanoe | 4\nyacht | 90\n", "x.txt");
  EXPECT_EQ(blocks_of(d, BlockKind::table_head), std::vector<std::string>{"boat | fee"});
  EXPECT_EQ(blocks_of(d, BlockKind::table_row), (std::vector<std::string>{"canoe | 4", "yacht | 90"}));
}

TEST(Passages, AreExactSlicesUnderTheirHeadings) {
  std::string text = "# One\n\n";
  for (int i = 0; i < 60; ++i) text += "Sentence number " + std::to_string(i) + " says sömething of its own. ";
  text += "\n\n## Two\n\nShort.\n\n| k | v |\n|---|---|\n";
  for (int i = 0; i < 80; ++i) text += "| row " + std::to_string(i) + " | " + std::to_string(i * 7) + " |\n";
  const auto d = read_ok(text, "x.md");
  const auto chunks = passages_of(d, {.tokens = 100, .overlap = 15});
  ASSERT_GT(chunks.size(), 5u);
  bool table_seen = false;
  for (const auto& c : chunks) {
    EXPECT_EQ(c.text, slice(d, {BlockKind::paragraph, 0, -1, c.start, c.end}));
    EXPECT_LE(estimated_tokens(c.text), 115);
    EXPECT_EQ(c.headings.at(0), "One");
    if (c.table) {
      table_seen = true;
      EXPECT_EQ(c.table_head, "k | v");
      EXPECT_EQ(c.headings.at(1), "Two");
    }
  }
  EXPECT_TRUE(table_seen);
  // Nothing is lost between passages.
  for (std::size_t i = 1; i < chunks.size(); ++i) EXPECT_LE(chunks[i].start, chunks[i - 1].end + 1);
}

// A file as a browser prints it: kerning narrows blanks, tables are drawn cell by cell.
TEST(Read, TheSampleAsABrowserPrintedIt) {
  std::ifstream in("samples/atlas-handbook.pdf", std::ios::binary);
  const auto d = read_ok({std::istreambuf_iterator<char>(in), {}}, "atlas-handbook.pdf");
  EXPECT_EQ(d.pages.size(), 5u);
  EXPECT_EQ(d.title, "Atlas Mini kiln: owner's handbook");
  EXPECT_EQ(d.language, "en");
  EXPECT_TRUE(d.text.contains("The warranty of the Atlas Mini kiln lasts 36 months")) << d.text;
  EXPECT_TRUE(d.text.contains("Stoneware glaze | 1,230 | 11 | 22 | 59")) << d.text;
}

TEST(Passages, AreNearlyFullAndNeverEndInAHeading) {
  std::string text;
  for (int section = 0; section < 40; ++section) {
    text += "## Section " + std::to_string(section) + "\n\n";
    for (int i = 0; i < section % 7; ++i)
      text += "Sentence number " + std::to_string(i) + " says something of its own. ";
    if (section % 3 == 0) text += "\n\n| k | v |\n|---|---|\n| a | 1 |\n| b | 2 |\n";
    text += "\n\n";
  }
  text += "The end comes last.\n";
  const auto d = read_ok(text, "x.md");
  const auto chunks = passages_of(d, {.tokens = 100, .overlap = 0});
  std::int64_t all = 0;
  for (const auto& c : chunks) {
    all += estimated_tokens(c.text);
    for (const auto& block : d.pages.at(0).blocks) {
      if (block.kind == BlockKind::heading || block.kind == BlockKind::table_head) {
        EXPECT_NE(block.end, c.end) << c.text;
      }
    }
  }
  EXPECT_LE(chunks.size(), static_cast<std::size_t>(all / 70)) << "of 100 tokens at most";
}

}  // namespace
}  // namespace oprag::text
