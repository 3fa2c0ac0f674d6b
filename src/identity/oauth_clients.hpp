// Other tools that sign people in here. All are public clients: PKCE, not a secret, shows that a code is theirs.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace oprag::identity {

struct OauthClient {
  std::string id;
  std::vector<std::string> redirect_uris;  // compared byte for byte
};

// Why people may not be sent there, in words, or nothing: https, http on loopback, or a scheme of the tool's own with a
// dot in it; no fragment, nothing that could end a header or a policy.
std::optional<std::string> redirect_uri_problem(std::string_view uri);
// "https://tool.example" of an address there; the scheme alone ("com.example.tool:") for the tool's own.
std::string origin_of(std::string_view uri);

// From "ID URI" pairs; an id may come several times. Throws std::invalid_argument with words that follow "setting
// oauth_clients ".
std::vector<OauthClient> read_oauth_clients(const std::vector<std::string>& pairs);

}  // namespace oprag::identity
