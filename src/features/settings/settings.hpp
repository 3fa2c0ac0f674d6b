// The workspace's defaults: what a new project starts from, and how long conversations are kept.
#pragma once
#include <boost/describe.hpp>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "features/common/activity.hpp"
#include "features/common/origin.hpp"
#include "json/types.hpp"

namespace oprag::http {
class Router;
}

namespace oprag::settings {

struct WorkspaceSettings {
  std::vector<Origin> allowed_origins;
  std::string system_prompt;
  std::optional<std::string> model;
  std::int64_t question_max_length = 1000;
  std::optional<std::int64_t> retention_days;  // 0: conversations are not stored; null: kept for good
};
BOOST_DESCRIBE_STRUCT(WorkspaceSettings, (),
                      (allowed_origins, system_prompt, model, question_max_length, retention_days))

struct WorkspaceSettingsPatch {
  json::Patch<json::List<Origin, 0, 50>> allowed_origins;
  json::Patch<json::Text<0, 8000>> system_prompt;
  json::Patch<json::Text<1, 200>> model;
  json::Patch<json::Whole<1, 10'000>> question_max_length;
  json::Patch<json::Whole<0, 3650>> retention_days;
};
BOOST_DESCRIBE_STRUCT(WorkspaceSettingsPatch, (),
                      (allowed_origins, system_prompt, model, question_max_length, retention_days))

class Service {
 public:
  // `models`: ids that `model` may name.
  Service(db::Database& database, std::vector<std::string> models, ActivityLog activity, Clock clock);

  WorkspaceSettings find(const Caller& caller) const;
  // `current` sees the settings before the change, inside the transaction (for If-Match).
  WorkspaceSettings change(const Caller& caller, const WorkspaceSettingsPatch& request,
                           const std::function<void(const WorkspaceSettings&)>& current);

 private:
  db::Database& database_;
  std::vector<std::string> models_;
  ActivityLog activity_;
  Clock clock_;
};

void add_routes(http::Router& router, Service& settings);

}  // namespace oprag::settings
