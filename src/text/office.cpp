#include <algorithm>
#include <charconv>
#include <cstring>
#include <pugixml.hpp>

#include "base/text.hpp"
#include "text/archive.hpp"
#include "text/detect.hpp"
#include "text/formats.hpp"

namespace oprag::text {
namespace {

// Office XML never has a document type; whatever does is not read. pugixml expands no entities of its own.
struct Part {
  pugi::xml_document xml;
  explicit Part(std::string bytes) {
    if (bytes.find("<!DOCTYPE") != std::string::npos || bytes.find("<!ENTITY") != std::string::npos) {
      throw ReadError{"damaged_file", "The file holds a document type, which Office files do not have"};
    }
    if (!xml.load_buffer(bytes.data(), bytes.size(), pugi::parse_default | pugi::parse_ws_pcdata_single)) {
      throw ReadError{"damaged_file", "A part of the file is damaged; save it again and upload that"};
    }
  }
};

// Names without their namespace prefix: producers choose it.
std::string_view local(const pugi::xml_node& node) {
  const std::string_view name = node.name();
  const auto colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

std::string_view attribute(const pugi::xml_node& node, std::string_view name) {
  for (const auto& a : node.attributes()) {
    const std::string_view full = a.name();
    if (full == name || full.ends_with(std::string(":").append(name))) return a.value();
  }
  return {};
}

pugi::xml_node child(const pugi::xml_node& node, std::string_view name) {
  for (const auto& c : node.children()) {
    if (local(c) == name) return c;
  }
  return {};
}

constexpr int deepest = 200;

template <class F>
void each_named(const pugi::xml_node& node, std::string_view name, const F& visit, int depth = 0) {
  if (depth > deepest) return;
  for (const auto& c : node.children()) {
    if (local(c) == name)
      visit(c);
    else
      each_named(c, name, visit, depth + 1);
  }
}

// The text of runs below a node; deleted text (w:delText) and hidden runs (w:vanish) are not part of it.
std::string run_text(const pugi::xml_node& node, int depth = 0) {
  std::string out;
  if (depth > deepest) return out;
  for (const auto& c : node.children()) {
    const auto name = local(c);
    if (name == "t")
      out += c.text().get();
    else if (name == "tab")
      out += ' ';
    else if (name == "br" || name == "cr")
      out += ' ';
    else if (name == "noBreakHyphen")
      out += '-';
    else if (name == "del" || name == "instrText" || name == "pPr" || name == "rPr")
      continue;
    else if (name == "r" && child(child(c, "rPr"), "vanish"))
      continue;
    else if (name == "tbl")
      continue;  // read as a table of its own
    else
      out += run_text(c, depth + 1);
  }
  return out;
}

std::string row_text(const pugi::xml_node& row, std::string_view cell_name) {
  std::string line;
  bool first = true;
  for (const auto& cell : row.children()) {
    if (local(cell) != cell_name) continue;
    std::string text;
    each_named(cell, "p", [&](const pugi::xml_node& p) { text.append(text.empty() ? "" : " ").append(run_text(p)); });
    line.append(first ? "" : " | ").append(trim(clean(text)));
    first = false;
  }
  return line.find_first_not_of(" |") == std::string::npos ? std::string() : line;
}

std::int32_t heading_level(std::string style) {
  style = ascii_lower(style);
  if (style == "title") return 1;
  const auto at = style.find("heading");
  if (at == std::string::npos) return 0;
  for (const char c : style.substr(at + 7)) {
    if (c >= '1' && c <= '6') return c - '0';
  }
  return 2;
}

void word_body(Builder& builder, const pugi::xml_node& body, int depth = 0) {
  if (depth > deepest) return;
  for (const auto& node : body.children()) {
    const auto name = local(node);
    if (name == "p") {
      const auto properties = child(node, "pPr");
      const auto level = heading_level(std::string(attribute(child(properties, "pStyle"), "val")));
      const auto kind = level > 0                    ? BlockKind::heading
                        : child(properties, "numPr") ? BlockKind::list_item
                                                     : BlockKind::paragraph;
      builder.add(kind, clean(run_text(node)), level);
    } else if (name == "tbl") {
      const auto table = builder.new_table();
      bool head = true;
      each_named(node, "tr", [&](const pugi::xml_node& row) {
        const auto text = row_text(row, "tc");
        if (text.empty()) return;
        builder.add(head ? BlockKind::table_head : BlockKind::table_row, text, 0, table);
        head = false;
      });
    } else if (name == "sdt" || name == "sdtContent" || name == "ins" || name == "customXml" || name == "smartTag") {
      word_body(builder, node, depth + 1);
    }
  }
}

std::string core_title(const Archive& archive) {
  const auto core = archive.part("docProps/core.xml");
  if (!core) return {};
  const Part part(*core);
  return std::string(trim(clean(child(part.xml.document_element(), "title").text().get())));
}

ReadResult guarded(const std::string& bytes, const Limits& limits, std::string_view type, const auto& fill) {
  auto archive = Archive::open(bytes, limits);
  if (!archive) return std::unexpected(archive.error());
  try {
    Document out;
    out.media_type = type;
    Builder builder(out, limits);
    out.title = core_title(*archive);
    fill(*archive, builder);
    return out;
  } catch (const ReadError& e) {
    return std::unexpected(e);
  }
}

int number_in(std::string_view name) {
  int n = 0;
  const auto digit = name.find_first_of("0123456789");
  if (digit != std::string_view::npos) std::from_chars(name.data() + digit, name.data() + name.size(), n);
  return n;
}

// "ppt/slides/slide2.xml" before "slide10.xml".
std::vector<std::string> numbered(const Archive& archive, std::string_view prefix) {
  std::vector<std::string> out;
  for (const auto& name : archive.names()) {
    if (name.starts_with(prefix) && name.ends_with(".xml") && name.find('/', prefix.size()) == std::string::npos)
      out.push_back(name);
  }
  std::ranges::sort(out, {},
                    [&](const std::string& n) { return number_in(std::string_view(n).substr(prefix.size())); });
  return out;
}

// "BC12" -> 54
std::size_t column_of(std::string_view reference) {
  std::size_t column = 0;
  for (const char c : reference) {
    if (c < 'A' || c > 'Z') break;
    column = column * 26 + static_cast<std::size_t>(c - 'A' + 1);
  }
  return column == 0 ? 0 : column - 1;
}

std::vector<std::string> shared_strings(const Archive& archive) {
  std::vector<std::string> out;
  const auto bytes = archive.part("xl/sharedStrings.xml");
  if (!bytes) return out;
  const Part part(*bytes);
  for (const auto& item : part.xml.document_element().children()) out.push_back(run_text(item));
  return out;
}

std::string cell_text(const pugi::xml_node& cell, const std::vector<std::string>& shared) {
  const auto type = attribute(cell, "t");
  if (type == "inlineStr") return run_text(child(cell, "is"));
  const std::string value = child(cell, "v").text().get();
  if (type != "s") return type == "b" ? (value == "1" ? "TRUE" : "FALSE") : value;
  std::size_t index = 0;
  std::from_chars(value.data(), value.data() + value.size(), index);
  return index < shared.size() ? shared[index] : "";
}

void sheet(Builder& builder, const pugi::xml_node& root, const std::vector<std::string>& shared) {
  constexpr std::size_t widest = 512;
  const auto table = builder.new_table();
  bool head = true;
  each_named(root, "row", [&](const pugi::xml_node& row) {
    std::vector<std::string> cells;
    for (const auto& cell : row.children()) {
      const auto column = std::min(column_of(attribute(cell, "r")), widest);
      if (cells.size() < column) cells.resize(column);
      cells.emplace_back(trim(clean(cell_text(cell, shared))));
    }
    while (!cells.empty() && cells.back().empty()) cells.pop_back();
    if (cells.empty()) return;
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) line.append(i == 0 ? "" : " | ").append(cells[i]);
    for (auto& c : line) c = c == '\n' ? ' ' : c;
    builder.add(head ? BlockKind::table_head : BlockKind::table_row, line, 0, table);
    head = false;
  });
}

}  // namespace

ReadResult read_docx(const std::string& bytes, const Limits& limits, const OnPage& on_page) {
  return guarded(bytes, limits, media::docx, [&](const Archive& archive, Builder& builder) {
    const auto main = archive.part("word/document.xml");
    if (!main) throw ReadError{"damaged_file", "The file has no text part"};
    const Part part(*main);
    builder.begin_page({});
    word_body(builder, child(part.xml.document_element(), "body"));
    builder.end_page();
    if (on_page) on_page(1, 1);
  });
}

ReadResult read_pptx(const std::string& bytes, const Limits& limits, const OnPage& on_page) {
  return guarded(bytes, limits, media::pptx, [&](const Archive& archive, Builder& builder) {
    const auto slides = numbered(archive, "ppt/slides/slide");
    if (static_cast<std::int64_t>(slides.size()) > limits.pages)
      throw ReadError{"too_many_pages", "The file has too many slides"};
    std::int64_t number = 0;
    for (const auto& name : slides) {
      const Part part(*archive.part(name));
      builder.begin_page(++number);
      each_named(part.xml.document_element(), "sp", [&](const pugi::xml_node& shape) {
        bool title = false;
        each_named(shape, "ph", [&](const pugi::xml_node& ph) {
          const auto type = attribute(ph, "type");
          title = title || type == "title" || type == "ctrTitle";
        });
        each_named(shape, "p", [&](const pugi::xml_node& p) {
          builder.add(title ? BlockKind::heading : BlockKind::paragraph, clean(run_text(p)), title ? 1 : 0);
        });
      });
      each_named(part.xml.document_element(), "tbl", [&](const pugi::xml_node& node) {
        const auto table = builder.new_table();
        bool head = true;
        each_named(node, "tr", [&](const pugi::xml_node& row) {
          builder.add(head ? BlockKind::table_head : BlockKind::table_row, row_text(row, "tc"), 0, table);
          head = false;
        });
      });
      builder.end_page();
      if (on_page) on_page(number, static_cast<std::int64_t>(slides.size()));
    }
  });
}

ReadResult read_xlsx(const std::string& bytes, const Limits& limits, const OnPage& on_page) {
  return guarded(bytes, limits, media::xlsx, [&](const Archive& archive, Builder& builder) {
    const auto shared = shared_strings(archive);
    std::vector<std::string> names;
    if (const auto book = archive.part("xl/workbook.xml")) {
      const Part part(*book);
      each_named(part.xml.document_element(), "sheet",
                 [&](const pugi::xml_node& s) { names.emplace_back(attribute(s, "name")); });
    }
    const auto sheets = numbered(archive, "xl/worksheets/sheet");
    for (std::size_t i = 0; i < sheets.size(); ++i) {
      const Part part(*archive.part(sheets[i]));
      builder.begin_page({});
      if (i < names.size()) builder.add(BlockKind::heading, clean(names[i]), 1);
      sheet(builder, part.xml.document_element(), shared);
      builder.end_page();
      if (on_page) on_page(static_cast<std::int64_t>(i) + 1, static_cast<std::int64_t>(sheets.size()));
    }
  });
}

}  // namespace oprag::text
