// Files that are part of the program: the dashboard, the widget, the documentation. tools/embed_assets makes the
// tables.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "http/message.hpp"

namespace oprag::http {

struct Asset {
  std::string_view path;          // below the embedded folder: "/assets/index-4f2a.js"
  std::string_view content_type;  // with charset where it is text
  std::string_view bytes;
  std::string_view gzip;  // the same, compressed; empty when that saves nothing
  std::string_view etag;  // W/"…": weak, for it names both forms of the bytes
  bool immutable;         // its name changes with its content
};

class Assets {
 public:
  // `table` lives as long as the program.
  explicit Assets(std::span<const Asset> table);
  // Null when there is none.
  const Asset* find(std::string_view path) const;

 private:
  std::unordered_map<std::string_view, const Asset*> by_path_;
};

// 200, or 304 to a client that has it; compressed when the client takes gzip. The caller adds what its pages need, such
// as a Content-Security-Policy.
Response asset_response(const Request& request, const Asset& asset);

}  // namespace oprag::http
