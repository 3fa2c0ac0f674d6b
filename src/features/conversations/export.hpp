// Conversations as a file: CSV with one line per message, or JSON Lines with one conversation per line.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "features/conversations/conversations.hpp"

namespace oprag::conversations {

enum class ExportFormat { csv, jsonl };

// What an Accept header asks for; nothing: the JSON list.
std::optional<ExportFormat> export_format(std::string_view accept);
std::string_view content_type(ExportFormat format);
std::string_view file_name(ExportFormat format);

// Quoted where RFC 4180 wants it. A spreadsheet would run a cell that begins with = + - @, a tab or a carriage return
// as a formula: such a cell is led by an apostrophe.
std::string csv_cell(std::string_view text);

std::string header_line(ExportFormat format);
// The lines of one conversation, each with its line end.
std::string lines_of(const ConversationDetail& conversation, ExportFormat format);

}  // namespace oprag::conversations
