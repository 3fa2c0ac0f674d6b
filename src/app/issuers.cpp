#include "app/issuers.hpp"

#include "base/log.hpp"
#include "json/parse.hpp"
#include "outbound/client.hpp"

namespace oprag::app {
namespace {

constexpr std::string_view discovery = "/.well-known/openid-configuration";
constexpr std::size_t largest_document = 256 << 10;  // bytes

std::string get(outbound::Client& client, const std::string& url) {
  outbound::Request request;
  request.method = "GET";
  request.url = url;
  request.timeouts = {
      .connect = std::chrono::seconds(3), .idle = std::chrono::seconds(5), .total = std::chrono::seconds(8)};
  request.max_response = largest_document;
  const auto response = client.send(request);
  client.require_success(response);
  return response.body;
}

}  // namespace

std::vector<identity::Issuer> issuers_of(const Settings& settings, const identity::KeyRing& keys) {
  std::vector<identity::Issuer> out;
  out.push_back({.issuer = keys.issuer(), .client_ids = {keys.client_id()}, .keys = keys.keys(), .jwks_url = {}});
  if (!settings.issuer.empty()) {
    out.push_back({.issuer = settings.issuer,
                   .client_ids = settings.issuer_client_ids,
                   .tenant_claim = settings.issuer_tenant_claim,
                   .cognito = settings.issuer_kind == "cognito",
                   .keys = {},
                   .jwks_url = settings.issuer +
                               std::string(settings.issuer_kind == "cognito" ? "/.well-known/jwks.json" : discovery)});
  }
  return out;
}

identity::FetchText key_fetcher() {
  const auto client = std::make_shared<outbound::Client>("The token issuer");
  return [client](const std::string& url) -> std::optional<std::string> {
    try {
      auto text = get(*client, url);
      if (!url.ends_with(discovery)) return text;
      const auto document = json::parse(text);
      // OIDC Discovery 4.3: a document that speaks for another issuer is not this one's.
      const auto named = std::string(document.at("issuer").as_string());
      if (named + std::string(discovery) != url) throw std::runtime_error("the document is that of " + named);
      return get(*client, std::string(document.at("jwks_uri").as_string()));
    } catch (const std::exception& e) {
      log::warn("the token issuer's keys could not be read", {{"url", url}, {"what", e.what()}});
      return {};
    }
  };
}

}  // namespace oprag::app
