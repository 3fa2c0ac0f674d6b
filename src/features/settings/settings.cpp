#include "features/settings/settings.hpp"

#include <algorithm>

namespace oprag::settings {
namespace {

constexpr std::string_view find_settings = R"(
  SELECT allowed_origins, system_prompt, model, question_max_length, retention_days
  FROM company_settings WHERE company_id = $1)";

constexpr std::string_view update_settings = R"(
  UPDATE company_settings SET allowed_origins = $2, system_prompt = $3, model = $4, question_max_length = $5,
                              retention_days = $6, updated_at = $7
  WHERE company_id = $1)";

WorkspaceSettings of(db::Tenant& tenant) {
  return tenant.one<WorkspaceSettings>(find_settings).value_or(WorkspaceSettings{});
}

}  // namespace

Service::Service(db::Database& database, std::vector<std::string> models, ActivityLog activity, Clock clock)
    : database_(database), models_(std::move(models)), activity_(std::move(activity)), clock_(std::move(clock)) {}

WorkspaceSettings Service::find(const Caller& caller) const {
  return database_.read(caller.company, of);
}

WorkspaceSettings Service::change(const Caller& caller, const WorkspaceSettingsPatch& request,
                                  const std::function<void(const WorkspaceSettings&)>& current) {
  if (!request.model.value.value.empty() && std::ranges::find(models_, request.model.value.value) == models_.end()) {
    throw Error(ErrorCode::invalid_request, "model must be one of GET /v1/models");
  }
  return database_.write(caller.company, [&](db::Tenant& tenant) {
    const auto before = of(tenant);
    current(before);
    const WorkspaceSettings defaults;
    const WorkspaceSettings after{
        .allowed_origins = request.allowed_origins.applied_to(before.allowed_origins, defaults.allowed_origins),
        .system_prompt = request.system_prompt.applied_to(before.system_prompt, defaults.system_prompt),
        .model = request.model.applied_to(before.model, defaults.model),
        .question_max_length =
            request.question_max_length.applied_to(before.question_max_length, defaults.question_max_length),
        .retention_days = request.retention_days.applied_to(before.retention_days, defaults.retention_days)};
    if (json::to_text(after) == json::to_text(before)) return before;
    tenant.exec(update_settings, after.allowed_origins, after.system_prompt, after.model, after.question_max_length,
                after.retention_days, clock_());
    activity_.record(tenant, {.type = "settings.updated",
                              .actor = person_of(caller),
                              .project = {},
                              .target_type = "settings",
                              .target_id = caller.company.value,
                              .summary = "Changed the workspace settings"});
    return after;
  });
}

}  // namespace oprag::settings
