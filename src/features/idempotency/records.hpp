// Idempotency-Key: a request that comes again is answered again, and does nothing. The record is written in the
// transaction of its effect, so that there is never one without the other.
#pragma once
#include <atomic>
#include <mutex>
#include <set>
#include <string>

#include "base/environment.hpp"
#include "db/database.hpp"
#include "http/hooks.hpp"

namespace oprag::idempotency {

inline constexpr std::int64_t record_hours = 24;

class Records final : public http::IdempotencyStore {
 public:
  Records(db::Database& database, Clock clock) : database_(database), clock_(std::move(clock)) {}

  // The handler's transactions join the one around it: it must not wait for anything but the store. What it throws
  // undoes its effect and leaves no record; nor does an answer that is no success or a stream.
  http::Response run_once(const Caller& caller, const http::Request& request, const http::Spec& spec,
                          const std::function<http::Response()>& handler) override;

 private:
  struct Key;
  class Running;
  std::optional<http::Response> recorded(db::System& directory, const Key& key) const;
  void record(db::System& directory, const Key& key, const http::Response& response) const;
  void forget_old();

  db::Database& database_;
  Clock clock_;
  std::mutex mutex_;
  std::set<std::string> running_;  // record ids, of this process
  std::atomic<std::int64_t> forgotten_at_ = 0;
};

}  // namespace oprag::idempotency
