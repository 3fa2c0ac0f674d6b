// Plans: what a company may have. Configuration, not code; a self-hosted installation limits nothing unless told to.
#pragma once
#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/environment.hpp"
#include "db/database.hpp"

namespace oprag::billing {

// What a plan limits. Nothing: unlimited.
struct Limits {
  std::optional<std::int64_t> projects;
  std::optional<std::int64_t> documents;
  std::optional<std::int64_t> storage_bytes;
  std::optional<std::int64_t> questions_per_month;
  std::optional<std::int64_t> members;
};
BOOST_DESCRIBE_STRUCT(Limits, (), (projects, documents, storage_bytes, questions_per_month, members))

// What a company has: the names of Limits.
struct Usage {
  std::int64_t projects = 0;
  std::int64_t documents = 0;
  std::int64_t storage_bytes = 0;        // of every version kept
  std::int64_t questions_per_month = 0;  // this month's billed ones: neither tests nor test keys
  std::int64_t members = 0;              // invitations that wait included
};
BOOST_DESCRIBE_STRUCT(Usage, (), (projects, documents, storage_bytes, questions_per_month, members))

struct Plan {
  std::string id;  // as in companies.plan
  std::string name;
  std::optional<std::string> price;  // in the operator's words, "49 EUR a month"
  Limits limits;
};

// {"team": {"name": "Team", "price": "49 EUR a month", "projects": 10, …}}: a limit that is left out is none. Throws
// std::invalid_argument naming the member that is wrong.
std::vector<Plan> read_plans(const std::string& json);

enum class Quota { projects, documents, storage_bytes, questions_per_month, members };
BOOST_DESCRIBE_ENUM(Quota, projects, documents, storage_bytes, questions_per_month, members)

// A calendar month in UTC; `to` is exclusive.
struct Period {
  Timestamp from, to;
};
BOOST_DESCRIBE_STRUCT(Period, (), (from, to))

Period month_of(Timestamp now);

class PlanLimits {
 public:
  // A company on a plan that is not listed has no limits.
  PlanLimits(std::vector<Plan> plans, Clock clock);

  // Room for `more` of it, judged in the transaction that adds them. Throws plan_limit naming what is full.
  void require(db::Tenant& tenant, Quota quota, std::int64_t more = 1) const;

  // A billed question, counted before it is answered so that of many at once none is one too many. Unless it was
  // answered it is given back.
  class Question {
   public:
    Question(db::Database& database, CompanyId company, Timestamp month)
        : database_(&database), company_(std::move(company)), month_(month) {}
    Question(Question&& other) noexcept
        : database_(std::exchange(other.database_, nullptr)),
          company_(std::move(other.company_)),
          month_(other.month_) {}
    Question& operator=(Question&&) = delete;
    ~Question();
    void answered() noexcept { database_ = nullptr; }

   private:
    db::Database* database_;
    CompanyId company_;
    Timestamp month_;
  };
  // Throws rate_limited, with the seconds until the month ends.
  Question take_question(db::Database& database, const CompanyId& company) const;

  Plan plan_of(db::System& directory, const CompanyId& company) const;
  Usage usage_of(db::Tenant& tenant) const;
  Period period() const { return month_of(clock_()); }

  const std::vector<Plan>& plans() const noexcept { return plans_; }

 private:
  std::vector<Plan> plans_;
  Clock clock_;
};

// Names of what is used beyond its limit.
std::vector<Quota> over_limit(const Limits& limits, const Usage& usage);

}  // namespace oprag::billing
