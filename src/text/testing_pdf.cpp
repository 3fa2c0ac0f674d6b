#include "text/testing_pdf.hpp"

#include <array>
#include <cstdio>

namespace oprag::text {
namespace {

// Of ' ' to '~', in thousandths of the size (the Adobe font metrics).
constexpr std::array<short, 95> widths = {
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333,  278, 278, 556, 556, 556,
    556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667,
    611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667,  611, 722, 667, 944, 667,
    667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278,  556, 556, 222, 222, 500,
    222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500,  500, 334, 260, 334, 584};

std::string number(double value) {
  std::array<char, 32> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%.2f", value);
  return buffer.data();
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '(' || c == ')' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

// Numbers the objects and notes where each begins.
class Body {
 public:
  void object(const std::string& content) {
    offsets_.push_back(text_.size());
    text_ += std::to_string(offsets_.size()) + " 0 obj\n" + content + "\nendobj\n";
  }
  std::string finish(const std::string& trailer) {
    const auto start = text_.size();
    text_ += "xref\n0 " + std::to_string(offsets_.size() + 1) + "\n0000000000 65535 f \n";
    for (const auto offset : offsets_) {
      std::array<char, 24> line{};
      std::snprintf(line.data(), line.size(), "%010zu 00000 n \n", offset);
      text_ += line.data();
    }
    return text_ + "trailer\n<< /Size " + std::to_string(offsets_.size() + 1) + " /Root 1 0 R " + trailer +
           " >>\nstartxref\n" + std::to_string(start) + "\n%%EOF\n";
  }

 private:
  std::string text_ = "%PDF-1.4\n";
  std::vector<std::size_t> offsets_;
};

}  // namespace

double helvetica_width(std::string_view text, double size) {
  int sum = 0;
  for (const char c : text) sum += c >= ' ' && c <= '~' ? widths[static_cast<std::size_t>(c - ' ')] : 556;
  return sum * size / 1000;
}

void TestPdf::page(double width, double height, int rotate) {
  pages_.push_back({width, height, rotate, false, {}});
}

void TestPdf::turn() {
  pages_.back().turned = true;
}

void TestPdf::show(std::string_view font, double x, double y, std::string_view text, double size) {
  auto& page = pages_.back();
  const auto at =
      page.turned ? "0 1 -1 0 " + number(y) + " " + number(x) : "1 0 0 1 " + number(x) + " " + number(page.height - y);
  page.content += "BT /" + std::string(font) + " " + number(size) + " Tf " + at + " Tm (" + escaped(text) + ") Tj ET\n";
}

void TestPdf::unseen(double x, double y, std::string_view text, double size) {
  pages_.back().content += "3 Tr ";
  show("F1", x, y, text, size);
  pages_.back().content += "0 Tr\n";
}

void TestPdf::white(double x, double y, std::string_view text, double size) {
  pages_.back().content += "1 g ";
  show("F1", x, y, text, size);
  pages_.back().content += "0 g\n";
}

void TestPdf::left(double x, double y, std::string_view text, double size) {
  show("F1", x, y, text, size);
}
void TestPdf::right(double x, double y, std::string_view text, double size) {
  show("F1", x - helvetica_width(text, size), y, text, size);
}
void TestPdf::middle(double x, double y, std::string_view text, double size) {
  show("F1", x - helvetica_width(text, size) / 2, y, text, size);
}
void TestPdf::bold(double x, double y, std::string_view text, double size) {
  show("F2", x, y, text, size);
}

std::string TestPdf::bytes(bool locked) const {
  constexpr int before_pages = 4;
  Body body;
  std::string kids;
  for (std::size_t i = 0; i < pages_.size(); ++i) kids += std::to_string(before_pages + 1 + 2 * i) + " 0 R ";
  body.object("<< /Type /Catalog /Pages 2 0 R >>");
  body.object("<< /Type /Pages /Count " + std::to_string(pages_.size()) + " /Kids [" + kids + "] >>");
  body.object("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>");
  body.object("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>");
  for (std::size_t i = 0; i < pages_.size(); ++i) {
    const auto& page = pages_[i];
    body.object("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 " + number(page.width) + " " + number(page.height) +
                "] /Rotate " + std::to_string(page.rotate) +
                " /Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> /Contents " +
                std::to_string(before_pages + 2 + 2 * i) + " 0 R >>");
    body.object("<< /Length " + std::to_string(page.content.size()) + " >>\nstream\n" + page.content + "\nendstream");
  }
  if (!locked) return body.finish("");
  const std::string hash(32, 'a');
  return body.finish(
      "/ID [(0123456789abcdef) (0123456789abcdef)] /Encrypt << /Filter /Standard /V 1 /R 2 /Length 40 /P -4 /O (" +
      hash + ") /U (" + hash + ") >>");
}

}  // namespace oprag::text
