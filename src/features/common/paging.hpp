// Lists: newest first, `limit` at a time, continued by an opaque cursor that cannot be forged or moved to another list.
#pragma once
#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/secret.hpp"
#include "base/timestamp.hpp"
#include "json/types.hpp"

namespace oprag {

inline constexpr std::int64_t default_page_size = 50;

struct PageQuery {
  std::optional<json::Whole<1, 100>> limit;
  std::optional<std::string> cursor;
};
BOOST_DESCRIBE_STRUCT(PageQuery, (), (limit, cursor))

// Where a list goes on: after the row of this time and id. The default stands before every row.
struct Position {
  std::int64_t time = INT64_MAX;
  std::string id = "\x7f";  // after every id of the same time
};

// What lower(column) LIKE … ESCAPE '\' compares with to find `words` anywhere; empty for no words.
std::string containing(std::string_view words);

class Cursors {
 public:
  explicit Cursors(Secret key) : key_(std::move(key)) {}
  // `scope` names the list with company and filters; a cursor opens only in the scope that sealed it.
  std::string seal(std::string_view scope, const Position& position) const;
  // The start for a missing cursor. Throws invalid_request for one that is damaged or of another list.
  Position open(std::string_view scope, const std::optional<std::string>& cursor) const;

 private:
  Secret key_;
};

// `rows` were fetched with one more than `limit`: cuts the surplus row and seals a cursor after the last one kept.
// `position_of(row)` gives the row's Position.
template <class Row>
std::optional<std::string> take_page(std::vector<Row>& rows, std::int64_t limit, const Cursors& cursors,
                                     std::string_view scope, const auto& position_of) {
  if (static_cast<std::int64_t>(rows.size()) <= limit) return {};
  rows.resize(static_cast<std::size_t>(limit));
  return cursors.seal(scope, position_of(rows.back()));
}

}  // namespace oprag
