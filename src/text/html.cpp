#include <gumbo.h>

#include <memory>

#include "base/text.hpp"
#include "text/formats.hpp"

namespace oprag::text {
namespace {

constexpr int deepest = 256;

struct Parsed {
  GumboOutput* output;
  explicit Parsed(std::string_view text)
      : output(gumbo_parse_with_options(&kGumboDefaultOptions, text.data(), text.size())) {}
  ~Parsed() { gumbo_destroy_output(&kGumboDefaultOptions, output); }
  Parsed(const Parsed&) = delete;
  Parsed& operator=(const Parsed&) = delete;
};

std::string_view attribute(const GumboElement& element, const char* name) {
  const auto* found = gumbo_get_attribute(&element.attributes, name);
  return found ? found->value : "";
}

// What is no text of the page.
bool is_machinery(const GumboElement& e) {
  switch (e.tag) {
    case GUMBO_TAG_SCRIPT:
    case GUMBO_TAG_STYLE:
    case GUMBO_TAG_NOSCRIPT:
    case GUMBO_TAG_TEMPLATE:
    case GUMBO_TAG_SVG:
    case GUMBO_TAG_HEAD:
    case GUMBO_TAG_IFRAME:
    case GUMBO_TAG_OBJECT:
    case GUMBO_TAG_SELECT:
    case GUMBO_TAG_BUTTON:
    case GUMBO_TAG_TEXTAREA:
    case GUMBO_TAG_CANVAS:
      return true;
    default:
      return false;
  }
}

// Text that a reader of the page does not see.
bool is_concealed(const GumboElement& e) {
  if (gumbo_get_attribute(&e.attributes, "hidden") || attribute(e, "aria-hidden") == "true") return true;
  std::string style = ascii_lower(attribute(e, "style"));
  std::erase(style, ' ');
  return style.find("display:none") != std::string::npos || style.find("visibility:hidden") != std::string::npos ||
         style.find("font-size:0") != std::string::npos || style.find("opacity:0;") != std::string::npos ||
         style.ends_with("opacity:0");
}

bool is_hidden(const GumboElement& e) {
  return is_machinery(e) || is_concealed(e);
}

bool is_block(GumboTag tag) {
  switch (tag) {
    case GUMBO_TAG_P:
    case GUMBO_TAG_DIV:
    case GUMBO_TAG_SECTION:
    case GUMBO_TAG_ARTICLE:
    case GUMBO_TAG_MAIN:
    case GUMBO_TAG_HEADER:
    case GUMBO_TAG_FOOTER:
    case GUMBO_TAG_NAV:
    case GUMBO_TAG_ASIDE:
    case GUMBO_TAG_UL:
    case GUMBO_TAG_OL:
    case GUMBO_TAG_LI:
    case GUMBO_TAG_TABLE:
    case GUMBO_TAG_TR:
    case GUMBO_TAG_BLOCKQUOTE:
    case GUMBO_TAG_PRE:
    case GUMBO_TAG_DL:
    case GUMBO_TAG_DT:
    case GUMBO_TAG_DD:
    case GUMBO_TAG_FIGURE:
    case GUMBO_TAG_FIGCAPTION:
    case GUMBO_TAG_HR:
    case GUMBO_TAG_BODY:
    case GUMBO_TAG_HTML:
    case GUMBO_TAG_H1:
    case GUMBO_TAG_H2:
    case GUMBO_TAG_H3:
    case GUMBO_TAG_H4:
    case GUMBO_TAG_H5:
    case GUMBO_TAG_H6:
      return true;
    default:
      return false;
  }
}

class Walker {
 public:
  explicit Walker(Builder& builder) : builder_(builder) {}

  void walk(const GumboNode* node, int depth = 0) {
    if (depth > deepest) return;
    if (node->type == GUMBO_NODE_TEXT || node->type == GUMBO_NODE_CDATA || node->type == GUMBO_NODE_WHITESPACE) {
      pending_ += node->v.text.text;
      return;
    }
    if (node->type != GUMBO_NODE_ELEMENT && node->type != GUMBO_NODE_TEMPLATE) return;
    const auto& e = node->v.element;
    if (is_concealed(e)) return conceal(node, depth);
    if (is_machinery(e)) return;
    if (e.tag == GUMBO_TAG_BR) pending_ += ' ';
    if (e.tag == GUMBO_TAG_TABLE) return table(e, depth);
    const bool block = is_block(e.tag);
    if (block) flush();
    const auto outer = kind_;
    const auto outer_level = level_;
    if (e.tag >= GUMBO_TAG_H1 && e.tag <= GUMBO_TAG_H6) {
      kind_ = BlockKind::heading;
      level_ = static_cast<std::int32_t>(e.tag - GUMBO_TAG_H1) + 1;
    } else if (e.tag == GUMBO_TAG_LI) {
      kind_ = BlockKind::list_item;
    } else if (e.tag == GUMBO_TAG_PRE) {
      kind_ = BlockKind::code;
    }
    children(e, depth);
    if (block) flush();
    kind_ = outer;
    level_ = outer_level;
  }

  void flush() {
    auto text = clean(pending_);
    pending_.clear();
    for (auto& c : text) c = c == '\n' ? ' ' : c;
    builder_.add(kind_, clean(text), kind_ == BlockKind::heading ? level_ : 0);
  }

 private:
  void conceal(const GumboNode* node, int depth) {
    if (depth > deepest) return;
    if (node->type == GUMBO_NODE_TEXT) return builder_.hide(node->v.text.text);
    if (node->type != GUMBO_NODE_ELEMENT || is_machinery(node->v.element)) return;
    const auto& inside = node->v.element.children;
    for (unsigned i = 0; i < inside.length; ++i) conceal(static_cast<const GumboNode*>(inside.data[i]), depth + 1);
  }
  void children(const GumboElement& e, int depth) {
    for (unsigned i = 0; i < e.children.length; ++i) walk(static_cast<const GumboNode*>(e.children.data[i]), depth + 1);
  }

  void table(const GumboElement& e, int depth) {
    flush();
    rows(e, builder_.new_table(), depth);
  }

  void rows(const GumboElement& e, std::int32_t table, int depth) {
    if (depth > deepest) return;
    for (unsigned i = 0; i < e.children.length; ++i) {
      const auto* child = static_cast<const GumboNode*>(e.children.data[i]);
      if (child->type != GUMBO_NODE_ELEMENT || is_hidden(child->v.element)) continue;
      if (child->v.element.tag == GUMBO_TAG_TR)
        row(child->v.element, table, depth);
      else if (child->v.element.tag == GUMBO_TAG_CAPTION)
        walk(child, depth + 1), flush();
      else
        rows(child->v.element, table, depth + 1);
    }
  }

  void row(const GumboElement& tr, std::int32_t table, int depth) {
    std::string line;
    bool heads_only = true;
    for (unsigned i = 0; i < tr.children.length; ++i) {
      const auto* cell = static_cast<const GumboNode*>(tr.children.data[i]);
      if (cell->type != GUMBO_NODE_ELEMENT || is_hidden(cell->v.element)) continue;
      heads_only = heads_only && cell->v.element.tag == GUMBO_TAG_TH;
      Walker inner(*this, depth);
      inner.collect(cell->v.element, depth + 1);
      auto text = clean(inner.pending_);
      for (auto& c : text) c = c == '\n' ? ' ' : c;
      line.append(line.empty() ? "" : " | ").append(trim(clean(text)));
    }
    builder_.add(heads_only ? BlockKind::table_head : BlockKind::table_row, line, 0, table);
  }

  Walker(Walker& outer, int) : builder_(outer.builder_) {}

  // All visible text of a cell as one stretch.
  void collect(const GumboElement& e, int depth) {
    if (depth > deepest) return;
    for (unsigned i = 0; i < e.children.length; ++i) {
      const auto* child = static_cast<const GumboNode*>(e.children.data[i]);
      if (child->type == GUMBO_NODE_TEXT || child->type == GUMBO_NODE_WHITESPACE) pending_ += child->v.text.text;
      if (child->type == GUMBO_NODE_ELEMENT && !is_hidden(child->v.element)) {
        if (is_block(child->v.element.tag) || child->v.element.tag == GUMBO_TAG_BR) pending_ += ' ';
        collect(child->v.element, depth + 1);
      }
    }
  }

  Builder& builder_;
  std::string pending_;
  BlockKind kind_ = BlockKind::paragraph;
  std::int32_t level_ = 0;
};

std::string title_of(const GumboNode* node, int depth = 0) {
  if (node->type != GUMBO_NODE_ELEMENT || depth > 4) return {};
  if (node->v.element.tag == GUMBO_TAG_TITLE && node->v.element.children.length > 0) {
    const auto* text = static_cast<const GumboNode*>(node->v.element.children.data[0]);
    return text->type == GUMBO_NODE_TEXT ? clean(trim(text->v.text.text)) : std::string();
  }
  for (unsigned i = 0; i < node->v.element.children.length; ++i) {
    if (auto title = title_of(static_cast<const GumboNode*>(node->v.element.children.data[i]), depth + 1);
        !title.empty())
      return title;
  }
  return {};
}

}  // namespace

ReadResult read_html(std::string_view text, const Limits& limits) {
  const std::string held(text);
  const Parsed parsed(held);
  Document out;
  out.title = title_of(parsed.output->root);
  Builder builder(out, limits);
  builder.begin_page({});
  Walker walker(builder);
  walker.walk(parsed.output->root);
  walker.flush();
  builder.end_page();
  return out;
}

}  // namespace oprag::text
