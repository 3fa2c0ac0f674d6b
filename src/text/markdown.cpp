#include <md4c.h>

#include "base/text.hpp"
#include "text/formats.hpp"

namespace oprag::text {
namespace {

// Blocks from md4c's events; inline marks leave only their text.
struct Reader {
  Builder& builder;
  std::string text, row;
  BlockKind kind = BlockKind::paragraph;
  std::int32_t level = 0, table = -1;
  bool in_head = false;
  int images = 0;

  void flush() {
    auto block = clean(text);
    text.clear();
    if (kind != BlockKind::code) {
      for (auto& c : block) c = c == '\n' ? ' ' : c;
    }
    builder.add(kind, block, kind == BlockKind::heading ? level : 0);
  }

  int enter(MD_BLOCKTYPE type, void* detail) {
    switch (type) {
      case MD_BLOCK_H:
        flush();
        kind = BlockKind::heading;
        level = static_cast<std::int32_t>(static_cast<MD_BLOCK_H_DETAIL*>(detail)->level);
        break;
      case MD_BLOCK_LI:
        flush();
        kind = BlockKind::list_item;
        break;
      case MD_BLOCK_CODE:
        flush();
        kind = BlockKind::code;
        break;
      case MD_BLOCK_TABLE:
        flush();
        table = builder.new_table();
        break;
      case MD_BLOCK_THEAD:
        in_head = true;
        break;
      case MD_BLOCK_TR:
        row.clear();
        break;
      case MD_BLOCK_TH:
      case MD_BLOCK_TD:
        text.clear();
        break;
      case MD_BLOCK_P:
      case MD_BLOCK_QUOTE:
      case MD_BLOCK_HR:
        flush();
        break;
      default:
        break;
    }
    return 0;
  }

  int leave(MD_BLOCKTYPE type) {
    switch (type) {
      case MD_BLOCK_H:
      case MD_BLOCK_LI:
      case MD_BLOCK_CODE:
        flush();
        kind = BlockKind::paragraph;
        break;
      case MD_BLOCK_P:
        flush();
        break;
      case MD_BLOCK_THEAD:
        in_head = false;
        break;
      case MD_BLOCK_TH:
      case MD_BLOCK_TD:
        row.append(row.empty() ? "" : " | ").append(trim(clean(text)));
        text.clear();
        break;
      case MD_BLOCK_TR:
        builder.add(in_head ? BlockKind::table_head : BlockKind::table_row, row, 0, table);
        break;
      default:
        break;
    }
    return 0;
  }

  int add(MD_TEXTTYPE type, const MD_CHAR* data, MD_SIZE size) {
    if (type == MD_TEXT_HTML) return 0;  // raw HTML is neither shown nor read
    if (type == MD_TEXT_BR || type == MD_TEXT_SOFTBR)
      text += ' ';
    else if (type == MD_TEXT_ENTITY)
      text += entity({data, size});
    else if (type != MD_TEXT_NULLCHAR)
      text.append(data, size);
    return 0;
  }

  static std::string entity(std::string_view name) {
    if (name == "&amp;") return "&";
    if (name == "&lt;") return "<";
    if (name == "&gt;") return ">";
    if (name == "&quot;") return "\"";
    if (name == "&nbsp;") return " ";
    return std::string(name);
  }
};

}  // namespace

ReadResult read_markdown(std::string_view text, const Limits& limits) {
  Document out;
  Builder builder(out, limits);
  builder.begin_page({});
  Reader reader{builder, {}, {}};
  MD_PARSER parser{};
  parser.flags = MD_FLAG_TABLES | MD_FLAG_STRIKETHROUGH | MD_FLAG_PERMISSIVEAUTOLINKS;
  // Exceptions must not cross md4c's frames: the limit is checked before, on the size of what comes in.
  if (static_cast<std::int64_t>(text.size()) * 2 > limits.text_bytes) throw TooMuchText();
  parser.enter_block = [](MD_BLOCKTYPE type, void* detail, void* self) {
    return static_cast<Reader*>(self)->enter(type, detail);
  };
  parser.leave_block = [](MD_BLOCKTYPE type, void*, void* self) { return static_cast<Reader*>(self)->leave(type); };
  parser.enter_span = [](MD_SPANTYPE, void*, void*) { return 0; };
  parser.leave_span = [](MD_SPANTYPE, void*, void*) { return 0; };
  parser.text = [](MD_TEXTTYPE type, const MD_CHAR* data, MD_SIZE size, void* self) {
    return static_cast<Reader*>(self)->add(type, data, size);
  };
  md_parse(text.data(), static_cast<MD_SIZE>(text.size()), &parser, &reader);
  reader.flush();
  builder.end_page();
  return out;
}

}  // namespace oprag::text
