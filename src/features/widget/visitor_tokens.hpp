// Visitor tokens: what a widget's page holds instead of an API key. Signed, short-lived, bound to one project, one
// Origin and one visitor that the server made up.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/environment.hpp"
#include "base/secret.hpp"

namespace oprag::widget {

inline constexpr std::int64_t visitor_token_minutes = 15;
inline constexpr std::int64_t renewal_days = 30;  // after its end, for a new token of the same visitor

struct Visitor {
  ProjectId project;
  std::string origin;
  VisitorId visitor;
  Timestamp expires_at;
};

class VisitorTokens {
 public:
  // `key`: of the installation, the same on all of its nodes.
  VisitorTokens(const Secret& key, Clock clock);

  struct Issued {
    std::string token;
    Timestamp expires_at;
  };
  Issued issue(const ProjectId& project, const std::string& origin, const VisitorId& visitor) const;

  // Whether the text claims to be one: API keys and JWTs have other forms.
  static bool has_form(std::string_view token) { return token.starts_with(prefix); }
  // The visitor of a token that is good now. That the request's Origin is `origin`, still listed, and the widget on is
  // for the caller to check.
  std::optional<Visitor> verify(std::string_view token) const;
  // The same for a token that may have ended, but no more than renewal_days ago.
  std::optional<Visitor> verify_for_renewal(std::string_view token) const;

 private:
  static constexpr std::string_view prefix = "vt_";
  std::optional<Visitor> open(std::string_view token) const;

  std::string key_;
  Clock clock_;
};

}  // namespace oprag::widget
