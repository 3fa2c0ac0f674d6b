// The thread that does what need not be done before the first request, and lets go what is no longer to be kept: at
// start, and then every hour until it is destroyed.
#pragma once
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace oprag::app {

class Housekeeping {
 public:
  static constexpr std::chrono::hours interval{1};

  // What `work` throws is logged.
  explicit Housekeeping(std::function<void()> work);

 private:
  void loop(std::stop_token stop);

  std::function<void()> work_;
  std::mutex mutex_;
  std::condition_variable_any stopped_;
  std::jthread thread_;
};

}  // namespace oprag::app
