#include "features/billing/plans.hpp"

#include <algorithm>
#include <chrono>

namespace oprag::billing {
namespace {

constexpr std::string_view count_projects =
    "SELECT COUNT(*) FROM projects WHERE company_id = $1 AND status <> 'archived'";

constexpr std::string_view count_documents = R"(
  SELECT COUNT(*) FROM documents d JOIN projects p ON p.company_id = d.company_id AND p.project_id = d.project_id
  WHERE d.company_id = $1 AND d.deleted_at IS NULL AND p.status <> 'archived')";

constexpr std::string_view sum_storage = R"(
  SELECT CAST(COALESCE(SUM(v.size_bytes), 0) AS BIGINT) FROM document_versions v
  JOIN documents d ON d.company_id = v.company_id AND d.project_id = v.project_id AND d.document_id = v.document_id
  WHERE v.company_id = $1 AND d.deleted_at IS NULL)";

constexpr std::string_view month_questions =
    "SELECT questions FROM question_usage WHERE company_id = $1 AND month_start = $2";

constexpr std::string_view count_members = R"(
  SELECT (SELECT COUNT(*) FROM users WHERE company_id = $1) + (SELECT COUNT(*) FROM invitations WHERE company_id = $1))";

constexpr std::string_view add_question = R"(
  INSERT INTO question_usage (company_id, month_start, questions) VALUES ($1, $2, 1)
  ON CONFLICT (company_id, month_start) DO UPDATE SET questions = question_usage.questions + 1)";

std::int64_t used(db::Tenant& tenant, Quota quota, Timestamp month) {
  const auto count = [&](std::string_view sql) { return tenant.scalar<std::int64_t>(sql).value_or(0); };
  switch (quota) {
    case Quota::projects:
      return count(count_projects);
    case Quota::documents:
      return count(count_documents);
    case Quota::storage_bytes:
      return count(sum_storage);
    case Quota::questions_per_month:
      return tenant.scalar<std::int64_t>(month_questions, month).value_or(0);
    case Quota::members:
      return tenant.directory().scalar<std::int64_t>(count_members, tenant.company()).value_or(0);
  }
  return 0;
}

std::optional<std::int64_t> limit_of(const Limits& limits, Quota quota) {
  std::optional<std::int64_t> limit;
  for_each_member<Limits>([&](auto d) {
    if (to_word(quota) == d.name) limit = limits.*d.pointer;
  });
  return limit;
}

}  // namespace

Period month_of(Timestamp now) {
  using namespace std::chrono;
  const auto day = floor<days>(sys_time<milliseconds>(milliseconds(now.ms)));
  const year_month_day date(day);
  const auto start = [](year_month month) {
    return Timestamp{duration_cast<milliseconds>(sys_days(month / 1).time_since_epoch()).count()};
  };
  const auto month = date.year() / date.month();
  return {start(month), start(month + months(1))};
}

PlanLimits::PlanLimits(std::vector<Plan> plans, Clock clock) : plans_(std::move(plans)), clock_(std::move(clock)) {}

Plan PlanLimits::plan_of(db::Tenant& tenant) const {
  const auto id =
      tenant.directory().scalar<std::string>("SELECT plan FROM companies WHERE company_id = $1", tenant.company());
  const auto plan = std::ranges::find(plans_, id.value_or(""), &Plan::id);
  if (plan != plans_.end()) return *plan;
  return {.id = id.value_or(""), .name = "Self-hosted", .limits = {}};
}

void PlanLimits::require(db::Tenant& tenant, Quota quota, std::int64_t more) const {
  const auto limit = limit_of(plan_of(tenant).limits, quota);
  if (!limit) return;
  const auto [from, to] = period();
  if (used(tenant, quota, from) + more <= *limit) return;
  const auto name = camel_case(to_word(quota));
  const auto words = "The plan's limit of " + std::to_string(*limit) + " " + name + " is reached";
  if (quota == Quota::questions_per_month) {
    const auto seconds = (to - clock_() + second_ms - 1) / second_ms;
    throw Error(ErrorCode::rate_limited, words, {{"limit", name}, {"retryAfterSeconds", seconds}});
  }
  throw Error(ErrorCode::plan_limit, words, {{"limit", name}});
}

void PlanLimits::count_question(db::Tenant& tenant) const {
  tenant.exec(add_question, period().from);
}

Usage PlanLimits::usage_of(db::Tenant& tenant) const {
  const auto month = period().from;
  Usage usage;
  for_each_member<Usage>([&](auto d) { usage.*d.pointer = used(tenant, from_word<Quota>(d.name).value(), month); });
  return usage;
}

std::vector<Quota> over_limit(const Limits& limits, const Usage& usage) {
  std::vector<Quota> over;
  for_each_member<Usage>([&](auto d) {
    const auto quota = from_word<Quota>(d.name).value();
    const auto limit = limit_of(limits, quota);
    if (limit && usage.*d.pointer > *limit) over.push_back(quota);
  });
  return over;
}

}  // namespace oprag::billing
