// Every route of the program × every kind of id in its path × every kind of caller: what each is answered.
#pragma once
#include <array>
#include <string>
#include <vector>

#include "api/installation.hpp"

namespace oprag::testing {

inline constexpr std::array<std::string_view, 10> callers = {"nobody",     "member", "admin", "owner",   "foreign",
                                                             "no-company", "live",   "test",  "revoked", "visitor"};

// The least that a route takes as its body; empty for one that needs none. {number}, {message} and {invitation} stand
// for what differs from one request to the next.
std::string minimal_body(const std::string& route);

struct Row {
  std::string route;  // "GET /v1/projects/{id}"
  http::Access access = http::Access::open;
  std::string ids;  // "-" without any, "own", "foreign id", "absent docId", …
  std::array<Answer, callers.size()> answers;

  const Answer& of(std::string_view caller) const;
  bool is_refusal_of_ids() const { return ids != "-" && ids != "own"; }
};

// Asks everything once; takes seconds.
std::vector<Row> ask_everything(Installation& installation);

// The readable form: a line for each row, a column of statuses for each caller.
std::string text_of(const std::vector<Row>& table);

}  // namespace oprag::testing
