// The threads that work the queue off.
#pragma once
#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "jobs/queue.hpp"

namespace oprag::jobs {

// What a handler does with a claimed job. It publishes in a transaction that calls Queue::finish; it may throw
// LostLease, and anything else is retried with back-off.
struct Handler {
  std::function<void(const Job&, std::stop_token)> run;
  // The last attempt failed, or the job keeps killing its workers: says so where the owner sees it.
  std::function<void(const Job&, const std::string& why)> give_up;
};

class Workers {
 public:
  explicit Workers(Queue& queue) : queue_(queue) {}
  ~Workers() { stop(); }

  void add(const std::string& kind, Handler handler) { handlers_[kind] = std::move(handler); }
  void start(std::size_t threads);
  // Lets running jobs reach their next heartbeat and joins.
  void stop();
  // Something was added to the queue: look now rather than at the next poll (other nodes poll).
  void wake();
  // For a job that takes long, now and then: runs one that need not wait for it (Queue::claim_beside), if there is one,
  // so that a large upload keeps nobody waiting. Keep the own lease alive around it.
  void give_way(const Job& running, std::stop_token stop);
  // Claims and runs one job; false when none is due. For tests, without threads.
  bool run_one(std::stop_token stop = {});

 private:
  void loop(std::stop_token stop);
  void run_claimed(const Job& job, std::stop_token stop);

  Queue& queue_;
  std::map<std::string, Handler> handlers_;
  std::mutex mutex_;
  std::condition_variable_any news_;
  std::uint64_t woken_ = 0;
  std::vector<std::jthread> threads_;
};

}  // namespace oprag::jobs
