// What a file is, by its content.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace oprag::text {

namespace media {
inline constexpr std::string_view pdf = "application/pdf";
inline constexpr std::string_view docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
inline constexpr std::string_view pptx = "application/vnd.openxmlformats-officedocument.presentationml.presentation";
inline constexpr std::string_view xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
inline constexpr std::string_view html = "text/html";
inline constexpr std::string_view markdown = "text/markdown";
inline constexpr std::string_view csv = "text/csv";
inline constexpr std::string_view plain = "text/plain";
}  // namespace media

// Nothing for content that cannot be read. The file name tells Markdown and CSV from plain text, never more.
std::optional<std::string> detect(std::string_view bytes, std::string_view filename);

// A file name as it is shown: valid UTF-8 in NFC without control characters.
std::string display_filename(std::string_view name);

}  // namespace oprag::text
