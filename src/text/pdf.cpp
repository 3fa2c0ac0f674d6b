#include "text/pdf.hpp"

#include <fpdf_doc.h>
#include <fpdf_edit.h>
#include <fpdf_text.h>
#include <fpdfview.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <memory>
#include <numbers>
#include <set>

#include "base/text.hpp"
#include "text/builder.hpp"
#include "text/detect.hpp"
#include "text/pdf_layout.hpp"
#include "text/quality.hpp"

namespace oprag::text {
namespace {

template <auto F>
struct Call {
  template <class T>
  void operator()(T* p) const {
    F(p);
  }
};
using Pdf = std::unique_ptr<std::remove_pointer_t<FPDF_DOCUMENT>, Call<FPDF_CloseDocument>>;
using PdfPage = std::unique_ptr<std::remove_pointer_t<FPDF_PAGE>, Call<FPDF_ClosePage>>;
using PdfText = std::unique_ptr<std::remove_pointer_t<FPDF_TEXTPAGE>, Call<FPDFText_ClosePage>>;

void initialise() {
  static const bool once = [] {
    static const char* no_fonts[] = {nullptr};  // the reader's sandbox has no files
    FPDF_LIBRARY_CONFIG config{};
    config.version = 2;
    config.m_pUserFontPaths = no_fonts;
    FPDF_InitLibraryWithConfig(&config);
    return true;
  }();
  (void)once;
}

// What all characters of one text object have in common.
struct Style {
  bool visible = true;  // else the layer under a scan, or words meant for machines only
  bool white = false;   // visible only on something that is drawn beneath
  bool bold = false;
};

Style style_of(FPDF_PAGEOBJECT object) {
  Style out;
  if (!object) return out;
  out.visible = FPDFTextObj_GetTextRenderMode(object) != FPDF_TEXTRENDERMODE_INVISIBLE;
  unsigned red = 0, green = 0, blue = 0, alpha = 255;
  if (FPDFPageObj_GetFillColor(object, &red, &green, &blue, &alpha)) {
    out.white = std::min({red, green, blue}) >= 250;
    out.visible = out.visible && alpha > 0;
  }
  auto* font = FPDFTextObj_GetFont(object);
  if (!font) return out;
  // The standard fonts have no weight, only a name.
  std::array<char, 128> name{};
  FPDFFont_GetBaseFontName(font, name.data(), name.size() - 1);
  out.bold = FPDFFont_GetWeight(font) >= 600 || ascii_lower(name.data()).find("bold") != std::string::npos;
  return out;
}

class GlyphReader {
 public:
  GlyphReader(FPDF_PAGE page, FPDF_TEXTPAGE text)
      : page_(page), text_(text), width_(FPDF_GetPageWidthF(page)), height_(FPDF_GetPageHeightF(page)) {}

  float width() const { return turned_ % 2 == 0 ? width_ : height_; }
  float height() const { return turned_ % 2 == 0 ? height_ : width_; }

  // What was left out of read(), or is read but can hardly be seen: blanks between words only.
  const std::string& hidden() const { return hidden_; }

  std::vector<Glyph> read() {
    const int count = FPDFText_CountChars(text_);
    turned_ = dominant_turn(count);
    std::vector<Glyph> seen, unseen;
    bool space = false, guessed_space = false;
    for (int i = 0; i < count; ++i) {
      const auto code = FPDFText_GetUnicode(text_, i);
      if (const bool guessed = FPDFText_IsGenerated(text_, i) == 1; code <= ' ' || code == 0xa0 || guessed) {
        // A blank that the file draws counts as it is; one that PDFium guesses only says where to look closer.
        if (code == ' ' || code == 0xa0) (guessed ? guessed_space : space) = true;
        continue;
      }
      if (code >= 0xd800 && code < 0xe000) continue;
      Glyph g;
      if (!place(i, g)) {
        hide(code, space || guessed_space);
        space = guessed_space = false;
        continue;
      }
      g.code = code;
      g.space_before = std::exchange(space, false);
      g.space_likely = std::exchange(guessed_space, false);
      const auto style = style_at(i);
      g.bold = style.bold;
      if (!style.visible || g.size < least_size || (style.white && !covered(i))) {
        hide(code, g.space_before || g.space_likely);
      }
      (style.visible ? seen : unseen).push_back(g);
    }
    if (seen.empty()) hidden_.clear();
    // Only a page without visible text is read from the layer beneath.
    return seen.empty() ? unseen : seen;
  }

 private:
  // Quarter turns by which most of the page's text is rotated.
  int dominant_turn(int count) const {
    std::array<int, 4> turns{};
    for (int i = 0; i < count; i += std::max(1, count / 400)) {
      const auto angle = FPDFText_GetCharAngle(text_, i);
      if (angle < 0) continue;
      ++turns[static_cast<std::size_t>(std::lround(angle / (std::numbers::pi_v<float> / 2))) % 4];
    }
    return static_cast<int>(std::ranges::max_element(turns) - turns.begin());
  }

  // Upright coordinates with the origin at the top left.
  std::pair<double, double> upright(double x, double y) const {
    switch (turned_) {
      case 1:
        return {height_ - y, width_ - x};  // PDFium counts angles clockwise: this text runs down the page
      case 2:
        return {width_ - x, y};
      case 3:
        return {y, x};  // up the page
      default:
        return {x, height_ - y};
    }
  }

  bool place(int i, Glyph& g) const {
    FS_RECTF box{};
    double x = 0, y = 0;
    if (!FPDFText_GetLooseCharBox(text_, i, &box) || !FPDFText_GetCharOrigin(text_, i, &x, &y)) return false;
    const auto [x1, y1] = upright(box.left, box.top);
    const auto [x2, y2] = upright(box.right, box.bottom);
    g.left = static_cast<float>(std::min(x1, x2));
    g.right = static_cast<float>(std::max(x1, x2));
    g.top = static_cast<float>(std::min(y1, y2));
    g.bottom = static_cast<float>(std::max(y1, y2));
    g.baseline = static_cast<float>(upright(x, y).second);
    g.size = g.bottom - g.top;  // the nominal font size ignores the text matrix
    return g.size > 1.0f && std::isfinite(g.size) && g.size < 2000;
  }

  void hide(unsigned code, bool space_before) {
    if (space_before && !hidden_.empty()) hidden_ += ' ';
    put(hidden_, code);
  }

  // Whether something else than text is drawn where this character stands.
  bool covered(int i) {
    if (!grounds_) {
      grounds_.emplace();
      for (int n = 0; n < FPDFPage_CountObjects(page_); ++n) {
        auto* object = FPDFPage_GetObject(page_, n);
        FS_RECTF bounds{};
        if (FPDFPageObj_GetType(object) == FPDF_PAGEOBJ_TEXT) continue;
        if (FPDFPageObj_GetBounds(object, &bounds.left, &bounds.bottom, &bounds.right, &bounds.top)) {
          grounds_->push_back(bounds);
        }
      }
    }
    double x = 0, y = 0;
    FPDFText_GetCharOrigin(text_, i, &x, &y);
    return std::ranges::any_of(*grounds_, [&](const FS_RECTF& r) {
      return x >= r.left - 1 && x <= r.right + 1 && y >= r.bottom - 1 && y <= r.top + 1;
    });
  }

  Style style_at(int i) {
    auto* object = FPDFText_GetTextObject(text_, i);
    if (object != last_object_) {
      last_object_ = object;
      last_ = style_of(object);
    }
    return last_;
  }

  static constexpr float least_size = 2.5f;  // points; nobody reads smaller print

  FPDF_PAGE page_;
  FPDF_TEXTPAGE text_;
  std::string hidden_;
  std::optional<std::vector<FS_RECTF>> grounds_;  // found when they are first needed
  float width_, height_;
  int turned_ = 0;
  FPDF_PAGEOBJECT last_object_ = nullptr;
  Style last_;
};

// A line's words joined by blanks; a word that a hyphen breaks is whole again. Positions of words are noted as they are
// added.
struct Joined {
  std::string text;
  std::int64_t length = 0;  // code points
  std::vector<Box> boxes;   // offsets from the block's start
};

void add_words(Joined& out, const Cell& cell) {
  for (const auto& word : cell.words) {
    const auto text = clean(word.text);
    if (text.empty()) continue;
    if (!out.text.empty() && out.text.back() != ' ') {
      out.text += ' ';
      ++out.length;
    }
    const auto size = static_cast<std::int64_t>(code_points(text));
    out.boxes.push_back(
        {out.length, out.length + size, word.left, word.top, word.right - word.left, word.bottom - word.top});
    out.text += text;
    out.length += size;
  }
}

Joined join(const LayoutBlock& block) {
  Joined out;
  for (const auto& line : block.lines) {
    // "manufac-" + "turing": the hyphen is the line's, unless what follows is no small letter.
    const auto& next = line.cells.front().words.front().text;
    if (out.text.size() > 2 && out.text.back() == '-' && out.text[out.text.size() - 2] >= 'a' &&
        out.text[out.text.size() - 2] <= 'z' && !next.empty() && next.front() >= 'a' && next.front() <= 'z') {
      out.text.pop_back();
      --out.length;
      --out.boxes.back().end;
      Cell first = line.cells.front();
      Joined rest;
      add_words(rest, first);
      for (auto box : rest.boxes) {
        box.start += out.length;
        box.end += out.length;
        out.boxes.push_back(box);
      }
      out.text += rest.text;
      out.length += rest.length;
      for (std::size_t c = 1; c < line.cells.size(); ++c) add_words(out, line.cells[c]);
      continue;
    }
    for (std::size_t c = 0; c < line.cells.size(); ++c) {
      const bool table = block.shape == Shape::row || block.shape == Shape::head;
      if (c > 0 && table && !out.text.empty()) {
        out.text += " | ";
        out.length += 3;
      }
      add_words(out, line.cells[c]);
    }
  }
  return out;
}

BlockKind kind_of(Shape shape) {
  switch (shape) {
    case Shape::prose:
      return BlockKind::paragraph;
    case Shape::heading:
      return BlockKind::heading;
    case Shape::item:
      return BlockKind::list_item;
    case Shape::row:
      return BlockKind::table_row;
    case Shape::head:
      return BlockKind::table_head;
  }
  return BlockKind::paragraph;
}

void read_page(Builder& builder, FPDF_PAGE page, FPDF_TEXTPAGE text, std::int64_t number) {
  builder.begin_page(number);
  GlyphReader reader(page, text);
  auto glyphs = reader.read();
  builder.hide(reader.hidden());
  builder.page().width = reader.width();
  builder.page().height = reader.height();
  if (!glyphs.empty()) {
    std::map<std::int32_t, std::int32_t> tables;  // on the page -> in the document
    for (const auto& block : blocks_of(lines_of(std::move(glyphs)))) {
      std::int32_t table = -1;
      if (block.table >= 0) {
        const auto known = tables.find(block.table);
        table = known != tables.end() ? known->second : tables.emplace(block.table, builder.new_table()).first->second;
      }
      auto joined = join(block);
      if (joined.text.empty()) continue;
      const auto start = builder.add(kind_of(block.shape), joined.text, block.level, table);
      for (auto box : joined.boxes) {
        box.start += start;
        box.end += start;
        builder.page().boxes.push_back(box);
      }
    }
  }
  builder.end_page();
}

// Lines that return at the top or bottom of many pages, their numbers aside, are running heads and feet.
void mark_running_lines(Document& document) {
  if (document.pages.size() < 4) return;
  const auto spread = std::max<std::size_t>(3, document.pages.size() / 8);
  std::vector<std::size_t> starts{0};  // byte offsets of the pages
  const auto text_at = [&](const Page& page, const Block& block, std::size_t page_byte) {
    const auto all = std::string_view(document.text).substr(page_byte);
    const auto from = first_code_points(all, static_cast<std::size_t>(block.start - page.start)).size();
    auto line = std::string(first_code_points(all.substr(from), static_cast<std::size_t>(block.end - block.start)));
    for (auto& c : line) c = c >= '0' && c <= '9' ? '#' : c;
    return line;
  };
  for (std::size_t at = document.text.find('\f'); at != std::string::npos; at = document.text.find('\f', at + 1))
    starts.push_back(at + 1);
  std::map<std::string, std::size_t> seen;
  const auto edges = [&](std::size_t p, const auto& visit) {
    auto& page = document.pages[p];
    const auto count = page.blocks.size();
    for (std::size_t i = 0; i < count; ++i) {
      if (i >= 2 && i + 2 < count) continue;
      auto& block = page.blocks[i];
      if (block.end - block.start <= 150) visit(block, text_at(page, block, starts[p]), i < 2 && i * 2 < count);
    }
  };
  for (std::size_t p = 0; p < document.pages.size(); ++p) {
    edges(p, [&](Block&, const std::string& line, bool) { ++seen[line]; });
  }
  for (std::size_t p = 0; p < document.pages.size(); ++p) {
    edges(p, [&](Block& block, const std::string& line, bool top) {
      if (seen[line] < spread) return;
      block.kind = top ? BlockKind::page_header : BlockKind::page_footer;
      block.table = -1;
    });
  }
}

std::string title_of(FPDF_DOCUMENT pdf) {
  const auto length = FPDF_GetMetaText(pdf, "Title", nullptr, 0);
  if (length <= 2 || length > 2000) return {};
  std::vector<unsigned short> wide(length / 2);
  FPDF_GetMetaText(pdf, "Title", wide.data(), length);
  std::string out;
  for (const auto unit : wide) {
    if (unit == 0 || (unit >= 0xd800 && unit < 0xe000)) continue;
    if (unit < 0x80) {
      out += static_cast<char>(unit);
    } else if (unit < 0x800) {
      out += static_cast<char>(0xc0 | unit >> 6);
      out += static_cast<char>(0x80 | (unit & 63));
    } else {
      out += static_cast<char>(0xe0 | unit >> 12);
      out += static_cast<char>(0x80 | (unit >> 6 & 63));
      out += static_cast<char>(0x80 | (unit & 63));
    }
  }
  return std::string(trim(clean(out)));
}

ReadError open_error() {
  switch (FPDF_GetLastError()) {
    case FPDF_ERR_PASSWORD:
      return {"password_protected", "The file needs a password; upload one without"};
    case FPDF_ERR_SECURITY:
      return {"password_protected", "The file is protected in a way that cannot be read"};
    default:
      return {"damaged_file", "The file is damaged or cut short; save it again and upload that"};
  }
}

}  // namespace

std::expected<Document, ReadError> read_pdf(const std::string& bytes, const Limits& limits, const OnPage& on_page) {
  initialise();
  const Pdf pdf(FPDF_LoadMemDocument64(bytes.data(), bytes.size(), nullptr));
  if (!pdf) return std::unexpected(open_error());
  const int pages = FPDF_GetPageCount(pdf.get());
  if (pages <= 0) return std::unexpected(ReadError{"damaged_file", "The file has no pages"});
  if (pages > limits.pages) {
    return std::unexpected(ReadError{"too_many_pages", "The file has " + std::to_string(pages) + " pages; " +
                                                           std::to_string(limits.pages) + " are read at most"});
  }
  Document out;
  out.media_type = media::pdf;
  out.title = title_of(pdf.get());
  Builder builder(out, limits);
  int readable = 0;
  for (int i = 0; i < pages; ++i) {
    const PdfPage page(FPDF_LoadPage(pdf.get(), i));
    const PdfText text(page ? FPDFText_LoadPage(page.get()) : nullptr);
    if (text) {
      ++readable;
      read_page(builder, page.get(), text.get(), i + 1);
    } else {
      builder.begin_page(i + 1);
      builder.end_page();
    }
    if (on_page) on_page(i + 1, pages);
  }
  if (readable == 0) return std::unexpected(ReadError{"damaged_file", "No page of the file can be read"});
  mark_running_lines(out);
  return out;
}

}  // namespace oprag::text
