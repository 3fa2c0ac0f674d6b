// The chat widget: how it looks, and what its page is told.
#pragma once
#include <boost/describe.hpp>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "features/common/activity.hpp"
#include "features/projects/projects.hpp"
#include "features/widget/visitor_tokens.hpp"
#include "json/types.hpp"

namespace oprag::http {
class Router;
}

namespace oprag::widget {

struct Color {
  std::string value;  // #rrggbb
};

enum class ThemeMode { light, dark, auto_ };
BOOST_DESCRIBE_ENUM(ThemeMode, light, dark, auto_)

enum class ThemePosition { left, right };
BOOST_DESCRIBE_ENUM(ThemePosition, left, right)

}  // namespace oprag::widget

namespace oprag::json {
template <>
struct Codec<widget::Color> {
  static widget::Color decode(const bj::value& v, std::string_view at) {
    auto text = Codec<std::string>::decode(v, at);
    const bool hex = text.size() == 7 && text.front() == '#' &&
                     text.find_first_not_of("0123456789abcdefABCDEF", 1) == std::string::npos;
    if (!hex) reject(at, "must be a colour such as #1a2b3c");
    return {ascii_lower(text)};
  }
  static bj::value encode(const widget::Color& v) { return bj::value(v.value); }
  static bj::object schema(Components&) { return {{"type", "string"}, {"pattern", "^#[0-9a-fA-F]{6}$"}}; }
};
}  // namespace oprag::json

namespace oprag::widget {

struct Theme {
  Color primary_color{"#2563eb"};
  ThemeMode mode = ThemeMode::auto_;
  ThemePosition position = ThemePosition::right;
};
BOOST_DESCRIBE_STRUCT(Theme, (), (primary_color, mode, position))

struct WidgetConfig {
  bool enabled = true;
  std::string display_name;  // the project's name by default
  std::string welcome_message = "Hi! Ask me anything about our documents.";
  Theme theme;
  std::vector<std::string> suggested_questions;
  bool show_sources = true;
  std::optional<std::string> contact_text;
  std::string embed_code;  // read-only
};
BOOST_DESCRIBE_STRUCT(WidgetConfig, (),
                      (enabled, display_name, welcome_message, theme, suggested_questions, show_sources, contact_text,
                       embed_code))

struct ThemePatch {
  json::Patch<Color> primary_color;
  json::Patch<ThemeMode> mode;
  json::Patch<ThemePosition> position;
};
BOOST_DESCRIBE_STRUCT(ThemePatch, (), (primary_color, mode, position))

struct WidgetPatch {
  json::Patch<bool> enabled;
  json::Patch<json::Text<1, 300>> display_name;
  json::Patch<json::Text<0, 300>> welcome_message;
  json::Patch<ThemePatch> theme;
  json::Patch<json::List<json::Text<1, 300>, 0, 6>> suggested_questions;
  json::Patch<bool> show_sources;
  json::Patch<json::Text<0, 300>> contact_text;
};
BOOST_DESCRIBE_STRUCT(WidgetPatch, (),
                      (enabled, display_name, welcome_message, theme, suggested_questions, show_sources, contact_text))

struct PublicWidgetConfig {
  ProjectId project_id;
  std::string display_name;
  std::string welcome_message;
  Theme theme;
  std::vector<std::string> suggested_questions;
  bool show_sources = true;
  std::optional<std::string> contact_text;
  std::int64_t question_max_length = 1000;
  std::optional<std::string> visitor_token;  // null, with the two below, unless the page's Origin is listed
  std::optional<Timestamp> visitor_token_expires_at;
  std::optional<VisitorId> visitor_id;
};
BOOST_DESCRIBE_STRUCT(PublicWidgetConfig, (),
                      (project_id, display_name, welcome_message, theme, suggested_questions, show_sources,
                       contact_text, question_max_length, visitor_token, visitor_token_expires_at, visitor_id))

// The page that asks for the public config.
struct Page {
  std::string origin;          // empty: no browser
  std::string previous_token;  // to stay the same visitor; empty: a new one
};

// The line that a customer puts into his pages. `public_url` has no trailing slash.
std::string embed_code(const std::string& public_url, const ProjectId& project);
// The widget of a project as stored.
WidgetConfig config_of(db::Tenant& tenant, const projects::Project& project, const std::string& public_url);

class Service {
 public:
  Service(db::Database& database, const VisitorTokens& tokens, ActivityLog activity, std::string public_url,
          Clock clock, RandomText random);

  WidgetConfig find(const Caller& caller, const ProjectId& project) const;
  // `current` sees the config before the change, inside the transaction (for If-Match).
  WidgetConfig change(const Caller& caller, const ProjectId& project, const WidgetPatch& request,
                      const std::function<void(const WidgetConfig&)>& current);
  // Throws not_found unless the project is live or indexing and its widget on.
  PublicWidgetConfig show(const ProjectId& project, const Page& page) const;
  // For the authenticator: the caller behind a visitor token sent from a page of this Origin. Why there is none: the
  // token is not good (unauthenticated), or the Origin is another, not listed any more, or the widget off
  // (origin_not_allowed).
  std::expected<Caller, ErrorCode> visitor_of(std::string_view token, std::string_view origin) const;

 private:
  struct Shown {
    CompanyId company;
    projects::Project project;
    WidgetConfig config;
  };
  std::optional<Shown> shown(const ProjectId& project) const;

  db::Database& database_;
  const VisitorTokens& tokens_;
  ActivityLog activity_;
  std::string public_url_;
  Clock clock_;
  RandomText random_;
};

// The bundle behind GET /widget.js.
struct Script {
  std::string_view bytes;  // live as long as the program
  std::string cdn_url;     // when set, requests are sent there
};

void add_routes(http::Router& router, Service& widget, Script script);

}  // namespace oprag::widget
