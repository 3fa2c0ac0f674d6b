// A fixed number of threads and a bounded queue before them: what does not fit is refused, not piled up.
#pragma once
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace oprag::http {

class Pool {
 public:
  using Job = std::move_only_function<void()>;

  Pool(std::size_t threads, std::size_t queue_limit);
  // Runs what is queued, then joins.
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  // False when all threads are busy and the queue is full; the job is then not run. Jobs must not throw.
  bool try_post(Job job);
  std::size_t queued() const;

 private:
  void work();

  mutable std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<Job> jobs_;
  std::size_t queue_limit_;
  std::size_t threads_;
  std::size_t busy_ = 0;
  bool stopping_ = false;
  std::vector<std::jthread> running_;
};

}  // namespace oprag::http
