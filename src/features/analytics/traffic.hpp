// Questions that visitors and API clients asked, counted. Dashboard tests and test keys are left out everywhere here.
#pragma once
#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <vector>

#include "db/database.hpp"

namespace oprag::analytics {

// Of the answers given in [from, to), in one project or (empty id) all of the company's.
struct Range {
  ProjectId project;
  Timestamp from, to;
};

struct Traffic {
  std::int64_t questions = 0;
  std::int64_t conversations = 0;
  std::int64_t visitors = 0;
  std::int64_t answered = 0;

  std::optional<double> answer_rate() const {
    if (questions == 0) return {};
    return static_cast<double>(answered) / static_cast<double>(questions);
  }
};
BOOST_DESCRIBE_STRUCT(Traffic, (), (questions, conversations, visitors, answered))

struct DayTraffic : Traffic {
  std::string date;  // UTC day
};
BOOST_DESCRIBE_STRUCT(DayTraffic, (Traffic), (date))

struct UnansweredQuestion {
  std::string question;
  std::int64_t count = 0;
  Timestamp last_asked_at;
};
BOOST_DESCRIBE_STRUCT(UnansweredQuestion, (), (question, count, last_asked_at))

struct AskedQuestion {
  std::string question;
  std::int64_t count = 0;
};
BOOST_DESCRIBE_STRUCT(AskedQuestion, (), (question, count))

struct CitedSource {
  DocumentId document_id;
  std::string title;
  std::int64_t count = 0;
};
BOOST_DESCRIBE_STRUCT(CitedSource, (), (document_id, title, count))

struct Latencies {
  std::optional<std::int64_t> p50, p95;  // ms
};

struct Ratings {
  std::int64_t good = 0, bad = 0;                  // the team's, of conversations
  std::int64_t visitor_good = 0, visitor_bad = 0;  // the visitors' own, of answers
};
BOOST_DESCRIBE_STRUCT(Ratings, (), (good, bad, visitor_good, visitor_bad))

Traffic traffic(db::Tenant& tenant, const Range& range);
// Every UTC day that the range touches, days without a question too.
std::vector<DayTraffic> daily(db::Tenant& tenant, const Range& range);
Latencies latencies(db::Tenant& tenant, const Range& range);
Ratings ratings(db::Tenant& tenant, const Range& range);
// Equal but for case counts as one question. Most frequent first.
std::vector<AskedQuestion> top_questions(db::Tenant& tenant, const Range& range, std::int64_t count);
std::vector<UnansweredQuestion> unanswered_questions(db::Tenant& tenant, const Range& range, std::int64_t count);
// Cited most often in the latest 2,000 answers of the range.
std::vector<CitedSource> top_sources(db::Tenant& tenant, const Range& range, std::size_t count);

// The seven UTC days that end with today.
Range last_7_days(Timestamp now, const ProjectId& project = {});
// The first millisecond of the UTC day.
Timestamp day_start(Timestamp t);

}  // namespace oprag::analytics
