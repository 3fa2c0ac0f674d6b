// Calls counted in windows of time: in this process, or in the store when several nodes share it.
#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "db/database.hpp"

namespace oprag::limits {

// What one call is counted against: `limit` calls of `owner` in each window, which opens with the first of them.
struct Bucket {
  std::string_view policy;  // its name in the RateLimit headers
  std::string owner;
  std::int64_t limit = 0;
  std::int64_t window_ms = minute_ms;

  std::string name() const { return std::string(policy) + " " + owner; }
};

struct Count {
  std::int64_t used = 0;
  Timestamp window_end;
};

class Counters {
 public:
  virtual ~Counters() = default;
  // Counts one call in bucket after bucket up to the first that is full, so that what one of them refuses uses up none
  // of the later ones. One result for each bucket reached.
  virtual std::vector<Count> count(std::span<const Bucket> buckets, Timestamp now) = 0;
  // Drops the windows that are over.
  virtual void forget(Timestamp now) = 0;
};

std::unique_ptr<Counters> counters_in_memory();
std::unique_ptr<Counters> counters_in_store(db::Database& database);

}  // namespace oprag::limits
