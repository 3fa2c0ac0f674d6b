#include "http/assets.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace oprag::http {

namespace {

// "gzip;q=0" takes it not.
bool takes_gzip(std::string_view accepted) {
  while (!accepted.empty()) {
    const auto end = std::min(accepted.find(','), accepted.size());
    const auto item = ascii_lower(trim(accepted.substr(0, end)));
    accepted.remove_prefix(std::min(end + 1, accepted.size()));
    if (!item.starts_with("gzip")) continue;
    const auto quality = item.find("q=");
    return quality == std::string::npos || item.find_first_of("123456789", quality) != std::string::npos;
  }
  return false;
}

}  // namespace

Assets::Assets(std::span<const Asset> table) {
  for (const auto& asset : table) by_path_.emplace(asset.path, &asset);
}

const Asset* Assets::find(std::string_view path) const {
  const auto found = by_path_.find(path);
  return found == by_path_.end() ? nullptr : found->second;
}

Response asset_response(const Request& request, const Asset& asset) {
  Response response;
  response.headers = {{"ETag", std::string(asset.etag)},
                      {"Cache-Control", asset.immutable ? "public, max-age=31536000, immutable" : "no-cache"},
                      {"Vary", "Accept-Encoding"}};
  const auto known = request.headers["If-None-Match"];
  if (known == "*" || known.contains(asset.etag)) {
    response.status = 304;
    return response;
  }
  response.headers.add("Content-Type", std::string(asset.content_type));
  const bool compressed = !asset.gzip.empty() && takes_gzip(request.headers["Accept-Encoding"]);
  if (compressed) response.headers.add("Content-Encoding", "gzip");
  response.static_body = compressed ? asset.gzip : asset.bytes;
  return response;
}

}  // namespace oprag::http
