// One search box for the workspace: projects, documents and conversations by their words.
#pragma once
#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/caller.hpp"
#include "db/database.hpp"
#include "json/types.hpp"

namespace oprag::http {
class Router;
}

namespace oprag::find {

inline constexpr std::size_t results_limit = 20;

struct FindQuery {
  json::Text<1, 200> q;
};
BOOST_DESCRIBE_STRUCT(FindQuery, (), (q))

enum class FoundKind { project, document, conversation };
BOOST_DESCRIBE_ENUM(FoundKind, project, document, conversation)

struct Found {
  FoundKind kind = FoundKind::project;
  std::string id;
  ProjectId project_id;
  std::string title;
};
BOOST_DESCRIBE_STRUCT(Found, (), (kind, id, project_id, title))

struct FindResults {
  std::vector<Found> results;
};
BOOST_DESCRIBE_STRUCT(FindResults, (), (results))

class Service {
 public:
  explicit Service(db::Database& database) : database_(database) {}
  // Projects first, then documents, then conversations, each newest first; no kind crowds out the others.
  FindResults find(const Caller& caller, const FindQuery& query) const;

 private:
  db::Database& database_;
};

void add_routes(http::Router& router, Service& find);

}  // namespace oprag::find
