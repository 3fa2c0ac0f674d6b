#include "identity/oauth_clients.hpp"

#include <algorithm>
#include <cctype>
#include <stdexcept>

namespace oprag::identity {
namespace {

constexpr std::string_view id_characters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz._-";

bool may_stand_in_a_policy(char c) {
  return c > ' ' && c < 127 && !std::string_view("\"'<>\\^`{|};,#*").contains(c);
}

std::string_view authority_of(std::string_view uri) {
  const auto start = uri.find("://") + 3;
  return uri.substr(start, uri.find_first_of("/?", start) - start);
}

bool is_loopback(std::string_view authority) {
  const auto host = authority.starts_with('[') ? authority.substr(0, authority.find(']') + 1)
                                               : authority.substr(0, authority.find(':'));
  return host == "127.0.0.1" || host == "[::1]" || host == "localhost";
}

}  // namespace

std::optional<std::string> redirect_uri_problem(std::string_view uri) {
  const auto scheme = uri.substr(0, uri.find(':'));
  if (scheme.size() == uri.size() || scheme.empty() || !std::ranges::all_of(uri, may_stand_in_a_policy))
    return "must be absolute, without fragment";
  if (scheme == "https" || scheme == "http") {
    if (!uri.substr(scheme.size()).starts_with("://")) return "must name a host";
    const auto authority = authority_of(uri);
    if (authority.empty() || authority.contains('@')) return "must name a host and no user";
    if (scheme == "http" && !is_loopback(authority)) return "must be https, or http on this machine";
    return {};
  }
  const bool own = scheme.contains('.') && std::islower(static_cast<unsigned char>(scheme.front())) &&
                   std::ranges::all_of(scheme, [](char c) { return id_characters.contains(c); });
  if (!own) return "must be https, http on this machine, or a scheme of its own like com.example.tool:/callback";
  return {};
}

std::string origin_of(std::string_view uri) {
  const auto scheme = std::string(uri.substr(0, uri.find(':') + 1));
  if (scheme != "https:" && scheme != "http:") return scheme;
  return scheme + "//" + std::string(authority_of(uri));
}

std::vector<OauthClient> read_oauth_clients(const std::vector<std::string>& pairs) {
  std::vector<OauthClient> out;
  for (const auto& pair : pairs) {
    const auto blank = pair.find(' ');
    const auto id = pair.substr(0, blank);
    if (blank == pair.npos || id.empty() || id.size() > 128 || id.find_first_not_of(id_characters) != id.npos) {
      throw std::invalid_argument("must be pairs like \"wiki https://wiki.example/callback\"");
    }
    const auto uri = pair.substr(blank + 1);
    if (const auto problem = redirect_uri_problem(uri)) throw std::invalid_argument(uri + " " + *problem);
    auto known = std::ranges::find(out, id, &OauthClient::id);
    if (known == out.end()) known = out.insert(out.end(), OauthClient{id, {}});
    known->redirect_uris.push_back(uri);
  }
  return out;
}

}  // namespace oprag::identity
