#include "app/housekeeping.hpp"

#include "base/log.hpp"

namespace oprag::app {

Housekeeping::Housekeeping(std::function<void()> work)
    : work_(std::move(work)), thread_([this](std::stop_token stop) { loop(std::move(stop)); }) {}

void Housekeeping::loop(std::stop_token stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    try {
      work_();
    } catch (const std::exception& e) {
      log::error("housekeeping failed", {{"error", e.what()}});
    }
    stopped_.wait_for(lock, stop, interval, [] { return false; });
  }
}

}  // namespace oprag::app
