// Connections lent to one thread at a time.
#pragma once
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "base/error.hpp"

namespace oprag::db {

template <class C>
class ConnectionPool {
 public:
  using Open = std::function<std::unique_ptr<C>()>;
  ConnectionPool(std::size_t limit, Open open) : limit_(limit), open_(std::move(open)) {}

  struct GiveBack {
    ConnectionPool* pool;
    void operator()(C* connection) const { pool->give_back(std::unique_ptr<C>(connection)); }
  };
  using Lease = std::unique_ptr<C, GiveBack>;

  // Waits while all are lent, but not for ever. Opens one when none is idle and the limit allows.
  Lease take() {
    std::unique_lock lock(mutex_);
    if (!free_.wait_for(lock, patience, [&] { return !idle_.empty() || opened_ < limit_; }))
      throw Error(ErrorCode::overloaded, "The database is busy; try again later");
    if (!idle_.empty()) {
      auto connection = std::move(idle_.back());
      idle_.pop_back();
      return {connection.release(), GiveBack{this}};
    }
    ++opened_;
    lock.unlock();
    try {
      return {open_().release(), GiveBack{this}};
    } catch (...) {
      forget();
      throw;
    }
  }

  // Closes a connection that is broken instead of lending it again.
  void discard(Lease lease) {
    const std::unique_ptr<C> closed(lease.release());
    forget();
  }

 private:
  static constexpr std::chrono::seconds patience{30};

  void give_back(std::unique_ptr<C> connection) {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(connection));
    free_.notify_one();
  }
  void forget() {
    const std::lock_guard lock(mutex_);
    --opened_;
    free_.notify_one();
  }

  std::size_t limit_;
  Open open_;
  std::mutex mutex_;
  std::condition_variable free_;
  std::vector<std::unique_ptr<C>> idle_;
  std::size_t opened_ = 0;
};

}  // namespace oprag::db
