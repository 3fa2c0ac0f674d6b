#include "features/billing/plans.hpp"

#include <algorithm>
#include <chrono>
#include <limits>

#include "base/log.hpp"
#include "json/codec.hpp"
#include "json/parse.hpp"
#include "json/types.hpp"

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
  ON CONFLICT (month_start, company_id) DO UPDATE SET questions = question_usage.questions + 1
  WHERE question_usage.questions < $3 RETURNING questions)";

constexpr std::string_view give_question_back =
    "UPDATE question_usage SET questions = questions - 1 WHERE company_id = $1 AND month_start = $2";

// As an operator writes it.
struct WrittenPlan {
  std::optional<json::Text<1, 80>> name, price;
  std::optional<json::Whole<0, std::numeric_limits<std::int64_t>::max()>> projects, documents, storage_bytes,
      questions_per_month, members;
};
BOOST_DESCRIBE_STRUCT(WrittenPlan, (), (name, price, projects, documents, storage_bytes, questions_per_month, members))

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
      return tenant.directory().scalar<std::int64_t>(month_questions, tenant.company(), month).value_or(0);
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

// Settings are written in snake_case.
boost::json::value in_camel_case(const boost::json::value& members) {
  if (!members.is_object()) return members;
  boost::json::object out;
  for (const auto& [name, value] : members.get_object()) out[camel_case(name)] = value;
  return out;
}

std::string full(Quota quota, std::int64_t limit) {
  return "The plan's limit of " + std::to_string(limit) + " " + camel_case(to_word(quota)) + " is reached";
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

std::vector<Plan> read_plans(const std::string& text) {
  std::vector<Plan> out;
  const auto written = json::parse(text);
  if (!written.is_object()) throw std::invalid_argument("must be a table of plans");
  for (const auto& [id, members] : written.get_object()) {
    WrittenPlan plan;
    try {
      plan = json::decode<WrittenPlan>(in_camel_case(members));
    } catch (const Error& error) {
      throw std::invalid_argument(std::string(id) + ": " + error.what());
    }
    const auto number = [](const auto& limit) { return limit ? std::optional(limit->value) : std::nullopt; };
    out.push_back({.id = std::string(id),
                   .name = plan.name ? plan.name->value : std::string(id),
                   .price = plan.price ? std::optional(plan.price->value) : std::nullopt,
                   .limits = {.projects = number(plan.projects),
                              .documents = number(plan.documents),
                              .storage_bytes = number(plan.storage_bytes),
                              .questions_per_month = number(plan.questions_per_month),
                              .members = number(plan.members)}});
  }
  return out;
}

Plan PlanLimits::plan_of(db::System& directory, const CompanyId& company) const {
  const auto id = directory.scalar<std::string>("SELECT plan FROM companies WHERE company_id = $1", company);
  const auto plan = std::ranges::find(plans_, id.value_or(""), &Plan::id);
  if (plan != plans_.end()) return *plan;
  return {.id = id.value_or(""), .name = "Self-hosted", .price = {}, .limits = {}};
}

void PlanLimits::require(db::Tenant& tenant, Quota quota, std::int64_t more) const {
  const auto limit = limit_of(plan_of(tenant.directory(), tenant.company()).limits, quota);
  if (!limit || used(tenant, quota, period().from) + more <= *limit) return;
  throw Error(ErrorCode::plan_limit, full(quota, *limit), {{"limit", camel_case(to_word(quota))}});
}

PlanLimits::Question PlanLimits::take_question(db::Database& database, const CompanyId& company) const {
  const auto [from, to] = period();
  const auto refused = database.tally([&](db::System& directory) -> std::optional<std::int64_t> {
    const auto limit = plan_of(directory, company).limits.questions_per_month;
    const auto most = limit.value_or(std::numeric_limits<std::int64_t>::max());
    if (most > 0 && directory.scalar<std::int64_t>(add_question, company, from, most)) return {};
    return most;
  });
  if (!refused) return {database, company, from};
  const auto quota = Quota::questions_per_month;
  const auto seconds = (to - clock_() + second_ms - 1) / second_ms;
  throw Error(ErrorCode::rate_limited, full(quota, *refused),
              {{"limit", camel_case(to_word(quota))}, {"retryAfterSeconds", seconds}});
}

PlanLimits::Question::~Question() {
  if (!database_) return;
  try {
    database_->tally([&](db::System& directory) { directory.exec(give_question_back, company_, month_); });
  } catch (...) {  // inside a transaction that has failed, say, which takes the count back itself
    log::warn("an unanswered question may stay counted", {{"company", company_.value}});
  }
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
