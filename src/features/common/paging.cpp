#include "features/common/paging.hpp"

#include <boost/json.hpp>

#include "base/error.hpp"
#include "base/mutant.hpp"
#include "base/text.hpp"
#include "crypto/encoding.hpp"
#include "crypto/hash.hpp"

namespace oprag {
namespace {

constexpr std::size_t mac_bytes = 16;

std::string mac_of(const Secret& key, std::string_view scope, std::string_view payload) {
  std::string message(mutant("cursor") ? std::string_view() : scope);
  message.append(1, '\0').append(payload);
  return crypto::hmac_sha256(key.reveal(), message).substr(0, mac_bytes);
}

}  // namespace

std::string containing(std::string_view words) {
  if (words.empty()) return {};
  std::string out = "%";
  for (const char c : ascii_lower(words)) {
    if (c == '%' || c == '_' || c == '\\') out += '\\';
    out += c;
  }
  return out + "%";
}

std::string Cursors::seal(std::string_view scope, const Position& position) const {
  const auto payload = boost::json::serialize(boost::json::array{position.time, position.id});
  return crypto::base64url_encode(mac_of(key_, scope, payload) + payload);
}

Position Cursors::open(std::string_view scope, const std::optional<std::string>& cursor) const {
  if (!cursor) return {};
  const auto sealed = crypto::base64url_decode(*cursor);
  if (sealed && sealed->size() > mac_bytes) {
    const auto payload = sealed->substr(mac_bytes);
    if (crypto::constant_time_equal(mac_of(key_, scope, payload), sealed->substr(0, mac_bytes))) {
      const auto parts = boost::json::parse(payload).as_array();  // ours: the code above made it
      return {parts.at(0).as_int64(), std::string(parts.at(1).as_string())};
    }
  }
  throw Error(ErrorCode::invalid_request, "cursor is not one of this list");
}

}  // namespace oprag
