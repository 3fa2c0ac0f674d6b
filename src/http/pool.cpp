#include "http/pool.hpp"

#include <utility>

namespace oprag::http {

Pool::Pool(std::size_t threads, std::size_t queue_limit) : queue_limit_(queue_limit), threads_(threads) {
  running_.reserve(threads);
  for (std::size_t i = 0; i < threads; ++i) running_.emplace_back([this] { work(); });
}

Pool::~Pool() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  ready_.notify_all();
}

bool Pool::try_post(Job job) {
  {
    const std::scoped_lock lock(mutex_);
    if (jobs_.size() + busy_ >= queue_limit_ + threads_) return false;
    jobs_.push_back(std::move(job));
  }
  ready_.notify_one();
  return true;
}

std::size_t Pool::queued() const {
  const std::scoped_lock lock(mutex_);
  return jobs_.size();
}

void Pool::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    ready_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
    if (jobs_.empty()) return;
    auto job = std::move(jobs_.front());
    jobs_.pop_front();
    ++busy_;
    lock.unlock();
    job();
    job = nullptr;  // what it holds dies before the next wait
    lock.lock();
    --busy_;
  }
}

}  // namespace oprag::http
