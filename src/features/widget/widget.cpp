#include "features/widget/widget.hpp"

#include <algorithm>

#include "base/mutant.hpp"

namespace oprag::widget {
namespace {

// Only what somebody has set: the rest follows the defaults, the project's name among them.
struct StoredWidget {
  std::optional<bool> enabled;
  std::optional<std::string> display_name;
  std::optional<std::string> welcome_message;
  std::optional<Theme> theme;
  std::optional<std::vector<std::string>> suggested_questions;
  std::optional<bool> show_sources;
  std::optional<std::string> contact_text;
};
BOOST_DESCRIBE_STRUCT(StoredWidget, (),
                      (enabled, display_name, welcome_message, theme, suggested_questions, show_sources, contact_text))

struct WidgetRow {
  StoredWidget widget;
};
BOOST_DESCRIBE_STRUCT(WidgetRow, (), (widget))

StoredWidget stored(db::Tenant& tenant, const ProjectId& project) {
  const auto row =
      tenant.one<WidgetRow>("SELECT widget FROM projects WHERE company_id = $1 AND project_id = $2", project);
  return row ? row->widget : StoredWidget{};
}

// The stored value that a PATCH leaves: set, cleared by null, or as it was.
template <class Stored, class Value>
void apply(std::optional<Stored>& stored, const json::Patch<Value>& patch) {
  stored = patch.applied_to(std::move(stored), std::optional<Stored>{});
}

void apply_theme(std::optional<Theme>& stored, const json::Patch<ThemePatch>& patch) {
  if (!patch.present()) return;
  const Theme defaults;
  auto theme = patch.state == json::Patch<ThemePatch>::State::null ? defaults : stored.value_or(defaults);
  theme.primary_color = patch.value.primary_color.applied_to(theme.primary_color, defaults.primary_color);
  theme.mode = patch.value.mode.applied_to(theme.mode, defaults.mode);
  theme.position = patch.value.position.applied_to(theme.position, defaults.position);
  stored = theme;
}

void apply_questions(std::optional<std::vector<std::string>>& stored,
                     const json::Patch<json::List<json::Text<1, 300>, 0, 6>>& patch) {
  if (!patch.present()) return;
  stored.reset();
  if (patch.state == json::Patch<json::List<json::Text<1, 300>, 0, 6>>::State::null) return;
  stored.emplace(patch.value.value.begin(), patch.value.value.end());
}

bool lists(const projects::Project& project, std::string_view origin) {
  return std::ranges::any_of(project.allowed_origins, [&](const Origin& o) { return o.value == origin; });
}

[[noreturn]] void no_project() {
  throw Error(ErrorCode::not_found, "Project not found");
}

}  // namespace

std::string embed_code(const std::string& public_url, const ProjectId& project) {
  return "<script src=\"" + public_url + "/widget.js\" data-project=\"" + project.value + "\" async></script>";
}

WidgetConfig config_of(db::Tenant& tenant, const projects::Project& project, const std::string& public_url) {
  auto set = stored(tenant, project.project_id);
  const WidgetConfig defaults;
  return {.enabled = set.enabled.value_or(defaults.enabled),
          .display_name = set.display_name.value_or(project.name),
          .welcome_message = set.welcome_message.value_or(defaults.welcome_message),
          .theme = set.theme.value_or(defaults.theme),
          .suggested_questions = set.suggested_questions.value_or(defaults.suggested_questions),
          .show_sources = set.show_sources.value_or(defaults.show_sources),
          .contact_text = std::move(set.contact_text),
          .embed_code = embed_code(public_url, project.project_id)};
}

Service::Service(db::Database& database, const VisitorTokens& tokens, ActivityLog activity, std::string public_url,
                 Clock clock, RandomText random)
    : database_(database),
      tokens_(tokens),
      activity_(std::move(activity)),
      public_url_(std::move(public_url)),
      clock_(std::move(clock)),
      random_(std::move(random)) {}

WidgetConfig Service::find(const Caller& caller, const ProjectId& id) const {
  return database_.read(caller.company, [&](db::Tenant& tenant) {
    return config_of(tenant, projects::require(tenant, id), public_url_);
  });
}

WidgetConfig Service::change(const Caller& caller, const ProjectId& id, const WidgetPatch& request,
                             const std::function<void(const WidgetConfig&)>& current) {
  return database_.write(caller.company, [&](db::Tenant& tenant) {
    const auto project = projects::require(tenant, id);
    const auto before = config_of(tenant, project, public_url_);
    current(before);
    auto set = stored(tenant, id);
    apply(set.enabled, request.enabled);
    apply(set.display_name, request.display_name);
    apply(set.welcome_message, request.welcome_message);
    apply_theme(set.theme, request.theme);
    apply_questions(set.suggested_questions, request.suggested_questions);
    apply(set.show_sources, request.show_sources);
    apply(set.contact_text, request.contact_text);
    tenant.exec("UPDATE projects SET widget = $3 WHERE company_id = $1 AND project_id = $2", id, set);
    const auto after = config_of(tenant, project, public_url_);
    if (json::to_text(after) == json::to_text(before)) return before;
    activity_.record(tenant, {.type = "widget.updated",
                              .actor = person_of(caller),
                              .project = id,
                              .target_type = "widget",
                              .target_id = id.value,
                              .summary = "Changed the widget of " + project.name});
    return after;
  });
}

// The company of a public request is the project's, and known from nothing but the project.
std::optional<Service::Shown> Service::shown(const ProjectId& id) const {
  const auto company = database_.read_system([&](db::System& directory) {
    return directory.scalar<CompanyId>("SELECT company_id FROM project_directory WHERE project_id = $1", id);
  });
  if (!company) return {};
  return database_.read(*company, [&](db::Tenant& tenant) -> std::optional<Shown> {
    auto project = projects::require(tenant, id, projects::Archived::accept);
    if (project.status != projects::ProjectStatus::live && project.status != projects::ProjectStatus::indexing)
      return {};
    auto config = config_of(tenant, project, public_url_);
    if (!config.enabled) return {};
    return Shown{*company, std::move(project), std::move(config)};
  });
}

PublicWidgetConfig Service::show(const ProjectId& id, const Page& page) const {
  auto found = shown(id);
  if (!found) no_project();
  auto& [company, project, config] = *found;
  PublicWidgetConfig out{.project_id = id,
                         .display_name = std::move(config.display_name),
                         .welcome_message = std::move(config.welcome_message),
                         .theme = config.theme,
                         .suggested_questions = std::move(config.suggested_questions),
                         .show_sources = config.show_sources,
                         .contact_text = std::move(config.contact_text),
                         .question_max_length = project.question_max_length,
                         .visitor_token = {},
                         .visitor_token_expires_at = {},
                         .visitor_id = {}};
  if (page.origin.empty() || !lists(project, page.origin)) return out;
  const auto known = tokens_.verify_for_renewal(page.previous_token);
  const bool same = known && known->project == id && known->origin == page.origin;
  out.visitor_id = same ? known->visitor : new_id<VisitorTag>(random_);
  auto [token, expires] = tokens_.issue(id, page.origin, *out.visitor_id);
  out.visitor_token = std::move(token);
  out.visitor_token_expires_at = expires;
  return out;
}

std::expected<Caller, ErrorCode> Service::visitor_of(std::string_view token, std::string_view origin) const {
  const auto visitor = tokens_.verify(token);
  if (!visitor) return std::unexpected(ErrorCode::unauthenticated);
  const auto found = shown(visitor->project);
  const bool elsewhere = visitor->origin != origin && !mutant("visitor origin");
  if (elsewhere || !found || !lists(found->project, origin)) {
    return std::unexpected(ErrorCode::origin_not_allowed);
  }
  Caller caller;
  caller.kind = CallerKind::visitor;
  caller.company = found->company;
  caller.project = visitor->project;
  caller.visitor = visitor->visitor.value;
  caller.visitor_origin = visitor->origin;
  return caller;
}

}  // namespace oprag::widget
