#include "features/limits/counters.hpp"

#include <mutex>
#include <unordered_map>

namespace oprag::limits {
namespace {

class InMemory final : public Counters {
 public:
  std::vector<Count> count(std::span<const Bucket> buckets, Timestamp now) override {
    std::vector<Count> out;
    const std::lock_guard lock(mutex_);
    for (const auto& bucket : buckets) {
      auto& window = windows_[bucket.name()];
      if (window.window_end <= now) window = {0, now + bucket.window_ms};
      ++window.used;
      out.push_back(window);
      if (window.used > bucket.limit) break;
    }
    return out;
  }

  void forget(Timestamp now) override {
    const std::lock_guard lock(mutex_);
    std::erase_if(windows_, [&](const auto& entry) { return entry.second.window_end <= now; });
  }

 private:
  std::mutex mutex_;
  std::unordered_map<std::string, Count> windows_;
};

// $3: now; windows that end by then are over.
constexpr std::string_view count_call = R"(
  INSERT INTO counters (bucket, used, window_end) VALUES ($1, 1, $2)
  ON CONFLICT (bucket) DO UPDATE SET
    used = CASE WHEN counters.window_end <= $3 THEN 1 ELSE counters.used + 1 END,
    window_end = CASE WHEN counters.window_end <= $3 THEN excluded.window_end ELSE counters.window_end END
  RETURNING used, window_end)";

class InStore final : public Counters {
 public:
  explicit InStore(db::Database& database) : database_(database) {}

  std::vector<Count> count(std::span<const Bucket> buckets, Timestamp now) override {
    return database_.tally([&](db::System& directory) {
      std::vector<Count> out;
      for (const auto& bucket : buckets) {
        const auto name = bucket.name();
        const auto rows = directory.run(
            count_call, std::array{db::Value(name), db::Value(now.ms + bucket.window_ms), db::Value(now.ms)});
        const auto& row = rows.rows.front();
        out.push_back({std::get<std::int64_t>(row[0]), {std::get<std::int64_t>(row[1])}});
        if (out.back().used > bucket.limit) break;
      }
      return out;
    });
  }

  void forget(Timestamp now) override {
    database_.tally([&](db::System& directory) { directory.exec("DELETE FROM counters WHERE window_end <= $1", now); });
  }

 private:
  db::Database& database_;
};

}  // namespace

std::unique_ptr<Counters> counters_in_memory() {
  return std::make_unique<InMemory>();
}

std::unique_ptr<Counters> counters_in_store(db::Database& database) {
  return std::make_unique<InStore>(database);
}

}  // namespace oprag::limits
