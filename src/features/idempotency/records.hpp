// Idempotency-Key: a request that comes again is answered again, and does nothing. The record is written in the
// transaction of its effect, so that there is never one without the other.
#pragma once
#include <atomic>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "base/environment.hpp"
#include "db/database.hpp"
#include "http/hooks.hpp"

namespace oprag::idempotency {

inline constexpr std::int64_t record_hours = 24;

// Who sends what where under which key. The header's value seals the answer; the store holds only hashes of it.
struct Key {
  // The request has an Idempotency-Key.
  Key(const Caller& caller, const http::Request& request, const http::Spec& spec);
  // Throws idempotency_mismatch unless what is stored under this key was asked with the same body.
  void require_same(const std::string& stored_fingerprint) const;

  std::string record_id, fingerprint, seal;
};

class Records final : public http::IdempotencyStore {
 public:
  Records(db::Database& database, Clock clock) : database_(database), clock_(std::move(clock)) {}

  // The handler's transactions join the one around it: it must not wait for anything but the store. What it throws
  // undoes its effect and leaves no record; nor does an answer that is no success or a stream.
  http::Response run_once(const Caller& caller, const http::Request& request, const http::Spec& spec,
                          const std::function<http::Response()>& handler) override;
  std::optional<http::Response> recorded(const Caller& caller, const http::Request& request,
                                         const http::Spec& spec) override;

  // For who does not answer at once: what run_once does after its handler, in the transaction of the effect.
  void record(db::System& directory, const Key& key, const http::Response& response) const;
  bool has(db::System& directory, const Key& key) const;

 private:
  class Running;
  std::optional<http::Response> recorded(db::System& directory, const Key& key) const;
  void forget_old();

  db::Database& database_;
  Clock clock_;
  std::mutex mutex_;
  std::set<std::string> running_;  // record ids, of this process
  std::atomic<std::int64_t> forgotten_at_ = 0;
};

}  // namespace oprag::idempotency
