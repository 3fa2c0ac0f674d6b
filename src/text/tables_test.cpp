#include "text/tables.hpp"

#include <gtest/gtest.h>

#include <set>

#include "base/text.hpp"
#include "text/testing_pdf.hpp"

namespace oprag::text {
namespace {

using Cells = std::vector<TableCell>;

Document read_ok(const std::string& bytes, const std::string& filename = "x.pdf") {
  auto out = read(bytes, filename, {});
  EXPECT_TRUE(out) << (out ? "" : out.error().message);
  return out ? *std::move(out) : Document{};
}

// Counts the listed cells that are read with their text, row label and column head.
class Score {
 public:
  void expect(const Document& document, const std::string& row, const std::vector<std::string>& columns,
              const std::vector<std::string>& texts) {
    const auto cells = cells_of(document);
    for (std::size_t i = 0; i < texts.size(); ++i) {
      if (texts[i].empty()) continue;  // a blank cell
      ++listed;
      const bool found = std::ranges::any_of(cells, [&](const TableCell& cell) {
        return cell.row == row && cell.column == columns[i] && cell.text == texts[i];
      });
      right += found;
      if (!found) wrong += "\n  " + row + " / " + columns[i] + " / " + texts[i];
    }
  }
  int listed = 0, right = 0;
  std::string wrong;
};

// "$" in a column of its own, dashes, brackets and labels of two lines, under one head for all years.
void income_statement(Score& score) {
  TestPdf pdf;
  pdf.page();
  pdf.left(72, 60, "Consolidated statements of income", 14);
  pdf.left(72, 84, "The following table sets out our results in millions of dollars for the last three years.");
  pdf.middle(440, 110, "Years ended December 31,");
  const std::vector<double> ends = {380, 460, 540};
  const std::vector<std::string> years = {"2023", "2022", "2021"};
  for (std::size_t i = 0; i < 3; ++i) pdf.right(ends[i], 124, years[i]);
  const std::vector<std::pair<std::string, std::vector<std::string>>> rows = {
      {"Net sales", {"$4,512", "$4,107", "$3,890"}},
      {"Cost of sales", {"(2,310)", "(2,204)", "(2,011)"}},
      {"Gross profit", {"2,202", "1,903", "1,879"}},
      {"Research and development", {"310", "295", "\x97"}},
      {"Net cash provided by operating activities", {"1,015", "998", "760"}},
      {"Effective tax rate", {"21.4%", "20.9%", "23.0%"}},
      {"Net income", {"$801", "$(12)", "$755"}},
      {"Earnings per share", {"$3.02", "$(0.05)", "$2.81"}}};
  double y = 142;
  for (const auto& [label, texts] : rows) {
    if (label.starts_with("Net cash")) {
      pdf.left(72, y, "Net cash provided by");
      y += 12;
      pdf.left(82, y, "operating activities");
    } else {
      pdf.left(72, y, label);
    }
    for (std::size_t i = 0; i < 3; ++i) {
      const bool dollar = texts[i].front() == '$';
      if (dollar) pdf.left(ends[i] - 45, y, "$");
      pdf.right(ends[i], y, texts[i].substr(dollar));
    }
    y += 15;
  }
  const auto document = read_ok(pdf.bytes());
  std::vector<std::string> heads;
  for (const auto& year : years) heads.push_back("Years ended December 31, " + year);
  for (auto [label, texts] : rows) {
    for (auto& text : texts) text = text == "\x97" ? "\xe2\x80\x94" : text;
    score.expect(document, label, heads, texts);
  }
}

// Heads of one to three lines, each column's apart.
void wrapped_heads(Score& score) {
  TestPdf pdf;
  pdf.page();
  pdf.left(72, 60, "Sites and their loads", 14);
  const std::vector<double> middles = {250, 340, 430, 520};
  const std::vector<std::vector<std::string>> heads = {
      {"Rooms"}, {"Mean daily", "load (kWh)"}, {"Highest", "hourly", "load (kW)"}, {"Installed", "in"}};
  for (std::size_t c = 0; c < heads.size(); ++c) {
    for (std::size_t i = 0; i < heads[c].size(); ++i) {
      pdf.middle(middles[c], 124 - 12 * static_cast<double>(heads[c].size() - 1 - i), heads[c][i]);
    }
  }
  pdf.left(72, 124, "Site");
  const std::vector<std::string> names = {"Rooms", "Mean daily load (kWh)", "Highest hourly load (kW)", "Installed in"};
  const std::vector<std::pair<std::string, std::vector<std::string>>> rows = {
      {"Harbour office", {"41", "310.5", "35", "2014"}},
      {"North warehouse", {"8", "1,204.0", "160", "2019"}},
      {"School annex", {"17", "95.2", "12.5", "2008"}},
      {"Pump station 4", {"2", "12.0", "9", "1997"}},
      {"Visitor centre", {"120", "640.8", "71.3", "2021"}}};
  double y = 142;
  for (const auto& [label, texts] : rows) {
    pdf.left(72, y, label);
    for (std::size_t c = 0; c < texts.size(); ++c) pdf.middle(middles[c], y, texts[c]);
    y += 15;
  }
  const auto document = read_ok(pdf.bytes());
  for (const auto& [label, texts] : rows) score.expect(document, label, names, texts);
}

// The same landscape table on a page that the viewer turns, and in text that runs up a portrait page.
void turned(Score& score, bool by_viewer) {
  TestPdf pdf;
  pdf.page(612, 792, by_viewer ? 90 : 0);
  pdf.turn();
  pdf.left(72, 60, "Deliveries by quarter", 14);
  const std::vector<std::string> heads = {"Spring", "Summer", "Autumn"};
  const std::vector<double> ends = {400, 520, 640};
  for (std::size_t i = 0; i < 3; ++i) pdf.right(ends[i], 100, heads[i]);
  const std::vector<std::pair<std::string, std::vector<std::string>>> rows = {
      {"Timber", {"120", "340", "95"}}, {"Steel", {"1,020", "15", "2"}}, {"Glass and fittings", {"7", "8", "9,000"}}};
  double y = 120;
  for (const auto& [label, texts] : rows) {
    pdf.left(72, y, label);
    for (std::size_t i = 0; i < 3; ++i) pdf.right(ends[i], y, texts[i]);
    y += 15;
  }
  const auto document = read_ok(pdf.bytes());
  for (const auto& [label, texts] : rows) score.expect(document, label, heads, texts);
}

// Two years over two halves each, some cells blank.
void merged_cells(Score& score) {
  TestPdf pdf;
  pdf.page();
  pdf.left(72, 60, "Visitors by hall", 14);
  const std::vector<double> ends = {290, 370, 450, 530};
  pdf.middle(320, 100, "2024");
  pdf.middle(480, 100, "2023");
  const std::vector<std::string> halves = {"First half", "Second half", "First half", "Second half"};
  for (std::size_t i = 0; i < 4; ++i) pdf.right(ends[i], 114, halves[i]);
  const std::vector<std::string> heads = {"2024 First half", "2024 Second half", "2023 First half", "2023 Second half"};
  const std::vector<std::pair<std::string, std::vector<std::string>>> rows = {
      {"Main hall", {"10,250", "11,400", "9,870", "10,020"}},
      {"Gallery", {"2,310", "", "2,105", "1,998"}},
      {"Planetarium", {"", "845", "", "790"}},
      {"Workshop", {"96", "120", "88", ""}},
      {"Garden", {"4,400", "3,120", "4,015", "2,760"}},
      {"Archive", {"12", "9", "", "7"}}};
  double y = 132;
  for (const auto& [label, texts] : rows) {
    pdf.left(72, y, label);
    for (std::size_t i = 0; i < 4; ++i) {
      if (!texts[i].empty()) pdf.right(ends[i], y, texts[i]);
    }
    y += 15;
  }
  const auto document = read_ok(pdf.bytes());
  for (const auto& [label, texts] : rows) score.expect(document, label, heads, texts);
}

// Words, not figures, under bold heads.
void words_in_cells(Score& score) {
  TestPdf pdf;
  pdf.page();
  pdf.left(72, 60, "Support plans", 14);
  const std::vector<double> lefts = {180, 300, 420};
  const std::vector<std::string> heads = {"Channel", "Answer within", "Storage"};
  pdf.bold(72, 100, "Plan");
  for (std::size_t i = 0; i < 3; ++i) pdf.bold(lefts[i], 100, heads[i]);
  const std::vector<std::pair<std::string, std::vector<std::string>>> rows = {
      {"Basic", {"e-mail", "two days", "none"}},
      {"Team", {"e-mail and chat", "eight hours", "10 GB"}},
      {"Enterprise", {"telephone", "one hour", "500 GB"}},
      {"Public sector", {"telephone", "one hour", "on request"}}};
  double y = 120;
  for (const auto& [label, texts] : rows) {
    pdf.left(72, y, label);
    for (std::size_t i = 0; i < 3; ++i) pdf.left(lefts[i], y, texts[i]);
    y += 15;
  }
  const auto document = read_ok(pdf.bytes());
  for (const auto& [label, texts] : rows) score.expect(document, label, heads, texts);
}

// Amounts with shares right beside them, under a head for all four columns and one for each pair.
void narrow_columns(Score& score) {
  TestPdf pdf;
  pdf.page();
  const std::vector<double> ends = {340, 390, 430, 480};
  pdf.middle((ends[0] - 38 + ends[3]) / 2, 86, "Weeks ended");
  pdf.middle(348, 100, "28 January");
  pdf.middle(438, 100, "29 January");
  const std::vector<std::string> heads = {"Weeks ended 28 January", "Weeks ended 28 January", "Weeks ended 29 January",
                                          "Weeks ended 29 January"};
  const std::vector<std::pair<std::string, std::vector<std::string>>> rows = {
      {"Bread", {"$1,226", "40.0%", "$1,029", "38.5%"}}, {"Milk", {"$1,838", "60.0%", "$1,643", "61.5%"}}};
  double y = 120;
  for (const auto& [label, texts] : rows) {
    pdf.left(72, y, label);
    for (std::size_t i = 0; i < 4; ++i) pdf.right(ends[i], y, texts[i]);
    y += 15;
  }
  const auto document = read_ok(pdf.bytes());
  for (const auto& [label, texts] : rows) score.expect(document, label, heads, texts);
}

// Columns counted where nothing has a position.
void csv(Score& score) {
  const auto document = read_ok("site,opened,area\nHarbour,2014,310\nNorth,2019,1204\nAnnex,2008,95\n", "sites.csv");
  score.expect(document, "Harbour", {"opened", "area"}, {"2014", "310"});
  score.expect(document, "North", {"opened", "area"}, {"2019", "1204"});
  score.expect(document, "Annex", {"opened", "area"}, {"2008", "95"});
}

TEST(Tables, KeepTextRowAndColumnOfAHundredCells) {
  Score score;
  income_statement(score);
  wrapped_heads(score);
  turned(score, true);
  turned(score, false);
  merged_cells(score);
  words_in_cells(score);
  narrow_columns(score);
  csv(score);
  std::printf("cells right: %d of %d\n", score.right, score.listed);
  EXPECT_GE(score.listed, 100);
  EXPECT_GE(score.right * 100, score.listed * 95) << score.wrong;
}

TEST(Tables, CellsAreExactSlicesOfTheText) {
  const auto document = read_ok(
      "Stra\xc3\x9f"
      "e;B\xc3\xa4ume\nM\xc3\xbchlgasse;12\n\xc3\x96lweg;7\n",
      "x.csv");
  const auto cells = cells_of(document);
  ASSERT_EQ(cells.size(), 2u);
  EXPECT_EQ(cells[1].row, "\xc3\x96lweg");
  EXPECT_EQ(cells[1].column, "B\xc3\xa4ume");
  for (const auto& cell : cells) {
    const auto skipped = first_code_points(document.text, static_cast<std::size_t>(cell.start)).size();
    EXPECT_EQ(first_code_points(std::string_view(document.text).substr(skipped),
                                static_cast<std::size_t>(cell.end - cell.start)),
              cell.text);
  }
}

}  // namespace
}  // namespace oprag::text
