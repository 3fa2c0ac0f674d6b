#include "features/conversations/export.hpp"

#include "base/text.hpp"

namespace oprag::conversations {
namespace {

std::string csv_line(std::initializer_list<std::string> cells) {
  std::string line;
  for (const auto& cell : cells) line.append(line.empty() ? "" : ",").append(csv_cell(cell));
  return line + "\r\n";
}

std::string truth(const std::optional<bool>& value) {
  return !value ? "" : *value ? "true" : "false";
}

template <class E>
std::string word(const std::optional<E>& value) {
  return value ? std::string(to_word(*value)) : std::string();
}

std::string csv_lines(const ConversationDetail& c) {
  std::string out;
  for (const auto& m : c.messages) {
    std::string sources;
    for (const auto& source : m.sources) sources.append(sources.empty() ? "" : "; ").append(source.filename);
    out += csv_line({c.conversation_id.value, c.project_id.value, c.project_name, std::string(to_word(c.channel)),
                     word(c.environment), c.visitor_id.value_or(""), std::string(to_word(c.review_status)),
                     word(c.rating), c.notes.value_or(""), m.message_id.value, to_iso8601(m.created_at),
                     std::string(to_word(m.role)), m.content, truth(m.answered), word(m.reason), sources,
                     m.latency_ms ? std::to_string(*m.latency_ms) : "", word(m.visitor_rating),
                     m.visitor_comment.value_or("")});
  }
  return out;
}

}  // namespace

std::optional<ExportFormat> export_format(std::string_view accept) {
  const auto wanted = ascii_lower(accept);
  if (wanted.contains("text/csv")) return ExportFormat::csv;
  if (wanted.contains("application/jsonl") || wanted.contains("application/x-ndjson")) return ExportFormat::jsonl;
  return {};
}

std::string_view content_type(ExportFormat format) {
  return format == ExportFormat::csv ? "text/csv; charset=utf-8; header=present" : "application/jsonl; charset=utf-8";
}

std::string_view file_name(ExportFormat format) {
  return format == ExportFormat::csv ? "conversations.csv" : "conversations.jsonl";
}

std::string csv_cell(std::string_view text) {
  std::string out;
  const bool formula = !text.empty() && std::string_view("=+-@\t\r").contains(text.front());
  if (formula) out += '\'';
  out += text;
  if (!formula && out.find_first_of(",\"\r\n") == std::string::npos) return out;
  std::string quoted = "\"";
  for (const char c : out) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + "\"";
}

std::string header_line(ExportFormat format) {
  if (format == ExportFormat::jsonl) return {};
  return csv_line({"conversationId", "projectId", "projectName", "channel", "environment", "visitorId", "reviewStatus",
                   "rating", "notes", "messageId", "createdAt", "role", "content", "answered", "reason", "sources",
                   "latencyMs", "visitorRating", "visitorComment"});
}

std::string lines_of(const ConversationDetail& conversation, ExportFormat format) {
  return format == ExportFormat::csv ? csv_lines(conversation) : json::to_text(conversation) + "\n";
}

}  // namespace oprag::conversations
