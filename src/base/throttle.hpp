// Lets what is asked for often happen at most once in an interval for each name: notes of when something was last used.
#pragma once
#include <mutex>
#include <string>
#include <unordered_map>

#include "base/timestamp.hpp"

namespace oprag {

class Throttle {
 public:
  explicit Throttle(std::int64_t interval_ms) : interval_ms_(interval_ms) {}

  // Whether it may happen now; if so, it counts as having happened.
  bool admits(const std::string& name, Timestamp now) {
    const std::lock_guard lock(mutex_);
    const auto [last, is_first] = last_.try_emplace(name, now);
    if (!is_first && now - last->second < interval_ms_) return false;
    last->second = now;
    return true;
  }

 private:
  const std::int64_t interval_ms_;
  std::mutex mutex_;
  std::unordered_map<std::string, Timestamp> last_;
};

}  // namespace oprag
